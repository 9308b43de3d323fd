"""Assignments: questions at fixed versions, with times, attempts and extensions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import Connection, delete, insert, select, update

from service.auth.identity import Identity
from service.bank.questions import QuestionVersion
from service.store.dialects import insert_or_change
from service.store.ids import new_id
from service.store.moments import Now
from service.store.paging import Portion, portion_of
from service.store.schema import assignment_questions, assignments, extensions
from service.store.values import value_of, values_of
from service.store.visibility import visible_to


@dataclass(frozen=True, slots=True)
class Assignment:
    """An assignment; moments as the store keeps them, `late_credit` a share as text.

    `kind` is homework or exam; `points` is what an exam's paper earns at most.
    """

    id: str
    course_id: str
    kind: str
    title: str
    points: str | None
    opens_at: int
    due_at: int
    late_until: int | None
    late_credit: str
    attempts: int | None
    variants: int
    released_at: int | None
    version: int

    @property
    def is_exam(self) -> bool:
        """Whether it is answered on paper."""
        return self.kind == "exam"

    def out_of(self, worth: Iterable[Fraction]) -> Fraction:
        """What it earns at most; `worth` are the points of its questions.

        Of an exam's questions each student has some, and all have as many points.
        """
        return sum(worth, Fraction()) if self.points is None else Fraction(self.points)


@dataclass(frozen=True, slots=True)
class SetQuestion:
    """A question of an assignment, at the version that it was set with."""

    question_id: str
    content_hash: str
    points: str


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
    question: QuestionVersion,
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


def find_assignment(connection: Connection, who: Identity, assignment_id: str) -> Assignment | None:
    """An assignment that the user may see."""
    return value_of(
        Assignment,
        connection.execute(
            select(assignments).where(
                assignments.c.id == assignment_id, visible_to(who, assignments)
            )
        ).first(),
    )


def list_assignments(
    connection: Connection, who: Identity, course_id: str, limit: int, after: str
) -> Portion[Assignment]:
    """The assignments of a course that the user may see, oldest first."""
    statement = select(assignments).where(
        assignments.c.course_id == course_id, visible_to(who, assignments)
    )
    return portion_of(Assignment, connection, statement, assignments.c.id, limit=limit, after=after)


def questions_of(connection: Connection, assignment_id: str) -> list[SetQuestion]:
    """An assignment's questions, in order."""
    return values_of(
        SetQuestion,
        connection.execute(
            select(assignment_questions)
            .where(assignment_questions.c.assignment_id == assignment_id)
            .order_by(assignment_questions.c.position)
        ).all(),
    )


def questions_by_assignment(
    connection: Connection, assignment_ids: Sequence[str]
) -> dict[str, list[SetQuestion]]:
    """The questions of several assignments, in order, by assignment."""
    rows = connection.execute(
        select(assignment_questions)
        .where(assignment_questions.c.assignment_id.in_(assignment_ids))
        .order_by(assignment_questions.c.position)
    )
    by_assignment: dict[str, list[SetQuestion]] = {}
    for row in rows:
        question = SetQuestion(row.question_id, row.content_hash, row.points)
        by_assignment.setdefault(row.assignment_id, []).append(question)
    return by_assignment


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
    """Let a question count for nothing in an assignment; its variants and verdicts stay.

    What an exam's papers are worth goes down with it.
    """
    row = connection.execute(
        select(assignments.c.points, assignment_questions.c.points.label("worth"))
        .join(assignment_questions, assignment_questions.c.assignment_id == assignments.c.id)
        .where(assignments.c.id == assignment_id, assignment_questions.c.question_id == question_id)
    ).one()
    if row.points is not None:
        rest = str(Fraction(row.points) - Fraction(row.worth))
        connection.execute(
            update(assignments).where(assignments.c.id == assignment_id).values(points=rest)
        )
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
