"""Regrading on a page: what a corrected question would change, and what is done about the rest."""

import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from grader.marking.points import as_decimal
from service.auth.identity import Scope
from service.auth.roles import TEACHER
from service.classroom.access import assignment_for, job_for
from service.classroom.refusals import Refusal
from service.jobs.asking import ENDED
from service.jobs.regrades import RegradeWish, ask_regrade
from service.jobs.regrading import Way
from service.pages.layout import blueprint, page, say_here
from service.pages.problems import shown_again
from service.pages.teaching import title_of
from service.store.assignments import questions_of
from service.web.requests import allow, the_identity, the_service

WAYS: Final[dict[Way, str]] = {
    "keep": "way-keep",
    "credit": "way-credit",
    "credit-all": "way-credit-all",
    "drop": "way-drop",
}


@blueprint.get("/teaching/<assignment_id>/regrade")
@allow(Scope.TEACH)
def regrade(assignment_id: str) -> str:
    """Which question to mark again; with `?job=` what that would change, or did."""
    return regrade_again(assignment_id)


def regrade_again(assignment_id: str, notice: str = "") -> str:
    """The page of a regrade; with a notice what was asked for, and no result of an earlier one."""
    service, who = the_service(), the_identity()
    job_id = "" if notice else request.args.get("job", "")
    with service.store.read() as connection:
        assignment = assignment_for(connection, who, assignment_id, TEACHER)
        listed = questions_of(connection, assignment.id)
        job = job_for(connection, who, job_id) if job_id else None
    return page(
        "regrade.html",
        "teaching",
        title=assignment.title,
        assignment_id=assignment.id,
        is_exam=assignment.is_exam,
        questions=[(one.question_id, title_of(one.question_id)) for one in listed],
        job=job,
        running=job is not None and job.status not in ENDED,
        wanted=json.loads(job.params) if job is not None else _asked(),
        result=_shown(json.loads(job.result)) if job is not None and job.result else None,
        ways=[(way, say_here(says)) for way, says in WAYS.items()],
        versions={one.question_id: one.content_hash for one in listed},
        notice=notice,
    )


def _shown(result: Mapping[str, Any]) -> dict[str, object]:
    """A regrade's result with points to one decimal: a third of a point is 0.3/1."""
    changes = [
        {**change, "before": _points(change["before"]), "after": _points(change["after"])}
        for change in result["changes"]
    ]
    return {**result, "changes": changes}


def _points(share: str) -> str:
    return "/".join(as_decimal(Fraction(points), 1) for points in share.split("/"))


def _asked() -> dict[str, str]:
    """What a refused form had chosen; nothing on a page that was only opened."""
    form = request.form
    return {"question_id": form["question"], **form} if "question" in form else {}


@blueprint.post("/teaching/<assignment_id>/regrade")
@shown_again(regrade_again)
@allow(Scope.TEACH)
def do_regrade(assignment_id: str) -> ResponseReturnValue:
    """Start the job that reports the changes, or applies just those that were reported."""
    form = request.form
    ways: dict[str, Way] = {way: way for way in WAYS}
    if form.get("way", "keep") not in ways:
        raise Refusal("bad-values", "way: as the page has it")
    wish = RegradeWish(
        never_lower=form.get("never_lower") == "1",
        apply=form.get("do") == "apply",
        way=ways[form.get("way", "keep")],
        content_hash=form.get("content_hash", ""),
    )
    job_id = ask_regrade(
        the_service(), the_identity(), assignment_id, form.get("question", ""), wish
    )
    return redirect(url_for("pages.regrade", assignment_id=assignment_id, job=job_id), 303)
