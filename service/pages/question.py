"""A variant as a page: the question, answer boxes, and what was found about the answers."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from cards.printing.page import PrintedVariant
from cards.texts.rendering import html_inline
from grader.marking.points import from_json
from service.auth.identity import Identity, Scope
from service.classroom.access import variant_for
from service.classroom.handing_in import hand_in, keep_draft, receipt, wait_for
from service.classroom.releasing import held_back, solution_is_open
from service.pages.around_question import around, is_revealed
from service.pages.layout import blueprint, language, moment_text, new_key, page, say_here, zone
from service.pages.problems import shown_again
from service.store.drafts import find_draft
from service.store.own_work import latest_submission
from service.store.practice import practised
from service.store.reading import SubmissionRow
from service.store.submissions import FINAL
from service.store.variants import FoundVariant, origin_of
from service.store.verdicts import VerdictJson
from service.web.requests import allow, the_identity, the_service

WAIT_SECONDS = 8.0
WIDE = 1.9  # a figure this much wider than tall stands above the text
_VIEW_BOX = re.compile(r'viewBox="\S+ \S+ (\S+) (\S+)"')


@blueprint.get("/variants/<variant_id>")
@allow(Scope.READ, guests=True)
def question(variant_id: str) -> str:
    """The question with what has been found so far."""
    return _shown(variant_id)


def answer_again(variant_id: str, notice: str) -> str:
    """The question with what was just typed, and why it was not taken."""
    return _shown(variant_id, notice=notice)


@blueprint.post("/variants/<variant_id>")
@shown_again(answer_again)
@allow(Scope.SUBMIT, guests=True, limit="submit", keeps=True)
def answer(variant_id: str) -> ResponseReturnValue:
    """Hand answers in and wait a little for the verdict, or keep them as a draft."""
    service, who = the_service(), the_identity()
    raw = _answers()
    if request.form.get("do") == "draft":
        keep_draft(service, who, variant_id, raw)
        return redirect(url_for("pages.question", variant_id=variant_id) + "#draft", 303)
    if not raw:
        return _shown(variant_id, notice=say_here("no-answer")), 422
    key = request.form.get("key", "") or new_key()
    stored = hand_in(service, who, variant_id, raw, key, zone=zone())
    wait_for(service, stored.id, WAIT_SECONDS)
    return redirect(url_for("pages.question", variant_id=variant_id) + "#summary", 303)


def _answers() -> dict[str, str]:
    """The form's answers that are not empty; several choices of a part are joined."""
    found: dict[str, str] = {}
    for name, texts in request.form.lists():
        if name.startswith("answer."):
            text = ", ".join(text for text in texts if text.strip())
            if text:
                found[name.removeprefix("answer.")] = text
    return found


def _shown(variant_id: str, *, notice: str = "") -> str:
    service, who = the_service(), the_identity()
    with service.store.read() as connection:
        row, submission, verdict = _read(connection, who, variant_id)
        solved = _solved(connection, who, row, verdict)
        if verdict is not None and row.assignment_id is not None and solved is not None:
            verdict = held_back(verdict)
        printed = service.questions.printed(origin_of(connection, row), language(), solved)
        values = {
            **asdict(around(service, connection, who, row, verdict)),
            **_hints(connection, row, printed),
            **_typed(connection, who, row, submission),
        }
    return page(
        "question.html",
        values.pop("here"),
        **values,
        **_found(printed, verdict),
        variant=row,
        printed=printed,
        part_numbers={part.id: number for number, part in enumerate(printed.parts, start=1)},
        wide_figure=_is_wide(printed.figure),
        key=new_key(),
        notice=_notice(notice, submission),
        notice_kind="unreadable" if notice else "held",
        grading=submission is not None and submission.status not in FINAL,
        receipt=receipt(service.secret, submission)[:16] if submission else "",
        handed_in=moment_text(submission.received_at) if submission else "",
        late=bool(submission and submission.late),
    )


def _read(
    connection: Connection, who: Identity, variant_id: str
) -> tuple[FoundVariant, SubmissionRow | None, VerdictJson | None]:
    """A variant, the newest submission to it, and its verdict if there is one."""
    row = variant_for(connection, who, variant_id)
    submission = latest_submission(connection, who, variant_id)
    verdict = json.loads(submission.verdict) if submission and submission.verdict else None
    return row, submission, verdict


def _solved(
    connection: Connection, who: Identity, row: FoundVariant, verdict: VerdictJson | None
) -> frozenset[str] | None:
    """The parts whose answers may show, None for all: of homework once released.

    In practice those that are right, and all of them once they are asked for after a try.
    """
    if row.assignment_id is not None:
        return None if solution_is_open(connection, who, row) else frozenset()
    if verdict is None:
        return frozenset()
    if is_revealed(verdict):
        return None
    return frozenset(part["id"] for part in verdict["parts"] if part["outcome"] == "right")


def _hints(connection: Connection, row: FoundVariant, printed: PrintedVariant) -> dict[str, Any]:
    kept = practised(connection, row.id)
    opened = min(kept.hints if kept is not None else 0, len(printed.hints))
    return {
        "hints": printed.hints[:opened],
        "hint_count": len(printed.hints),
        "more_hints": opened < len(printed.hints),
    }


def _typed(
    connection: Connection, who: Identity, row: FoundVariant, submission: SubmissionRow | None
) -> dict[str, Any]:
    """What stands in the boxes: what was just sent, else the draft if it is newer."""
    sent = _answers() if request.method == "POST" else {}
    draft = find_draft(connection, who, row.id)
    newer = draft is not None and (submission is None or draft.saved_at > submission.received_at)
    if sent:
        raw = sent
    elif draft is not None and newer:
        raw = json.loads(draft.raw)
    else:
        raw = json.loads(submission.raw) if submission else {}
    saved = moment_text(draft.saved_at) if draft is not None and newer else ""
    return {"raw": raw, "draft_saved": saved}


def _found(printed: PrintedVariant, verdict: VerdictJson | None) -> dict[str, Any]:
    """The verdict by part, its sentences as HTML, and the line that sums it up."""
    if verdict is None:
        return {"verdicts": {}, "summary": ""}
    verdicts = {
        part["id"]: {**part, "feedback": _feedback(part)}
        for part in verdict["parts"]
        if part["raw"].strip()
    }
    right = sum(part["outcome"] == "right" for part in verdicts.values())
    summary = say_here(
        "summary",
        right=right,
        all=len(printed.parts),
        score=from_json(verdict["score"]),
        out_of=from_json(verdict["out_of"]),
    )
    return {"verdicts": verdicts, "summary": summary}


def _feedback(part: Mapping[str, Any]) -> str:
    """The sentence on a part as HTML; empty where it only repeats the heading before it."""
    words = str(part["feedback"][language()])
    return "" if words == say_here(part["outcome"]) else html_inline(words)


def _notice(notice: str, submission: SubmissionRow | None) -> str:
    if notice:
        return notice
    if submission is not None and submission.status == "error":
        return say_here("error-staff")
    if submission is not None and submission.status != "graded":
        return say_here("being-graded")
    return ""


def _is_wide(figure: str) -> bool:
    found = _VIEW_BOX.search(figure)
    return found is not None and float(found[1]) > WIDE * float(found[2])
