"""Submissions as they are read: with the variant's question, and only what the user may see."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, bindparam, select

from service.auth.identity import Identity
from service.store.deadlines import TIMES
from service.store.schema import assignments, extensions, submissions, variants
from service.store.visibility import visible_to


def _with_question() -> Select[Any]:
    return (
        select(
            submissions,
            variants.c.question_id,
            variants.c.assignment_id,
            variants.c.number,
            *TIMES,
        )
        .join(variants, variants.c.id == submissions.c.variant_id)
        .outerjoin(assignments, assignments.c.id == variants.c.assignment_id)
        .outerjoin(
            extensions,
            and_(
                extensions.c.assignment_id == variants.c.assignment_id,
                extensions.c.user_id == variants.c.user_id,
            ),
        )
    )


# Mostly it is one's own, and who may see others' is a long question.
_OWN = _with_question().where(
    submissions.c.id == bindparam("id"), submissions.c.user_id == bindparam("who")
)


def read_submission(connection: Connection, who: Identity, submission_id: str) -> Row[Any] | None:
    """A submission that the user may see, or None."""
    own = connection.execute(_OWN, {"id": submission_id, "who": who.user_id}).first()
    if own is not None:
        return own
    return connection.execute(
        _with_question().where(submissions.c.id == submission_id, visible_to(who, submissions))
    ).first()


def list_submissions(
    connection: Connection, who: Identity, limit: int, after: str = ""
) -> Sequence[Row[Any]]:
    """The user's own submissions, newest first, from the one after `after`."""
    statement = _with_question().where(submissions.c.user_id == who.user_id)
    if after:
        statement = statement.where(submissions.c.id < after)
    return connection.execute(statement.order_by(submissions.c.id.desc()).limit(limit)).all()


def course_submissions(
    connection: Connection,
    who: Identity,
    course_id: str,
    clause: ColumnElement[bool],
    *,
    limit: int,
    after: str = "",
) -> Sequence[Row[Any]]:
    """The submissions of a course that meet a clause and that the user may see, oldest first."""
    return connection.execute(
        _with_question()
        .where(
            assignments.c.course_id == course_id,
            clause,
            submissions.c.id > after,
            visible_to(who, submissions),
        )
        .order_by(submissions.c.id)
        .limit(limit)
    ).all()


def is_tried(connection: Connection, variant_id: str) -> bool:
    """Whether a submission to a variant has a verdict."""
    tried = select(submissions.c.id).where(
        submissions.c.variant_id == variant_id, submissions.c.status == "graded"
    )
    return connection.execute(tried.limit(1)).first() is not None
