"""The queue as a state machine: whatever happens in whatever order, on both stores.

The model is a dictionary: what was handed in, and what its state must be. Workers claim, die,
finish late or twice; leases lapse; markers fail; staff requeue; requests repeat.
"""

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import update

from service.queue.claim import Claimed, QueueRules, claim, finish
from service.queue.sweep import requeue, sweep
from service.queue.work import Failed, Marked
from service.store.engine import Store
from service.store.schema import submissions
from service.store.submissions import Received
from tests.service.world.rows import (
    add_sum,
    expire_leases,
    hand_in,
    row,
    submission,
    verdict_counts,
)

RULES = QueueRules(batch=3, lease_seconds=30, max_attempts=3)
VERDICT = Marked({"score": 1, "out_of": 2, "parts": [{"id": "sum", "outcome": "right"}]})


class QueueMachine(RuleBasedStateMachine):
    """One store, any number of workers, and what must hold whatever they do."""

    store: Store
    names = Bundle("names")
    claims = Bundle("claims")

    def __init__(self) -> None:
        super().__init__()
        with self.store.write() as connection:
            # What the story before left behind is out of the way.
            connection.execute(update(submissions).values(status="error", lease_until=None))
        self.owner = add_sum(self.store)
        self.keys: dict[str, str] = {}
        self.graded: dict[str, int] = {}
        self.held: dict[str, int] = {}

    @rule(target=names)
    def hand_in(self) -> str:
        """A new submission is stored."""
        item = submission(*self.owner, received_at=len(self.keys))
        assert Received(item.id) == hand_in(self.store, item)
        self.keys[item.id] = item.key
        return item.id

    @rule(name=names)
    def repeat(self, name: str) -> None:
        """A request that is repeated finds the submission it made."""
        item = submission(*self.owner, key=self.keys[name])
        assert Received(name, repeated=True) == hand_in(self.store, item)

    @rule(target=claims)
    def claim(self) -> "Claimed | object":
        """A worker claims; nobody else holds what it gets, and what failed before comes alone."""
        claimed = claim(self.store, RULES)
        for one in claimed:
            assert one.id not in self.held
            assert one.id not in self.graded
            self.held[one.id] = one.attempts
        assert len(claimed) <= 1 or all(one.attempts == 1 for one in claimed)
        return multiple(*claimed)

    @rule(held=claims, good=st.booleans())
    def finish(self, held: Claimed, good: bool) -> None:
        """A worker finishes: it counts only for whoever holds the claim, and only once."""
        outcome = VERDICT if good else Failed("no")
        mine = self.held.get(held.id) == held.attempts
        ended = finish(self.store, RULES, [(held, outcome)])
        if mine:
            del self.held[held.id]
        if mine and good:
            assert [held.id] == ended
            self.graded[held.id] = self.graded.get(held.id, 0) + 1
        elif not mine:
            assert [] == ended

    @rule()
    def lapse(self) -> None:
        """All workers die; after their leases everything comes back or is put aside."""
        expire_leases(self.store)
        swept = sweep(self.store, RULES)
        assert len(self.held) == swept.returned + swept.quarantined
        self.held.clear()

    @rule()
    def sweep_early(self) -> None:
        """A sweep within the leases takes nothing from anybody."""
        swept = sweep(self.store, RULES)
        assert 0 == swept.returned + swept.quarantined

    @rule(name=names)
    def requeue(self, name: str) -> None:
        """Staff requeue; it works for what is in error, and for nothing else."""
        before = row(self.store, name).status
        assert (before == "error") == requeue(self.store, name)

    @invariant()
    def every_submission_is_there(self) -> None:
        """Nothing is lost: each is in the state that its story says, with its key."""
        for name in self.keys:
            found = row(self.store, name)
            if name in self.graded:
                assert "graded" == found.status
            elif name in self.held:
                assert ("grading", self.held[name]) == (found.status, found.attempts)
            else:
                assert found.status in {"waiting", "error"}
            assert found.strikes <= RULES.max_attempts

    @invariant()
    def nothing_is_graded_twice(self) -> None:
        """There is at most one verdict for each."""
        assert verdict_counts(self.store) <= {0, 1}
        assert all(count == 1 for count in self.graded.values())


@pytest.mark.parametrize("examples", [20])
def test_the_queue_keeps_its_promises(store: Store, examples: int) -> None:
    """Over many random stories nothing is lost, taken twice or graded twice."""
    machine = type("Machine", (QueueMachine,), {"store": store})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            database=None,
        ),
    )
