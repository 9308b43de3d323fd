"""What somebody has to do and has done: assignments of all courses, variants, submissions."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, select

from service.auth.identity import Identity
from service.auth.roles import STAFF
from service.store.assignments import Assignment
from service.store.courses import Course
from service.store.moments import Now
from service.store.reading import SubmissionRow
from service.store.schema import assignments, courses, enrolments, extensions, submissions, variants
from service.store.values import value_of, values_of
from service.store.variants import VariantRow
from service.store.visibility import visible_to


@dataclass(frozen=True, slots=True)
class SetWork(Assignment):
    """An assignment as somebody has it: its course's title, the own due time, and now."""

    course: str
    due: int
    now: int

    @property
    def last(self) -> int:
        """The moment after which no answer is taken."""
        return max(moment for moment in (self.due, self.late_until) if moment is not None)


def taught_courses(connection: Connection, who: Identity) -> list[Course]:
    """The courses in which the user is staff; all of them for an admin."""
    statement = select(courses).where(visible_to(who, courses)).order_by(courses.c.id)
    if not who.admin:
        statement = statement.join(enrolments, enrolments.c.course_id == courses.c.id).where(
            enrolments.c.user_id == who.user_id, enrolments.c.role.in_(STAFF)
        )
    return values_of(Course, connection.execute(statement))


def set_work(
    connection: Connection, who: Identity, course_id: str = "", *, assignment_id: str = ""
) -> list[SetWork]:
    """Assignments that the user may see, all or of one course or one alone, the latest due first.

    `due` is the user's own due time where there is an extension; `now` is the database's.
    """
    statement = (
        select(
            assignments,
            courses.c.title.label("course"),
            func.coalesce(extensions.c.due_at, assignments.c.due_at).label("due"),
            Now().label("now"),
        )
        .join(courses, courses.c.id == assignments.c.course_id)
        .outerjoin(
            extensions,
            and_(
                extensions.c.assignment_id == assignments.c.id,
                extensions.c.user_id == who.user_id,
            ),
        )
        .where(visible_to(who, assignments))
        .order_by(assignments.c.due_at.desc(), assignments.c.id)
    )
    if course_id:
        statement = statement.where(assignments.c.course_id == course_id)
    if assignment_id:
        statement = statement.where(assignments.c.id == assignment_id)
    return values_of(SetWork, connection.execute(statement))


def own_variants(
    connection: Connection, who: Identity, assignment_id: str
) -> dict[str, VariantRow]:
    """The user's newest variant of each question of an assignment."""
    rows = connection.execute(
        select(variants)
        .where(
            variants.c.assignment_id == assignment_id,
            variants.c.user_id == who.user_id,
            visible_to(who, variants),
        )
        .order_by(variants.c.number)
    )
    return {one.question_id: one for one in values_of(VariantRow, rows)}


def own_questions(
    connection: Connection, who: Identity, assignment_ids: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    """The questions of which the user has a variant that they may see, as dealt, by assignment."""
    rows = connection.execute(
        select(variants.c.assignment_id, variants.c.question_id)
        .where(
            variants.c.assignment_id.in_(assignment_ids),
            variants.c.user_id == who.user_id,
            visible_to(who, variants),
        )
        .order_by(variants.c.id)
    ).all()
    return {
        name: tuple(row.question_id for row in rows if row.assignment_id == name)
        for name in assignment_ids
    }


def variants_of(
    connection: Connection, who: Identity, assignment_id: str, user_id: str
) -> list[str]:
    """The ids of somebody's variants in an assignment that the user may see."""
    rows = connection.execute(
        select(variants.c.id)
        .where(
            variants.c.assignment_id == assignment_id,
            variants.c.user_id == user_id,
            visible_to(who, variants),
        )
        .order_by(variants.c.id)
    )
    return list(rows.scalars())


def latest_submission(
    connection: Connection, who: Identity, variant_id: str
) -> SubmissionRow | None:
    """The newest submission to a variant that the user may see."""
    return value_of(
        SubmissionRow,
        connection.execute(
            select(submissions)
            .where(
                submissions.c.variant_id == variant_id,
                ~submissions.c.replaced,
                visible_to(who, submissions),
            )
            .order_by(submissions.c.id.desc())
            .limit(1)
        ).first(),
    )
