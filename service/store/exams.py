"""Exams: what an assignment on paper was made of, its papers, and how far each of them is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, func, insert, select, update

from service.auth.identity import Identity
from service.auth.roles import Role
from service.store.dialects import lock
from service.store.ids import new_id
from service.store.moments import Now
from service.store.schema import (
    assignments,
    enrolments,
    exams,
    papers,
    printings,
    question_versions,
    users,
)
from service.store.values import value_of, values_of
from service.store.visibility import EXAM_IS_CLOSED

State = Literal["", "marked", "absent"]


@dataclass(frozen=True, slots=True)
class ExamRow:
    """What an exam was made of; `document` is the plan as it was then, `versions` JSON."""

    assignment_id: str
    plan: str
    document: str
    content_hash: str
    versions: str
    carried_share: str
    mistake_share: str


@dataclass(frozen=True, slots=True)
class NewPaper:
    """A paper that is being dealt; `sitting` is JSON."""

    user_id: str
    paper: str
    sitting: str


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A dealt paper and whose it is; `belongs` as long as they are a student of the course."""

    id: str
    user_id: str
    login: str
    name: str
    printing: int
    paper: str
    sitting: str
    state: State
    belongs: bool


def add_exam(connection: Connection, exam: ExamRow) -> None:
    """Keep what an assignment's exam was made of."""
    values = {name: getattr(exam, name) for name in ExamRow.__dataclass_fields__}
    connection.execute(insert(exams).values(**values))


def find_exam(connection: Connection, assignment_id: str) -> ExamRow | None:
    """What an assignment's exam was made of; None for homework."""
    statement = select(exams).where(exams.c.assignment_id == assignment_id)
    return value_of(ExamRow, connection.execute(statement).first())


def shares_of(connection: Connection, assignment_id: str) -> tuple[str, str]:
    """What carried answers and named mistakes earn here: in homework all and nothing."""
    exam = find_exam(connection, assignment_id)
    return (exam.carried_share, exam.mistake_share) if exam is not None else ("1", "0")


def sources_of(connection: Connection, hashes: Sequence[str]) -> dict[str, str]:
    """The sources of versions that were kept, by hash."""
    rows = connection.execute(
        select(question_versions.c.content_hash, question_versions.c.source).where(
            question_versions.c.content_hash.in_(hashes)
        )
    )
    return {row.content_hash: row.source for row in rows}


def lock_exam(connection: Connection, assignment_id: str) -> None:
    """Deal and mark an exam one after the other, in any number of processes."""
    lock(connection, f"exam {assignment_id}")


def add_printing(
    connection: Connection, assignment_id: str, sheets: str | None, dealt: Sequence[NewPaper]
) -> int:
    """The number of a new printing, with its papers."""
    highest = select(func.max(printings.c.number)).where(printings.c.assignment_id == assignment_id)
    number: int = (connection.execute(highest).scalar() or 0) + 1
    connection.execute(
        insert(printings).values(
            assignment_id=assignment_id, number=number, sheets=sheets, created_at=Now()
        )
    )
    for one in dealt:
        connection.execute(
            insert(papers).values(
                id=new_id(),
                assignment_id=assignment_id,
                user_id=one.user_id,
                printing=number,
                paper=one.paper,
                sitting=one.sitting,
                state="",
                created_at=Now(),
            )
        )
    return number


def printings_of(connection: Connection, assignment_id: str) -> dict[int, str | None]:
    """Where the bubbles of each printing's sheets lie, by number; None without sheets."""
    rows = connection.execute(
        select(printings.c.number, printings.c.sheets)
        .where(printings.c.assignment_id == assignment_id)
        .order_by(printings.c.number)
    )
    return {row.number: row.sheets for row in rows}


def papers_of(connection: Connection, assignment_id: str) -> list[PaperRow]:
    """An exam's papers, by login; those of people who have left the course too."""
    member = (
        select(enrolments.c.id)
        .where(
            enrolments.c.user_id == papers.c.user_id,
            enrolments.c.course_id == assignments.c.course_id,
            enrolments.c.role == Role.STUDENT,
        )
        .exists()
    )
    rows = connection.execute(
        select(
            papers.c.id,
            papers.c.user_id,
            papers.c.printing,
            papers.c.paper,
            papers.c.sitting,
            papers.c.state,
            users.c.login,
            users.c.name,
            member.label("belongs"),
        )
        .join(users, users.c.id == papers.c.user_id)
        .join(assignments, assignments.c.id == papers.c.assignment_id)
        .where(papers.c.assignment_id == assignment_id)
        .order_by(users.c.login)
    )
    return values_of(PaperRow, rows)


def own_state(connection: Connection, who: Identity, assignment_id: str) -> State | None:
    """How far the user's own paper is; None without one, and before the exam is released."""
    state: State | None = connection.execute(
        select(papers.c.state)
        .join(assignments, assignments.c.id == papers.c.assignment_id)
        .where(
            papers.c.assignment_id == assignment_id,
            papers.c.user_id == who.user_id,
            ~EXAM_IS_CLOSED,
        )
    ).scalar()
    return state


def set_states(connection: Connection, states: Mapping[str, State]) -> None:
    """Write down how far papers are, by their ids."""
    for paper_id, state in states.items():
        connection.execute(update(papers).where(papers.c.id == paper_id).values(state=state))
