"""The drain step by step: slices, leases, sources, and when it ends; marked by a plain function.

What a marking process does to it is tested in test_marker.py and test_store_fails.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from service.queue.claim import QueueRules, claim
from service.queue.drain import DrainCounts, drain
from service.queue.sweep import SweepCounts, sweep
from service.queue.work import Failed, Marked, MarkingResult, SourceWanted, Work
from service.store.engine import Store
from tests.service.world.rows import (
    SUMS,
    add_sum,
    correct,
    expire_leases,
    mistaken,
    put,
    put_class,
    row,
    statuses,
)
from tests.service.world.sums import sum_verdict

RULES = QueueRules(3, 30, 3)
LARGE = QueueRules(64, 30, 3)


@pytest.fixture
def store(small_store: Store) -> Store:
    """One store is enough for what is done in which order."""
    return small_store


@dataclass
class Steps:
    """A drain's clock and what it did: how many it marked at once, slept, and told as ended.

    Each slice takes `seconds` to mark.
    """

    seconds: float = 0
    now: float = 1000
    marked: list[int] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    told: list[int] = field(default_factory=list)

    def monotonic(self) -> float:
        """The moment by this clock."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Note a pause."""
        self.slept.append(seconds)

    def mark(self, works: Sequence[Work]) -> list[MarkingResult]:
        """MarkAll each, which takes its time."""
        self.marked.append(len(works))
        self.now += self.seconds
        return [Marked(sum_verdict(work)) for work in works]

    def ended(self, ids: Sequence[str]) -> None:
        """Note how many ended."""
        self.told.append(len(ids))


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Steps:
    """A clock that stands still but for the marking."""
    steps = Steps()
    monkeypatch.setattr("service.queue.drain.time", steps)
    return steps


def fail_once(store: Store, count: int) -> list[str]:
    """Submissions that wait after their first claim lapsed."""
    names = put(store, count)
    claim(store, LARGE)
    expire_leases(store)
    sweep(store, LARGE)
    return names


def test_batches_are_as_large_as_the_rules_say(store: Store, steps: Steps) -> None:
    """A pause comes after each batch that was not full, also after the last."""
    put(store, 7)

    assert DrainCounts(7, 7) == drain(store, steps.mark, RULES, pause=0.5, ended=steps.ended)
    assert ([3, 3, 1], [3, 3, 1], [0.5]) == (steps.marked, steps.told, steps.slept)


def test_a_full_batch_is_followed_by_the_next_at_once(store: Store, steps: Steps) -> None:
    """Nobody else could share it."""
    put(store, 3)
    drain(store, steps.mark, RULES, pause=0.5)

    assert ([3], []) == (steps.marked, steps.slept)


def test_rules_may_be_left_out(store: Store, steps: Steps) -> None:
    """Then batches are of 64, marked in slices of eight, without a pause between them."""
    put(store, 20)

    assert DrainCounts(20, 20) == drain(store, steps.mark, ended=steps.ended)
    assert ([8, 8, 4], [20], [0]) == (steps.marked, steps.told, steps.slept)


@pytest.mark.parametrize(("count", "slices"), [(8, [8]), (9, [8, 1]), (16, [8, 8])])
def test_a_batch_is_marked_in_slices(
    store: Store, steps: Steps, count: int, slices: list[int]
) -> None:
    """Of eight, the last of what is left; all are written together where that is quick."""
    put(store, count)
    drain(store, steps.mark, LARGE, ended=steps.ended)

    assert (slices, [count]) == (steps.marked, steps.told)


@pytest.mark.parametrize(
    ("seconds", "groups"), [(5, [16, 16, 8]), (3, [32, 8]), (2, [40]), (30, [8, 8, 8, 8, 8])]
)
def test_slow_marking_is_written_every_third_of_a_lease(
    store: Store, steps: Steps, seconds: float, groups: list[int]
) -> None:
    """Counted from the last writing; what is not marked yet keeps its lease."""
    put(store, 40)
    steps.seconds = seconds
    taken_back = []

    def ended(ids: Sequence[str]) -> None:
        steps.ended(ids)
        expire_leases(store)

    def mark(works: Sequence[Work]) -> list[MarkingResult]:
        taken_back.append(sweep(store, LARGE))
        return steps.mark(works)

    assert DrainCounts(40, 40) == drain(store, mark, LARGE, ended=ended)
    assert groups == steps.told
    assert {SweepCounts()} == set(taken_back)
    assert {"graded": 40} == statuses(store)


