"""Enrolling: a roster into a course, and a person through an invitation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from cards.exam.roster import Student
from service.auth.identity import Identity
from service.auth.roles import TEACHER
from service.auth.secrets_kept import password_hash
from service.classroom.access import course_for
from service.classroom.refusals import Refusal
from service.running import Service
from service.store.audit_log import note
from service.store.courses import (
    Invitation,
    add_claims,
    enrol,
    enrol_students,
    enrolled_students,
    find_invite,
    move_to_section,
    use_invite,
)
from service.store.people import add_user_once, add_users_once, claim_account, ids_of

CLAIM_DAYS = 60
LOGIN = r"^[\w.@+-]+$"


@dataclass(frozen=True, slots=True)
class RosterChange:
    """What a roster changes, by student ids; `invites` has the token of each new account."""

    dry_run: bool
    added: Sequence[str]
    changed: Sequence[str]
    unchanged: int
    missing: Sequence[str]
    invites: Mapping[str, str]


def take_in_roster(
    service: Service, who: Identity, course_id: str, listed: Sequence[Student], *, dry_run: bool
) -> RosterChange:
    """What the roster changes; done, unless it is a dry run. Nobody is taken out of the course.

    An account is made for each id that has none. The link to claim it comes back only for
    those: an account that was there before belongs to somebody.
    """
    with service.store.write() as connection:
        course_for(connection, who, course_id, TEACHER)
        return _take_in(connection, who, course_id, listed, dry_run=dry_run)


def _take_in(
    connection: Connection,
    who: Identity,
    course_id: str,
    listed: Sequence[Student],
    *,
    dry_run: bool,
) -> RosterChange:
    present = enrolled_students(connection, course_id)
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
            move_to_section(connection, present[student.id].id, student.section)
        note(
            connection, who, course_id, "roster taken in", course_id,
            added=len(added), changed=len(changed),
        )  # fmt: skip
    return RosterChange(
        dry_run=dry_run,
        added=[student.id for student in added],
        changed=[student.id for student in changed],
        unchanged=len(listed) - len(added) - len(changed),
        missing=sorted(set(present) - ids),
        invites=links,
    )


def _add(connection: Connection, course_id: str, added: Sequence[Student]) -> dict[str, str]:
    """The links of the accounts that were made; a roster costs a few statements, however long."""
    ids = ids_of(connection, [student.id for student in added])
    made = add_users_once(
        connection, {student.id: student.name for student in added if student.id not in ids}
    )
    ids |= made
    # What another import has made at this moment.
    ids |= ids_of(connection, [student.id for student in added if student.id not in ids])
    claims = add_claims(connection, course_id, list(made.values()), CLAIM_DAYS)
    enrol_students(connection, course_id, [(ids[one.id], one.section, one.id) for one in added])
    return {login: claims[user_id] for login, user_id in made.items()}


def invitation(connection: Connection, token: str) -> Invitation:
    """What an invitation is for: the course's title, and the login of the account it claims."""
    found = find_invite(connection, token)
    if found is None:
        raise _no_invite()
    return found


def accept_invite(service: Service, who: Identity, token: str) -> str:
    """The course that a signed-in user has joined by an invitation."""
    with service.store.write() as connection:
        invite = use_invite(connection, token)
        if invite is None or invite.user_id not in {None, who.user_id}:
            raise _no_invite()
        enrol(connection, invite.course_id, who.user_id, invite.role, section=invite.section)
        note(connection, who, invite.course_id, "invite accepted", who.user_id, role=invite.role)
    return str(invite.course_id)


def join(service: Service, token: str, login: str, name: str, password: str) -> tuple[str, str]:
    """The course and the user of somebody who came by an invitation without an account.

    An invitation for one account sets that account's password, once; any other makes a new
    account with this login.
    """
    kept = password_hash(password)
    with service.store.write() as connection:
        invite = use_invite(connection, token)
        if invite is None:
            raise _no_invite()
        if invite.user_id is not None:
            if not claim_account(connection, invite.user_id, kept):
                raise Refusal("claimed", "this account has a password already: sign in")
            return invite.course_id, invite.user_id
        user_id = add_user_once(connection, login, name, password=kept)
        if user_id is None:
            raise Refusal("login-taken", f"the login {login!r} is taken: choose another")
        enrol(connection, invite.course_id, user_id, invite.role, section=invite.section)
    return invite.course_id, user_id


def _no_invite() -> Refusal:
    return Refusal("no-invite", "this invitation is unknown, used up or expired")
