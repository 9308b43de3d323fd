"""Keeping a course: founding and renaming it, who leaves, and who may come by a link."""

from service.auth.identity import Identity
from service.auth.roles import TEACHER, Role
from service.classroom.access import course_for
from service.classroom.refusals import Refusal, not_found
from service.running import Service
from service.store import courses
from service.store.audit_log import note


def found_course(service: Service, who: Identity, title: str) -> str:
    """The id of a new course, whose founder teaches it."""
    with service.store.write() as connection:
        course_id = courses.add_course(connection, title)
        courses.enrol(connection, course_id, who.user_id, Role.TEACHER)
        note(connection, who, course_id, "course made", course_id, title=title)
    return course_id


def rename_course(
    service: Service, who: Identity, course_id: str, title: str, version: int | None = None
) -> None:
    """Rename a course; with `version` only if it is still at that one."""
    with service.store.write() as connection:
        course = course_for(connection, who, course_id, TEACHER)
        at = course.version if version is None else version
        if not courses.rename_course(connection, course_id, at, title):
            raise changed_meanwhile()
        note(connection, who, course_id, "course renamed", title)


def remove_member(service: Service, who: Identity, course_id: str, user_id: str) -> None:
    """Take somebody out of a course; what they handed in is kept."""
    with service.store.write() as connection:
        course_for(connection, who, course_id, TEACHER)
        if not courses.remove_member(connection, course_id, user_id):
            raise not_found("member", user_id)
        note(connection, who, course_id, "member removed", user_id)


def invite(
    service: Service,
    who: Identity,
    course_id: str,
    role: Role,
    *,
    section: str = "",
    uses: int = 1,
    days: int = 14,
) -> str:
    """The token of a link by which people join a course with this role, shown this once."""
    with service.store.write() as connection:
        course_for(connection, who, course_id, TEACHER)
        token = courses.add_invite(
            connection, course_id, role, section=section, uses=uses, days=days
        )
        note(connection, who, course_id, "invite made", role, uses=uses)
    return token


def end_invites(service: Service, who: Identity, course_id: str) -> None:
    """End all open invitations of a course."""
    with service.store.write() as connection:
        course_for(connection, who, course_id, TEACHER)
        count = courses.end_invites(connection, course_id)
        note(connection, who, course_id, "invites ended", course_id, count=count)


def changed_meanwhile() -> Refusal:
    """The refusal when somebody else was quicker."""
    return Refusal("changed-meanwhile", "somebody changed it just now; read it again")
