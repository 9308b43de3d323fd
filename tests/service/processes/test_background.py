"""The threads of a serving process: how often they work, and that nothing ends them."""

import threading
import time
from itertools import pairwise

from service.processes.bell import Bell
from tests.service.world.servers import until


def test_many_rings_are_few_hints() -> None:
    """However often it rings, the relay works at most once per pause; the last ring is heard."""
    times: list[float] = []
    bell = Bell("relay", lambda: times.append(time.monotonic()), pause=0.05)
    bell.start()
    for _ in range(500):
        bell.ring()
        time.sleep(0.001)
    rung = time.monotonic()
    bell.ring()
    until(lambda: times[-1] >= rung)
    bell.stop()

    assert len(times) > 1
    assert all(later - sooner > 0.049 for sooner, later in pairwise(times))


def test_ringing_never_waits_for_the_work() -> None:
    """A request that rings goes on, though the work hangs, as it does with a frozen Redis."""
    hangs = threading.Event()
    began = threading.Event()

    def work() -> None:
        began.set()
        hangs.wait()

    bell = Bell("relay", work)
    bell.start()
    bell.ring()
    began.wait()
    for _ in range(1000):
        bell.ring()

    assert bell.is_alive()
    hangs.set()
    bell.stop()
    assert not bell.is_alive()


def test_work_that_fails_is_done_again() -> None:
    """An error is logged, and the work is tried again without another ring."""
    tries = []

    def work() -> None:
        tries.append(1)
        if len(tries) == 1:
            raise OSError("gone")

    bell = Bell("relay", work)
    bell.start()
    bell.ring()
    until(lambda: len(tries) == 2)
    bell.stop()
    assert 2 == len(tries)
