"""The marking sheet as data: the right answers of every paper on one line each, by seat."""

from typing import Any, Final

from cards.exam.papers.key import named
from cards.exam.papers.paper import seat_name
from cards.exam.papers.words import LABELS
from cards.exam.record import Exam
from cards.exam.sitting import Sitting
from cards.texts.rendering import plain_text
from grader.numerals import numeral

_LABELS: Final = (
    "marking_sheet",
    "marking_says",
    "seat",
    "name",
    "paper",
    "marked_by",
    "on",
    "page",
)
_SMALL: Final = 8.5


def marking_data(exam: Exam, language: str) -> dict[str, Any]:
    """What the template `marking` prints, in the language of who marks.

    Papers with other questions, or the same in another order, stand in tables of their own.
    """
    tables: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for sitting in sorted(exam.sittings, key=by_seat):
        heads, row = _row(sitting)
        tables.setdefault(heads, []).append(row)
    labels = {name: LABELS[name].in_(language) for name in _LABELS}
    title = plain_text(exam.plan.title.in_(language))
    return {
        "name": f"{labels['marking_sheet']} · {title}",
        "language": language,
        "size": _SMALL,
        "words": labels,
        "title": title,
        "tables": [{"heads": list(heads), "rows": rows} for heads, rows in tables.items()],
        "foot": {"left": labels["marking_sheet"], "middle": title, "right": ""},
    }


def by_seat(sitting: Sitting) -> tuple[object, ...]:
    """What sittings are sorted by: section and seat; those without a seat are last, by id."""
    student = sitting.student
    row, column = student.seat_row, student.seat_column
    if row is None or column is None:
        return True, student.section, student.id
    return False, student.section, row, column


def _row(sitting: Sitting) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """A paper's line, and the heads that it stands under: each part's name and points."""
    student = sitting.student
    heads: list[tuple[str, str, str]] = []
    answers = []
    for place, names in named(sitting):
        for part in place.variant.parts:
            heads.append((place.variant.question.id, names[part.id], numeral(place.worth(part))))
            answers.append(place.variant.right(part.key)["display"])
    return tuple(heads), {
        "seat": seat_name(student.seat_row, student.seat_column),
        "name": student.name,
        "paper": sitting.paper,
        "answers": answers,
    }
