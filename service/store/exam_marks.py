"""The answers of an exam: one that counts for each question of each paper, marked as it comes.

They are submissions like homework's, and every one is kept; what a later table of results says
otherwise takes the place of what the one before said.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, insert, select, update

from service.store.ids import new_id
from service.store.moments import Now
from service.store.schema import submissions, variants, verdicts
from service.store.submissions import raw_text
from service.store.values import values_of
from service.store.verdicts import is_held
from service.store.versions import VERSION_NOW, WITH_VERSION


@dataclass(frozen=True, slots=True)
class ExamAnswer:
    """A question of somebody's paper, with the answer that counts; None before there is one."""

    variant_id: str
    user_id: str
    question_id: str
    seed: str
    dealt_hash: str
    version_now: str
    submission_id: str | None
    raw: str | None


def exam_answers(connection: Connection, assignment_id: str) -> list[ExamAnswer]:
    """Every question of every paper of an exam, with the answer that counts."""
    rows = connection.execute(
        select(
            variants.c.id.label("variant_id"),
            variants.c.user_id,
            variants.c.question_id,
            variants.c.seed,
            variants.c.content_hash.label("dealt_hash"),
            VERSION_NOW.label("version_now"),
            submissions.c.id.label("submission_id"),
            submissions.c.raw,
        )
        .select_from(
            WITH_VERSION.outerjoin(
                submissions,
                and_(submissions.c.variant_id == variants.c.id, ~submissions.c.replaced),
            )
        )
        .where(variants.c.assignment_id == assignment_id, variants.c.purpose == "exam")
        .order_by(variants.c.id)
    )
    return values_of(ExamAnswer, rows)


def write_answer(
    connection: Connection,
    answer: ExamAnswer,
    raw: Mapping[str, str],
    verdict: Mapping[str, Any],
    cause: str,
) -> None:
    """Keep what a paper says and what was found, in the place of what counted before."""
    forget_answer(connection, answer)
    submission_id, text, score = new_id(), json.dumps(verdict), str(verdict["score"])
    connection.execute(
        insert(submissions).values(
            id=submission_id,
            variant_id=answer.variant_id,
            user_id=answer.user_id,
            idempotency_key=f"{cause} {submission_id}",
            raw=raw_text(raw),
            late=False,
            received_at=Now(),
            status="graded",
            claims=0,
            strikes=0,
            score=score,
            out_of=str(verdict["out_of"]),
            verdict=text,
            held=is_held(verdict),
            replaced=False,
            graded_at=Now(),
        )
    )
    connection.execute(
        insert(verdicts).values(
            submission_id=submission_id,
            number=0,
            content_hash=answer.version_now,
            verdict=text,
            score=score,
            cause=cause,
            at=Now(),
        )
    )


def forget_answer(connection: Connection, answer: ExamAnswer) -> None:
    """Let the answer that counted count no more; it is kept."""
    if answer.submission_id is not None:
        connection.execute(
            update(submissions)
            .where(submissions.c.id == answer.submission_id)
            .values(replaced=True, held=False)
        )
