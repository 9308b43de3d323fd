"""Faults of the embedded service: killed, disk full, many writers, a clock that is off."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection, event, select

from service.queue.claim import QueueRules, claim
from service.queue.drain import DrainCounts, drain
from service.queue.marker import Marker
from service.queue.sweep import SweepCounts, sweep
from service.running import Service
from service.store.engine import BUSY_MS, Store, StoreBusyError
from service.store.migrating import migrate
from service.store.schema import users
from tests.service.world.load import ALL_WELL, Figure, Load, account
from tests.service.world.locked import locked
from tests.service.world.rows import expire_leases, put, statuses, verdict_counts
from tests.service.world.servers import PATIENCE, ROOT, until
from tests.service.world.system import System
from tests.service.world.walk import Headers

HOUR = 3600
WRITER = """
import sys
from sqlalchemy import text
from service.store.engine import Store, StoreBusyError
store = Store(sys.argv[1])
for _ in range(100):
    with store.write() as connection:
        value = connection.execute(text("SELECT value FROM counter")).scalar_one()
        connection.execute(text("UPDATE counter SET value = :v"), {"v": value + 1})
store.close()
"""
MIGRATES = """
import sys
from service.store.engine import BUSY_MS, Store, StoreBusyError
from service.store.migrating import migrate
migrate(Store(sys.argv[1]))
"""


@pytest.mark.servers
def test_killed_under_load(embedded: System, figure: Figure) -> None:
    """The one process killed with all its threads: what was acknowledged is graded once."""
    with Load(embedded, clients=8, answer="sleep 0.005") as load:
        for _ in range(2):
            load.wait_for_more(80)
            embedded.web.restart()
            embedded.web.wait()
        load.wait_for_more(50)

    assert load.broken > 0
    assert ALL_WELL == account(embedded, load)
    figure("embedded: killed (-9) under load", 2, load)


@pytest.mark.servers
def test_told_to_end_with_poison_aboard(embedded: System, figure: Figure) -> None:
    """SIGTERM in the middle of work ends it well; what kills its marker ends in error, alone."""
    poisons = ("exit", "loop", "memory")
    with embedded.student() as student, Load(embedded, answer="sleep 0.01") as load:
        variant = student.deal()
        places = [student.submit(variant, {"sum": harm}).headers["Location"] for harm in poisons]
        load.wait_for_more(60)
        began = time.monotonic()
        code = embedded.web.stop()
        seconds = time.monotonic() - began
        embedded.web.start()
        embedded.web.wait()
        load.wait_for_more(10)
    well = account(embedded, load)
    with httpx.Client(base_url=embedded.web.address, headers=student.client.headers) as client:
        ends = [client.get(place).json()["status"] for place in places]

    assert 0 == code
    assert ALL_WELL == well
    assert ["error"] * 3 == ends
    figure(f"embedded: SIGTERM in mid-drain; ended by itself in {seconds:.0f} s", 1, load)
    figure("embedded: poison: exits, loops for ever, eats memory", 3, load)


@pytest.mark.servers
def test_locked_in_mid_batch(embedded: System, figure: Figure) -> None:
    """The database is locked beyond all patience while slow marking is under way."""
    store = Store(embedded.database)
    with Load(embedded, clients=40, answer="sleep 0.05") as load:
        load.wait_for_more(80)
        until(lambda: statuses(store).get("grading", 0) > 32, pause=0.002)
        with locked(store):
            began = time.monotonic()
            until(lambda: "background work failed" in embedded.logs())
            seconds = time.monotonic() - began
        load.wait_for_more(80)
    store.close()

    assert seconds > BUSY_MS / 1000
    assert ALL_WELL == account(embedded, load)
    figure(f"embedded: database locked for {seconds:.0f} s in mid-batch", 1, load)


def test_disk_full(
    client: FlaskClient,
    service: Service,
    ada: Headers,
    dealt: dict[str, Any],
    grade: Callable[[], DrainCounts],
    figure: Figure,
) -> None:
    """When the disk is full the answer is 503 and nothing is stored; with room it goes on."""
    full = {"is": True}

    @event.listens_for(service.store.engine, "begin")
    def _limit(connection: Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        most = pages if full["is"] else 1_000_000
        connection.exec_driver_sql(f"PRAGMA max_page_count = {most}")

    given = {"variant": dealt["id"], "answers": {"sum": "9" * 1500, "product": "9" * 1500}}
    answers = [client.post("/api/v1/submissions", json=given, headers=ada) for _ in range(20)]
    stored = sum(answer.status_code == 202 for answer in answers)
    # Markers can't write then either: they give up, and their leases lapse.
    with pytest.raises(StoreBusyError):
        grade()
    full["is"] = False
    after = client.post("/api/v1/submissions", json=given, headers=ada)
    expire_leases(service.store)
    sweep(service.store, QueueRules())
    grade()

    assert {202, 503} >= {answer.status_code for answer in answers}
    refused = next(answer for answer in answers if answer.status_code == 503)
    assert int(refused.headers["Retry-After"]) > 0
    assert 202 == after.status_code
    assert {"graded": stored + 1} == statuses(service.store)
    assert {1} == verdict_counts(service.store)
    figure("embedded: disk full (PRAGMA max_page_count); 503 meanwhile", 20 - stored, None)


def test_eight_processes_write(tmp_path: Path, figure: Figure) -> None:
    """Eight processes that read, add one and write: no update of 800 is lost, none fails."""
    url = f"sqlite:///{tmp_path / 'counter.sqlite'}"
    store = Store(url)
    with store.write() as connection:
        connection.exec_driver_sql("CREATE TABLE counter (value INTEGER)")
        connection.exec_driver_sql("INSERT INTO counter VALUES (0)")
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, url], cwd=ROOT) for _ in range(8)]
    codes = [writer.wait(PATIENCE) for writer in writers]
    with store.read() as connection:
        value = connection.exec_driver_sql("SELECT value FROM counter").scalar()
    store.close()

    assert [0] * 8 == codes
    assert 800 == value
    figure("8 SQLite writers, 100 updates each", 800, None)


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_an_hour_off(
    store: Store, monkeypatch: pytest.MonkeyPatch, hours: int, marker: Marker
) -> None:
    """A process whose clock is an hour off takes no lease before its time, and keeps none."""
    rules = QueueRules(batch=4, lease_seconds=30)
    put(store, 8)
    claim(store, rules)
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + hours * HOUR)
    monkeypatch.setattr(time, "time_ns", lambda: int((real() + hours * HOUR) * 1e9))

    swept = sweep(store, rules)
    put(store, 4)
    done = drain(store, marker, rules)

    assert SweepCounts() == swept
    assert DrainCounts(8, 8) == done
    assert {"graded": 8, "grading": 4} == statuses(store)


def test_two_that_migrate_at_once(tmp_path: Path) -> None:
    """Processes that start together migrate one after the other, and both go on."""
    url = f"sqlite:///{tmp_path / 'new.sqlite'}"
    starts = [subprocess.Popen([sys.executable, "-c", MIGRATES, url], cwd=ROOT) for _ in range(3)]

    assert [0, 0, 0] == [start.wait(PATIENCE) for start in starts]
    store = Store(url)
    migrate(store)
    with store.read() as connection:
        assert [] == connection.execute(select(users.c.id)).all()
    store.close()


def test_ten_thousand_wait_embedded(tmp_path: Path, figure: Figure, marker: Marker) -> None:
    """Ten thousand waiting submissions on SQLite are graded, each once."""
    store = Store(f"sqlite:///{tmp_path / 'many.sqlite'}")
    migrate(store)
    put(store, 10_000)
    began = time.monotonic()
    done = drain(store, marker)
    seconds = time.monotonic() - began
    counts = verdict_counts(store)
    store.close()

    assert DrainCounts(10_000, 10_000) == done
    assert {1} == counts
    figure(f"embedded: 10,000 waiting; graded in {seconds:.0f} s", 1, None)
