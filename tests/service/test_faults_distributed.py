"""Faults of the distributed service, done for real: nothing lost, nothing graded twice."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.config import read_config
from service.store.engine import Store
from service.worker import make_celery, send_hint
from tests.service.conftest import Figure
from tests.service.fault_proxy import FaultProxy
from tests.service.load import ALL_WELL, Load, account
from tests.service.rows import put
from tests.service.servers import Postgres, Valkey, postgres_folder, running, until
from tests.service.system import System

pytestmark = pytest.mark.servers


@pytest.fixture
def redis_of_ones_own(tmp_path: Path) -> Iterator[Valkey]:
    """A Valkey that a test may kill, and that forgets all when it is."""
    folder = tmp_path / "valkey"
    folder.mkdir()
    server = Valkey(folder, keeps=False)
    with running(server):
        server.wait()
        yield server


@pytest.fixture
def system(tmp_path: Path, database: str, redis_of_ones_own: Valkey) -> Iterator[System]:
    """A service on a Redis of its own."""
    system = System(tmp_path, database=database, redis_url=redis_of_ones_own.url)
    with running(*system.processes):
        system.web.wait()
        yield system


def test_workers_killed_between_claim_and_write(distributed: System, figure: Figure) -> None:
    """Workers that die with claims in their hands: after the lease everything is graded once."""
    kills = 0
    with Load(distributed, answer="sleep 0.02") as load:
        for wanted in (40, 80, 120):
            load.wait_for(wanted)
            until(lambda: "grading" in distributed.statuses(), pause=0.002)
            distributed.worker.restart()
            kills += 1
    distributed.wait_until_graded()

    figure("worker killed (-9) between claim and write", kills, load)
    assert ALL_WELL == account(distributed, load)


def test_the_web_process_killed_under_load(distributed: System, figure: Figure) -> None:
    """Whatever was acknowledged before the web process was killed is there and graded."""
    kills = 0
    with Load(distributed, clients=8) as load:
        for wanted in (100, 250, 400):
            load.wait_for(wanted)
            distributed.web.restart()
            distributed.web.wait()
            kills += 1
        load.wait_for(500)
    distributed.wait_until_graded()

    figure("web process killed (-9) in mid-request", kills, load)
    assert load.lost > 0
    assert ALL_WELL == account(distributed, load)


def test_redis_killed_and_everything_in_it_gone(
    system: System, redis_of_ones_own: Valkey, figure: Figure
) -> None:
    """Hints are lost with Redis, submissions are not; handing in goes on without it."""
    with Load(system) as load:
        for round_ in range(1, 4):
            load.wait_for(100 * round_)
            redis_of_ones_own.kill()
            load.wait_for(100 * round_ + 50)
            redis_of_ones_own.start()
            redis_of_ones_own.wait()
    system.wait_until_graded()

    figure("Redis killed (-9), without persistence; handing in goes on", 3, load)
    assert {} == load.refused
    assert ALL_WELL == account(system, load)


def test_redis_emptied(system: System, redis_of_ones_own: Valkey, figure: Figure) -> None:
    """FLUSHALL under load loses hints only."""
    with Load(system) as load, redis_of_ones_own.client() as client:
        for round_ in range(1, 6):
            load.wait_for(60 * round_)
            client.flushall()
    system.wait_until_graded()

    figure("Redis emptied (FLUSHALL)", 5, load)
    assert ALL_WELL == account(system, load)


def test_redis_frozen(system: System, redis_of_ones_own: Valkey, figure: Figure) -> None:
    """With a Redis that is stopped (SIGSTOP) nobody waits: handing in stays fast."""
    with Load(system) as load:
        load.wait_for(50)
        redis_of_ones_own.signal(signal.SIGSTOP)
        load.slowest = 0
        load.wait_for(250)
        slowest = load.slowest
        redis_of_ones_own.signal(signal.SIGCONT)
    system.wait_until_graded()

    figure("Redis frozen (SIGSTOP) while submitting", 1, load)
    assert slowest < 3
    assert {} == load.refused
    assert ALL_WELL == account(system, load)


def test_connections_to_redis_silently_dropped(
    tmp_path: Path, database: str, redis_of_ones_own: Valkey, figure: Figure
) -> None:
    """Connections that fall silent are noticed in seconds: grading goes on by itself."""
    with FaultProxy(redis_of_ones_own.port) as proxy:
        url = f"redis://127.0.0.1:{proxy.port}/0"
        system = System(tmp_path, database=database, redis_url=url)
        with running(*system.processes):
            system.web.wait()
            with Load(system, clients=1) as load:
                load.wait_for(20)
                until(lambda: "graded" in system.statuses())
                dropped = proxy.drop()
                load.wait_for(60)
            began = time.monotonic()
            system.wait_until_graded(45)
            seconds = time.monotonic() - began

            figure(f"connections to Redis silently dropped; recovered in {seconds:.0f} s", 1, load)
            assert dropped > 0
            assert ALL_WELL == account(system, load)


def test_postgresql_crashed(tmp_path: Path, valkey: Valkey, figure: Figure) -> None:
    """While PostgreSQL is away the answer is 503; a 202 is always stored."""
    with postgres_folder() as folder:
        server = Postgres(folder)
        server.create()
        with running(server):
            server.wait()
            system = System(tmp_path, database=server.database("gradeck"), redis_url=valkey.url)
            with running(*system.processes):
                system.web.wait()
                with Load(system) as load:
                    for round_ in range(1, 3):
                        load.wait_for(100 * round_)
                        server.kill()
                        until(lambda: load.refused.get(503, 0) >= 5 * round_)  # noqa: B023
                        server.start()
                        server.wait()
                    load.wait_for(250)
                system.wait_until_graded()

                figure("PostgreSQL crashed (-9): 503 meanwhile", 2, load)
                assert {503} == load.refused.keys()
                assert ALL_WELL == account(system, load)


def test_hints_by_the_hundred(distributed: System, valkey: Valkey, figure: Figure) -> None:
    """Five hundred hints for the same work: each submission is graded once."""
    config = read_config(redis_url=valkey.url, database_url=distributed.database, secret="s" * 32)
    celery = make_celery(config)
    with Load(distributed) as load:
        load.wait_for(50)
        for _ in range(250):
            send_hint(celery)
        load.wait_for(100)
    distributed.wait_until_graded()

    figure("duplicate hints", 500, load)
    assert ALL_WELL == account(distributed, load)


def test_a_worker_told_to_end_finishes_first(distributed: System, figure: Figure) -> None:
    """SIGTERM in mid-drain: the worker ends by itself and well; another takes the rest."""
    store = Store(distributed.database)
    with Load(distributed, answer="sleep 0.01") as load:
        load.wait_for(50)
        until(lambda: "grading" in distributed.statuses(), pause=0.002)
        began = time.monotonic()
        code = distributed.worker.stop(40)
        seconds = time.monotonic() - began
    distributed.worker.start()
    distributed.wait_until_graded()
    store.close()

    figure(f"SIGTERM in mid-drain; ended in {seconds:.0f} s", 1, load)
    assert 0 == code
    assert ALL_WELL == account(distributed, load)


def test_ten_thousand_wait(distributed: System, figure: Figure) -> None:
    """Ten thousand that wait when the workers start are graded, each once."""
    distributed.worker.stop()
    store = Store(distributed.database)
    put(store, 10_000)
    began = time.monotonic()
    distributed.worker.start()
    distributed.wait_until_graded(120)
    seconds = time.monotonic() - began
    store.close()

    figure(f"10,000 waiting; graded in {seconds:.0f} s", 1, None)
    assert {"graded": 10_000} == distributed.statuses()


@pytest.mark.parametrize("harm", ["exit", "loop", "memory"])
def test_poison_among_the_living(distributed: System, harm: str, figure: Figure) -> None:
    """A submission that kills its marker ends in error after its attempts; no other suffers."""
    store = Store(distributed.database)
    put(store, 20)
    put(store, 1, {"sum": harm})
    put(store, 20)
    distributed.wait_until_graded()
    store.close()

    figure(f"poison: {harm}", 1, None)
    assert {"graded": 40, "error": 1} == distributed.statuses()
