"""/assignments/…/gradebook, …/statistics, and what staff do about single submissions."""

from apiflask import APIBlueprint
from flask import request

from grader.marking.points import as_decimal
from service.api.openapi import takes
from service.api.shapes import AnyObject, ApiAnswer, Page, Shown, paged
from service.auth.identity import Scope
from service.auth.roles import STAFF, TEACHER
from service.classroom.access import assignment_for, course_for
from service.classroom.gradebook import gradebook_of, statistics_of
from service.classroom.settling import grade_again
from service.store.moments import as_text
from service.store.reading import WholeSubmission, failed_in
from service.web.files import csv_answer
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
    """The points of an assignment's students, and what there is to earn."""

    questions: dict[str, str]
    out_of: str
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
def get_gradebook(assignment_id: str) -> ApiAnswer:
    """Points of all students that one may see (a student: one's own); as CSV if it is preferred."""
    who = the_identity()
    with the_service().store.read() as connection:
        assignment = assignment_for(connection, who, assignment_id)
        book = gradebook_of(connection, who, assignment)
    best = request.accept_mimetypes.best_match(["application/json", "text/csv"])
    if best == "text/csv":
        return csv_answer(book.as_csv(), "gradebook.csv")
    rows = [
        {
            "user": one.user_id,
            "login": one.login,
            "name": one.name,
            "section": one.section,
            "points": {
                name: as_decimal(value) for name, value in book.of(one.user_id).points.items()
            },
            "total": as_decimal(book.of(one.user_id).total),
        }
        for one in book.students
    ]
    worth = {name: as_decimal(value) for name, value in book.worth.items()}
    return {"questions": worth, "out_of": as_decimal(book.full), "rows": rows}


@blueprint.get("/assignments/<assignment_id>/statistics")
@allow(Scope.TEACH)
@blueprint.output(StatisticsShown)
def get_statistics(assignment_id: str) -> AnyObject:
    """How hard each question was and how well it told students apart."""
    store = the_service().store
    with store.read() as connection:
        assignment_for(connection, the_identity(), assignment_id, TEACHER)
    return dict(statistics_of(store, the_identity(), assignment_id))


@blueprint.get("/courses/<course_id>/quarantine")
@allow(Scope.TEACH)
@blueprint.input(Page, location="query")
@blueprint.output(AsideList)
def get_quarantine(course_id: str, query_data: Page) -> AnyObject:
    """Submissions that could not be graded, oldest first; requeue them when the cause is gone."""
    with the_service().store.read() as connection:
        course_for(connection, the_identity(), course_id, STAFF)
        part = failed_in(connection, the_identity(), course_id, query_data.limit, query_data.after)
    return paged(part, _aside)


@blueprint.post("/submissions/<submission_id>/requeue")
@allow(Scope.TEACH)
@blueprint.output({}, status_code=204)
def post_requeue(submission_id: str) -> ApiAnswer:
    """Let a submission that could not be graded wait again."""
    grade_again(the_service(), the_identity(), submission_id)
    return "", 204


def _aside(submission: WholeSubmission) -> AnyObject:
    return {
        "id": submission.id,
        "user": submission.user_id,
        "question": submission.question_id,
        "reason": submission.error or "",
        "received_at": as_text(submission.received_at),
    }
