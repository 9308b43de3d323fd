"""Enrolling: a roster into a course, and a person through an invitation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from cards.exam.roster import Student
from service.auth.identity import Identity
from service.auth.roles import TEACHER
from service.auth.secrets_kept import password_hash
from service.classroom.access import course_for
from service.classroom.logins import check_choice
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
    had_claims,
    move_to_section,
    use_invite,
)
from service.store.people import accounts_of, add_user_once, add_users_once, claim_account

CLAIM_DAYS = 60


@dataclass(frozen=True, slots=True)
class RosterChange:
    """What a roster changes, by student ids.

    Of those `added`, the accounts of `was_there` were made by another roster; `unconfirmed` are
    accounts that somebody made for themselves, who join by confirming. `invites` has a link's token
    for each account that nobody has claimed, and for each that is to confirm.
    """

    dry_run: bool
    added: Sequence[str]
    was_there: Sequence[str]
    unconfirmed: Sequence[str]
    changed: Sequence[str]
    unchanged: int
    missing: Sequence[str]
    invites: Mapping[str, str]


def take_in_roster(
    service: Service, who: Identity, course_id: str, listed: Sequence[Student], *, dry_run: bool
) -> RosterChange:
    """What the roster changes; done, unless it is a dry run. Nobody is taken out of the course.

    An account is made for each id that has none. A link that was lost comes again with the same
    roster, as long as its account is unclaimed; the one before is worth nothing then.
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
    accounts = accounts_of(connection, [student.id for student in listed])
    new = [student for student in listed if student.id not in present]
    # Whoever chose a login for themselves may be somebody else than the student who is meant.
    chosen = {one.login for one in accounts.values() if not one.by_roster}
    unconfirmed = [student for student in new if student.id in chosen]
    added = [student for student in new if student.id not in chosen]
    changed = [
        student
        for student in listed
        if student.id in present and present[student.id].section != student.section
    ]
    links: dict[str, str] = {}
    if not dry_run:
        links = _enrol(connection, course_id, listed, added, unconfirmed)
        for student in changed:
            move_to_section(connection, present[student.id].id, student.section)
        note(
            connection, who, course_id, "roster taken in", course_id,
            added=len(added), changed=len(changed), unconfirmed=len(unconfirmed),
        )  # fmt: skip
    return RosterChange(
        dry_run=dry_run,
        added=[student.id for student in added],
        was_there=[student.id for student in added if student.id in accounts],
        unconfirmed=[student.id for student in unconfirmed],
        changed=[student.id for student in changed],
        unchanged=len(listed) - len(new) - len(changed),
        missing=sorted(set(present) - {student.id for student in listed}),
        invites=links,
    )


def _enrol(
    connection: Connection,
    course_id: str,
    listed: Sequence[Student],
    added: Sequence[Student],
    unconfirmed: Sequence[Student],
) -> dict[str, str]:
    """The links that are due, by id; a roster costs a few statements, however long."""
    made = add_users_once(connection, {student.id: student.name for student in added})
    # With what another import has made at this moment.
    accounts = accounts_of(connection, [student.id for student in listed])
    enrol_students(
        connection, course_id, [(accounts[one.id].id, one.section, one.id) for one in added]
    )
    # Another course's unclaimed account is claimed by that course's link.
    ours = had_claims(connection, course_id) | set(made.values())
    due = [
        (account.id, student.section, student.id)
        for student in listed
        if (account := accounts.get(student.id)) is not None
        and ((account.id in ours and not account.claimed) or student in unconfirmed)
    ]
    claims = add_claims(connection, course_id, due, CLAIM_DAYS)
    return {student_id: claims[user_id] for user_id, _, student_id in due}


def invitation(connection: Connection, token: str) -> Invitation:
    """What an invitation is for: the course's title, and the login of the account it claims."""
    invite = find_invite(connection, token)
    if invite is None:
        raise _no_invite()
    return invite


def accept_invite(service: Service, who: Identity, token: str) -> str:
    """The course that a signed-in user has joined by an invitation, or confirms to be meant by."""
    with service.store.write() as connection:
        invite = use_invite(connection, token)
        if invite is None or invite.user_id not in {None, who.user_id}:
            raise _no_invite()
        enrol(
            connection, invite.course_id, who.user_id, invite.role,
            section=invite.section, student_id=invite.student_id,
        )  # fmt: skip
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
        check_choice(connection, login)
        user_id = add_user_once(connection, login, name, password=kept)
        if user_id is None:
            raise Refusal("login-taken", f"the login {login!r} is taken: choose another")
        enrol(connection, invite.course_id, user_id, invite.role, section=invite.section)
    return invite.course_id, user_id


def _no_invite() -> Refusal:
    return Refusal("no-invite", "this invitation is unknown, used up or expired")
