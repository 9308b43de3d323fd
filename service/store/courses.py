"""Courses, who is in them and with which role, and invitations."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select, update

from service.auth.identity import Identity
from service.auth.roles import Role
from service.auth.secrets_kept import new_token, token_hash
from service.store.dialects import insert_each, insert_once
from service.store.ids import new_id
from service.store.moments import DAY, Now
from service.store.paging import Portion, portion_of
from service.store.schema import courses, enrolments, invites, users
from service.store.values import value_of, values_of
from service.store.visibility import visible_to

CHUNK = 500  # values in one statement


@dataclass(frozen=True, slots=True)
class Course:
    """A course; `version` counts its changes."""

    id: str
    title: str
    version: int


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Somebody in a course."""

    id: str
    user_id: str
    role: str
    section: str
    student_id: str


@dataclass(frozen=True, slots=True)
class Member(Enrolment):
    """Somebody in a course, with login and name."""

    login: str
    name: str


@dataclass(frozen=True, slots=True)
class Invitation:
    """What an open invitation is for: the course's title, the login of the account it claims."""

    title: str
    login: str | None


@dataclass(frozen=True, slots=True)
class UsedInvite:
    """An invitation of which a use was taken; `user_id` is the account that it claims."""

    course_id: str
    user_id: str | None
    role: str
    section: str
    student_id: str


def add_course(connection: Connection, title: str) -> str:
    """The id of a new course."""
    course_id = new_id()
    connection.execute(
        insert(courses).values(id=course_id, title=title, version=1, created_at=Now())
    )
    return course_id


def find_course(connection: Connection, who: Identity, course_id: str) -> Course | None:
    """A course that the user may see."""
    return value_of(
        Course,
        connection.execute(
            select(courses).where(courses.c.id == course_id, visible_to(who, courses))
        ).first(),
    )


def list_courses(
    connection: Connection, who: Identity, limit: int, after: str = ""
) -> Portion[Course]:
    """The courses that the user may see, oldest first."""
    statement = select(courses).where(visible_to(who, courses))
    return portion_of(Course, connection, statement, courses.c.id, limit=limit, after=after)


def rename_course(connection: Connection, course_id: str, version: int, title: str) -> bool:
    """Whether the course was renamed: it must still be at this version."""
    changed = connection.execute(
        update(courses)
        .where(courses.c.id == course_id, courses.c.version == version)
        .values(title=title, version=version + 1)
    )
    return changed.rowcount == 1


def role_in(connection: Connection, who: Identity, course_id: str) -> Role | None:
    """The user's role in a course; an admin is a teacher everywhere."""
    if who.admin:
        return Role.TEACHER
    role = connection.execute(
        select(enrolments.c.role).where(
            enrolments.c.course_id == course_id, enrolments.c.user_id == who.user_id
        )
    ).scalar()
    return None if role is None else Role(role)


def roles_in(connection: Connection, who: Identity, course_ids: Sequence[str]) -> dict[str, Role]:
    """The user's role in each of these courses."""
    if who.admin:
        return dict.fromkeys(course_ids, Role.TEACHER)
    rows = connection.execute(
        select(enrolments.c.course_id, enrolments.c.role).where(
            enrolments.c.course_id.in_(course_ids), enrolments.c.user_id == who.user_id
        )
    )
    return {row.course_id: Role(row.role) for row in rows}


def has_role(connection: Connection, who: Identity, roles: Collection[Role]) -> bool:
    """Whether the user has one of these roles in any course."""
    statement = select(enrolments.c.id).where(
        enrolments.c.user_id == who.user_id, enrolments.c.role.in_(roles)
    )
    return connection.execute(statement.limit(1)).first() is not None


def is_student(connection: Connection, course_id: str, user_id: str) -> bool:
    """Whether somebody is a student of a course."""
    statement = select(enrolments.c.id).where(
        enrolments.c.course_id == course_id,
        enrolments.c.user_id == user_id,
        enrolments.c.role == Role.STUDENT,
    )
    return connection.execute(statement).first() is not None


def enrol(
    connection: Connection,
    course_id: str,
    user_id: str,
    role: str,
    *,
    section: str = "",
    student_id: str = "",
) -> None:
    """Put a user into a course, or change nothing if they are in it."""
    insert_once(
        connection,
        enrolments,
        id=new_id(),
        course_id=course_id,
        user_id=user_id,
        role=role,
        section=section,
        student_id=student_id,
        created_at=Now(),
    )


def enrol_students(
    connection: Connection, course_id: str, students: Sequence[tuple[str, str, str]]
) -> None:
    """Put students, as (user, section, student id), into a course; who is in it stays as is."""
    rows = [
        {"id": new_id(), "user_id": user_id, "section": section, "student_id": student_id}
        for user_id, section, student_id in students
    ]
    same = {"course_id": course_id, "role": Role.STUDENT.value, "created_at": Now()}
    insert_each(connection, enrolments, rows, **same)


