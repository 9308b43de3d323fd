"""Deadlines: until when a student may hand in, with the student's own due time."""

from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Protocol

from sqlalchemy import Connection, and_, func, select

from service.auth.roles import Role
from service.store.moments import Now
from service.store.schema import assignments, enrolments, extensions, users

OWN_DUE = func.coalesce(extensions.c.due_at, assignments.c.due_at)
TIMES = (
    assignments.c.course_id,
    assignments.c.released_at,
    OWN_DUE.label("due_at"),
    assignments.c.late_until,
    assignments.c.late_credit,
    Now().label("now"),
)


@dataclass(frozen=True, slots=True)
class Deadline:
    """One student's times in an assignment, at the database's present moment."""

    course_id: str
    released_at: int | None
    due_at: int
    late_until: int | None
    late_credit: str
    now: int

    @property
    def last(self) -> int:
        """The last moment at which handing in earns points.

        >>> Deadline("c", None, due_at=10, late_until=20, late_credit="1/2", now=0).last
        20
        >>> Deadline("c", None, due_at=10, late_until=20, late_credit="0.0", now=0).last
        10
        """
        if self.late_until is None or not Fraction(self.late_credit):
            return self.due_at
        return max(self.due_at, self.late_until)

    @property
    def solution_from(self) -> int | None:
        """The moment from which the student may see the solution; None while it isn't released."""
        return None if self.released_at is None else max(self.released_at, self.last + 1)

    @property
    def solution_is_open(self) -> bool:
        """Whether the student may see the solution now."""
        return self.solution_from is not None and self.solution_from <= self.now


class WithTimes(Protocol):
    """Whatever was read with its assignment, if it has one, and TIMES."""

    @property
    def assignment_id(self) -> str | None:
        """The assignment; None for practice."""


def times_of(row: WithTimes) -> Deadline | None:
    """The times that were read with a row; None for practice, which has none."""
    if row.assignment_id is None:
        return None
    return Deadline(*(getattr(row, field.name) for field in fields(Deadline)))


def deadline(connection: Connection, assignment_id: str, user_id: str) -> Deadline:
    """Somebody's times in an assignment."""
    row = connection.execute(
        select(*TIMES)
        .outerjoin(
            extensions,
            and_(extensions.c.assignment_id == assignments.c.id, extensions.c.user_id == user_id),
        )
        .where(assignments.c.id == assignment_id)
    ).one()
    return Deadline(*row)


@dataclass(frozen=True, slots=True)
class StudentDeadline:
    """A student with their times in an assignment."""

    user_id: str
    login: str
    name: str
    times: Deadline


def deadlines(connection: Connection, assignment_id: str) -> list[StudentDeadline]:
    """All students of an assignment's course, with their times."""
    rows = connection.execute(
        select(users.c.id, users.c.login, users.c.name, *TIMES)
        .select_from(assignments)
        .join(enrolments, enrolments.c.course_id == assignments.c.course_id)
        .join(users, users.c.id == enrolments.c.user_id)
        .outerjoin(
            extensions,
            and_(
                extensions.c.assignment_id == assignments.c.id,
                extensions.c.user_id == enrolments.c.user_id,
            ),
        )
        .where(assignments.c.id == assignment_id, enrolments.c.role == Role.STUDENT)
        .order_by(users.c.login)
    )
    return [
        StudentDeadline(user_id, login, name, Deadline(*times))
        for user_id, login, name, *times in rows
    ]
