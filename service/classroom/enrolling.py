"""Enrolling: a roster into a course, and a person through an invitation."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select, update

from cards.exam.roster import Student
from service.auth.identity import Identity
from service.auth.roles import Role
from service.classroom.refusals import Refusal
from service.store.audit_log import note
from service.store.courses import add_invite, enrol, find_invite, use_invite
from service.store.people import add_user, find_user
from service.store.schema import enrolments, users

CHUNK = 500


def import_roster(
    connection: Connection,
    who: Identity,
    course_id: str,
    listed: Sequence[Student],
    *,
    dry_run: bool,
) -> dict[str, Any]:
    """What the roster changes; done, unless it is a dry run. Nobody is taken out of the course.

    An account is made for each id that has none. The link to claim it comes back only for
    those: an account that was there before belongs to somebody.
    """
    present = _present(connection, course_id)
    ids = {student.id for student in listed}
    added = [student for student in listed if student.id not in present]
    changed = [
        student
        for student in listed
        if student.id in present and present[student.id].section != student.section
    ]
    links: dict[str, str] = {}
    if not dry_run:
        links = _add(connection, course_id, added)
        for student in changed:
            connection.execute(
                update(enrolments)
                .where(enrolments.c.id == present[student.id].id)
                .values(section=student.section)
            )
        note(
            connection, who, course_id, "roster taken in", course_id,
            added=len(added), changed=len(changed),
        )  # fmt: skip
    return {
        "dry_run": dry_run,
        "added": [student.id for student in added],
        "changed": [student.id for student in changed],
        "unchanged": len(listed) - len(added) - len(changed),
        "missing": sorted(set(present) - ids),
        "invites": links,
    }


def _present(connection: Connection, course_id: str) -> dict[str, Row[Any]]:
    rows = connection.execute(
        select(enrolments).where(
            enrolments.c.course_id == course_id, enrolments.c.role == Role.STUDENT
        )
    )
    return {row.student_id: row for row in rows if row.student_id}


def _add(connection: Connection, course_id: str, added: Sequence[Student]) -> dict[str, str]:
    known: dict[str, str] = {}
    for start in range(0, len(added), CHUNK):
        logins = [student.id for student in added[start : start + CHUNK]]
        rows = connection.execute(
            select(users.c.login, users.c.id).where(users.c.login.in_(logins))
        )
        known |= {row.login: row.id for row in rows}
    links = {}
    for student in added:
        user_id = known.get(student.id)
        if user_id is None:
            user_id = add_user(connection, student.id, student.name)
            links[student.id] = add_invite(
                connection, course_id, Role.STUDENT, days=60, user_id=user_id
            )
        enrol(
            connection, course_id, user_id, Role.STUDENT,
            section=student.section, student_id=student.id,
        )  # fmt: skip
    return links


def invitation(connection: Connection, token: str) -> Row[Any]:
    """What an invitation is for: the course's title, and the login of the account it claims."""
    found = find_invite(connection, token)
    if found is None:
        raise _no_invite()
    return found


def accept_invite(connection: Connection, who: Identity, token: str) -> str:
    """The course that a signed-in user has joined by an invitation."""
    invite = use_invite(connection, token)
    if invite is None or invite.user_id not in {None, who.user_id}:
        raise _no_invite()
    enrol(connection, invite.course_id, who.user_id, invite.role, section=invite.section)
    note(connection, who, invite.course_id, "invite accepted", who.user_id, role=invite.role)
    return str(invite.course_id)


def join(
    connection: Connection, token: str, login: str, name: str, password: str
) -> tuple[str, str]:
    """The course and the user of somebody who came by an invitation without an account.

    `password` is the hash that is kept. An invitation for one account sets that account's
    password, once; any other makes a new account with this login.
    """
    invite = use_invite(connection, token)
    if invite is None:
        raise _no_invite()
    if invite.user_id is not None:
        claimed = connection.execute(
            update(users)
            .where(users.c.id == invite.user_id, users.c.password_hash.is_(None))
            .values(password_hash=password)
        )
        if claimed.rowcount == 0:
            raise Refusal("claimed", "this account has a password already: sign in")
        return invite.course_id, invite.user_id
    if find_user(connection, login) is not None:
        raise Refusal("login-taken", f"the login {login!r} is taken: choose another")
    user_id = add_user(connection, login, name, password=password)
    enrol(connection, invite.course_id, user_id, invite.role, section=invite.section)
    return invite.course_id, user_id


def _no_invite() -> Refusal:
    return Refusal("no-invite", "this invitation is unknown, used up or expired")
