"""What students earned: graded submissions of an assignment, as the gradebook wants them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from service.auth.identity import Identity
from service.gradebook import Scored, share_of
from service.store.schema import enrolments, submissions, users, variants
from service.store.visibility import visible_to


def scored(connection: Connection, who: Identity, assignment_id: str) -> tuple[Scored, ...]:
    """The graded submissions of an assignment that the user may see, oldest first."""
    rows = connection.execute(
        select(
            submissions.c.id,
            submissions.c.user_id,
            variants.c.question_id,
            submissions.c.score,
            submissions.c.out_of,
            submissions.c.late,
            submissions.c.received_at,
        )
        .join(variants, variants.c.id == submissions.c.variant_id)
        .where(
            variants.c.assignment_id == assignment_id,
            submissions.c.status == "graded",
            visible_to(who, submissions),
        )
        .order_by(submissions.c.received_at, submissions.c.id)
    )
    return tuple(
        Scored(row[0], row[1], row[2], share_of(row[3], row[4]), row[5], row[6]) for row in rows
    )


def students(connection: Connection, who: Identity, course_id: str) -> Sequence[Any]:
    """The students of a course that the user may see, by name."""
    return connection.execute(
        select(
            enrolments.c.user_id,
            enrolments.c.student_id,
            enrolments.c.section,
            users.c.login,
            users.c.name,
        )
        .join(users, users.c.id == enrolments.c.user_id)
        .where(
            enrolments.c.course_id == course_id,
            enrolments.c.role == "student",
            visible_to(who, enrolments),
        )
        .order_by(users.c.name, users.c.id)
    ).all()


def first_shares(found: Sequence[Scored]) -> dict[str, dict[str, float]]:
    """Each student's share at the first attempt, by question; `found` is oldest first."""
    first: dict[str, dict[str, float]] = {}
    for one in found:
        first.setdefault(one.user_id, {}).setdefault(one.question_id, float(one.share))
    return first
