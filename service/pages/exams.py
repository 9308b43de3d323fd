"""Exams for who gives them: setting one, papers, scans, doubts, marks, and what comes back."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from cards.exam.plan import Slot
from cards.texts.rendering import plain_text
from grader.numerals import numeral
from service.auth.identity import Scope
from service.auth.roles import TEACHER
from service.bank.folders import exam_plans
from service.classroom.exams import exam_for, plan_has_changed, plan_of, set_exam
from service.classroom.exams import returned_paper as returned_paper_of
from service.classroom.refusals import Refusal
from service.jobs.asking import ENDED
from service.jobs.marks import ask_marks
from service.jobs.papers import ask_papers
from service.jobs.scans import ask_scans, scanned, settled
from service.pages.jobs import JobLine, job_line
from service.pages.layout import blueprint, language, moment_text, page, say_here, zone
from service.pages.problems import shown_again
from service.store.exams import PaperRow, papers_of, printings_of
from service.store.jobs import JobRow, jobs_about
from service.store.own_work import taught_courses
from service.web.files import download
from service.web.requests import allow, the_identity, the_service

JOBS_SHOWN = 8


@dataclass(frozen=True, slots=True)
class PaperGroup:
    """Papers that were printed together."""

    number: int
    names: Sequence[str]
    has_sheets: bool


@blueprint.get("/teaching/exams")
@allow(Scope.TEACH)
def new_exam() -> str:
    """The form that sets an exam."""
    return new_exam_again()


def new_exam_again(notice: str = "") -> str:
    """The form, with what a refused one had."""
    service, who = the_service(), the_identity()
    with service.store.read() as connection:
        courses = taught_courses(connection, who)
    return page(
        "new_exam.html",
        "teaching",
        courses=[(course.id, course.title) for course in courses],
        plans=list(exam_plans(service.config.bank)),
        given={**request.args, **request.form},
        notice=notice,
    )


@blueprint.post("/teaching/exams")
@shown_again(new_exam_again)
@allow(Scope.TEACH)
def do_set_exam() -> ResponseReturnValue:
    """Set an exam, and go on to its papers."""
    form = request.form
    assignment_id = set_exam(
        the_service(),
        the_identity(),
        form.get("course", ""),
        form.get("plan", ""),
        title=form.get("title", "")[:200],
        opens_at=_moment("opens_at"),
        due_at=_moment("due_at"),
    )
    return redirect(url_for("pages.exam", assignment_id=assignment_id), 303)


def _moment(name: str) -> datetime:
    """A moment of the form, in the zone of who fills it in."""
    try:
        return datetime.fromisoformat(request.form.get(name, "")).replace(tzinfo=zone())
    except ValueError:
        raise Refusal("bad-values", say_here("exam-times")) from None


@blueprint.get("/teaching/<assignment_id>/exam")
@allow(Scope.TEACH)
def exam(assignment_id: str) -> str:
    """An exam's page: papers, scans, marks, one after the other."""
    return exam_again(assignment_id)


def exam_again(assignment_id: str, notice: str = "") -> str:
    """The page, with what a refused form had."""
    service, who = the_service(), the_identity()
    with service.store.read() as connection:
        assignment, row = exam_for(connection, who, assignment_id, TEACHER)
        plan, papers = plan_of(connection, row), papers_of(connection, assignment_id)
        printings = printings_of(connection, assignment_id)
        jobs = jobs_about(connection, who, assignment_id, JOBS_SHOWN)
    return page(
        "exam.html",
        "teaching",
        title=assignment.title,
        assignment_id=assignment.id,
        is_exam=True,
        plan=row.plan,
        points=assignment.points,
        sat=(moment_text(assignment.opens_at), moment_text(assignment.due_at)),
        places=[_place(slot) for slot in plan.slots],
        changed=plan_has_changed(service, row),
        has_sheets=plan.answer_sheet,
        papers=papers,
        counts=_counts(papers),
        groups=[_group(number, sheets, papers) for number, sheets in printings.items()],
        released=moment_text(assignment.released_at),
        jobs=[_line(row, assignment_id) for row in jobs],
        running=any(row.status not in ENDED for row in jobs) and request.method == "GET",
        given=request.form,
        notice=notice,
    )


def _counts(papers: Sequence[PaperRow]) -> dict[str, int]:
    states = [paper.state for paper in papers]
    return {state or "waiting": states.count(state) for state in ("", "marked", "absent")}


def _place(slot: Slot) -> dict[str, object]:
    """What stands in a place of the plan: so many of its questions, each worth so much."""
    return {
        "count": slot.count,
        "points": numeral(slot.worth(slot.pool[0])),
        "titles": [plain_text(question.title.in_(language())) for question in slot.pool],
    }