def members(
    connection: Connection, who: Identity, course_id: str, limit: int, after: str = ""
) -> Portion[Member]:
    """The members of a course that the user may see."""
    statement = (
        select(enrolments, users.c.login, users.c.name)
        .join(users, users.c.id == enrolments.c.user_id)
        .where(enrolments.c.course_id == course_id, visible_to(who, enrolments))
    )
    return portion_of(Member, connection, statement, enrolments.c.id, limit=limit, after=after)


def enrolled_students(connection: Connection, course_id: str) -> dict[str, Enrolment]:
    """The students of a course by the id that its roster gives them."""
    rows = connection.execute(
        select(enrolments).where(
            enrolments.c.course_id == course_id, enrolments.c.role == Role.STUDENT
        )
    )
    return {one.student_id: one for one in values_of(Enrolment, rows) if one.student_id}


def move_to_section(connection: Connection, enrolment_id: str, section: str) -> None:
    """Put somebody into another section of the course."""
    connection.execute(
        update(enrolments).where(enrolments.c.id == enrolment_id).values(section=section)
    )


def remove_member(connection: Connection, course_id: str, user_id: str) -> bool:
    """Whether somebody was taken out of a course; what they handed in is kept."""
    gone = connection.execute(
        delete(enrolments).where(
            enrolments.c.course_id == course_id, enrolments.c.user_id == user_id
        )
    )
    end_claims(connection, course_id, [user_id])
    return gone.rowcount == 1


def add_invite(
    connection: Connection,
    course_id: str,
    role: str,
    *,
    section: str = "",
    uses: int = 1,
    days: int = 14,
    user_id: str | None = None,
) -> str:
    """The token of a new invitation, shown this once."""
    token = new_token()
    connection.execute(
        insert(invites).values(
            id=new_id(),
            course_id=course_id,
            user_id=user_id,
            hash=token_hash(token),
            role=role,
            section=section,
            uses_left=uses,
            expires_at=Now() + days * DAY,
            created_at=Now(),
        )
    )
    return token


def add_claims(
    connection: Connection, course_id: str, students: Sequence[tuple[str, str, str]], days: int
) -> dict[str, str]:
    """The token of an invitation for each account, by user; shown this once.

    `students` are as (user, section, student id); links that they had in this course end.
    """
    made = {user_id: new_token() for user_id, _, _ in students}
    end_claims(connection, course_id, list(made))
    rows = [
        {
            "id": new_id(),
            "user_id": user_id,
            "hash": token_hash(made[user_id]),
            "section": section,
            "student_id": student_id,
        }
        for user_id, section, student_id in students
    ]
    insert_each(
        connection,
        invites,
        rows,
        course_id=course_id,
        role=Role.STUDENT.value,
        section="",
        uses_left=1,
        expires_at=Now() + days * DAY,
        created_at=Now(),
    )
    return made


def find_invite(connection: Connection, token: str) -> Invitation | None:
    """The course's title behind an open invitation, and the login of the account it claims."""
    statement: Select[Any] = (
        select(courses.c.title, users.c.login)
        .select_from(invites)
        .join(courses, courses.c.id == invites.c.course_id)
        .outerjoin(users, users.c.id == invites.c.user_id)
        .where(
            invites.c.hash == token_hash(token),
            invites.c.uses_left > 0,
            invites.c.expires_at > Now(),
        )
    )
    return value_of(Invitation, connection.execute(statement).first())


def use_invite(connection: Connection, token: str) -> UsedInvite | None:
    """The invitation, one use of it taken; None if it is unknown, used up or expired."""
    return value_of(
        UsedInvite,
        connection.execute(
            update(invites)
            .where(
                invites.c.hash == token_hash(token),
                invites.c.uses_left > 0,
                invites.c.expires_at > Now(),
            )
            .values(uses_left=invites.c.uses_left - 1)
            .returning(
                invites.c.course_id,
                invites.c.user_id,
                invites.c.role,
                invites.c.section,
                invites.c.student_id,
            )
        ).first(),
    )


def end_claims(connection: Connection, course_id: str, user_ids: Sequence[str]) -> None:
    """End the links of a course that are for one of these accounts."""
    for start in range(0, len(user_ids), CHUNK):
        connection.execute(
            update(invites)
            .where(
                invites.c.course_id == course_id,
                invites.c.user_id.in_(user_ids[start : start + CHUNK]),
                invites.c.uses_left > 0,
            )
            .values(uses_left=0)
        )


def had_claims(connection: Connection, course_id: str) -> set[str]:
    """The users who have ever had a link of their own of a course."""
    statement = select(invites.c.user_id).where(
        invites.c.course_id == course_id, invites.c.user_id.is_not(None)
    )
    return set(connection.execute(statement).scalars())


def end_invites(connection: Connection, course_id: str) -> int:
    """How many of a course's open invitations were ended."""
    return connection.execute(
        update(invites)
        .where(invites.c.course_id == course_id, invites.c.uses_left > 0)
        .values(uses_left=0)
    ).rowcount
