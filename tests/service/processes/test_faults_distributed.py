"""Faults of the distributed service, done for real: nothing lost, nothing graded twice.

One service goes through all of them without being started anew, since that is what it promises:
to recover by itself from each.
"""

import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from sqlalchemy import func, select, update

from service.config import read_config
from service.processes.worker import ENOUGH, HINT, hints_waiting, make_celery, send_hint
from service.queue.claim import QueueRules, claim, finish
from service.queue.work import Marked
from service.store.engine import Store
from service.store.schema import submissions, variants
from tests.service.world.fault_proxy import FaultProxy
from tests.service.world.load import ALL_WELL, Figure, Load, account
from tests.service.world.rows import add_sum, put, statuses
from tests.service.world.servers import (
    PATIENCE,
    Postgres,
    Process,
    Valkey,
    postgres_folder,
    running,
    until,
    worker,
)
from tests.service.world.sums import sum_verdict
from tests.service.world.system import System

pytestmark = pytest.mark.servers


@dataclass(frozen=True)
class Site:
    """A service with servers of its own; the way to its Redis leads through a proxy."""

    system: System
    postgres: Postgres
    valkey: Valkey
    proxy: FaultProxy
    store: Store

    def well(self) -> None:
        """Every process runs, requests are taken, and nothing waits."""
        for process in (self.postgres, self.valkey, *self.system.processes):
            process.signal(signal.SIGCONT)
            if not process.is_alive():
                process.start()
        self.postgres.wait()
        self.system.web.wait()
        self.system.wait_until_graded(PATIENCE)


