"""POST to graded, against two floors of the same run: the bare commit and one task a submission.

    python bench/service.py [--seconds 8] [--only embedded|distributed] [--class 300]

Every figure is for one machine at one time; what counts are the ratios. The clients take part of
the same cores, so absolute figures are lower than a client on another machine would see.

    ours       POST /api/v1/submissions answered 202, and every verdict written
    bare       the same route, the row committed by itself, and nothing marked
    one task   the same route, and one Celery task a submission, which claims, marks and writes it
"""

import argparse
import json
import math
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from multiprocessing import get_context
from multiprocessing.queues import Queue
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from service.store.ids import new_id
from tests.service.servers import (
    Postgres,
    Process,
    Valkey,
    Web,
    postgres_folder,
    running,
    worker,
)
from tests.service.system import System

ACCEPTED = 202
CLIENTS = 8
PARTS = 8
LAST_MINUTE = 60.0
ROUND = 3


@dataclass(frozen=True)
class Measured:
    """One way of doing it: submissions a second, and milliseconds to the answer."""

    rate: float
    p50: float
    p99: float

    def line(self, name: str) -> str:
        """A row of the table."""
        return f"| {name} | {self.rate:,.0f} | {self.p50:.1f} | {self.p99:.1f} |"


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which this share of the values lies, by the nearest rank.

    >>> quantile([3.0, 1.0, 2.0], 0.5)
    2.0
    """
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def hand_in(
    address: str, token: str, variant: str, seconds: float, times: "Queue[list[float]]"
) -> None:
    """One client: hands in for so long, one after the other; its times to the answer.

    With the standard library's client: the clients' share of the cores should be small.
    """
    spent = []
    given = {"variant": variant, "answers": {"sum": "12", "product": "x"}}
    body = json.dumps(given).encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    client = HTTPConnection(address.removeprefix("http://"), timeout=60)
    end = time.monotonic() + seconds
    while (began := time.monotonic()) < end:
        headers["Idempotency-Key"] = new_id()
        client.request("POST", "/api/v1/submissions", body, headers)
        answer = client.getresponse()
        answer.read()
        if answer.status != ACCEPTED:
            raise RuntimeError(answer.status)
        spent.append(time.monotonic() - began)
    times.put(spent)


def measure(system: System, seconds: float, *, graded: bool = True) -> Measured:
    """What clients see; the rate counts until the last verdict is written."""
    with system.student() as student:
        variant = student.deal()["id"]
        token = student.client.headers["Authorization"].removeprefix("Bearer ")
    context = get_context("spawn")
    times: Queue[list[float]] = context.Queue()
    arguments = (system.web.address, token, variant, seconds, times)
    clients = [context.Process(target=hand_in, args=arguments) for _ in range(CLIENTS)]
    began = time.monotonic()
    for client in clients:
        client.start()
    spent = [one for _ in clients for one in times.get()]
    for client in clients:
        client.join()
    if graded:
        system.wait_until_graded(300)
    # The clients' own start is not the service's time.
    took = time.monotonic() - began - starting(clients=len(clients))
    return Measured(
        len(spent) / max(took, seconds), 1e3 * quantile(spent, 0.5), 1e3 * quantile(spent, 0.99)
    )


def starting(clients: int) -> float:
    """Seconds that so many clients take to start, measured once."""
    if not _STARTING:
        context = get_context("spawn")
        began = time.monotonic()
        idle = [context.Process(target=time.sleep, args=(0,)) for _ in range(clients)]
        for one in idle:
            one.start()
        for one in idle:
            one.join()
        _STARTING.append(time.monotonic() - began)
    return _STARTING[0]


_STARTING: list[float] = []


@contextmanager
def serving(system: System, processes: Sequence[Process]) -> Iterator[System]:
    """The processes of a system, ready for requests."""
    with running(*processes):
        system.web.wait()
        yield system


def web_of(system: System, way: str) -> System:
    """The same system with a web process that hands in by another way (see bench_web)."""
    system.env = {**system.env, "GRADECK_BENCH_WAY": way}
    system.web = Web(system.folder, system.env)
    system.web.command = [
        part if part != "tests.service.served" else "bench.service_floors"
        for part in system.web.command
    ]
    return system


def embedded(seconds: float) -> dict[str, Measured]:
    """Ours and the bare commit, in turns, on SQLite."""
    found: dict[str, list[Measured]] = {"ours": [], "bare": []}
    for _ in range(ROUND):
        for way, measured in found.items():
            with tempfile.TemporaryDirectory() as folder:
                system = System(Path(folder))
                if way != "ours":
                    system = web_of(system, way)
                with serving(system, [system.web]):
                    measured.append(measure(system, seconds, graded=way == "ours"))
    return {way: middle(measured) for way, measured in found.items()}


def distributed(seconds: float) -> dict[str, Measured]:
    """Ours and both floors, in turns, on PostgreSQL and Valkey."""
    found: dict[str, list[Measured]] = {"ours": [], "bare": [], "one task": []}
    with postgres_folder() as pg_folder, tempfile.TemporaryDirectory() as valkey_folder:
        postgres, valkey = Postgres(pg_folder), Valkey(Path(valkey_folder))
        postgres.create()
        with running(postgres, valkey):
            postgres.wait()
            valkey.wait()
            for _ in range(ROUND):
                for way, measured in found.items():
                    with tempfile.TemporaryDirectory() as folder:
                        measured.append(_one(way, Path(folder), postgres, valkey, seconds))
    return {way: middle(measured) for way, measured in found.items()}


def _one(way: str, folder: Path, postgres: Postgres, valkey: Valkey, seconds: float) -> Measured:
    with valkey.client() as client:
        client.flushall()
    system = System(folder, database=postgres.database(new_id()), redis_url=valkey.url)
    processes: list[Process] = [system.web, system.worker, system.beat]
    if way != "ours":
        system = web_of(system, way)
        processes = [system.web]
    if way == "one task":
        tasks = worker(folder, system.env)
        tasks.command = [
            part if part != "service.worker" else "bench.service_floors" for part in tasks.command
        ]
        processes.append(tasks)
    with serving(system, processes):
        return measure(system, seconds, graded=way != "bare")


def middle(measured: Sequence[Measured]) -> Measured:
    """The medians of several rounds."""
    return Measured(
        statistics.median(one.rate for one in measured),
        statistics.median(one.p50 for one in measured),
        statistics.median(one.p99 for one in measured),
    )


def last_minute(students: int) -> tuple[float, float, float]:
    """p50, p99 and the longest time to a verdict when a class hands in within a minute.

    Each student hands in PARTS submissions at random moments of the minute and waits for each.
    """
    with tempfile.TemporaryDirectory() as folder:
        system = System(Path(folder))
        with serving(system, [system.web]), system.student() as student:
            variant = student.deal()["id"]
            headers = dict(student.client.headers)
            spent = _crowd(system.web.address, headers, variant, students)
    return quantile(spent, 0.5), quantile(spent, 0.99), max(spent)


def _crowd(address: str, headers: dict[str, str], variant: str, students: int) -> list[float]:
    count = students * PARTS
    lock = threading.Lock()
    spent: list[float] = []
    began = time.monotonic() + 1
    # Evenly spread with the golden ratio: as uneven as chance would be, and the same each time.
    moments = sorted(LAST_MINUTE * (n * 0.618034 % 1) for n in range(count))
    waiting = iter(moments)
    given = {"variant": variant, "answers": {"sum": "12", "product": "x"}}

    def hand_in_on_time() -> None:
        with httpx.Client(base_url=address, timeout=60) as client:
            while True:
                with lock:
                    moment = next(waiting, None)
                if moment is None:
                    return
                time.sleep(max(0, began + moment - time.monotonic()))
                asked = {**headers, "Idempotency-Key": new_id(), "Prefer": "wait=20"}
                answer = client.post("/api/v1/submissions", json=given, headers=asked)
                answer.raise_for_status()
                with lock:
                    # From the moment it was due: a client that is late counts too.
                    spent.append(time.monotonic() - began - moment)

    threads = [threading.Thread(target=hand_in_on_time) for _ in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return spent


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--only", choices=["embedded", "distributed", "class"])
    parser.add_argument("--class", dest="students", type=int, default=300)
    given = parser.parse_args()
    print(f"{os.cpu_count()} cores, {CLIENTS} clients, medians of {ROUND} rounds in turns\n")
    for name, work in (("embedded", embedded), ("distributed", distributed)):
        if given.only in {None, name}:
            found = work(given.seconds)
            print(f"| {name} | submissions/s | p50 ms | p99 ms |\n|---|---|---|---|")
            for way, measured in found.items():
                print(measured.line(way))
            for floor in found.keys() - {"ours"}:
                print(f"ours / {floor}: {found['ours'].rate / found[floor].rate:.2f}")
            print()
    if given.only in {None, "class"}:
        p50, p99, longest = last_minute(given.students)
        print(
            f"{given.students} students, {PARTS} submissions each within a minute, embedded, to "
            f"the verdict: p50 {1e3 * p50:.0f} ms, p99 {1e3 * p99:.0f} ms, "
            f"longest {1e3 * longest:.0f} ms"
        )


if __name__ == "__main__":
    main()
