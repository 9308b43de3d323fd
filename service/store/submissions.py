"""Submissions: received once, read back, listed. The queue's own steps are in `service.queue`."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Final

from sqlalchemy import Connection, bindparam, func, select, tuple_, update
from sqlalchemy.sql.dml import ReturningInsert

from service.store.dialects import StatementByDialect
from service.store.moments import Now
from service.store.schema import submissions, variants

# The states in which nothing more happens to a submission by itself.
FINAL: Final = ("graded", "error")


@dataclass(frozen=True, slots=True)
class NewSubmission:
    """What a student handed in, before it is stored."""

    id: str
    variant_id: str
    user_id: str
    key: str
    raw: str
    late: bool
    received_at: int
    study_day: str | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """The submission is stored; `repeated` if it already was, under the same key."""

    id: str
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class KeyReused:
    """The key belongs to an earlier submission with other content."""


@dataclass(frozen=True, slots=True)
class NoAttemptsLeft:
    """All attempts at this variant are used."""


HandInResult = Received | KeyReused | NoAttemptsLeft

_KEY = (submissions.c.user_id, submissions.c.idempotency_key)
# Composed once: these run with every submission.
_STORED = select(*_KEY, submissions.c.id, submissions.c.variant_id, submissions.c.raw).where(
    tuple_(*_KEY).in_(bindparam("wanted", expanding=True))
)


def _inserted(dialect: ModuleType) -> ReturningInsert[str]:
    insert: ReturningInsert[str] = (
        dialect.insert(submissions).on_conflict_do_nothing().returning(submissions.c.id)
    )
    return insert


_INSERT = StatementByDialect(_inserted)
_TAKE_ATTEMPT = (
    update(variants)
    .where(
        variants.c.id == bindparam("variant"),
        variants.c.allowed.is_(None) | (variants.c.used < variants.c.allowed),
    )
    .values(used=variants.c.used + 1)
    .returning(variants.c.used)
)
_GIVE_BACK = (
    update(variants)
    .where(variants.c.id == bindparam("variant"), variants.c.used > 0)
    .values(used=variants.c.used - 1)
)


def raw_text(raw: Mapping[str, str]) -> str:
    """A student's answers as they are stored: JSON, keys sorted.

    >>> raw_text({"b": "１", "a": "x"})
    '{"a": "x", "b": "１"}'
    """
    return json.dumps(raw, sort_keys=True, ensure_ascii=False)


def receive(connection: Connection, items: Sequence[NewSubmission]) -> list[HandInResult]:
    """Store submissions: one outcome each, in order; all or none are committed together.

    An attempt is taken and the row written in the same transaction, so that forty parallel
    requests against a limit of three store three rows.
    """
    known = _known(connection, items)
    outcomes: dict[int, HandInResult] = {}
    fresh: list[tuple[int, NewSubmission]] = []
    # Rows are locked in one order, or two processes could wait for each other.
    for index, item in sorted(enumerate(items), key=lambda pair: pair[1].variant_id):
        earlier = known.get((item.user_id, item.key))
        if earlier is not None:
            outcomes[index] = _repeated(earlier, item)
        elif connection.execute(_TAKE_ATTEMPT, {"variant": item.variant_id}).first() is None:
            outcomes[index] = NoAttemptsLeft()
        else:
            known[item.user_id, item.key] = (item.id, item.variant_id, item.raw)
            fresh.append((index, item))
    if fresh:
        stored = _insert(connection, [item for _, item in fresh])
        for index, item in fresh:
            if item.id in stored:
                outcomes[index] = Received(item.id)
            else:  # another process stored this key a moment ago
                connection.execute(_GIVE_BACK, {"variant": item.variant_id})
                earlier = _known(connection, [item])[item.user_id, item.key]
                outcomes[index] = _repeated(earlier, item)
    return [outcomes[index] for index in range(len(items))]


def _repeated(earlier: tuple[str, str, str], item: NewSubmission) -> HandInResult:
    number, variant, raw = earlier
    same = (variant, raw) == (item.variant_id, item.raw)
    return Received(number, repeated=True) if same else KeyReused()


def _known(
    connection: Connection, items: Sequence[NewSubmission]
) -> dict[tuple[str, str], tuple[str, str, str]]:
    wanted = [(item.user_id, item.key) for item in items]
    rows = connection.execute(_STORED, {"wanted": wanted})
    return {(row[0], row[1]): (row[2], row[3], row[4]) for row in rows}


def _insert(connection: Connection, items: Sequence[NewSubmission]) -> set[str]:
    rows = [
        {
            "id": item.id,
            "variant_id": item.variant_id,
            "user_id": item.user_id,
            "idempotency_key": item.key,
            "raw": item.raw,
            "late": item.late,
            "received_at": item.received_at,
            "study_day": item.study_day,
            "status": "waiting",
            "claims": 0,
            "strikes": 0,
        }
        for item in items
    ]
    return set(connection.execute(_INSERT.on(connection), rows).scalars())


_WITHOUT_VERDICT = submissions.c.status.not_in(FINAL)


def waiting_by_status(connection: Connection) -> dict[str, int]:
    """How many submissions have no verdict yet, by status."""
    rows = connection.execute(
        select(submissions.c.status, func.count())
        .where(_WITHOUT_VERDICT)
        .group_by(submissions.c.status)
    )
    return {row[0]: row[1] for row in rows}


def oldest_waiting(connection: Connection) -> int:
    """The age in milliseconds of the oldest submission without a verdict; 0 without any."""
    age = select(Now() - func.min(submissions.c.received_at)).where(_WITHOUT_VERDICT)
    return connection.execute(age).scalar() or 0


def check_tables(connection: Connection) -> None:
    """Ask the database for a row; an error says that it is not ready."""
    connection.execute(select(submissions.c.id).limit(1))
