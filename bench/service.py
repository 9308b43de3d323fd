"""POST to graded, against two floors of the same run: the bare commit and one task a submission.

    python bench/service.py [--seconds 6] [--only embedded|distributed|class] [--class 300]

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
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from multiprocessing import get_context
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.service_class import PARTS, last_minute
from service.store.ids import new_id
from tests.service.world.servers import Postgres, Process, Valkey, postgres_folder, running
from tests.service.world.system import System

ACCEPTED = 202
CLIENTS = 8
ROUNDS = 3
WAYS = {"embedded": ("ours", "bare"), "distributed": ("ours", "bare", "one task")}
PATIENCE = 300


@dataclass(frozen=True)
class Measured:
    """One way of doing it: submissions a second, and seconds to the answer."""

    rate: float
    p50: float
    p99: float


@dataclass(frozen=True)
class Servers:
    """PostgreSQL and Valkey of the distributed ways."""

    postgres: Postgres
    valkey: Valkey


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which this share of the values lies, by the nearest rank.

    >>> quantile([3.0, 1.0, 2.0], 0.5)
    2.0
    """
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def hand_in(
    system: tuple[str, str, str], seconds: float, start: Barrier, times: "Queue[list[float]]"
) -> None:
    """One client: hands in for so long, one after the other; its seconds to each answer.

    With the standard library's client: the clients' share of the cores should be small.
    """
    address, token, variant = system
    body = json.dumps({"variant": variant, "answers": {"sum": "12", "product": "x"}}).encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    client = HTTPConnection(address.removeprefix("http://"), timeout=60)
    spent = []
    start.wait()
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


def measure(system: System, seconds: float, *, graded: bool) -> Measured:
    """What clients see; where there is marking, the rate counts until the last verdict."""
    with system.student() as student:
        variant = student.deal()["id"]
        token = student.client.headers["Authorization"].removeprefix("Bearer ")
    context = get_context("spawn")
    times: Queue[list[float]] = context.Queue()
    start = context.Barrier(CLIENTS + 1)
    arguments = ((system.web.address, token, variant), seconds, start, times)
    clients = [context.Process(target=hand_in, args=arguments) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    start.wait()
    began = time.monotonic()
    spent = [one for _ in clients for one in times.get()]
    if graded:
        system.wait_until_graded(PATIENCE)
    rate = len(spent) / (time.monotonic() - began)
    for client in clients:
        client.join()
    return Measured(rate, quantile(spent, 0.5), quantile(spent, 0.99))


@contextmanager
def serving(way: str, servers: Servers | None) -> Iterator[System]:
    """A fresh system that does it this way, ready for requests."""
    with tempfile.TemporaryDirectory() as folder:
        at: dict[str, str] = {}
        if servers is not None:
            with servers.valkey.client() as client:
                client.flushall()
            at = {"database": servers.postgres.database(new_id()), "redis_url": servers.valkey.url}
        if way == "ours":
            system = System(Path(folder), **at)
        else:
            floors = "bench.service_floors"
            system = System(Path(folder), **at, module=floors, app=floors)
            system.env["GRADECK_BENCH_WAY"] = way
        processes: dict[str, list[Process]] = {
            "bare": [system.web],
            "one task": [system.web, system.worker],
        }
        with running(*processes.get(way, system.processes)):
            system.web.wait()
            yield system


@contextmanager
def servers_of(kind: str) -> Iterator[Servers | None]:
    """The servers that this kind of service needs."""
    if kind == "embedded":
        yield None
        return
    with postgres_folder() as data, tempfile.TemporaryDirectory() as folder:
        servers = Servers(Postgres(data), Valkey(Path(folder)))
        servers.postgres.create()
        with running(servers.postgres, servers.valkey):
            servers.postgres.wait()
            servers.valkey.wait()
            yield servers


def compare(kind: str, seconds: float) -> dict[str, Measured]:
    """Medians of rounds in which the ways take turns."""
    found: dict[str, list[Measured]] = {way: [] for way in WAYS[kind]}
    with servers_of(kind) as servers:
        for _ in range(ROUNDS):
            for way, measured in found.items():
                with serving(way, servers) as system:
                    measured.append(measure(system, seconds, graded=way != "bare"))
    return {way: middle(measured) for way, measured in found.items()}


def middle(measured: Sequence[Measured]) -> Measured:
    """The median of each figure."""
    return Measured(
        statistics.median(one.rate for one in measured),
        statistics.median(one.p50 for one in measured),
        statistics.median(one.p99 for one in measured),
    )


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--only", choices=[*WAYS, "class"])
    parser.add_argument("--class", dest="students", type=int, default=300)
    given = parser.parse_args()
    print(f"{os.cpu_count()} cores, {CLIENTS} clients, medians of {ROUNDS} rounds in turns\n")
    for kind in WAYS:
        if given.only in {None, kind}:
            found = compare(kind, given.seconds)
            print(
                f"| {kind} | submissions/s | p50 ms | p99 ms | ours to it |\n|---|---|---|---|---|"
            )
            for way, one in found.items():
                ratio = found["ours"].rate / one.rate
                figures = f"{one.rate:,.0f} | {1e3 * one.p50:.1f} | {1e3 * one.p99:.1f}"
                print(f"| {way} | {figures} | {ratio:.2f} |")
            print(flush=True)
        if given.only in {None, "class"}:
            with servers_of(kind) as servers, serving("ours", servers) as system:
                spent = last_minute(system, given.students)
            p50, p99 = (1e3 * quantile(spent, share) for share in (0.5, 0.99))
            print(
                f"{given.students} students, {PARTS} parts each within a minute, {kind}, to the "
                f"verdict: p50 {p50:.0f} ms, p99 {p99:.0f} ms, longest {1e3 * max(spent):.0f} ms\n",
                flush=True,
            )


if __name__ == "__main__":
    main()
