"""/jobs: decks, exam papers, regrades and statistics, done in the background."""

import json
from typing import Any, Literal

from apiflask import APIBlueprint
from flask import Response
from pydantic import ConfigDict, Field
from sqlalchemy import Row

from grader.errors import FaultsError, UnknownNameError
from service.api.shapes import Answer, Given, Page, Shown
from service.auth.identity import Scope
from service.auth.roles import TEACHER
from service.bank.questions import Listed
from service.classroom.access import assignment_for, course_for, staff_somewhere
from service.classroom.refusals import Refusal, not_found
from service.jobs.regrading import Way
from service.store.assignments import questions_of
from service.store.audit_log import note
from service.store.jobs import add_job, find_job, list_jobs
from service.store.moments import as_text
from service.store.versions import keep_version
from service.web.problems import Problem
from service.web.requests import allow, the_identity, the_service

blueprint = APIBlueprint("jobs", __name__, url_prefix="/api/v1", tag="jobs")

DONE = frozenset({"done", "error"})


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
    content_hash: str = Field(default="", pattern=r"^([0-9a-f]{64})?$")


class DeckWanted(Given):
    """Which questions go into a deck: all, or those with a tag."""

    lang: Literal["en", "zh", "both"] = "both"
    tag: str = Field("", max_length=100)


class ExamWanted(Given):
    """An exam plan's name, for the students of a course."""

    plan: str = Field(min_length=1, max_length=100, pattern=r"^[a-z0-9][a-z0-9_-]*$")


class JobShown(Shown):
    """A job: how far it is, and what it gave."""

    model_config = ConfigDict(frozen=True)

    id: str
    kind: str
    status: str
    done: int
    total: int
    result: dict[str, Any] | None
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
def post_regrade(assignment_id: str, json_data: RegradeWanted) -> Answer:
    """Mark an assignment's answers again, with the old numbers, under the corrected question.

    The job's result says who changes by how much. With `apply` the new verdicts are written.
    """
    return _started(start_regrade(assignment_id, json_data))


@blueprint.post("/assignments/<assignment_id>/statistics")
@allow(Scope.TEACH)
@blueprint.output(JobShown, status_code=202)
def post_statistics(assignment_id: str) -> Answer:
    """Item statistics of a large assignment, in the background; the job's file is a CSV."""
    return _started(start_statistics(assignment_id))


@blueprint.post("/decks")
@allow(Scope.TEACH)
@blueprint.input(DeckWanted)
@blueprint.output(JobShown, status_code=202)
def post_deck(json_data: DeckWanted) -> Answer:
    """An Anki package of the questions; the job's file is the .apkg."""
    return _started(start_deck(json_data))


@blueprint.post("/courses/<course_id>/exams")
@allow(Scope.TEACH)
@blueprint.input(ExamWanted)
@blueprint.output(JobShown, status_code=202)
def post_exam(course_id: str, json_data: ExamWanted) -> Answer:
    """Exam papers and keys for a course's students; the job's file is a zip."""
    return _started(start_exam(course_id, json_data))


@blueprint.get("/jobs")
@allow(Scope.READ)
@blueprint.input(Page, location="query")
@blueprint.output(JobList)
def get_jobs(query_data: Page) -> dict[str, Any]:
    """One's own jobs and those of the courses one teaches, newest first."""
    with the_service().store.read() as connection:
        rows = list_jobs(connection, the_identity(), query_data.limit + 1, query_data.after)
    page = rows[: query_data.limit]
    more = len(rows) > len(page)
    return {"items": [_job(row) for row in page], "next": page[-1].id if more else None}


@blueprint.get("/jobs/<job_id>")
@allow(Scope.READ)
@blueprint.output(JobShown)
def get_job(job_id: str) -> dict[str, Any]:
    """How far a job is."""
    return _shown(job_id)


@blueprint.get("/jobs/<job_id>/file")
@allow(Scope.READ)
@blueprint.output({}, content_type="application/octet-stream")
def get_job_file(job_id: str) -> Response:
    """The file that a job made."""
    return job_file(job_id)


