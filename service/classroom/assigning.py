"""Assigning: setting an assignment, changing its times, and giving a student more of them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from fractions import Fraction

from service.auth.identity import Identity
from service.auth.roles import TEACHER
from service.classroom.access import assignment_for, course_for
from service.classroom.courses import changed_meanwhile
from service.classroom.refusals import Refusal, bad_values, not_found
from service.classroom.releasing import nobody_reopened
from service.running import Service
from service.store import assignments
from service.store.audit_log import note
from service.store.courses import is_student
from service.store.moments import as_text, from_datetime, now
from service.store.versions import keep_version

MOMENTS = frozenset({"opens_at", "due_at", "late_until", "released_at"})

NOT_ON_PAPER = frozenset({"late_credit", "late_until", "variants"})


def set_assignment(
    service: Service,
    who: Identity,
    course_id: str,
    given: Mapping[str, object],
    questions: Sequence[tuple[str, str]],
) -> str:
    """The id of a new assignment of these (question, points), at their present versions."""
    with service.store.read() as connection:
        course_for(connection, who, course_id, TEACHER)
    wanted = [(service.questions.find(name), points) for name, points in questions]
    values = _values(given)
    with service.store.write() as connection:
        course_for(connection, who, course_id, TEACHER)
        _check_questions([question.id for question, _ in wanted])
        checked_times(values)
        assignment_id = assignments.add_assignment(connection, course_id, values)
        for position, (question, points) in enumerate(wanted):
            keep_version(connection, question.content_hash, question.id, question.source)
            assignments.add_assignment_question(
                connection, assignment_id, position, question.pinned, points
            )
        note(connection, who, course_id, "assignment made", assignment_id)
    return assignment_id


def change_assignment(
    service: Service,
    who: Identity,
    assignment_id: str,
    given: Mapping[str, object],
    version: int | None = None,
) -> None:
    """Change what is given; `released` shows solutions. With `version` only if it is at that."""
    values = _values({name: value for name, value in given.items() if name != "released"})
    with service.store.write() as connection:
        row = assignment_for(connection, who, assignment_id, TEACHER)
        if row.is_exam and (given.keys() & NOT_ON_PAPER):
            raise Refusal("on-paper", f"an exam has no {', '.join(sorted(NOT_ON_PAPER))}")
        if "released" in given:
            values["released_at"] = now(connection) if given["released"] else None
        checked_times({**asdict(row), **values})
        if not values:
            return
        at = row.version if version is None else version
        with nobody_reopened(connection, assignment_id):
            if not assignments.change_assignment(connection, assignment_id, at, values):
                raise changed_meanwhile()
        told = {name: _told(name, value) for name, value in values.items()}
        note(connection, who, row.course_id, "assignment changed", assignment_id, **told)


def extend(
    service: Service, who: Identity, assignment_id: str, user_id: str, due_at: datetime
) -> None:
    """Give one student of the course another due time."""
    due = from_datetime(due_at)
    with service.store.write() as connection:
        row = assignment_for(connection, who, assignment_id, TEACHER)
        if row.is_exam:
            raise Refusal("on-paper", "an exam is over for everybody at the same time")
        if not is_student(connection, row.course_id, user_id):
            raise not_found("student", user_id)
        with nobody_reopened(connection, assignment_id):
            assignments.extend(connection, assignment_id, user_id, due)
        told = {"assignment": assignment_id, "due_at": as_text(due)}
        note(connection, who, row.course_id, "extension given", user_id, **told)


def end_extension(service: Service, who: Identity, assignment_id: str, user_id: str) -> None:
    """Take an extension back."""
    with service.store.write() as connection:
        row = assignment_for(connection, who, assignment_id, TEACHER)
        if not assignments.end_extension(connection, assignment_id, user_id):
            raise not_found("extension", user_id)
        told = {"assignment": assignment_id}
        note(connection, who, row.course_id, "extension ended", user_id, **told)


def _values(given: Mapping[str, object]) -> dict[str, object]:
    return {
        name: from_datetime(value) if isinstance(value, datetime) else value
        for name, value in given.items()
    }


def _told(name: str, value: object) -> object:
    return as_text(value) if name in MOMENTS and isinstance(value, int) else value


def checked_times(values: Mapping[str, object]) -> None:
    """Refuse an assignment whose times don't follow each other, or with more than all credit."""
    opens_at, due_at, late_until = (
        values.get(name) for name in ("opens_at", "due_at", "late_until")
    )
    faults = []
    if isinstance(opens_at, int) and isinstance(due_at, int) and due_at <= opens_at:
        faults.append({"where": "due_at", "message": "expected after opens_at"})
    if isinstance(late_until, int) and isinstance(due_at, int) and late_until < due_at:
        faults.append({"where": "late_until", "message": "expected not before due_at"})
    if Fraction(str(values.get("late_credit", "0"))) > 1:
        faults.append({"where": "late_credit", "message": "expected at most 1"})
    if faults:
        raise bad_values(faults)


def _check_questions(ids: Sequence[str]) -> None:
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice:
        raise Refusal("bad-values", f"questions: {', '.join(twice)} stands there twice")
