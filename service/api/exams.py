"""/exams: set from a plan of the bank; their papers, scans, marks, and papers that come back."""

from typing import Annotated

from apiflask import APIBlueprint
from flask import Response, request
from pydantic import Field

from service.api.assignments import AssignmentShown, assignment_shown
from service.api.etags import tagged
from service.api.jobs import JobShown, started
from service.api.shapes import WHOLE, AnyObject, ApiAnswer, Given, MomentText, Shown
from service.auth.identity import Scope
from service.auth.roles import TEACHER
from service.bank.exams import PLAN_NAME, PLAN_SAID
from service.classroom.access import assignment_for
from service.classroom.exams import exam_for, returned_paper, set_exam
from service.jobs.marks import ask_marks
from service.jobs.papers import ask_papers
from service.jobs.scans import ask_scans
from service.store.exams import papers_of
from service.web.files import download
from service.web.requests import allow, the_identity, the_service

blueprint = APIBlueprint("exams", __name__, url_prefix="/api/v1", tag="exams")


class ExamGiven(Given):
    """An exam: a plan of the bank, and from when to when it is sat; without a title the plan's."""

    plan: str = Field(min_length=1, max_length=100, pattern=PLAN_NAME, description=PLAN_SAID)
    title: str = Field("", max_length=200)
    opens_at: MomentText
    due_at: MomentText


class PapersWanted(Given):
    """Papers for who has none yet, or a `printing` once more as it was.

    `roster`: a CSV text with the columns `id,name` and, where given, `seat_row`,
    `seat_column`, `language`, `extra_time`, `section`, `large_print`; without it all students get
    a paper, in English, without seats.
    """

    roster: str = Field("", max_length=200_000)
    printing: Annotated[int, Field(ge=0, le=1000), WHOLE] = 0


class MarksWanted(Given):
    """A table of results (CSV): `id`, then the parts as the papers call them, a row a student."""

    results: str = Field(min_length=1, max_length=2_000_000)


class PaperShown(Shown):
    """A student's paper: `state` is empty, `marked` or `absent`."""

    user: str
    login: str
    name: str
    paper: str
    printing: int
    state: str
    in_course: bool


class PaperList(Shown):
    """An exam's papers."""

    items: list[PaperShown]


@blueprint.post("/courses/<course_id>/exams")
@allow(Scope.TEACH)
@blueprint.input(ExamGiven)
@blueprint.output(AssignmentShown, status_code=201)
def post_exam(course_id: str, json_data: ExamGiven) -> ApiAnswer:
    """An exam of a plan as it is now: an assignment of the kind `exam`."""
    service, who = the_service(), the_identity()
    assignment_id = set_exam(service, who, course_id, **json_data.model_dump())
    with service.store.read() as connection:
        row = assignment_for(connection, who, assignment_id)
        shown = assignment_shown(connection, who, row)
    return tagged(shown, 201, Location=f"/api/v1/assignments/{assignment_id}")


@blueprint.post("/assignments/<assignment_id>/papers")
@allow(Scope.TEACH)
@blueprint.input(PapersWanted)
@blueprint.output(JobShown, status_code=202)
def post_papers(assignment_id: str, json_data: PapersWanted) -> ApiAnswer:
    """Deal and print an exam's papers, with keys and the marking sheet; the job's file is a zip."""
    given = (assignment_id, json_data.roster, json_data.printing)
    return started(ask_papers(the_service(), the_identity(), *given))


@blueprint.get("/assignments/<assignment_id>/papers")
@allow(Scope.TEACH)
@blueprint.output(PaperList)
def get_papers(assignment_id: str) -> AnyObject:
    """An exam's papers, and how far each is."""
    with the_service().store.read() as connection:
        exam_for(connection, the_identity(), assignment_id, TEACHER)
        rows = papers_of(connection, assignment_id)
    return {
        "items": [
            {
                "user": row.user_id,
                "login": row.login,
                "name": row.name,
                "paper": row.paper,
                "printing": row.printing,
                "state": row.state,
                "in_course": row.belongs,
            }
            for row in rows
        ]
    }


@blueprint.post("/assignments/<assignment_id>/scans")
@allow(Scope.TEACH, scans=True)
@blueprint.output(JobShown, status_code=202)
@blueprint.doc(
    extensions={
        "requestBody": {
            "content": {
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "required": ["files"],
                        "properties": {
                            "files": {
                                "type": "array",
                                "items": {"type": "string", "format": "binary"},
                            }
                        },
                    }
                }
            },
            "required": True,
        }
    }
)
def post_scans(assignment_id: str) -> ApiAnswer:
    """Read scanned answer sheets: PDFs and pictures; the job's file has results and doubts."""
    files = request.files.getlist("files")
    return started(ask_scans(the_service(), the_identity(), assignment_id, files))


@blueprint.post("/assignments/<assignment_id>/marks")
@allow(Scope.TEACH)
@blueprint.input(MarksWanted)
@blueprint.output(JobShown, status_code=202)
def post_marks(assignment_id: str, json_data: MarksWanted) -> ApiAnswer:
    """Mark an exam from a table of results; who has no row keeps what there is."""
    given = (assignment_id, json_data.results)
    return started(ask_marks(the_service(), the_identity(), *given))


@blueprint.get("/assignments/<assignment_id>/papers/<user_id>/returned")
@allow(Scope.READ, limit="submit")
@blueprint.output({}, content_type="application/pdf")
def get_returned(assignment_id: str, user_id: str) -> Response:
    """A marked paper as it comes back; a student's own once the results are released."""
    content = returned_paper(the_service(), the_identity(), assignment_id, user_id)
    return download(content, "returned.pdf", "application/pdf")
