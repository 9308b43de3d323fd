"""The sweep: what a dead worker had claimed comes back; what keeps failing is put aside."""

from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from service.queue.claim import QueueRules
from service.store.engine import Store
from service.store.moments import Now
from service.store.schema import submissions


@dataclass(frozen=True, slots=True)
class SweepCounts:
    """How many submissions went back to wait, and how many into quarantine."""

    returned: int = 0
    quarantined: int = 0


def sweep(store: Store, rules: QueueRules) -> SweepCounts:
    """Take back every lapsed lease, by the database's clock."""
    lapsed = (submissions.c.status == "grading", submissions.c.lease_until < Now())
    with store.read() as connection:
        if connection.execute(select(submissions.c.id).where(*lapsed).limit(1)).first() is None:
            return SweepCounts()
    spent = submissions.c.strikes >= rules.max_claims
    reason = f"its marker died or ran out of time {rules.max_claims} times"
    with store.write() as connection:
        quarantined = connection.execute(
            update(submissions)
            .where(*lapsed, spent)
            .values(status="error", lease_until=None, error=reason)
        ).rowcount
        returned = connection.execute(
            update(submissions).where(*lapsed, ~spent).values(status="waiting", lease_until=None)
        ).rowcount
    return SweepCounts(returned, quarantined)


def requeue(connection: Connection, submission_id: str) -> bool:
    """Whether a quarantined submission was put back to wait, with all its claims."""
    changed = connection.execute(
        update(submissions)
        .where(submissions.c.id == submission_id, submissions.c.status == "error")
        .values(status="waiting", strikes=0, error=None)
    )
    return changed.rowcount == 1
