"""Background work on a page: decks, exam papers and statistics, how far they are, their files."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from cards.lms.losses import lost_lines
from cards.lms.table import FORMATS
from grader.wording import CHOICES
from service.auth.identity import Scope
from service.auth.roles import TEACHER
from service.bank.folders import exam_plans
from service.classroom.access import staff_somewhere
from service.classroom.refusals import Refusal
from service.jobs.asking import ENDED, file_of
from service.jobs.decks import ask_deck
from service.jobs.exports import MOST_VARIANTS, ExportWish, ask_export
from service.jobs.kinds import KINDS
from service.jobs.statistics import ask_statistics
from service.pages.layout import blueprint, language, moment_text, page, say_here
from service.pages.problems import shown_again
from service.pages.words import counted, topic
from service.store.courses import has_role
from service.store.jobs import JobRow, list_jobs
from service.store.own_work import set_work, taught_courses
from service.web.files import file_answer
from service.web.requests import allow, the_identity, the_service

SHOWN = 20


@dataclass(frozen=True, slots=True)
class JobLine:
    """A job as its line on the page: what it is, how far, and what it gave."""

    id: str
    title: str
    asked: str
    status: str
    says: str
    done: int
    total: int
    error: str | None
    has_file: bool
    about: str
    lost: tuple[str, ...]


def jobs_again(notice: str = "") -> str:
    """The newest jobs and the forms that start one."""
    service, who = the_service(), the_identity()
    with service.store.read() as connection:
        staff_somewhere(connection, the_identity())
        rows = list_jobs(connection, who, SHOWN).items
        courses = taught_courses(connection, who)
        teaches = has_role(connection, who, TEACHER)
        work = [row for course in courses for row in set_work(connection, who, course.id)]
    tags = sorted({tag for one in service.questions.listed() for tag in one.tags})
    return page(
        "jobs.html",
        "teaching",
        jobs=[job_line(row) for row in rows],
        running=any(row.status not in ENDED for row in rows),
        courses=[(course.id, course.title) for course in courses],
        assignments=[(row.id, row.title) for row in work],
        plans=list(exam_plans(service.config.bank)),
        teaches=teaches or who.admin,
        tags=[(tag, topic(tag, language())) for tag in tags],
        formats=[(lms.name, lms.title) for lms in FORMATS.values()],
        most_variants=MOST_VARIANTS,
        titles={name: kind.title.in_(language()) for name, kind in KINDS.items()},
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
    """Start a deck, an export, or the statistics of an assignment."""
    service, who, form = the_service(), the_identity(), request.form
    match form.get("kind"):
        case "deck" if form["lang"] in CHOICES:
            ask_deck(service, who, form["lang"], form["tag"])
        case "export" if re.fullmatch("[0-9]{1,3}", form["variants"]):
            ask_export(service, who, _export_wish(form))
        case "statistics":
            ask_statistics(service, who, form["assignment"])
        case _:
            raise Refusal("bad-values", say_here("job-rule"))
    return redirect(url_for("pages.jobs"), 303)


def _export_wish(form: MultiDict[str, str]) -> ExportWish:
    """What a form asks for: its questions, or those that one list of tags and plans tells."""
    sort, _, name = form.get("which", "").partition(" ")
    return ExportWish(
        form["format"],
        form["lang"],
        tag=name if sort == "tag" else "",
        questions=tuple(form.getlist("question")),
        plan=name if sort == "plan" else "",
        variants=int(form["variants"]),
    )


@blueprint.get("/teaching/jobs/<job_id>/file")
@allow(Scope.TEACH)
def fetch_file(job_id: str) -> Response:
    """The file that a job made."""
    return file_answer(file_of(the_service(), the_identity(), job_id))


def job_line(row: JobRow) -> JobLine:
    """A job as its line."""
    result = json.loads(row.result) if row.result else {}
    return JobLine(
        id=row.id,
        title=KINDS[row.kind].title.in_(language()),
        asked=moment_text(row.created_at),
        status=row.status,
        says=say_here(f"status-{row.status}"),
        done=row.done,
        total=row.total,
        error=row.error,
        has_file=row.file is not None,
        about=" · ".join(filter(None, (_what(json.loads(row.params)), _counts(result)))),
        lost=tuple(lost_lines(result.get("losses", {}), language())),
    )


def _what(params: Mapping[str, str]) -> str:
    """What a job is about: a plan, a topic, the system that a file is for."""
    lms = FORMATS.get(params.get("format", ""))
    tag = params.get("tag", "")
    said = (lms.title if lms else "", params.get("plan"), tag and topic(tag, language()))
    return " · ".join(filter(None, said))


def _counts(result: Mapping[str, object]) -> str:
    """The numbers of a result, such as how many notes and cards."""
    numbers = {name: value for name, value in result.items() if type(value) is int}
    return " · ".join(counted(name, value, language()) for name, value in numbers.items())
