"""The queue as a state machine: whatever happens in whatever order, on both stores.

The model is a dictionary: what was handed in, and what its state must be. Workers claim, die,
finish late or twice; leases lapse; marking fails; the store fails while a group is written; staff
requeue; requests repeat. All verdicts come from the real marking process.
"""

from collections.abc import Sequence
from contextlib import ExitStack, suppress

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import update

from service.queue.claim import Claim, QueueRules, claim, finish
from service.queue.drain import drain
from service.queue.marker import Marker
from service.queue.sweep import requeue, sweep
from service.queue.work import Marked, MarkingResult, SourceWanted, Work
from service.store.engine import Store, StoreBusyError
from service.store.schema import submissions
from service.store.submissions import Received
from tests.service.world.locked import locked, make_impatient
from tests.service.world.rows import (
    add_sum,
    expire_leases,
    hand_in,
    mistaken,
    row,
    submission,
    verdict_counts,
)

RULES = QueueRules(batch=3, lease_seconds=30, max_claims=3)
# A lease so short that what was marked is written after each slice.
IN_GROUPS = QueueRules(batch=3, lease_seconds=0, max_claims=3)


class QueueMachine(RuleBasedStateMachine):
    """One store, any number of workers, and what must hold whatever they do."""

    store: Store
    marker: Marker
    names = Bundle("names")
    claims = Bundle("claims")

    def __init__(self) -> None:
        super().__init__()
        with self.store.write() as connection:
            # What the story before left behind is out of the way.
            connection.execute(update(submissions).values(status="error", lease_until=None))
        self.owner = add_sum(self.store)
        self.keys: dict[str, str] = {}
        self.answers: dict[str, dict[str, str]] = {}
        self.graded: dict[str, int] = {}
        self.claimed: dict[str, int] = {}

    @initialize(target=names, goods=st.lists(st.booleans(), min_size=3, max_size=6))
    def begin(self, goods: list[bool]) -> object:
        """Some have handed in before the story begins."""
        return multiple(*(self.handed_in(good=good) for good in goods))

    @rule(target=names, good=st.booleans())
    def hand_in(self, *, good: bool) -> str:
        """A new submission is stored."""
        return self.handed_in(good=good)

    def handed_in(self, *, good: bool) -> str:
        """A submission's id; no two have the same answers, and some cannot be marked."""
        answers = {"sum": "1" if good else "raise", "product": str(len(self.keys))}
        item = submission(*self.owner, answers, received_at=len(self.keys))
        assert Received(item.id) == hand_in(self.store, item)
        self.keys[item.id] = item.key
        self.answers[item.id] = answers
        return item.id

    @rule(name=names)
    def repeat(self, name: str) -> None:
        """A request that is repeated finds the submission it made."""
        item = submission(*self.owner, self.answers[name], key=self.keys[name])
        assert Received(name, repeated=True) == hand_in(self.store, item)

    @rule(target=claims)
    def claim(self) -> "Claim | object":
        """A worker claims; nobody else holds what it gets, and what failed before comes alone."""
        claimed = claim(self.store, RULES)
        for one in claimed:
            assert one.id not in self.claimed
            assert one.id not in self.graded
            self.claimed[one.id] = one.claims
        assert len(claimed) <= 1 or all(one.claims == 1 for one in claimed)
        return multiple(*claimed)

    @rule(one=claims)
    def finish(self, one: Claim) -> None:
        """A worker finishes: it counts only for whoever holds the claim, and only once."""
        (outcome,) = self.marker([one.work])
        assert not isinstance(outcome, SourceWanted)
        mine = self.claimed.get(one.id) == one.claims
        ended = finish(self.store, RULES, [(one, outcome)])
        if mine:
            del self.claimed[one.id]
        if mine and isinstance(outcome, Marked):
            assert [one.id] == ended
            self.note_graded(ended)
        elif not mine:
            assert [] == ended

    @rule()
    def drain(self) -> None:
        """A worker grades what waits: nothing is left waiting."""
        drain(self.store, self.marker, RULES, ended=self.note_graded)
        assert "waiting" not in self.statuses().values()

    @rule(slices=st.integers(1, 4))
    def fail_to_write(self, slices: int) -> None:
        """The store fails while a group is written, and the worker is left with its claims.

        The lock comes after so many slices were marked; before, it is as if nothing were wrong.
        """
        calls = []
        with ExitStack() as held:

            def mark(works: Sequence[Work]) -> list[MarkingResult]:
                calls.append(works)
                if len(calls) == slices:
                    held.enter_context(locked(self.store))
                return self.marker(works)

            with suppress(StoreBusyError):
                drain(self.store, mark, IN_GROUPS, ended=self.note_graded)
        self.lapse()

    def note_graded(self, ids: Sequence[str]) -> None:
        """These reached their final state: graded, or in error after the last claim."""
        for name in ids:
            if self.statuses()[name] == "graded":
                self.graded[name] = self.graded.get(name, 0) + 1

    def statuses(self) -> dict[str, str]:
        """The status of every submission of this story."""
        return {name: row(self.store, name).status for name in self.keys}

    @rule()
    def lapse(self) -> None:
        """All workers die; after their leases everything comes back or is put aside."""
        claimed = {name for name, status in self.statuses().items() if status == "grading"}
        expire_leases(self.store)
        swept = sweep(self.store, RULES)
        assert self.claimed.keys() <= claimed
        assert len(claimed) == swept.returned + swept.quarantined
        self.claimed.clear()

    @rule()
    def sweep_early(self) -> None:
        """A sweep within the leases takes nothing from anybody."""
        swept = sweep(self.store, RULES)
        assert 0 == swept.returned + swept.quarantined

    @rule(name=names)
    def requeue(self, name: str) -> None:
        """Staff requeue; it works for what is in error, and for nothing else."""
        before = row(self.store, name).status
        with self.store.write() as connection:
            assert (before == "error") == requeue(connection, name)

    @invariant()
    def every_submission_is_there(self) -> None:
        """Nothing is lost: each is in the state that its story says, with its key."""
        for name in self.keys:
            found = row(self.store, name)
            if name in self.graded:
                assert "graded" == found.status
            elif name in self.claimed:
                assert ("grading", self.claimed[name]) == (found.status, found.claims)
            else:
                assert found.status in {"waiting", "error"}
            assert found.strikes <= RULES.max_claims

    @invariant()
    def nothing_is_graded_twice(self) -> None:
        """There is at most one verdict for each."""
        assert verdict_counts(self.store) <= {0, 1}
        assert all(count == 1 for count in self.graded.values())

    @invariant()
    def a_verdict_belongs_to_its_answer(self) -> None:
        """No verdict is about another submission's answers."""
        assert [] == mistaken(self.store)


def test_the_queue_keeps_its_promises(
    store: Store, marker: Marker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over many random stories nothing is lost, taken twice, graded twice or mistaken."""
    # A batch of three is marked in three slices, so that groups are written in its middle.
    monkeypatch.setattr("service.queue.drain.SLICE", 1)
    make_impatient(store)
    machine = type("Machine", (QueueMachine,), {"store": store, "marker": marker})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=20,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            database=None,
        ),
    )
