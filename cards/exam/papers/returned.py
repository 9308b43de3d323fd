"""A returned paper as data: answers, what was found, and the worked steps of what was missed."""

from typing import Any, Final

from cards.exam.marking_exam import MarkedPaper, MarkedPlace
from cards.exam.papers.content import content
from cards.exam.papers.key import worked_steps
from cards.exam.papers.paper import TEXT_POINTS, foot, who
from cards.exam.papers.words import LABELS, label
from cards.exam.plan import ExamPlan
from cards.printing.page import print_variant
from cards.texts.rendering import html_inline, plain_text
from grader.arithmetic import Number
from grader.marking.points import as_decimal
from grader.marking.verdict import PartVerdict

_LABELS: Final = (
    *("part", "asked", "yours", "found", "earned", "right_answer", "page"),
    *("is-right", "is-follows", "is-wrong", "is-none", "is-held"),
)


def returned_data(plan: ExamPlan, paper: MarkedPaper) -> dict[str, Any]:
    """What the template `returned` prints for one student."""
    sitting = paper.sitting
    language = sitting.student.language
    title = plain_text(plan.title.in_(language))
    return {
        "name": f"{title} · {sitting.student.id}",
        "language": language,
        "size": TEXT_POINTS,
        "words": {name: LABELS[name].in_(language) for name in _LABELS},
        "title": title,
        "who": who(sitting),
        "score": _shown(paper.score),
        "out-of": label("of_points", language).format(_shown(sitting.out_of)),
        "questions": [
            _question(place, number, language) for number, place in enumerate(paper.places, 1)
        ],
        "foot": foot(title, sitting),
    }


def _shown(points: Number) -> str:
    return as_decimal(points, 1)


def _question(marked: MarkedPlace, number: int, language: str) -> dict[str, Any]:
    missed = [part.id for part in marked.verdict.parts if _outcome(part) != "right"]
    printed = print_variant(marked.place.variant, language, solved=None)
    steps = worked_steps(printed.parts)
    earned, most = _shown(marked.verdict.score), _shown(marked.place.points)
    return {
        "number": str(number),
        "title": content(printed.title),
        "text": content(printed.text),
        "points": f"{earned} / {most}",
        "parts": [
            {
                "name": marked.names[part.id],
                "ask": content(shown.ask),
                "answer": part.raw or "–",
                "outcome": _outcome(part),
                "points": _shown(part.points),
                "says": _says(part, marked, language),
                "right": f"{shown.answer} {shown.unit}".rstrip() if part.id in missed else "",
                "worked": worked if part.id in missed and not shown.options else [],
            }
            for part, shown, worked in zip(marked.verdict.parts, printed.parts, steps, strict=True)
        ],
    }


def _outcome(part: PartVerdict) -> str:
    """What the sign says: right, follows from an earlier answer, wrong, none written, or held."""
    if part.outcome == "wrong":
        return "follows" if part.carried_from else "wrong"
    return {"right": "right", "held": "held"}.get(part.outcome, "none" if not part.raw else "wrong")


def _says(part: PartVerdict, marked: MarkedPlace, language: str) -> list[Any]:
    """What was found; parts are called as the paper calls them."""
    if part.outcome == "right" and not part.mistakes:
        return []
    if not part.raw.strip():
        return []
    said = part.feedback.in_(language)
    if part.carried_from:
        said = label("carried", language).format(marked.names[part.carried_from])
    return content(html_inline(said))
