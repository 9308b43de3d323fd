"""Access: what somebody asks for, if they may see it, and whether they may do this to it."""

from collections.abc import Sequence

from sqlalchemy import Connection

from service.auth.identity import Identity
from service.auth.roles import STAFF, Role
from service.classroom.refusals import Refusal, not_found
from service.store.assignments import (
    Assignment,
    SetQuestion,
    find_assignment,
    questions_by_assignment,
)
from service.store.courses import Course, find_course, has_role, role_in, roles_in
from service.store.jobs import JobRow, find_job
from service.store.own_work import SetWork, own_questions, set_work
from service.store.reading import WholeSubmission, read_submission
from service.store.variants import FoundVariant, find_variant


def course_for(
    connection: Connection, who: Identity, course_id: str, roles: tuple[Role, ...] = ()
) -> Course:
    """A course that the user is in, with one of these roles if any are named.

    A course that one is not in does not exist (404); in one's own course the role decides (403).
    """
    course = find_course(connection, who, course_id)
    if course is None:
        raise not_found("course", course_id)
    _check_role(connection, who, course_id, roles)
    return course


def assignment_for(
    connection: Connection, who: Identity, assignment_id: str, roles: tuple[Role, ...] = ()
) -> Assignment:
    """An assignment that the user may see, with one of these roles in its course."""
    assignment = find_assignment(connection, who, assignment_id)
    if assignment is None:
        raise not_found("assignment", assignment_id)
    _check_role(connection, who, assignment.course_id, roles)
    return assignment


def work_for(connection: Connection, who: Identity, assignment_id: str) -> SetWork:
    """An assignment as the user has it, with the own due time."""
    rows = set_work(connection, who, assignment_id=assignment_id)
    if not rows:
        raise not_found("assignment", assignment_id)
    return rows[0]


def questions_for(
    connection: Connection, who: Identity, rows: Sequence[Assignment]
) -> dict[str, Sequence[SetQuestion]]:
    """The questions of assignments that the user may know of, by assignment.

    Of an exam its students have those of their own paper in its order, once it is over and
    released.
    """
    listed = questions_by_assignment(connection, [row.id for row in rows])
    found = {row.id: listed.get(row.id, []) for row in rows}
    exams = [row for row in rows if row.is_exam]
    if exams and not who.admin:
        roles = roles_in(connection, who, [row.course_id for row in exams])
        asked = own_questions(connection, who, [row.id for row in exams])
        for row in exams:
            if roles.get(row.course_id) not in STAFF:
                by_id = {one.question_id: one for one in found[row.id]}
                found[row.id] = [by_id[name] for name in asked[row.id]]
    return {name: tuple(questions) for name, questions in found.items()}


def variant_for(connection: Connection, who: Identity, variant_id: str) -> FoundVariant:
    """A variant that the user may see."""
    variant = find_variant(connection, who, variant_id)
    if variant is None:
        raise not_found("variant", variant_id)
    return variant


def own_variant(connection: Connection, who: Identity, variant_id: str) -> FoundVariant:
    """A variant that was dealt to the user, which nobody else may answer."""
    variant = variant_for(connection, who, variant_id)
    if variant.user_id != who.user_id:
        raise not_found("variant", variant_id)
    return variant


def submission_for(connection: Connection, who: Identity, submission_id: str) -> WholeSubmission:
    """A submission that the user may see."""
    submission = read_submission(connection, who, submission_id)
    if submission is None:
        raise not_found("submission", submission_id)
    return submission


def job_for(connection: Connection, who: Identity, job_id: str) -> JobRow:
    """A job that the user may see."""
    job = find_job(connection, who, job_id)
    if job is None:
        raise not_found("job", job_id)
    return job


def staff_somewhere(connection: Connection, who: Identity, roles: tuple[Role, ...] = STAFF) -> None:
    """Refuse whoever has none of these roles in any course (403)."""
    if not who.admin and not has_role(connection, who, roles):
        whom = "staff" if roles == STAFF else " and ".join(f"{role}s" for role in roles)
        raise Refusal("not-allowed", f"this is for the {whom} of a course")


def _check_role(
    connection: Connection, who: Identity, course_id: str, roles: tuple[Role, ...]
) -> None:
    if not roles:
        return
    role = role_in(connection, who, course_id)
    if role not in roles:
        detail = f"this is for {' and '.join(roles)}s of the course; you are its {role}"
        raise Refusal("not-allowed", detail)
