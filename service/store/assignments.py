"""Assignments: questions at fixed versions, with times, attempts and extensions."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from service.auth.identity import Identity
from service.bank.questions import Pinned
from service.store.ids import new_id
from service.store.moments import Now
from service.store.schema import assignment_questions, assignments, extensions
from service.store.upserts import insert_or_change
from service.store.visibility import visible_to


def add_assignment(connection: Connection, course_id: str, values: Mapping[str, object]) -> str:
    """The id of a new assignment."""
    assignment_id = new_id()
    connection.execute(
        insert(assignments).values(
            id=assignment_id, course_id=course_id, version=1, created_at=Now(), **values
        )
    )
    return assignment_id


def add_assignment_question(
    connection: Connection,
    assignment_id: str,
    position: int,
    question: Pinned,
    points: str,
) -> None:
    """Put a question, at this version, into an assignment."""
    connection.execute(
        insert(assignment_questions).values(
            id=new_id(),
            assignment_id=assignment_id,
            position=position,
            question_id=question.id,
            content_hash=question.content_hash,
            points=points,
        )
    )


def find_assignment(connection: Connection, who: Identity, assignment_id: str) -> Row[Any] | None:
    """An assignment that the user may see."""
    return connection.execute(
        select(assignments).where(assignments.c.id == assignment_id, visible_to(who, assignments))
    ).first()


def list_assignments(
    connection: Connection, who: Identity, course_id: str, limit: int, after: str
) -> Sequence[Row[Any]]:
    """The assignments of a course that the user may see, oldest first."""
    return connection.execute(
        select(assignments)
        .where(
            assignments.c.course_id == course_id,
            assignments.c.id > after,
            visible_to(who, assignments),
        )
        .order_by(assignments.c.id)
        .limit(limit)
    ).all()


def questions_of(connection: Connection, assignment_id: str) -> Sequence[Row[Any]]:
    """An assignment's questions, in order."""
    return connection.execute(
        select(assignment_questions)
        .where(assignment_questions.c.assignment_id == assignment_id)
        .order_by(assignment_questions.c.position)
    ).all()


def change_assignment(
    connection: Connection, assignment_id: str, version: int, values: Mapping[str, object]
) -> bool:
    """Whether the assignment was changed: it must still be at this version."""
    changed = connection.execute(
        update(assignments)
        .where(assignments.c.id == assignment_id, assignments.c.version == version)
        .values(version=version + 1, **values)
    )
    return changed.rowcount == 1


def pin_question(
    connection: Connection, assignment_id: str, question_id: str, content_hash: str
) -> None:
    """Let a question's variants in an assignment count under another version."""
    _change_question(connection, assignment_id, question_id, content_hash=content_hash)


def drop_question(connection: Connection, assignment_id: str, question_id: str) -> None:
    """Let a question count for nothing in an assignment; its variants and verdicts stay."""
    _change_question(connection, assignment_id, question_id, points="0")


def _change_question(
    connection: Connection, assignment_id: str, question_id: str, **values: str
) -> None:
    connection.execute(
        update(assignments)
        .where(assignments.c.id == assignment_id)
        .values(version=assignments.c.version + 1)
    )
    connection.execute(
        update(assignment_questions)
        .where(
            assignment_questions.c.assignment_id == assignment_id,
            assignment_questions.c.question_id == question_id,
        )
        .values(**values)
    )


def extend(connection: Connection, assignment_id: str, user_id: str, due_at: int) -> None:
    """Give one student another due time."""
    insert_or_change(
        connection,
        extensions,
        [extensions.c.assignment_id, extensions.c.user_id],
        {"due_at": due_at, "created_at": Now()},
        id=new_id(),
        assignment_id=assignment_id,
        user_id=user_id,
    )


def end_extension(connection: Connection, assignment_id: str, user_id: str) -> bool:
    """Whether there was an extension, which is now gone."""
    gone = connection.execute(
        delete(extensions).where(
            extensions.c.assignment_id == assignment_id, extensions.c.user_id == user_id
        )
    )
    return gone.rowcount == 1