def test_first_timers_and_who_failed_before_take_turns(store: Store, steps: Steps) -> None:
    """First a batch of first-timers, then one that failed; a single retry makes no pause."""
    fail_once(store, 2)
    put(store, 6)

    assert DrainCounts(8, 8) == drain(store, steps.mark, RULES, pause=1)
    assert ([3, 1, 3, 1], []) == (steps.marked, steps.slept)


def test_failures_are_claimed_again_until_they_end(store: Store) -> None:
    """Each claim is counted, and an end once, in quarantine."""
    put(store, 2)

    assert DrainCounts(6, 2) == drain(store, lambda works: [Failed("no")] * len(works), RULES)
    assert {"error": 2} == statuses(store)


def test_it_stops_between_batches(store: Store, steps: Steps) -> None:
    """When it is told to; what it had begun is finished."""
    put(store, 7)

    stopped = drain(store, steps.mark, RULES, stop=lambda: bool(steps.marked))
    assert DrainCounts(3, 3) == stopped
    assert DrainCounts() == drain(store, steps.mark, RULES, stop=lambda: True)
    assert {"graded": 3, "waiting": 4} == statuses(store)


def test_its_time_is_looked_at_between_batches(store: Store, steps: Steps) -> None:
    """From its start on: 12 s are over after the second batch of six seconds."""
    put(store, 9)
    steps.seconds = 6

    assert DrainCounts(6, 6) == drain(store, steps.mark, RULES, seconds=12)
    assert DrainCounts() == drain(store, steps.mark, RULES, seconds=0)
    assert DrainCounts(3, 3) == drain(store, steps.mark, RULES, seconds=1)


def test_what_the_marker_lacks_goes_to_it_again_with_both_sources(store: Store) -> None:
    """That which is marked under and that which was dealt; only what was asked for."""
    corrected = add_sum(store)
    correct(store, corrected[1])
    put(store, 1, {"sum": "7"}, corrected)
    put_class(store, 2)
    asked = []

    def mark(works: Sequence[Work]) -> list[MarkingResult]:
        asked.append([(work.source, work.dealt_source) for work in works])
        return [
            SourceWanted()
            if work.source is None and work.raw.get("product") != "0"
            else Marked(sum_verdict(work))
            for work in works
        ]

    assert DrainCounts(3, 3) == drain(store, mark, RULES)
    dealt = SUMS.find("sums/one").source
    assert [(None, None)] * 3 == asked[0]
    assert {("the corrected source", dealt), (dealt, dealt)} == set(asked[1])
    assert 2 == len(asked[1])
    assert [] == mistaken(store)


def test_a_version_that_nobody_stored_is_a_failure(store: Store) -> None:
    """With a reason for staff, and not marked."""
    (name,) = put(store)
    drain(store, lambda works: [SourceWanted()] * len(works), RULES)

    assert "this version of the question is not stored" == row(store, name).error
    assert {"error": 1} == statuses(store)


@pytest.mark.parametrize("first", [0, 2])
def test_outcomes_that_do_not_fit_the_works_are_no_verdicts(store: Store, first: int) -> None:
    """Too few or too many, at once or with the sources: nothing is written."""
    put(store, 3)
    calls = []

    def mark(works: Sequence[Work]) -> list[MarkingResult]:
        calls.append(works)
        if first and len(calls) == 1:
            return [SourceWanted()] * 3
        return [Marked(sum_verdict(works[0]))] * 2

    with pytest.raises(ValueError, match="shorter"):
        drain(store, mark, RULES)
    assert {"grading": 3} == statuses(store)
