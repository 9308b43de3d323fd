"""Homework: assignments with their questions, tries and points."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flask import Response, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from grader.marking.grades import Grades, Scored, grades
from grader.marking.points import as_decimal
from service.auth.identity import Identity, Scope
from service.classroom.access import assignment_for, questions_for, work_for
from service.classroom.dealing import deal_homework, is_dealt_anew
from service.classroom.exams import returned_paper
from service.classroom.refusals import Refusal
from service.pages.layout import blueprint, language, moment_text, page
from service.running import Service
from service.store.assignments import SetQuestion, questions_by_assignment
from service.store.exams import own_state
from service.store.grades import own_scored
from service.store.own_work import SetWork, own_variants, set_work
from service.store.variants import VariantRow
from service.web.files import download
from service.web.requests import allow, the_identity, the_service


@dataclass(frozen=True, slots=True)
class WorkLine:
    """An assignment as its line: until when, and what the user has of its points."""

    id: str
    title: str
    course: str
    due: str
    late_until: str
    closed: bool
    score: str
    out_of: str
    share: float
    is_exam: bool
    has_marks: bool


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """A question of an assignment as its line: the way there, points and tries."""

    title: str
    address: str
    starts: bool
    points: str
    earned: str | None
    full: bool
    used: int | None
    allowed: int | None


@blueprint.get("/homework")
@allow(Scope.READ)
def homework() -> str:
    """All assignments that have opened."""
    service, who = the_service(), the_identity()
    with service.store.read() as connection:
        rows = _lines(connection, who, set_work(connection, who))
    return page("homework.html", "homework", rows=rows)


@blueprint.get("/homework/<assignment_id>")
@allow(Scope.READ)
def assignment(assignment_id: str) -> str:
    """An assignment's questions, with the tries used and the points so far."""
    service, who = the_service(), the_identity()
    with service.store.read() as connection:
        row = work_for(connection, who, assignment_id)
        listed = questions_for(connection, who, [row])[row.id]
        state = own_state(connection, who, row.id) if row.is_exam else None
        scored = own_scored(connection, who, [row.id]).get(row.id, ())
        points, earned = _points(who, row, listed, scored)
        newest = own_variants(connection, who, row.id)
        questions = [
            _question(service, row, one, newest.get(one.question_id), earned) for one in listed
        ]
        line = _line(row, points, earned)
    return page(
        "assignment.html", "homework", line=line, questions=questions, points=points, state=state
    )


@blueprint.get("/homework/<assignment_id>/returned")
@allow(Scope.READ, limit="submit")
def own_returned(assignment_id: str) -> Response:
    """The student's own paper as it comes back."""
    who = the_identity()
    content = returned_paper(the_service(), who, assignment_id, who.user_id)
    return download(content, "returned.pdf", "application/pdf")


@blueprint.get("/homework/<assignment_id>/<path:question_id>")
@allow(Scope.READ)
def homework_question(assignment_id: str, question_id: str) -> ResponseReturnValue:
    """The way to the student's variant of a question; to its assignment, where none is dealt."""
    with the_service().store.read() as connection:
        assignment_for(connection, the_identity(), assignment_id)
        newest = own_variants(connection, the_identity(), assignment_id).get(question_id)
    if newest is None:
        return redirect(url_for("pages.assignment", assignment_id=assignment_id), 303)
    return redirect(url_for("pages.question", variant_id=newest.id), 303)


@blueprint.post("/homework/<assignment_id>/<path:question_id>")
@allow(Scope.SUBMIT, keeps=True)
def start_question(assignment_id: str, question_id: str) -> ResponseReturnValue:
    """Deal the student's variant of a question, where none with tries left is at hand."""
    service, who = the_service(), the_identity()
    try:
        variant_id, _ = deal_homework(service, who, assignment_id, question_id)
    except Refusal as refusal:
        if refusal.kind != "no-variants-left":
            raise
        # What was found about the last one can be read still.
        with service.store.read() as connection:
            variant_id = own_variants(connection, who, assignment_id)[question_id].id
    return redirect(url_for("pages.question", variant_id=variant_id), 303)


def _lines(connection: Connection, who: Identity, work: Sequence[SetWork]) -> list[WorkLine]:
    """A line for each assignment, asked for together: a term has dozens of them."""
    ids = [row.id for row in work]
    questions = questions_by_assignment(connection, ids)
    scored = own_scored(connection, who, ids)
    return [
        _line(row, *_points(who, row, questions.get(row.id, ()), scored.get(row.id, ())))
        for row in work
    ]


def _points(
    who: Identity, row: SetWork, questions: Sequence[SetQuestion], scored: Sequence[Scored]
) -> tuple[dict[str, Fraction], Grades]:
    """What each question is worth, and what the user has of it."""
    worth = {one.question_id: Fraction(one.points) for one in questions}
    earned = grades(scored, worth, Fraction(row.late_credit))
    return worth, earned.get(who.user_id, Grades(who.user_id))


def _line(row: SetWork, worth: Mapping[str, Fraction], earned: Grades) -> WorkLine:
    full = row.out_of(worth.values())
    return WorkLine(
        id=row.id,
        title=row.title,
        course=row.course,
        due=moment_text(row.due),
        late_until=moment_text(row.late_until) if row.now > row.due else "",
        closed=row.now > row.last,
        score=as_decimal(earned.total),
        out_of=as_decimal(full),
        share=float(earned.total / (full or 1)),
        is_exam=row.is_exam,
        has_marks=bool(earned.points),
    )


def _question(
    service: Service, row: SetWork, one: SetQuestion, newest: VariantRow | None, earned: Grades
) -> QuestionLine:
    listed = {question.id: question for question in service.questions.listed()}
    known = listed.get(one.question_id)
    points = earned.points.get(one.question_id)
    return QuestionLine(
        title=known.title[language()] if known else one.question_id,
        address=url_for(
            "pages.homework_question", assignment_id=row.id, question_id=one.question_id
        ),
        starts=not row.is_exam and is_dealt_anew(row, newest),
        points=as_decimal(Fraction(one.points)),
        earned=None if points is None else as_decimal(points),
        full=points == Fraction(one.points),
        used=newest.used if newest is not None else None,
        allowed=None if row.is_exam else row.attempts,
    )
