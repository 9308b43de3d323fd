"""The queue on both stores: claimed once, written once, taken back, put aside."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from service.queue.claim import QueueRules, claim, finish
from service.queue.drain import DrainCounts, drain
from service.queue.marker import Marker
from service.queue.sweep import SweepCounts, requeue, sweep
from service.queue.work import Failed, Marked
from service.store.engine import Store
from service.store.schema import submissions, variants, verdicts
from service.store.submissions import KeyReused, NoAttemptsLeft, Received
from tests.service.world.rows import (
    add_sum,
    expire_leases,
    hand_in,
    put,
    right_answers,
    row,
    statuses,
    submission,
    verdict_counts,
    verdict_of,
)

RULES = QueueRules(batch=4, lease_seconds=30, max_claims=3)


def test_drain_grades_all_that_waits(store: Store, marker: Marker) -> None:
    """Everything that waits is graded, each submission exactly once."""
    put(store, 10)

    assert DrainCounts(claimed=10, ended=10) == drain(store, marker, RULES)
    assert {"graded": 10} == statuses(store)
    assert {1} == verdict_counts(store)


def test_a_verdict_is_what_the_marker_said(store: Store, marker: Marker) -> None:
    """Right answers get the points of the marker's verdict."""
    user_id, variant_id = add_sum(store)
    (name,) = put(store, 1, right_answers(user_id), (user_id, variant_id))

    drain(store, marker, RULES)

    assert 2 == verdict_of(store, name)["score"]
    assert "2" == row(store, name).score


def test_parallel_drains_share_the_work(store: Store, marker: Marker) -> None:
    """Eight drains at once grade 200 submissions once each."""
    put(store, 200)

    with ThreadPoolExecutor(8) as pool:
        parts = list(pool.map(lambda _: drain(store, marker, RULES), range(8)))

    assert 200 == sum(part.ended for part in parts)
    assert {1} == verdict_counts(store)


def test_a_stale_worker_is_dropped(store: Store) -> None:
    """A worker that comes back after its lease, when another has claimed, writes nothing."""
    (name,) = put(store)
    (stale,) = claim(store, RULES)
    expire_leases(store)
    sweep(store, RULES)
    (fresh,) = claim(store, RULES)

    late = finish(store, RULES, [(stale, Marked(_verdict(0)))])
    good = finish(store, RULES, [(fresh, Marked(_verdict(2)))])
    again = finish(store, RULES, [(fresh, Marked(_verdict(1)))])

    assert ([], [name], []) == (late, good, again)
    assert 2 == verdict_of(store, name)["score"]
    assert {1} == verdict_counts(store)


def test_a_lapsed_claim_comes_back(store: Store) -> None:
    """What a dead worker had claimed waits again after the lease, not before."""
    put(store, 3)
    claim(store, RULES)

    assert SweepCounts() == sweep(store, RULES)
    expire_leases(store)
    assert SweepCounts(returned=3) == sweep(store, RULES)
    assert {"waiting": 3} == statuses(store)


def test_one_that_failed_before_is_claimed_alone(store: Store) -> None:
    """First-timers come in batches; a submission that was claimed before comes by itself."""
    put(store, 2)
    claim(store, RULES)
    expire_leases(store)
    sweep(store, RULES)
    put(store, 5)

    assert [4, 1, 1, 1] == [len(claim(store, RULES)) for _ in range(4)]


def test_the_last_failure_puts_aside_and_requeue_brings_back(
    store: Store, marker_of: Callable[[str], Marker], marker: Marker
) -> None:
    """After its claims a submission is in error, with a reason, until somebody requeues it."""
    (name,) = put(store)

    drain(store, marker_of("open_refusing"), RULES)
    aside = row(store, name)
    with store.write() as connection:
        back = requeue(connection, name)
    drain(store, marker, RULES)

    assert ("error", 3, "marking raised ValueError") == (aside.status, aside.claims, aside.error)
    assert back
    assert "graded" == row(store, name).status
    with store.write() as connection:
        assert not requeue(connection, name)