@pytest.fixture(scope="module")
def one_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The service of this file."""
    folder = tmp_path_factory.mktemp("site")
    valkey = Valkey(folder, keeps=False)  # so that whoever kills it empties it too
    with postgres_folder() as data, FaultProxy(valkey.port) as proxy:
        postgres = Postgres(data)
        postgres.create()
        with running(postgres, valkey):
            postgres.wait()
            database = postgres.database("gradeck")
            redis_url = f"redis://127.0.0.1:{proxy.port}/0"
            system = System(folder, database=database, redis_url=redis_url)
            store = Store(database)
            with running(*system.processes):
                system.web.wait()
                yield Site(system, postgres, valkey, proxy, store)
            store.close()


@pytest.fixture
def site(one_site: Site) -> Iterator[Site]:
    """The service, well; a test that fails leaves it to the next one as it should be."""
    one_site.well()
    yield one_site
    one_site.well()


def freeze_with_claims(site: Site, process: Process) -> None:
    """Stop a worker (SIGSTOP) at a moment when it has claimed and has not written."""

    def caught() -> bool:
        until(lambda: "grading" in statuses(site.store), pause=0.002)
        process.signal(signal.SIGSTOP)
        time.sleep(0.05)  # what was on its way to the database has arrived
        if "grading" in statuses(site.store):
            return True
        process.signal(signal.SIGCONT)
        return False

    until(caught)


def unfinished(store: Store) -> dict[str, int]:
    """How many submissions wait and are being graded."""
    found = statuses(store)
    return {status: found[status] for status in ("waiting", "grading") if status in found}


def claimed_again(store: Store) -> int:
    """How many submissions were taken back from a worker and claimed once more."""
    with store.read() as connection:
        return connection.execute(
            select(func.count()).select_from(submissions).where(submissions.c.claims > 1)
        ).scalar_one()


def test_workers_killed_between_claim_and_write(site: Site, figure: Figure) -> None:
    """Workers that die with claims in their hands: after the lease everything is graded once."""
    before = claimed_again(site.store)
    with Load(site.system, answer="sleep 0.02") as load:
        for _ in range(3):
            load.wait_for_more(30)
            freeze_with_claims(site, site.system.worker)
            site.system.worker.restart()

    assert ALL_WELL == account(site.system, load)
    assert claimed_again(site.store) > before
    figure("worker killed (-9) between claim and write", 3, load)


def test_the_web_process_killed_under_load(site: Site, figure: Figure) -> None:
    """Whatever was acknowledged before the web process was killed is there and graded."""
    with Load(site.system, clients=8) as load:
        for _ in range(2):
            load.wait_for_more(100)
            site.system.web.restart()
            site.system.web.wait()
        load.wait_for_more(50)

    assert load.broken > 0
    assert ALL_WELL == account(site.system, load)
    figure("web process killed (-9) in mid-request", 2, load)


def test_redis_killed_and_everything_in_it_gone(site: Site, figure: Figure) -> None:
    """Hints are lost with Redis, submissions are not; handing in goes on while it is down."""
    kills = 4
    with Load(site.system) as load:
        for _ in range(kills):
            load.wait_for_more(50)
            site.valkey.kill()
            load.wait_for_more(50)
            site.valkey.start()
            site.valkey.wait()

    assert ({}, 0) == (load.refused, load.broken)
    assert ALL_WELL == account(site.system, load)
    figure("Redis killed (-9) and empty; down while handing in", kills, load)


def test_redis_emptied(site: Site, figure: Figure) -> None:
    """FLUSHALL under load loses hints only."""
    with Load(site.system) as load, site.valkey.client() as client:
        for _ in range(5):
            load.wait_for_more(40)
            client.flushall()

    assert ({}, 0) == (load.refused, load.broken)
    assert ALL_WELL == account(site.system, load)
    figure("Redis emptied (FLUSHALL)", 5, load)


def test_redis_frozen(site: Site, figure: Figure) -> None:
    """With a Redis that is stopped (SIGSTOP) nobody waits for it: handing in goes on."""
    with Load(site.system) as load:
        load.wait_for_more(50)
        site.valkey.signal(signal.SIGSTOP)
        load.usual_seconds()
        load.wait_for_more(200)
        seconds = load.usual_seconds()
        site.valkey.signal(signal.SIGCONT)

    assert seconds < 1
    assert ({}, 0) == (load.refused, load.broken)
    assert ALL_WELL == account(site.system, load)
    figure(f"Redis frozen (SIGSTOP); acknowledged in {1e3 * seconds:.0f} ms (median)", 1, load)


def test_connections_to_redis_silently_dropped(site: Site, figure: Figure) -> None:
    """Connections that fall silent are noticed in seconds: grading goes on by itself."""
    with Load(site.system, clients=1) as load:
        load.wait_for_more(20)
        dropped = site.proxy.drop()
        load.wait_for_more(20)
    began = time.monotonic()
    site.system.wait_until_graded(PATIENCE)
    seconds = time.monotonic() - began

    assert dropped > 2
    assert ALL_WELL == account(site.system, load)
    figure(f"connections to Redis silently dropped; recovered in {seconds:.0f} s", dropped, load)


def test_postgresql_crashed(site: Site, figure: Figure) -> None:
    """While PostgreSQL is away the answer is 503; a 202 is always stored."""
    with Load(site.system) as load:
        for round_ in range(1, 3):
            load.wait_for_more(50)
            site.postgres.kill()
            until(lambda: load.refused.get(503, 0) >= 5 * round_)  # noqa: B023 - called in this round
            site.postgres.start()
            site.postgres.wait()
        load.wait_for_more(50)

    assert {503} == load.refused.keys()
    assert ALL_WELL == account(site.system, load)
    figure("PostgreSQL crashed (-9); 503 meanwhile", 2, load)


def test_hints_by_the_hundred(site: Site, figure: Figure) -> None:
    """Hundreds of hints for the same work grade it once; and we ourselves never send so many."""
    config = read_config(
        redis_url=site.valkey.url, database_url=site.system.database, secret="s" * 32
    )
    celery = make_celery(config)
    with Load(site.system) as load:
        load.wait_for_more(30)
        site.system.worker.signal(signal.SIGSTOP)
        for _ in range(500):
            celery.send_task(HINT, ignore_result=True)
        waiting = hints_waiting(celery)
        send_hint(celery)
        load.wait_for_more(30)
        after = hints_waiting(celery)
        site.system.worker.signal(signal.SIGCONT)

    assert waiting > ENOUGH
    assert waiting == after
    assert ALL_WELL == account(site.system, load)
    figure("duplicate hints", 500, load)


def test_a_stale_worker_finishes_after_its_lease(site: Site, figure: Figure) -> None:
    """A worker frozen beyond its lease is overtaken; what it still writes is dropped."""
    before = claimed_again(site.store)
    with Load(site.system, answer="sleep 0.02") as load:
        load.wait_for_more(30)
        freeze_with_claims(site, site.system.worker)
    other = worker(site.system.folder, site.system.env)
    with running(other):
        site.system.wait_until_graded(PATIENCE)
        site.system.worker.signal(signal.SIGCONT)
        put(site.store, 50)

        assert ALL_WELL == account(site.system, load)
    assert claimed_again(site.store) > before
    figure("stale worker finishes after its lease", 1, load)


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_workers_clock_an_hour_off(site: Site, hours: int, figure: Figure) -> None:
    """A worker whose host's clock is wrong takes its hints, and nobody's lease before its time."""
    owner = add_sum(site.store)
    site.system.worker.kill()
    put(site.store, 1, owner=owner)
    (held,) = claim(site.store, QueueRules(lease_seconds=1800))
    with running(worker(site.system.folder, site.system.env, hours_off=hours)):
        with Load(site.system) as load:
            load.wait_for_more(60)
        until(lambda: {"grading": 1} == unfinished(site.store))
        ended = finish(site.store, QueueRules(), [(held, Marked(sum_verdict(held.work)))])

    assert [held.id] == ended
    assert ALL_WELL == account(site.system, load)
    figure(f"worker's clock {hours:+d} h off", 1, load)


def test_ten_thousand_wait_and_a_worker_is_told_to_end(site: Site, figure: Figure) -> None:
    """SIGTERM in mid-drain: the worker ends well; of ten thousand each is graded, once."""
    owner = add_sum(site.store)
    site.system.worker.signal(signal.SIGSTOP)
    put(site.store, 10_000, owner=owner)
    began = time.monotonic()
    site.system.worker.signal(signal.SIGCONT)
    until(lambda: statuses(site.store, owner[1]).get("graded", 0) > 500)
    told = time.monotonic()
    code = site.system.worker.stop()
    seconds_to_end = time.monotonic() - told
    left = statuses(site.store, owner[1])
    site.system.worker.start()
    site.system.wait_until_graded(2 * PATIENCE)
    seconds = time.monotonic() - began

    assert 0 == code
    assert "grading" not in left
    assert {"graded": 10_000} == statuses(site.store, owner[1])
    figure(f"SIGTERM in mid-drain; ended by itself in {seconds_to_end:.0f} s", 1, None)
    figure(f"10,000 waiting; graded in {seconds:.0f} s, a worker's restart included", 1, None)


def test_poison_among_the_living(site: Site, figure: Figure) -> None:
    """What kills its marker ends in error after its claims; no other suffers."""
    good, poison = add_sum(site.store), add_sum(site.store)
    put(site.store, 20, owner=good)
    for harm in ("exit", "loop", "memory"):
        put(site.store, 1, {"sum": harm}, owner=poison)
    put(site.store, 20, owner=good)
    site.system.wait_until_graded(PATIENCE)

    assert {"graded": 40} == statuses(site.store, good[1])
    assert {"error": 3} == statuses(site.store, poison[1])
    figure("poison: exits, loops for ever, eats memory", 3, None)


def test_forty_parallel_submits_against_a_limit_of_three(site: Site, figure: Figure) -> None:
    """Forty requests at once over PostgreSQL: three are stored, 37 hear that none are left."""
    with site.system.student() as student:
        variant = student.deal()
        with site.store.write() as connection:
            connection.execute(
                update(variants).where(variants.c.id == variant["id"]).values(allowed=3)
            )
        with ThreadPoolExecutor(40) as pool:
            codes = list(
                pool.map(lambda n: student.submit(variant, {"sum": str(n)}).status_code, range(40))
            )

    assert {202: 3, 409: 37} == {code: codes.count(code) for code in set(codes)}
    figure("40 parallel submits, limit 3", 40, None)
