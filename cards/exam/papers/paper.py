"""A sitting as the data of a paper: what the template prints, in the student's language."""

import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import count
from math import ceil
from typing import Any, Final

import segno

from cards.exam.papers.content import Node, content
from cards.exam.papers.words import counted, label
from cards.exam.plan import ExamPlan
from cards.exam.sitting import Place, Sitting
from cards.printing.page import PrintedPart, print_variant
from cards.texts.rendering import html, plain_text
from cards.variants.variant import VariantPart
from grader.marking.choices import ChoiceKey
from grader.marking.key_points import KeyPoint
from grader.numerals import numeral
from grader.wording import Text

LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
TEXT_POINTS: Final = 10.5
LARGE_POINTS: Final = 18.0

# What a figure's colours are on paper: shape, weight and greys, for printers without colours.
INK: Final[Mapping[str, str]] = {
    "ink": "#000000",
    "soft": "#444444",
    "line": "#000000",
    "plane": "#ffffff",
    "grid": "#b0b0b0",
    "mark": "#000000",
    "mark-fill": "#d9d9d9",
    "point": "#000000",
    "point-fill": "#bdbdbd",
    "neutral": "#ececec",
    "paper": "#ffffff",
}
_VARIABLE: Final = re.compile(r"var\(--figure-([a-z-]+),[^)]*\)")
_SIZE: Final = re.compile(r' width="([0-9.]+)" height="([0-9.]+)"')
_NAMES: Final = re.compile(r"<title>(.*?)</title><desc>(.*?)</desc>", re.DOTALL)

_MM_A_PIXEL: Final = 0.2
_WIDEST_BESIDE_MM: Final = 76
_SHRUNK_BESIDE: Final = 0.68
_WIDEST_MM: Final = 140
_MM_A_DIGIT: Final = 3.4
_NARROWEST_BOX_MM: Final = 22
_WIDEST_BOX_MM: Final = 62
_MOST_ROWS: Final = 9


@dataclass(frozen=True, slots=True)
class Printing:
    """What the papers of an exam have in common: `widths` are characters, by question and part.

    `house` is the name of the template of their head and look.
    """

    plan: ExamPlan
    widths: Mapping[tuple[str, str], int]
    house: str = ""


def widths(sittings: Iterable[Sitting]) -> dict[tuple[str, str], int]:
    """The longest answer that anybody's paper has to each part: a box's width tells no more."""
    found: dict[tuple[str, str], int] = {}
    for sitting in sittings:
        for place in sitting.places:
            variant = place.variant
            for part in variant.parts:
                key = variant.question.id, part.id
                found[key] = max(found.get(key, 0), len(variant.right(part.key)["display"]))
    return found


def paper_data(printing: Printing, sitting: Sitting) -> dict[str, Any]:
    """What the template `paper` prints for one student, in the student's language."""
    plan, student = printing.plan, sitting.student
    language = student.language
    title = plain_text(plan.title.in_(language))
    numbers = count(1)
    sections = [
        {
            "title": _words(section.title, language),
            "text": _words(section.text, language),
            "questions": [
                question_data(printing, place, next(numbers), language) for place in places
            ],
        }
        for section, places in zip(plan.sections, sitting.sections, strict=True)
    ]
    return {
        "name": f"{title} · {student.id}",
        "language": language,
        "size": LARGE_POINTS if student.large_print else TEXT_POINTS,
        "house": printing.house or plan.house,
        "words": {"page": label("page", language), "qr": label("qr", language)},
        "over": plain_text(plan.institution.in_(language)) if plan.institution else "",
        "title": title,
        "facts": facts(plan, sitting),
        "who": who(sitting),
        "id": sitting.paper,
        "qr": qr_svg(f"gradeck/{plan.id}/{sitting.paper}"),
        "instructions": _words(plan.instructions, language),
        "formulas": _words(plan.formula_sheet, language),
        "formulas-title": label("formulas", language),
        "one-a-page": student.large_print,
        "sections": sections,
        "foot": foot(title, sitting),
    }


def facts(plan: ExamPlan, sitting: Sitting) -> list[str]:
    """What stands under the title: the day, the time with the student's extra, the points."""
    language = sitting.student.language
    found = [plan.date] if plan.date else []
    found.append(counted("points", numeral(sitting.out_of), language))
    if plan.minutes:
        minutes = Fraction(plan.minutes * (100 + sitting.student.extra_time), 100)
        found.append(counted("minutes", numeral(ceil(minutes)), language))
    return found