def test_a_worker_that_keeps_dying_puts_aside(store: Store) -> None:
    """A submission whose claim lapses each time ends in error too, and blocks nobody."""
    put(store)
    for _ in range(3):
        claim(store, RULES)
        expire_leases(store)
        swept = sweep(store, RULES)

    assert SweepCounts(quarantined=1) == swept
    assert {"error": 1} == statuses(store)


def test_the_unreadable_costs_no_attempt(store: Store, marker: Marker) -> None:
    """When no part could be read the attempt is given back; a wrong answer keeps it."""
    user_id, variant_id = add_sum(store, allowed=2)
    for answers, used in (({"sum": "?"}, 0), ({"sum": "0"}, 1)):
        put(store, 1, answers, (user_id, variant_id))
        drain(store, marker, RULES)
        with store.read() as connection:
            assert used == connection.execute(select(variants.c.used)).scalar()


def test_attempts_run_out(store: Store) -> None:
    """Beyond its attempts a variant takes no submission."""
    owner = add_sum(store, allowed=1)

    assert isinstance(hand_in(store, submission(*owner)), Received)
    assert NoAttemptsLeft() == hand_in(store, submission(*owner))


def test_a_repeated_key_takes_no_second_attempt(store: Store) -> None:
    """The same key is the same submission; the attempt is taken once."""
    owner = add_sum(store, allowed=1)
    first = submission(*owner, key="k")
    again = submission(*owner, key="k")
    other = submission(*owner, {"sum": "9"}, key="k")

    assert Received(first.id) == hand_in(store, first)
    assert Received(first.id, repeated=True) == hand_in(store, again)
    assert KeyReused() == hand_in(store, other)


def test_raw_answers_and_verdicts_cannot_be_changed(store: Store, marker: Marker) -> None:
    """The database itself refuses to change a stored answer or a verdict."""
    put(store)
    drain(store, marker, RULES)
    changes = (
        update(submissions).values(raw="{}"),
        update(verdicts).values(score="2"),
        verdicts.delete(),
        submissions.delete(),
    )
    for change in changes:
        with pytest.raises(DBAPIError), store.write() as connection:
            connection.execute(change)


def test_the_source_of_an_old_version_is_handed_along(
    store: Store, marker_of: Callable[[str], Marker]
) -> None:
    """A marker that does not hold a question's version gets its stored source."""
    (name,) = put(store)
    drain(store, marker_of("open_forgetful"), RULES)

    assert "graded" == row(store, name).status


def test_slow_marking_keeps_its_lease(store: Store, marker: Marker) -> None:
    """A batch that takes longer than a lease is written in groups and never taken back."""
    put(store, 24, {"sum": "sleep 0.1"})
    rules = QueueRules(batch=24, lease_seconds=2, max_claims=3)
    swept = SweepCounts()
    ends: list[int] = []

    def sweep_meanwhile(ids: Sequence[str]) -> None:
        nonlocal swept
        swept = sweep(store, rules)
        ends.append(len(ids))

    done = drain(store, marker, rules, ended=sweep_meanwhile)

    assert DrainCounts(24, 24) == done
    assert len(ends) > 1
    assert SweepCounts() == swept
    assert {1} == verdict_counts(store)


def test_a_failure_names_its_kind_and_no_answer(store: Store, marker: Marker) -> None:
    """What is kept of an exception is its kind: its text may quote a student."""
    (name,) = put(store, 1, {"sum": "raise"})
    (claimed,) = claim(store, RULES)
    (outcome,) = marker([claimed.work])
    finish(store, RULES, [(claimed, outcome)] if isinstance(outcome, Failed) else [])

    assert "marking raised ValueError" == row(store, name).error


def _verdict(score: int) -> dict[str, object]:
    return {"score": score, "out_of": 2, "parts": [{"id": "sum", "outcome": "right"}]}