def job_file(job_id: str) -> Response:
    """The file of a job that the user may see, as an answer."""
    service = the_service()
    with service.store.read() as connection:
        row = find_job(connection, the_identity(), job_id)
    if row is None:
        raise not_found("job", job_id)
    path = service.config.data / "jobs" / str(row.file)
    if row.file is None or not path.is_file():
        raise Problem("no-file", f"this {row.kind} job is {row.status} and has no file")
    headers = {"Content-Disposition": f'attachment; filename="{row.kind}{path.suffix}"'}
    return Response(path.read_bytes(), content_type="application/octet-stream", headers=headers)


def start_statistics(assignment_id: str) -> str:
    """The id of a job that counts an assignment's statistics."""
    with the_service().store.write() as connection:
        assignment = assignment_for(connection, the_identity(), assignment_id, TEACHER)
        params = {"assignment_id": assignment_id}
        job_id = add_job(connection, the_identity(), "statistics", params, assignment.course_id)
    the_service().work_waits()
    return job_id


def start_deck(wanted: DeckWanted) -> str:
    """The id of a job that builds an Anki package."""
    with the_service().store.write() as connection:
        staff_somewhere(connection, the_identity())
        job_id = add_job(connection, the_identity(), "deck", wanted.model_dump())
    the_service().work_waits()
    return job_id


def start_exam(course_id: str, wanted: ExamWanted) -> str:
    """The id of a job that deals a course's papers and keys."""
    with the_service().store.write() as connection:
        course_for(connection, the_identity(), course_id, TEACHER)
        params = {"plan": wanted.plan, "course_id": course_id}
        job_id = add_job(connection, the_identity(), "exam", params, course_id)
        note(connection, the_identity(), course_id, "exam asked", wanted.plan, job=job_id)
    the_service().work_waits()
    return job_id


def start_regrade(assignment_id: str, wanted: RegradeWanted) -> str:
    """The id of a regrade that now waits; the question is taken as its file says now.

    To credit all or to drop, the file is not asked: it may be gone, or broken.
    """
    service, who = the_service(), the_identity()
    with service.store.read() as connection:
        assignment_for(connection, who, assignment_id, TEACHER)
        pinned = {
            row.question_id: row.content_hash for row in questions_of(connection, assignment_id)
        }
    if wanted.question not in pinned:
        raise not_found("question of this assignment", wanted.question)
    reads_file = wanted.way in {"keep", "credit"}
    question = _as_the_file_says(wanted.question) if reads_file else None
    version = question.content_hash if question is not None else pinned[wanted.question]
    if wanted.content_hash not in {"", version}:
        detail = "the question's file has changed since the report: ask for the report again"
        raise Refusal("question-changed", detail)
    with service.store.write() as connection:
        assignment = assignment_for(connection, the_identity(), assignment_id, TEACHER)
        if question is not None:
            keep_version(connection, version, question.id, question.source)
        params = {
            "assignment_id": assignment_id,
            "question_id": wanted.question,
            "content_hash": version,
            "never_lower": wanted.never_lower,
            "apply": wanted.apply,
            "way": wanted.way,
        }
        job_id = add_job(connection, who, "regrade", params, assignment.course_id)
        note(connection, who, assignment.course_id, "regrade asked", job_id, **params)
    service.work_waits()
    return job_id


def _as_the_file_says(question_id: str) -> Listed:
    try:
        return the_service().questions.now(question_id)
    except UnknownNameError as error:
        raise Refusal("question-gone", str(error)) from error
    except FaultsError as error:
        faults = [{"where": fault.where, "message": str(fault)} for fault in error.faults]
        raise Refusal("file-broken", str(error), errors=faults) from error


def _started(job_id: str) -> Answer:
    return _shown(job_id), 202, {"Location": f"/api/v1/jobs/{job_id}"}


def _shown(job_id: str) -> dict[str, Any]:
    with the_service().store.read() as connection:
        row = find_job(connection, the_identity(), job_id)
    if row is None:
        raise not_found("job", job_id)
    return _job(row)


def _job(row: Row[Any]) -> dict[str, Any]:
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
