"""Verdicts after the first: written once each, and only over the one that was looked at."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from service.store.moments import Now
from service.store.schema import submissions, verdicts


def replace_verdict(
    connection: Connection, row: Row[Any], verdict: Mapping[str, Any], content_hash: str, cause: str
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
        .values(verdict=text, score=score, out_of=out_of, graded_at=Now())
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


def is_unreadable(verdict: Mapping[str, Any]) -> bool:
    """Whether no part could be read as an answer.

    >>> is_unreadable({"parts": [{"outcome": "unreadable"}, {"outcome": "wrong"}]})
    False
    """
    return all(part["outcome"] == "unreadable" for part in verdict["parts"])
