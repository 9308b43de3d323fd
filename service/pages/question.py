"""A variant as a page: the question, answer boxes, and what was found about the answers."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from fractions import Fraction

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from cards.printing.page import PrintedVariant
from cards.texts.rendering import html_inline
from grader.marking.grades import share_of
from grader.marking.points import as_decimal, from_json
from grader.wording import Text
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
    answers: dict[str, str] = {}
    for name, texts in request.form.lists():
        if name.startswith("answer."):
            text = ", ".join(text for text in texts if text.strip())
            if text:
                answers[name.removeprefix("answer.")] = text
    return answers


def _shown(variant_id: str, *, notice: str = "") -> str:
    service, who = the_service(), the_identity()
    with service.store.read() as connection:
        row, submission, verdict = _read(connection, who, variant_id)
        solved = _solved(connection, who, row, verdict)
        if verdict is not None and row.assignment_id is not None and solved is not None:
            verdict = held_back(verdict)
        printed = service.questions.printed(origin_of(connection, row), language(), solved)
        surroundings = around(service, connection, who, row, verdict)
        hints = _opened(connection, row, printed)
        raw, saved_at = _typed(connection, who, row, submission)
    if surroundings.exam_points:
        points = Fraction(surroundings.exam_points)
        printed, verdict = _in_points(points, printed, verdict)
    verdicts = _verdicts(verdict)
    return page(
        "question.html",
        **asdict(surroundings),
        hints=hints,
        hint_count=len(printed.hints),
        raw=raw,
        draft_saved=moment_text(saved_at),
        verdicts=verdicts,
        summary=_summary(printed, verdict, verdicts),
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


def _opened(connection: Connection, row: FoundVariant, printed: PrintedVariant) -> Sequence[str]:
    """The hints that the student has opened."""
    kept = practised(connection, row.id)
    return printed.hints[: kept.hints if kept is not None else 0]


def _typed(
    connection: Connection, who: Identity, row: FoundVariant, submission: SubmissionRow | None
) -> tuple[Mapping[str, str], int | None]:
    """What stands in the boxes, and when it was saved if it is a draft.

    That is what was just sent, else the draft if it is newer than what was handed in.
    """
    sent = _answers() if request.method == "POST" else {}
    draft = find_draft(connection, who, row.id)
    if draft is not None and submission is not None and draft.saved_at <= submission.received_at:
        draft = None
    kept = draft or submission
    return sent or (json.loads(kept.raw) if kept else {}), draft.saved_at if draft else None


def _verdicts(verdict: VerdictJson | None) -> Mapping[str, Mapping[str, object]]:
    """What was found about each part that was answered, its sentence as HTML."""
    return {
        part["id"]: {**part, "feedback": _feedback(part["feedback"], part["outcome"])}
        for part in (verdict["parts"] if verdict is not None else ())
        if part["raw"].strip()
    }


def _summary(
    printed: PrintedVariant,
    verdict: VerdictJson | None,
    verdicts: Mapping[str, Mapping[str, object]],
) -> str:
    """The line that sums a verdict up; empty without one."""
    if verdict is None:
        return ""
    return say_here(
        "summary",
        right=sum(part["outcome"] == "right" for part in verdicts.values()),
        all=len(printed.parts),
        score=from_json(verdict["score"]),
        out_of=from_json(verdict["out_of"]),
    )


def _in_points(
    points: Fraction, printed: PrintedVariant, verdict: VerdictJson | None
) -> tuple[PrintedVariant, VerdictJson | None]:
    """The question and what was found in an exam's points, as its paper has them."""
    own = sum(Fraction(part.points) for part in printed.parts)
    scale = points / own if own else Fraction()
    parts = tuple(
        replace(part, points=as_decimal(Fraction(part.points) * scale)) for part in printed.parts
    )
    if verdict is not None:
        earned = share_of(str(verdict["score"]), str(verdict["out_of"])) * points
        verdict = {**verdict, "score": float(earned), "out_of": float(points)}
    return replace(printed, parts=parts), verdict


def _feedback(feedback: Mapping[str, str], outcome: str) -> str:
    """The sentence on a part as HTML; empty where it only repeats the heading before it.

    A verdict that was given before a language was spoken here has no words in it.
    """
    words = Text(**feedback).in_(language())
    return "" if words == say_here(outcome) else html_inline(words)


def _notice(notice: str, submission: SubmissionRow | None) -> str:
    if notice:
        return notice
    if submission is not None and submission.status == "error":
        return say_here("error-staff")
    if submission is not None and submission.status != "graded":
        return say_here("being-graded")
    return ""


def _is_wide(figure: str) -> bool:
    box = _VIEW_BOX.search(figure)
    return box is not None and float(box[1]) > WIDE * float(box[2])
