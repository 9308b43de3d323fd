"""Claims: take waiting submissions under a lease, and write each verdict once.

A claim adds one to `claims`. Whoever finishes must still have that number: a worker that
was thought dead and comes back after its lease finds another number, and its verdict is
dropped.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, Select, bindparam, insert, select, update

from service.queue.rating import rate_practice
from service.queue.work import Failed, Marked, Work
from service.store.engine import Store
from service.store.moments import SECOND, Now
from service.store.schema import submissions, variants, verdicts
from service.store.verdicts import VerdictJson, is_held, is_unreadable
from service.store.versions import VERSION_NOW, WITH_VERSION

# Composed once: these run with every submission. Whoever writes must still have the claim.
_MINE = update(submissions).where(
    submissions.c.id == bindparam("submission"),
    submissions.c.status == "grading",
    submissions.c.claims == bindparam("claim"),
)
_KEEP = _MINE.values(lease_until=Now() + bindparam("lease"))
_GRADE = _MINE.values(
    status="graded",
    lease_until=None,
    verdict=bindparam("text"),
    score=bindparam("points"),
    out_of=bindparam("most"),
    held=bindparam("waits"),
    error=None,
    graded_at=Now(),
).returning(submissions.c.graded_at)
_FAIL = _MINE.values(status=bindparam("next"), lease_until=None, error=bindparam("reason"))
_GIVE_BACK = (
    update(variants)
    .where(variants.c.id == bindparam("variant"), variants.c.used > 0)
    .values(used=variants.c.used - 1)
)


@dataclass(frozen=True, slots=True)
class QueueRules:
    """How many are claimed at once, for how long, and how often."""

    batch: int = 64
    lease_seconds: float = 30
    max_claims: int = 3

    @property
    def lease(self) -> int:
        """The lease in milliseconds."""
        return round(self.lease_seconds * SECOND)


@dataclass(frozen=True, slots=True)
class Claim:
    """A submission under lease."""

    id: str
    claims: int
    strikes: int
    variant_id: str
    work: Work


def claim(store: Store, rules: QueueRules, *, retries_first: bool = False) -> list[Claim]:
    """Submissions to mark now: a batch of first-timers, or a single one that failed before.

    One that failed before is taken alone, so that one which kills its marker spends nobody
    else's claims. `retries_first` decides which of the two is looked for first.
    """
    with store.read() as connection:
        if connection.execute(_waiting().limit(1)).first() is None:
            return []
    with store.write() as connection:
        for retries in (retries_first, not retries_first):
            claimed = _take(connection, rules, retries=retries)
            if claimed:
                return claimed
    return []


def _waiting() -> Select[tuple[str]]:
    return select(submissions.c.id).where(submissions.c.status == "waiting")


def _take(connection: Connection, rules: QueueRules, *, retries: bool) -> list[Claim]:
    tried = submissions.c.claims > 0 if retries else submissions.c.claims == 0
    picked = (
        _waiting()
        .where(tried)
        .order_by(submissions.c.received_at, submissions.c.id)
        .limit(1 if retries else rules.batch)
        .with_for_update(skip_locked=True)
        .cte("picked")
    )
    rows = connection.execute(
        update(submissions)
        .where(submissions.c.id.in_(select(picked.c.id)))
        .values(
            status="grading",
            claims=submissions.c.claims + 1,
            strikes=submissions.c.strikes + 1,
            lease_until=Now() + rules.lease,
        )
        .returning(
            submissions.c.id,
            submissions.c.claims,
            submissions.c.strikes,
            submissions.c.variant_id,
            submissions.c.raw,
        )
    ).all()
    if not rows:
        return []
    works = _works(connection, {row.variant_id for row in rows})
    return [
        Claim(
            row.id,
            row.claims,
            row.strikes,
            row.variant_id,
            replace(works[row.variant_id], raw=json.loads(row.raw)),
        )
        for row in rows
    ]


def _works(connection: Connection, variant_ids: Collection[str]) -> dict[str, Work]:
    """What there is to mark about each of these variants, without the answers."""
    rows = connection.execute(
        select(
            variants.c.id,
            variants.c.question_id,
            variants.c.content_hash.label("dealt_hash"),
            VERSION_NOW.label("content_hash"),
            variants.c.seed,
        )
        .select_from(WITH_VERSION)
        .where(variants.c.id.in_(variant_ids))
    )
    return {
        row.id: Work(row.question_id, row.content_hash, row.seed, {}, dealt_hash=row.dealt_hash)
        for row in rows
    }


def keep(store: Store, rules: QueueRules, claims: Sequence[Claim]) -> None:
    """Renew the lease of claims that are still being marked."""
    with store.write() as connection:
        for claimed in claims:
            connection.execute(_KEEP, {**_mine(claimed), "lease": rules.lease})


def finish(
    store: Store, rules: QueueRules, results: Sequence[tuple[Claim, Marked | Failed]]
) -> list[str]:
    """The ids that got their final state, each written once, in one transaction.

    A failure sends the submission back to wait, or after the last claim into quarantine.
    """
    ended = []
    log = []
    graded = []
    with store.write() as connection:
        for claimed, outcome in sorted(results, key=lambda result: result[0].variant_id):
            if isinstance(outcome, Failed):
                if _fail(connection, rules, claimed, outcome):
                    ended.append(claimed.id)
            elif (row := _grade(connection, claimed, outcome.verdict)) is not None:
                ended.append(claimed.id)
                log.append(row)
                graded.append((claimed.id, outcome.verdict))
        if log:
            connection.execute(insert(verdicts), log)
            rate_practice(connection, graded)
    return ended


def _mine(claimed: Claim) -> dict[str, object]:
    return {"submission": claimed.id, "claim": claimed.claims}


def _grade(
    connection: Connection, claimed: Claim, verdict: VerdictJson
) -> dict[str, object] | None:
    text, score = json.dumps(verdict), str(verdict["score"])
    values = {
        "text": text,
        "points": score,
        "most": str(verdict["out_of"]),
        "waits": is_held(verdict),
    }
    at = connection.execute(_GRADE, {**_mine(claimed), **values}).scalar_one_or_none()
    if at is None:
        return None
    if is_unreadable(verdict):
        # What could not be read was not wrong: the attempt is the student's again.
        connection.execute(_GIVE_BACK, {"variant": claimed.variant_id})
    return {
        "submission_id": claimed.id,
        "number": 0,
        "content_hash": claimed.work.content_hash,
        "verdict": text,
        "score": score,
        "cause": "graded",
        "at": at,
    }


def _fail(connection: Connection, rules: QueueRules, claimed: Claim, outcome: Failed) -> bool:
    last = claimed.strikes >= rules.max_claims
    values = {"next": "error" if last else "waiting", "reason": outcome.reason}
    changed = connection.execute(_FAIL, {**_mine(claimed), **values})
    return last and changed.rowcount == 1