def who(sitting: Sitting) -> list[tuple[str, str]]:
    """The boxes of the head with their labels; empty ones are for a spare paper."""
    student = sitting.student
    seat = seat_name(student.seat_row, student.seat_column)
    values = {"name": student.name, "id": "" if student.spare else student.id, "seat": seat}
    boxes = [
        (label(name, student.language), value)
        for name, value in values.items()
        if value or name != "seat"
    ]
    return [*boxes, (label("paper", student.language), sitting.paper)]


def foot(left: str, sitting: Sitting) -> dict[str, str]:
    """What stands at the foot of each page."""
    student = sitting.student
    seat = seat_name(student.seat_row, student.seat_column)
    shown = [seat, "" if student.spare else student.id]
    return {
        "left": left,
        "middle": " · ".join(filter(None, shown)),
        "right": f" · {sitting.paper}",
    }


def _words(text: Text | None, language: str) -> list[Node]:
    return content(html(text.in_(language))) if text else []


def question_data(printing: Printing, place: Place, number: int, language: str) -> dict[str, Any]:
    """A question of a paper: its text, its figure, room to work in, and its parts."""
    variant = place.variant
    printed = print_variant(variant, language)
    figure = figure_data(printed.figure)
    several = len(printed.parts) > 1
    parts = [
        part_data(
            printing,
            place,
            part,
            shown,
            letter=LETTERS[index] if several else "",
            language=language,
        )
        for index, (part, shown) in enumerate(zip(variant.parts, printed.parts, strict=True))
    ]
    return {
        "number": number,
        "title": content(printed.title),
        "text": content(printed.text),
        "figure": figure,
        "beside": figure is not None and figure["width"] <= _WIDEST_BESIDE_MM,
        "rows": working_rows(place),
        "long": len(parts) > 6,
        "parts": parts,
    }


def part_data(
    printing: Printing,
    place: Place,
    part: VariantPart,
    printed: PrintedPart,
    *,
    letter: str,
    language: str,
) -> dict[str, Any]:
    """An answer box: as wide as the longest answer that anybody's paper has there."""
    width = printing.widths.get((place.variant.question.id, part.id), 0) * _MM_A_DIGIT + 8
    kinds = {ChoiceKey: "choice", KeyPoint: "words"}
    return {
        "letter": letter,
        "ask": content(printed.ask),
        "unit": printed.unit,
        "points": counted("worth", numeral(place.worth(part)), language),
        "kind": kinds.get(type(part.key), "number"),
        "width": min(max(width, _NARROWEST_BOX_MM), _WIDEST_BOX_MM),
        "options": [
            {"letter": option.letter, "says": content(option.says)} for option in printed.options
        ],
    }


def working_rows(place: Place) -> int:
    """How many rows of dots a question gets: by the lines of its worked solution, up to nine."""
    lines = {step.name for part in place.variant.parts for step in place.variant.steps(part.id)}
    return min(len(lines), _MOST_ROWS) if lines else 0


def figure_data(svg: str) -> dict[str, Any] | None:
    """A page's figure in ink, with its width on paper in millimetres and its words; or none."""
    if not svg:
        return None
    names = _NAMES.search(svg)
    size = _SIZE.search(svg)
    width = float(size[1]) * _MM_A_PIXEL if size else _WIDEST_BESIDE_MM
    most = _WIDEST_BESIDE_MM if width * _SHRUNK_BESIDE <= _WIDEST_BESIDE_MM else _WIDEST_MM
    inked = _VARIABLE.sub(lambda found: INK[found[1]], svg)
    return {
        "svg": inked.replace('class="figure"', 'font-family="Noto Sans SC"', 1),
        "alt": ": ".join(names.groups()) if names else "",
        "width": min(width, most),
    }


def seat_name(row: int | None, column: int | None) -> str:
    """A seat as people call it: the row's letter and the column's number.

    >>> seat_name(2, 3), seat_name(None, None), seat_name(30, 1)
    ('B3', '', '30-1')
    """
    if row is None or column is None:
        return ""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return f"{letters[row - 1]}{column}" if 1 <= row <= len(letters) else f"{row}-{column}"


def qr_svg(text: str) -> str:
    """The QR code of a text, as SVG.

    >>> qr_svg("7F3K-2Q9X").startswith("<svg")
    True
    """
    written = io.BytesIO()
    segno.make(text, error="m", micro=False).save(written, kind="svg", border=0, xmldecl=False)
    return written.getvalue().decode()