def _group(number: int, sheets: str | None, papers: Sequence[PaperRow]) -> PaperGroup:
    names = [paper.name for paper in papers if paper.printing == number]
    return PaperGroup(number, names, sheets is not None)


def _line(row: JobRow, assignment_id: str) -> dict[str, object]:
    line: JobLine = job_line(row)
    settle = ""
    if row.kind == "scans" and row.status == "done" and row.file is not None:
        settle = url_for("pages.doubts", assignment_id=assignment_id, job_id=row.id)
    told = tuple(_told(json.loads(row.result) if row.result else {}))
    return {name: getattr(line, name) for name in JobLine.__slots__} | {
        "settle": settle,
        "told": told,
    }


def _told(result: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Whose rows or papers a job left alone, and which pages it put aside, in words."""
    for name in ("left", "without"):
        if result.get(name):
            yield say_here(f"told-{name}", names=say_here("comma").join(result[name]))
    yield from result.get("aside", ())


@blueprint.post("/teaching/<assignment_id>/papers")
@shown_again(exam_again)
@allow(Scope.TEACH)
def print_papers(assignment_id: str) -> ResponseReturnValue:
    """Deal papers to who has none, or print some again."""
    number = request.form.get("printing", "0")
    ask_papers(
        the_service(),
        the_identity(),
        assignment_id,
        request.form.get("roster", ""),
        int(number) if number.isdecimal() and len(number) < 5 else 0,
    )
    return redirect(url_for("pages.exam", assignment_id=assignment_id), 303)


@blueprint.post("/teaching/<assignment_id>/scans")
@shown_again(exam_again)
@allow(Scope.TEACH, scans=True)
def read_scans(assignment_id: str) -> ResponseReturnValue:
    """Read scanned answer sheets."""
    files = request.files.getlist("files")
    ask_scans(the_service(), the_identity(), assignment_id, files)
    return redirect(url_for("pages.exam", assignment_id=assignment_id), 303)


@blueprint.post("/teaching/<assignment_id>/marks")
@shown_again(exam_again)
@allow(Scope.TEACH)
def mark_results(assignment_id: str) -> ResponseReturnValue:
    """Mark from a table of results, chosen as a file or typed."""
    file = request.files.get("file")
    results = file.read().decode("utf-8-sig", "replace") if file is not None else ""
    results = results or request.form.get("results", "")
    if not results.strip():
        raise Refusal("bad-values", say_here("results-none"))
    ask_marks(the_service(), the_identity(), assignment_id, results)
    return redirect(url_for("pages.exam", assignment_id=assignment_id), 303)


@blueprint.get("/teaching/<assignment_id>/doubts/<job_id>")
@allow(Scope.TEACH)
def doubts(assignment_id: str, job_id: str) -> str:
    """What a scan left for a person to say, picture by picture."""
    return doubts_again(assignment_id, job_id)


def doubts_again(assignment_id: str, job_id: str, notice: str = "") -> str:
    """The doubts, with what a refused form had."""
    service, who = the_service(), the_identity()
    with service.store.read() as connection:
        assignment, _ = exam_for(connection, who, assignment_id, TEACHER)
    read = scanned(service, who, assignment_id, job_id)
    return page(
        "doubts.html",
        "teaching",
        title=assignment.title,
        assignment_id=assignment.id,
        is_exam=True,
        doubts=read.doubts,
        sheets=read.result["sheets"],
        aside=read.result["aside"],
        unseen=read.result["unseen"],
        given=request.form,
        notice=notice,
    )


@blueprint.post("/teaching/<assignment_id>/doubts/<job_id>")
@shown_again(doubts_again)
@allow(Scope.TEACH)
def settle_doubts(assignment_id: str, job_id: str) -> ResponseReturnValue:
    """Take what a person says of the doubts, and mark."""
    service, who, form = the_service(), the_identity(), request.form
    read = scanned(service, who, assignment_id, job_id)
    says = {}
    for doubt in read.doubts:
        place = doubt["row"], doubt["column"]
        text = form.get("says.{}.{}".format(*place), "").strip()
        if text or "none.{}.{}".format(*place) in form:
            says[place] = text
    ask_marks(service, who, assignment_id, settled(read, says))
    return redirect(url_for("pages.exam", assignment_id=assignment_id), 303)


@blueprint.get("/teaching/<assignment_id>/returned/<user_id>")
@allow(Scope.TEACH, limit="submit")
def returned(assignment_id: str, user_id: str) -> Response:
    """A student's paper as it comes back."""
    content = returned_paper_of(the_service(), the_identity(), assignment_id, user_id)
    return download(content, "returned.pdf", "application/pdf")
