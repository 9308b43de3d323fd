"""Verdicts after the first: written once each, and only over the one that was looked at."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Connection, func, insert, select, update

from service.store.moments import Now
from service.store.schema import submissions, users, variants, verdicts
from service.store.values import values_of

VerdictJson = Mapping[str, Any]
"""A verdict in the form of its JSON, as it is stored and shown."""


class GradedRow(Protocol):
    """A graded submission as it was read: the verdict is replaced only if it is still this one."""

    @property
    def id(self) -> str:
        """The submission."""

    @property
    def graded_at(self) -> int | None:
        """When it was graded."""

    @property
    def score(self) -> str | None:
        """The points that it had."""


@dataclass(frozen=True, slots=True)
class GradedAnswer:
    """A graded submission as a regrade compares it: its verdict, its variant and whose it is."""

    id: str
    raw: str
    verdict: str
    score: str
    out_of: str
    graded_at: int
    seed: str
    dealt_hash: str
    login: str
    name: str


def graded_answers(
    connection: Connection, assignment_id: str, question_id: str
) -> list[GradedAnswer]:
    """The graded submissions to a question of an assignment, oldest first."""
    rows = connection.execute(
        select(
            submissions.c.id,
            submissions.c.raw,
            submissions.c.verdict,
            submissions.c.score,
            submissions.c.out_of,
            submissions.c.graded_at,
            variants.c.seed,
            variants.c.content_hash.label("dealt_hash"),
            users.c.login,
            users.c.name,
        )
        .join(variants, variants.c.id == submissions.c.variant_id)
        .join(users, users.c.id == submissions.c.user_id)
        .where(
            variants.c.assignment_id == assignment_id,
            variants.c.question_id == question_id,
            submissions.c.status == "graded",
            ~submissions.c.replaced,
        )
        .order_by(submissions.c.id)
    )
    return values_of(GradedAnswer, rows)


def replace_verdict(
    connection: Connection, row: GradedRow, verdict: VerdictJson, content_hash: str, cause: str
) -> bool:
    """Whether the new verdict was written; it was not if there was another one meanwhile.

    `row` is the submission as it was read: its id, `graded_at` and `score`. The log keeps all.
    """
    text = json.dumps(verdict)
    score, out_of = str(verdict["score"]), str(verdict["out_of"])
    changed = connection.execute(
        update(submissions)
        .where(
            submissions.c.id == row.id,
            submissions.c.status == "graded",
            submissions.c.graded_at == row.graded_at,
            submissions.c.score == row.score,
        )
        .values(verdict=text, score=score, out_of=out_of, held=is_held(verdict), graded_at=Now())
    )
    if changed.rowcount == 0:
        return False
    number = connection.execute(
        select(func.max(verdicts.c.number)).where(verdicts.c.submission_id == row.id)
    ).scalar()
    connection.execute(
        insert(verdicts).values(
            submission_id=row.id,
            number=(number if number is not None else -1) + 1,
            content_hash=content_hash,
            verdict=text,
            score=score,
            cause=cause,
            at=Now(),
        )
    )
    return True


def is_held(verdict: VerdictJson) -> bool:
    """Whether a part waits for a person.

    >>> is_held({"parts": [{"outcome": "right"}, {"outcome": "held"}]})
    True
    """
    return any(part["outcome"] == "held" for part in verdict["parts"])


def is_unreadable(verdict: VerdictJson) -> bool:
    """Whether no part could be read as an answer.

    >>> is_unreadable({"parts": [{"outcome": "unreadable"}, {"outcome": "wrong"}]})
    False
    """
    return all(part["outcome"] == "unreadable" for part in verdict["parts"])
