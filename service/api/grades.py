"""/assignments/…/gradebook, …/statistics, and what staff do about single submissions."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from apiflask import APIBlueprint
from flask import Response, request
from sqlalchemy import Connection, Row

from grader.marking.grades import Grades, as_decimal, grades
from service.api.openapi import takes
from service.api.shapes import Answer, Page, Shown
from service.auth.identity import Scope
from service.auth.roles import STAFF, TEACHER
from service.classroom.access import assignment_for, course_for
from service.classroom.refusals import not_found
from service.classroom.spreadsheet import as_csv
from service.jobs.statistics import statistics_of
from service.queue.sweep import requeue
from service.store.assignments import questions_of
from service.store.audit_log import note
from service.store.grades import scored, students
from service.store.moments import as_text
from service.store.reading import course_submissions, read_submission
from service.store.schema import submissions
from service.web.problems import Problem
from service.web.requests import allow, the_identity, the_service

blueprint = APIBlueprint("grades", __name__, url_prefix="/api/v1", tag="grades")


class GradeRow(Shown):
    """A student's points, by question and together."""

    user: str
    login: str
    name: str
    section: str
    points: dict[str, str]
    total: str


class Gradebook(Shown):
    """The points of an assignment's students."""

    questions: dict[str, str]
    rows: list[GradeRow]


class ItemShown(Shown):
    """How hard a question was: first attempts only, with the 95 % interval of full marks."""

    n: int
    mean: float
    right: int
    right_low: float
    right_high: float
    discrimination: float | None


class StatisticsShown(Shown):
    """Item statistics by question."""

    items: dict[str, ItemShown]


class AsideShown(Shown):
    """A submission that could not be graded."""

    id: str
    user: str
    question: str
    reason: str
    received_at: str


class AsideList(Shown):
    """Submissions that wait for staff."""

    items: list[AsideShown]
    next: str | None


@blueprint.get("/assignments/<assignment_id>/gradebook")
@allow(Scope.READ)
@blueprint.output(Gradebook)
@blueprint.doc(extensions=takes("Accept"))
def get_gradebook(assignment_id: str) -> Answer:
    """Points of all students that one may see (a student: one's own); as CSV if it is preferred."""
    with the_service().store.read() as connection:
        assignment = assignment_for(connection, the_identity(), assignment_id)
        points, earned = earned_points(connection, assignment)
        listed = students(connection, the_identity(), assignment.course_id)
    best = request.accept_mimetypes.best_match(["application/json", "text/csv"])
    if best == "text/csv":
        return gradebook_csv(list(points), earned, listed)
    rows = [
        {
            "user": one.user_id,
            "login": one.login,
            "name": one.name,
            "section": one.section,
            "points": {
                name: as_decimal(value)
                for name, value in grades_of(earned, one.user_id).points.items()
            },
            "total": as_decimal(grades_of(earned, one.user_id).total),
        }
        for one in listed
    ]
    return {"questions": {name: as_decimal(value) for name, value in points.items()}, "rows": rows}


@blueprint.get("/assignments/<assignment_id>/statistics")
@allow(Scope.TEACH)
@blueprint.output(StatisticsShown)
def get_statistics(assignment_id: str) -> dict[str, Any]:
    """How hard each question was and how well it told students apart."""
    store = the_service().store
    with store.read() as connection:
        assignment_for(connection, the_identity(), assignment_id, TEACHER)
    return statistics_of(store, the_identity(), assignment_id)


@blueprint.get("/courses/<course_id>/quarantine")
@allow(Scope.TEACH)
@blueprint.input(Page, location="query")
@blueprint.output(AsideList)
def get_quarantine(course_id: str, query_data: Page) -> dict[str, Any]:
    """Submissions that could not be graded, oldest first; requeue them when the cause is gone."""
    with the_service().store.read() as connection:
        course_for(connection, the_identity(), course_id, STAFF)
        rows = course_submissions(
            connection,
            the_identity(),
            course_id,
            submissions.c.status == "error",
            limit=query_data.limit + 1,
            after=query_data.after,
        )
    page = rows[: query_data.limit]
    items = [
        {
            "id": row.id,
            "user": row.user_id,
            "question": row.question_id,
            "reason": row.error or "",
            "received_at": as_text(row.received_at),
        }
        for row in page
    ]
    return {"items": items, "next": page[-1].id if len(rows) > len(page) else None}


@blueprint.post("/submissions/<submission_id>/requeue")
@allow(Scope.TEACH)
@blueprint.output({}, status_code=204)
def post_requeue(submission_id: str) -> Answer:
    """Let a submission that could not be graded wait again."""
    service, who = the_service(), the_identity()
    with service.store.read() as connection:
        row = read_submission(connection, who, submission_id)
        if row is None:
            raise not_found("submission", submission_id)
        if row.assignment_id is None:
            if not who.admin:
                raise Problem("not-allowed", "this is for administrators")
            course_id = None
        else:
            course_id = _course_of(connection, row.assignment_id)
    if not requeue(service.store, submission_id):
        detail = f"it is {row.status}; only a submission in error can be requeued"
        raise Problem("not-in-error", detail)
    with service.store.write() as connection:
        note(connection, who, course_id, "submission requeued", submission_id)
    service.work_waits()
    return "", 204


def _course_of(connection: Connection, assignment_id: str) -> str:
    return str(assignment_for(connection, the_identity(), assignment_id, STAFF).course_id)


def earned_points(
    connection: Connection, assignment: Row[Any]
) -> tuple[dict[str, Fraction], dict[str, Grades]]:
    """What each question of an assignment is worth, and what each student has earned."""
    points = {
        row.question_id: Fraction(row.points) for row in questions_of(connection, assignment.id)
    }
    found = scored(connection, the_identity(), assignment.id)
    return points, grades(found, points, Fraction(assignment.late_credit))


def grades_of(earned: dict[str, Grades], user_id: str) -> Grades:
    """A student's points; none where nothing was handed in."""
    return earned.get(user_id, Grades(user_id))


def gradebook_csv(
    questions: Sequence[str], earned: dict[str, Grades], listed: Sequence[Row[Any]]
) -> Response:
    """The gradebook as a CSV file."""
    rows = [
        [
            one.student_id or one.login,
            one.name,
            one.section,
            *(
                as_decimal(grades_of(earned, one.user_id).points.get(name, Fraction()))
                for name in questions
            ),
            as_decimal(grades_of(earned, one.user_id).total),
        ]
        for one in listed
    ]
    text = as_csv(["id", "name", "section", *questions, "total"], rows)
    headers = {"Content-Disposition": 'attachment; filename="gradebook.csv"'}
    return Response(text, content_type="text/csv; charset=utf-8", headers=headers)
