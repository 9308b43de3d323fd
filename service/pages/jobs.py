"""Background work on a page: decks, exam papers and statistics, how far they are, their files."""

import json
from typing import Any

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError
from sqlalchemy import Row

from service.api.jobs import (
    DONE,
    DeckWanted,
    ExamWanted,
    job_file,
    start_deck,
    start_exam,
    start_statistics,
)
from service.auth.identity import Scope
from service.bank.folders import exam_plans
from service.classroom.access import staff_somewhere
from service.classroom.refusals import Refusal
from service.pages.layout import blueprint, language, moment_text, page, say_here
from service.pages.problems import shown_again
from service.pages.words import topic
from service.store.jobs import list_jobs
from service.store.own_work import set_work, taught_courses
from service.web.requests import allow, the_identity, the_service

SHOWN = 20


def jobs_again(notice: str = "") -> str:
    """The newest jobs and the forms that start one."""
    service, who = the_service(), the_identity()
    with service.store.read() as connection:
        staff_somewhere(connection, the_identity())
        rows = list_jobs(connection, who, SHOWN)
        courses = taught_courses(connection, who)
        work = [row for course in courses for row in set_work(connection, who, course.id)]
    tags = sorted({tag for one in service.questions.listed() for tag in one.tags})
    return page(
        "jobs.html",
        "teaching",
        jobs=[_line(row) for row in rows],
        running=any(row.status not in DONE for row in rows),
        courses=[(course.id, course.title) for course in courses],
        assignments=[(row.id, row.title) for row in work],
        plans=list(exam_plans(service.config.bank)),
        tags=[(tag, topic(tag, language())) for tag in tags],
        notice=notice,
    )


@blueprint.get("/teaching/jobs")
@allow(Scope.TEACH)
def jobs() -> str:
    """What runs in the background, and what it gave."""
    return jobs_again()


@blueprint.post("/teaching/jobs")
@shown_again(jobs_again)
@allow(Scope.TEACH)
def start_job() -> ResponseReturnValue:
    """Start a deck, the papers of an exam, or the statistics of an assignment."""
    form = request.form
    try:
        match form.get("kind"):
            case "deck":
                start_deck(DeckWanted.model_validate({"lang": form["lang"], "tag": form["tag"]}))
            case "exam":
                start_exam(form["course"], ExamWanted(plan=form["plan"]))
            case "statistics":
                start_statistics(form["assignment"])
            case kind:
                raise Refusal("bad-values", f"kind: no kind of job {kind!r}")
    except ValidationError as error:
        raise Refusal("bad-values", say_here("job-rule")) from error
    return redirect(url_for("pages.jobs"), 303)


@blueprint.get("/teaching/jobs/<job_id>/file")
@allow(Scope.TEACH)
def fetch_file(job_id: str) -> Response:
    """The file that a job made."""
    return job_file(job_id)


def _line(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.id,
        "title": say_here(f"job-{row.kind}"),
        "asked": moment_text(row.created_at),
        "status": row.status,
        "says": say_here(f"status-{row.status}"),
        "done": row.done,
        "total": row.total,
        "error": row.error,
        "has_file": row.file is not None,
        "counts": _counts(json.loads(row.result)) if row.result else "",
    }


def _counts(result: dict[str, Any]) -> str:
    """The numbers of a result, such as how many notes and cards."""
    numbers = {name: value for name, value in result.items() if type(value) is int}
    return " · ".join(f"{value} {name}" for name, value in numbers.items())
