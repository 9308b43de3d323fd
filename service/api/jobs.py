"""/jobs: decks, exports, papers, marks, regrades and statistics, done in the background."""

import json
from typing import Annotated, Literal

from apiflask import APIBlueprint
from flask import Response
from pydantic import ConfigDict, Field

from grader.wording import LANGUAGES
from service.api.shapes import AnyObject, ApiAnswer, Given, LanguageChoice, Page, Shown, paged
from service.auth.identity import Scope
from service.bank.exams import PLAN_NAME, PLAN_SAID
from service.classroom.access import job_for
from service.jobs.asking import file_of
from service.jobs.decks import ask_deck
from service.jobs.exports import MOST_VARIANTS, ExportWish, ask_export
from service.jobs.regrades import RegradeWish, ask_regrade
from service.jobs.regrading import Way
from service.jobs.statistics import ask_statistics
from service.store.jobs import JobRow, list_jobs
from service.store.moments import as_text
from service.web.files import file_answer
from service.web.requests import allow, the_identity, the_service

blueprint = APIBlueprint("jobs", __name__, url_prefix="/api/v1", tag="jobs")


class RegradeWanted(Given):
    """Which question to regrade, as its file says now; without `apply` only a report.

    `way`: what can't be marked keeps its verdict (`keep`) or gets full points (`credit`); or
    every answer gets them (`credit-all`), or the question counts for nothing (`drop`).
    `content_hash`: the version that a report was about, so that no other one is applied.
    """

    question: str = Field(min_length=1, max_length=200)
    never_lower: bool = True
    apply: bool = False
    way: Way = "keep"
    content_hash: str = Field(
        default="", pattern=r"^([0-9a-f]{64})?$", description="64 hexadecimal digits"
    )


class DeckWanted(Given):
    """Which questions go into a deck: all, or those with a tag."""

    lang: LanguageChoice = "both"
    tag: str = Field("", max_length=100)


class ExportWanted(Given):
    """Which questions go to another system, in which format and how many variants of each.

    All questions, those with a `tag`, the `questions` named, or those of an exam's `plan` with its
    points, for teachers. `lang` may be `both` for Moodle.
    """

    format: Literal["moodle", "canvas", "qti21", "qti30"]
    lang: LanguageChoice = LANGUAGES[0]
    tag: str = Field("", max_length=100)
    questions: list[Annotated[str, Field(min_length=1, max_length=200)]] = Field([], max_length=500)
    plan: str = Field("", max_length=100, pattern=rf"^$|{PLAN_NAME}", description=PLAN_SAID)
    variants: int = Field(1, ge=1, le=MOST_VARIANTS)
    apart: bool = False


class JobShown(Shown):
    """A job: how far it is, and what it gave."""

    model_config = ConfigDict(frozen=True)

    id: str
    kind: str
    status: str
    done: int
    total: int
    result: AnyObject | None
    has_file: bool
    error: str | None
    created_at: str
    ended_at: str | None


class JobList(Shown):
    """A page of jobs."""

    items: list[JobShown]
    next: str | None


@blueprint.post("/assignments/<assignment_id>/regrades")
@allow(Scope.TEACH)
@blueprint.input(RegradeWanted)
@blueprint.output(JobShown, status_code=202)
def post_regrade(assignment_id: str, json_data: RegradeWanted) -> ApiAnswer:
    """Mark an assignment's answers again, with the old numbers, under the corrected question.

    The job's result says who changes by how much. With `apply` the new verdicts are written.
    """
    return started(
        ask_regrade(
            the_service(),
            the_identity(),
            assignment_id,
            json_data.question,
            RegradeWish(
                json_data.never_lower, json_data.apply, json_data.way, json_data.content_hash
            ),
        )
    )


@blueprint.post("/assignments/<assignment_id>/statistics")
@allow(Scope.TEACH)
@blueprint.output(JobShown, status_code=202)
def post_statistics(assignment_id: str) -> ApiAnswer:
    """Item statistics of a large assignment, in the background; the job's file is a CSV."""
    return started(ask_statistics(the_service(), the_identity(), assignment_id))


@blueprint.post("/decks")
@allow(Scope.TEACH)
@blueprint.input(DeckWanted)
@blueprint.output(JobShown, status_code=202)
def post_deck(json_data: DeckWanted) -> ApiAnswer:
    """An Anki package of the questions; the job's file is the .apkg."""
    return started(ask_deck(the_service(), the_identity(), json_data.lang, json_data.tag))


@blueprint.post("/exports")
@allow(Scope.TEACH)
@blueprint.input(ExportWanted)
@blueprint.output(JobShown, status_code=202)
def post_export(json_data: ExportWanted) -> ApiAnswer:
    """Questions for Moodle, Canvas or QTI; the job's file is what they import."""
    wish = ExportWish(**{**json_data.model_dump(), "questions": tuple(json_data.questions)})
    return started(ask_export(the_service(), the_identity(), wish))


@blueprint.get("/jobs")
@allow(Scope.READ)
@blueprint.input(Page, location="query")
@blueprint.output(JobList)
def get_jobs(query_data: Page) -> AnyObject:
    """One's own jobs and those of the courses one teaches, newest first."""
    with the_service().store.read() as connection:
        part = list_jobs(connection, the_identity(), query_data.limit, query_data.after)
    return paged(part, _job)


@blueprint.get("/jobs/<job_id>")
@allow(Scope.READ)
@blueprint.output(JobShown)
def get_job(job_id: str) -> AnyObject:
    """How far a job is."""
    return _shown(job_id)


@blueprint.get("/jobs/<job_id>/file")
@allow(Scope.READ)
@blueprint.output({}, content_type="application/octet-stream")
def get_job_file(job_id: str) -> Response:
    """The file that a job made."""
    return file_answer(file_of(the_service(), the_identity(), job_id))


def started(job_id: str) -> ApiAnswer:
    """The answer to who asked for a job: how far it is, and where to ask after it."""
    return _shown(job_id), 202, {"Location": f"/api/v1/jobs/{job_id}"}


def _shown(job_id: str) -> AnyObject:
    with the_service().store.read() as connection:
        return _job(job_for(connection, the_identity(), job_id))


def _job(row: JobRow) -> AnyObject:
    return {
        "id": row.id,
        "kind": row.kind,
        "status": row.status,
        "done": row.done,
        "total": row.total,
        "result": json.loads(row.result) if row.result else None,
        "has_file": row.file is not None,
        "error": row.error,
        "created_at": as_text(row.created_at),
        "ended_at": as_text(row.ended_at),
    }
