"""The marking process: what exits, loops or eats memory fails alone, and nobody else."""

from collections.abc import Iterator

import pytest

from service.queue.drain import drain
from service.queue.marker import Marker, MarkerRules
from service.queue.work import Failed, Marked, Work
from service.store.engine import Store
from tests.service.world.rows import put, row, statuses, verdict_counts

RULES = MarkerRules("tests.service.world.sums:open_sums", seconds=2, memory_mib=256)


@pytest.fixture
def marker() -> Iterator[Marker]:
    """A marker of sums."""
    marker = Marker(RULES)
    yield marker
    marker.close()


def _work(text: str) -> Work:
    return Work("sums/one", "hash", "seed", {"sum": text})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("exit", "the marking process died"),
        ("loop", "the marking process gave nothing in 2 s"),
        ("memory", "marking raised MemoryError"),
        ("raise", "marking raised ValueError"),
    ],
)
def test_harm_stays_with_the_one_that_does_it(marker: Marker, text: str, reason: str) -> None:
    """Whatever a submission does to the marking process, its neighbours get their verdicts."""
    outcomes = list(marker([_work("1"), _work(text), _work("2")]))

    assert [Marked, Failed, Marked] == [type(outcome) for outcome in outcomes]
    assert Failed(reason) == outcomes[1]


def test_poison_in_the_queue_is_put_aside(store: Store, marker: Marker) -> None:
    """A submission that kills its marker ends in error; all others are graded once."""
    before, (poison,), after = put(store, 5), put(store, 1, {"sum": "exit"}), put(store, 5)

    drain(store, marker)

    assert {"graded": 10, "error": 1} == statuses(store)
    assert "the marking process died" == row(store, poison).error
    assert all(1 == row(store, name).attempts for name in (*before, *after))
    assert {0, 1} == verdict_counts(store)
