"""What students earned: graded submissions of an assignment, as grades and statistics want them."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, and_, select

from grader.marking.grades import Scored, share_of
from service.auth.identity import Identity
from service.auth.roles import Role
from service.store.schema import assignments, enrolments, submissions, users, variants
from service.store.values import values_of
from service.store.verdicts import is_unreadable
from service.store.visibility import visible_to


def _of_students(who: Identity, assignment_id: str) -> Select[Any]:
    """The submissions of a course's students; what staff tried out counts nowhere."""
    return (
        select(
            submissions.c.user_id,
            variants.c.question_id,
            submissions.c.status,
            submissions.c.score,
            submissions.c.out_of,
            submissions.c.late,
            submissions.c.verdict,
            assignments.c.kind,
        )
        .join(variants, variants.c.id == submissions.c.variant_id)
        .join(assignments, assignments.c.id == variants.c.assignment_id)
        .join(
            enrolments,
            and_(
                enrolments.c.course_id == assignments.c.course_id,
                enrolments.c.user_id == submissions.c.user_id,
            ),
        )
        .where(
            variants.c.assignment_id == assignment_id,
            ~submissions.c.replaced,
            enrolments.c.role == Role.STUDENT,
            visible_to(who, submissions),
        )
        .order_by(submissions.c.received_at, submissions.c.id)
    )


def scored(connection: Connection, who: Identity, assignment_id: str) -> tuple[Scored, ...]:
    """The graded submissions of an assignment's students that the user may see."""
    statement = _of_students(who, assignment_id).where(submissions.c.status == "graded")
    return tuple(
        Scored(row.user_id, row.question_id, share_of(row.score, row.out_of), row.late)
        for row in connection.execute(statement)
    )


def own_scored(
    connection: Connection, who: Identity, assignment_ids: Sequence[str]
) -> dict[str, list[Scored]]:
    """The user's own graded submissions to these assignments, by assignment."""
    rows = connection.execute(
        select(
            variants.c.assignment_id,
            variants.c.question_id,
            submissions.c.score,
            submissions.c.out_of,
            submissions.c.late,
        )
        .join(variants, variants.c.id == submissions.c.variant_id)
        .where(
            variants.c.assignment_id.in_(assignment_ids),
            submissions.c.user_id == who.user_id,
            submissions.c.status == "graded",
            ~submissions.c.replaced,
            visible_to(who, submissions),
        )
    )
    by_assignment: dict[str, list[Scored]] = {}
    for row in rows:
        one = Scored(who.user_id, row.question_id, share_of(row.score, row.out_of), row.late)
        by_assignment.setdefault(row.assignment_id, []).append(one)
    return by_assignment


@dataclass(frozen=True, slots=True)
class FirstAttempts:
    """Each student's first attempts: shares by student and question, mistakes by question."""

    shares: Mapping[str, Mapping[str, float]]
    mistakes: Mapping[str, Counter[str]]


def first_attempts(connection: Connection, who: Identity, assignment_id: str) -> FirstAttempts:
    """The first attempts at an assignment, of the students that the user may see.

    What could not be read was no attempt; on paper it was the only one. A first attempt that
    waits, or that could not be graded, leaves its question out: a second one never takes its place.
    """
    shares: dict[str, dict[str, float]] = {}
    mistakes: dict[str, Counter[str]] = {}
    seen: set[tuple[str, str]] = set()
    for row in connection.execute(_of_students(who, assignment_id)):
        key = (row.user_id, row.question_id)
        if key in seen:
            continue
        verdict = json.loads(row.verdict) if row.status == "graded" else None
        if row.kind != "exam" and verdict is not None and is_unreadable(verdict):
            continue
        seen.add(key)
        if verdict is not None:
            share = float(share_of(row.score, row.out_of))
            shares.setdefault(row.user_id, {})[row.question_id] = share
            made = {mistake for part in verdict["parts"] for mistake in part["mistakes"]}
            mistakes.setdefault(row.question_id, Counter()).update(made)
    return FirstAttempts(shares, mistakes)


@dataclass(frozen=True, slots=True)
class EnrolledStudent:
    """A student of a course, with the id of its roster where there is one."""

    user_id: str
    student_id: str
    section: str
    login: str
    name: str


def students(connection: Connection, who: Identity, course_id: str) -> list[EnrolledStudent]:
    """The students of a course that the user may see, by name."""
    return values_of(
        EnrolledStudent,
        connection.execute(
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
                enrolments.c.role == Role.STUDENT,
                visible_to(who, enrolments),
            )
            .order_by(users.c.name, users.c.id)
        ).all(),
    )


def all_students(connection: Connection, course_id: str) -> list[EnrolledStudent]:
    """All students of a course, by login; for work that a teacher of it asked for."""
    return values_of(
        EnrolledStudent,
        connection.execute(
            select(
                enrolments.c.user_id,
                enrolments.c.student_id,
                enrolments.c.section,
                users.c.login,
                users.c.name,
            )
            .join(users, users.c.id == enrolments.c.user_id)
            .where(enrolments.c.course_id == course_id, enrolments.c.role == Role.STUDENT)
            .order_by(users.c.login)
        ).all(),
    )
