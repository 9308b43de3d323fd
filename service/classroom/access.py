"""The course behind a request, and whether the user may do this in it."""

from typing import Any

from sqlalchemy import Connection, Row, select

from service.auth.identity import Identity
from service.auth.roles import STAFF, Role
from service.classroom.refusals import Refusal, not_found
from service.store.assignments import find_assignment
from service.store.courses import find_course, role_in
from service.store.schema import enrolments


def course_for(
    connection: Connection, who: Identity, course_id: str, roles: tuple[Role, ...] = ()
) -> Row[Any]:
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
) -> Row[Any]:
    """An assignment that the user may see, with one of these roles in its course."""
    assignment = find_assignment(connection, who, assignment_id)
    if assignment is None:
        raise not_found("assignment", assignment_id)
    _check_role(connection, who, assignment.course_id, roles)
    return assignment


def staff_somewhere(connection: Connection, who: Identity) -> None:
    """Refuse whoever is staff of no course (403)."""
    roles = select(enrolments.c.id).where(
        enrolments.c.user_id == who.user_id, enrolments.c.role.in_(STAFF)
    )
    if not who.admin and connection.execute(roles.limit(1)).first() is None:
        raise Refusal("not-allowed", "this is for the staff of a course")


def _check_role(
    connection: Connection, who: Identity, course_id: str, roles: tuple[Role, ...]
) -> None:
    if not roles:
        return
    role = role_in(connection, who, course_id)
    if role not in roles:
        detail = f"this is for {' and '.join(roles)}s of the course; you are its {role}"
        raise Refusal("not-allowed", detail)
