"""Submissions as they are read: with the variant's question, and only what the user may see."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, select

from service.auth.identity import Identity
from service.store.deadlines import TIMES
from service.store.paging import Portion, portion_of
from service.store.schema import assignments, extensions, submissions, variants
from service.store.values import value_of
from service.store.visibility import EXAM_IS_CLOSED, visible_to


@dataclass(frozen=True, slots=True)
class SubmissionRow:
    """A submission as it stands: what was typed, and the verdict once there is one (JSON)."""

    id: str
    variant_id: str
    user_id: str
    raw: str
    late: bool
    received_at: int
    status: str
    score: str | None
    verdict: str | None
    error: str | None
    graded_at: int | None


@dataclass(frozen=True, slots=True)
class WholeSubmission(SubmissionRow):
    """A submission with what it answers, and its student's times there (see deadlines)."""

    question_id: str
    assignment_id: str | None
    course_id: str | None = None
    released_at: int | None = None
    due_at: int | None = None
    late_until: int | None = None
    late_credit: str | None = None
    now: int | None = None


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
    submissions.c.id == bindparam("id"),
    submissions.c.user_id == bindparam("who"),
    ~EXAM_IS_CLOSED,
)


def read_submission(
    connection: Connection, who: Identity, submission_id: str
) -> WholeSubmission | None:
    """A submission that the user may see, or None."""
    own = connection.execute(_OWN, {"id": submission_id, "who": who.user_id}).first()
    if own is not None:
        return value_of(WholeSubmission, own)
    return value_of(
        WholeSubmission,
        connection.execute(
            _with_question().where(submissions.c.id == submission_id, visible_to(who, submissions))
        ).first(),
    )


def list_submissions(
    connection: Connection, who: Identity, limit: int, after: str = ""
) -> Portion[WholeSubmission]:
    """The user's own submissions, newest first, from the one after `after`."""
    statement = _with_question().where(submissions.c.user_id == who.user_id, ~EXAM_IS_CLOSED)
    return portion_of(
        WholeSubmission, connection, statement, submissions.c.id,
        limit=limit, after=after, newest_first=True,
    )  # fmt: skip


def failed_in(
    connection: Connection, who: Identity, course_id: str, limit: int, after: str
) -> Portion[WholeSubmission]:
    """The submissions of a course that could not be graded, oldest first."""
    return _of_course(
        connection, who, course_id, submissions.c.status == "error", limit=limit, after=after
    )


def held_in(
    connection: Connection, who: Identity, course_id: str, limit: int, after: str
) -> Portion[WholeSubmission]:
    """The submissions of a course with a part that waits for a person, oldest first."""
    return _of_course(connection, who, course_id, submissions.c.held, limit=limit, after=after)


def _of_course(
    connection: Connection,
    who: Identity,
    course_id: str,
    clause: ColumnElement[bool],
    *,
    limit: int,
    after: str,
) -> Portion[WholeSubmission]:
    statement = _with_question().where(
        assignments.c.course_id == course_id,
        clause,
        ~submissions.c.replaced,
        visible_to(who, submissions),
    )
    return portion_of(
        WholeSubmission, connection, statement, submissions.c.id, limit=limit, after=after
    )


def verdicts_on(connection: Connection, variant_id: str) -> list[str]:
    """The verdicts on a variant, as JSON."""
    statement = select(submissions.c.verdict).where(
        submissions.c.variant_id == variant_id, submissions.c.status == "graded"
    )
    return [verdict for verdict in connection.execute(statement).scalars() if verdict]
