"""`/metrics` of two web processes: whichever answers tells what both have counted."""

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.service.world.servers import PATIENCE, Valkey, running, until
from tests.service.world.system import System

pytestmark = pytest.mark.servers
COUNT = r'gradeck_requests_total\{method="GET",route="/sign-in",status="200"\} (\S+)'
TIMES = r'gradeck_request_seconds_count\{route="/sign-in"\} (\S+)'


@pytest.fixture
def two(tmp_path: Path, database: str, valkey: Valkey) -> Iterator[System]:
    """A service with two web processes."""
    system = System(tmp_path, database=database, redis_url=valkey.url)
    system.web.command += ["--workers", "2"]
    with running(system.web):
        system.web.wait()
        yield system


def workers(pid: int) -> list[int]:
    """The processes that a process has started, as Linux lists them."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(word) for word in listed.split()]


@contextmanager
def frozen(pid: int) -> Iterator[None]:
    """A process that does nothing meanwhile: the other one answers."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def ask(system: System, times: int) -> None:
    """Open the page to sign in, each time on a connection of its own."""
    for _ in range(times):
        httpx.get(f"{system.web.address}/sign-in", timeout=PATIENCE).raise_for_status()


def counted(system: System, headers: dict[str, str]) -> list[float]:
    """How many of these requests /metrics tells, by the counter and by the histogram."""
    text = httpx.get(f"{system.web.address}/metrics", headers=headers, timeout=PATIENCE).text
    return [float(number) for pattern in (COUNT, TIMES) for number in re.findall(pattern, text)]


def test_each_of_two_processes_tells_the_counts_of_both(two: System) -> None:
    """Requests to each while the other is frozen are summed; one that is killed takes none away."""
    headers = {"Authorization": f"Bearer {two.add_user(admin=True)}"}
    until(lambda: len(workers(two.web.pid)) == 2)
    first, second = workers(two.web.pid)
    with frozen(second):
        ask(two, 5)
        by_first = counted(two, headers)
    with frozen(first):
        ask(two, 7)
        by_second = counted(two, headers)
    os.kill(first, signal.SIGKILL)
    until(lambda: len(set(workers(two.web.pid)) - {first}) == 2)
    ask(two, 3)
    after = counted(two, headers)

    assert [5, 5] == by_first
    assert [12, 12] == by_second
    assert [15, 15] == after


def test_the_counts_files_go_when_the_service_ends(two: System, tmp_path: Path) -> None:
    """What the processes counted in is left nowhere."""
    two.web.kill()
    two.web.env = {**two.env, "TMPDIR": str(tmp_path / "tmp")}
    (tmp_path / "tmp").mkdir()
    two.web.start()
    two.web.wait()
    during = list((tmp_path / "tmp").glob("gradeck-counts-*/*.db"))
    two.web.stop()

    assert during
    assert [] == list((tmp_path / "tmp").glob("gradeck-counts-*"))


def test_one_process_counts_by_itself(embedded: System) -> None:
    """The embedded service tells the same without any file."""
    headers = {"Authorization": f"Bearer {embedded.add_user(admin=True)}"}
    before = counted(embedded, headers)
    ask(embedded, 4)
    after = counted(embedded, headers)

    assert [4, 4] == [new - old for new, old in zip(after, before or [0, 0], strict=True)]
