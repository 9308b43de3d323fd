"""Exams: setting one from a plan of the bank, who gets a paper, and papers that come back."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy import Connection

from cards.exam.plan import ExamPlan
from cards.exam.record import Exam
from cards.exam.roster import Student, read_roster, sound_students
from cards.exam.seating import refuse_shared_seats
from grader.errors import Fault, QuestionError, UnknownNameError
from grader.naming import nearest_hint
from service.auth.identity import Identity
from service.auth.roles import STAFF, TEACHER, Role
from service.bank.exams import (
    FoundPlace,
    Planned,
    kept_exam,
    plan_hash_now,
    planned,
    returned_pdf,
)
from service.bank.questions import QuestionVersion
from service.classroom.access import assignment_for, course_for
from service.classroom.assigning import checked_times
from service.classroom.refusals import Refusal, faulty, not_found
from service.running import Service
from service.store.assignments import (
    Assignment,
    add_assignment,
    add_assignment_question,
    questions_of,
)
from service.store.audit_log import note
from service.store.courses import role_in
from service.store.exams import (
    ExamRow,
    PaperRow,
    add_exam,
    find_exam,
    own_state,
    papers_of,
    sources_of,
)
from service.store.grades import EnrolledStudent
from service.store.moments import from_datetime
from service.store.own_work import latest_submission, variants_of
from service.store.variants import find_variant, origin_of
from service.store.versions import keep_version


@dataclass(frozen=True, slots=True)
class KeptExam:
    """An exam of the service with its papers: those of people who left the course too."""

    assignment: Assignment
    row: ExamRow
    exam: Exam
    papers: Sequence[PaperRow]


def set_exam(
    service: Service,
    who: Identity,
    course_id: str,
    plan: str,
    *,
    opens_at: datetime,
    due_at: datetime,
    title: str = "",
) -> str:
    """The id of a new exam, made from a plan of the bank as its file says now.

    Its papers are dealt later. A Refusal has all faults of the plan.
    """
    with service.store.read() as connection:
        course_for(connection, who, course_id, TEACHER)
    try:
        made = planned(service.config.bank, plan)
    except UnknownNameError as error:
        raise Refusal("unknown-name", str(error)) from error
    except QuestionError as error:
        raise faulty(error) from error
    values = {
        "kind": "exam",
        "title": title.strip() or " · ".join(dict.fromkeys(made.title.values())),
        "points": made.points,
        "opens_at": from_datetime(opens_at),
        "due_at": from_datetime(due_at),
        "late_until": None,
        "late_credit": "0",
        "attempts": 1,
        "variants": 1,
    }
    checked_times(values)
    with service.store.write() as connection:
        course_for(connection, who, course_id, TEACHER)
        assignment_id = add_assignment(connection, course_id, values)
        _keep(connection, assignment_id, made)
        note(connection, who, course_id, "exam set", assignment_id, plan=plan)
    return assignment_id


def _keep(connection: Connection, assignment_id: str, made: Planned) -> None:
    for position, one in enumerate(made.questions):
        keep_version(connection, one.content_hash, one.id, one.source)
        pinned = QuestionVersion(one.id, one.content_hash)
        add_assignment_question(connection, assignment_id, position, pinned, one.points)
    versions = {one.id: one.content_hash for one in made.questions}
    add_exam(
        connection,
        ExamRow(
            assignment_id=assignment_id,
            plan=made.name,
            document=made.document,
            content_hash=made.content_hash,
            versions=json.dumps(versions),
            carried_share=made.carried_share,
            mistake_share=made.mistake_share,
        ),
    )


def exam_for(
    connection: Connection, who: Identity, assignment_id: str, roles: tuple[Role, ...] = ()
) -> tuple[Assignment, ExamRow]:
    """An assignment that is an exam, with one of these roles in its course."""
    assignment = assignment_for(connection, who, assignment_id, roles)
    row = find_exam(connection, assignment_id)
    if row is None:
        raise Refusal("no-exam", "this assignment is homework, not an exam")
    return assignment, row


def kept(connection: Connection, assignment: Assignment, row: ExamRow) -> KeptExam:
    """An exam with all papers that were dealt so far."""
    papers = papers_of(connection, assignment.id)
    return KeptExam(assignment, row, _read(connection, row, papers), papers)


def plan_of(connection: Connection, row: ExamRow) -> ExamPlan:
    """The plan that an exam was made of, as it was then."""
    return _read(connection, row, []).plan


def without_paper(papers: Sequence[PaperRow], students: Sequence[Student]) -> tuple[Student, ...]:
    """The students who have no paper yet.

    Raises QuestionError for one on the seat of another who has a paper and still belongs.
    """
    have = {_sits(paper).id for paper in papers}
    newcomers = tuple(student for student in students if student.id not in have)
    refuse_shared_seats([*(_sits(paper) for paper in papers if paper.belongs), *newcomers])
    return newcomers


def _sits(paper: PaperRow) -> Student:
    kept = json.loads(paper.sitting)
    return Student(**{name: kept[name] for name in Student.__dataclass_fields__})


def _read(connection: Connection, row: ExamRow, papers: Sequence[PaperRow]) -> Exam:
    versions: Mapping[str, str] = json.loads(row.versions)
    sources = sources_of(connection, sorted(versions.values()))
    documents = {name: sources[version] for name, version in versions.items()}
    return kept_exam(row.document, documents, [paper.sitting for paper in papers])


def seated(enrolled: Sequence[EnrolledStudent], roster: str) -> tuple[Student, ...]:
    """The students who sit the exam: those of the roster, or all of the course.

    Raises QuestionError for a roster that can't be read or has somebody who is not in the course.
    """
    known = known_as(enrolled)
    if not roster.strip():
        return sound_students(
            Student(name, row.name, section=row.section) for name, row in known.items()
        )
    students = read_roster(roster.encode(), "roster")
    strangers = [
        Fault(
            "a student of the course",
            student.id,
            nearest_hint(student.id, known) or "enrol them first",
            file="roster",
            field="id",
        )
        for student in students
        if student.id not in known
    ]
    if strangers:
        raise QuestionError(strangers)
    return students


def known_as(enrolled: Sequence[EnrolledStudent]) -> dict[str, EnrolledStudent]:
    """Students by the id that a roster has them under: their student id, else their login."""
    return {row.student_id or row.login: row for row in enrolled}


def plan_has_changed(service: Service, row: ExamRow) -> bool:
    """Whether the plan or a question of it says something else by now, or is gone."""
    now = {one.id: one.content_hash for one in service.questions.listed()}
    versions: Mapping[str, str] = json.loads(row.versions)
    same = all(now.get(name) == version for name, version in versions.items())
    return not same or plan_hash_now(service.config.bank, row.plan) != row.content_hash


def returned_paper(service: Service, who: Identity, assignment_id: str, user_id: str) -> bytes:
    """A marked paper as a PDF: staff have their students', a student the own once released."""
    with service.store.read() as connection:
        assignment, row = exam_for(connection, who, assignment_id)
        mine = user_id == who.user_id
        staff = role_in(connection, who, assignment.course_id) in STAFF
        if not staff and not mine:
            raise not_found("paper of", user_id)
        if not staff and own_state(connection, who, assignment_id) is None:
            raise Refusal("not-released", "papers come back once the results are released")
        papers = [one for one in papers_of(connection, assignment_id) if one.user_id == user_id]
        found = _found(connection, who, assignment_id, user_id)
        if not papers or not found:
            raise not_found("marked paper of", user_id)
        exam = _read(connection, row, papers)
    return returned_pdf(exam, found)


def _found(
    connection: Connection, who: Identity, assignment_id: str, user_id: str
) -> dict[str, FoundPlace]:
    """What became of each question of somebody's paper, as far as the user may see it."""
    worth = {one.question_id: one.points for one in questions_of(connection, assignment_id)}
    found = {}
    for variant_id in variants_of(connection, who, assignment_id, user_id):
        variant = find_variant(connection, who, variant_id)
        submission = latest_submission(connection, who, variant_id)
        if variant is not None and submission is not None and submission.verdict:
            found[variant.question_id] = FoundPlace(
                origin_of(connection, variant),
                Fraction(worth[variant.question_id]),
                json.loads(submission.verdict),
            )
    return found
