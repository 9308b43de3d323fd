"""Answer sheets: what of a sitting can be marked in bubbles, and where the bubbles lie.

What can't, words and numbers too long for the columns, stays on the paper, and the sheet says so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from cards.exam.papers.columns import Columns, columns_for
from cards.exam.papers.key import named
from cards.exam.papers.paper import TEXT_POINTS, foot, qr_svg, who
from cards.exam.papers.printer import located
from cards.exam.papers.words import LABELS
from cards.exam.plan import ExamPlan
from cards.exam.record import Exam
from cards.exam.sitting import Sitting
from cards.texts.rendering import plain_text
from grader.arithmetic import Number
from grader.marking.choices import ChoiceKey
from grader.marking.numbers import AnswerKey
from grader.quantities import unit_named

MOST_SHEETS: Final = 4
_LABELS: Final = (
    *("sheet", "how", "all_hold", "one_holds", "correction", "checked", "absent", "page", "qr"),
    "on_paper",
)


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A part on the sheet: digits with so many columns, letters, or nothing to fill in (paper)."""

    id: str
    name: str
    kind: str
    unit: str = ""
    columns: int = 0
    point: bool = False
    sign: bool = False
    exponent: int = 0
    exponent_sign: bool = False
    letters: tuple[str, ...] = ()
    single: bool = False


PartKey = tuple[str, str]


def sheet_columns(exam: Exam) -> dict[PartKey, Columns | None]:
    """The columns of each part, the same on every sheet; None where no columns can hold the answer.

    They hold everybody's right and mistaken numbers, so that they tell nothing.
    """
    keys: dict[PartKey, AnswerKey] = {}
    right: dict[PartKey, set[Number]] = {}
    mistaken: dict[PartKey, set[Number]] = {}
    for sitting in exam.sittings:
        for place in sitting.places:
            variant = place.variant
            for part in variant.parts:
                if isinstance(part.key, AnswerKey):
                    key = variant.question.id, part.id
                    keys[key] = part.key
                    right.setdefault(key, set()).add(variant.core[part.key.line])
                    mistaken.setdefault(key, set()).update(variant.mistaken[part.id].values())
    return {key: columns_for(right[key], mistaken[key], keys[key].precision) for key in keys}


def sheet_parts(
    sitting: Sitting, columns: Mapping[PartKey, Columns | None]
) -> tuple[SheetPart, ...]:
    """The parts of a paper as its sheet has them."""
    parts = []
    for place, names in named(sitting):
        for part in place.variant.parts:
            part_id = f"{place.variant.question.id}#{part.id}"
            name = names[part.id]
            if isinstance(part.key, ChoiceKey):
                letters = tuple(option.letter for option in part.options)
                parts.append(
                    SheetPart(part_id, name, "letters", letters=letters, single=part.key.single)
                )
            elif (of := columns.get((place.variant.question.id, part.id))) is not None:
                unit = unit_named(part.unit).says.in_(sitting.student.language) if part.unit else ""
                parts.append(SheetPart(part_id, name, "digits", unit=unit, **asdict(of)))
            else:
                parts.append(SheetPart(part_id, name, "paper"))
    return tuple(parts)


def sheet_data(plan: ExamPlan, sitting: Sitting, parts: Iterable[SheetPart]) -> dict[str, Any]:
    """What the template `sheet` prints for one student."""
    language = sitting.student.language
    title = plain_text(plan.title.in_(language))
    return {
        "name": f"{LABELS['sheet'].in_(language)} · {title} · {sitting.student.id}",
        "language": language,
        "size": TEXT_POINTS,
        "words": {name: LABELS[name].in_(language) for name in _LABELS},
        "over": plain_text(plan.institution.in_(language)) if plan.institution else "",
        "title": title,
        "who": who(sitting),
        "id": sitting.paper,
        "qr": [qr_svg(sheet_code(plan.id, sitting.paper, n)) for n in range(1, MOST_SHEETS + 1)],
        "parts": [asdict(part) for part in parts],
        "foot": foot(LABELS["sheet"].in_(language), sitting),
    }


def sheet_code(exam: str, paper: str, sheet: int) -> str:
    """What the code of a sheet says: the exam, the paper, the sheet's number.

    >>> sheet_code("midterm", "7F3K-2Q9X", 1)
    'gradeck/midterm/7F3K-2Q9X/1'
    """
    return f"gradeck/{exam}/{paper}/{sheet}"


def bubbles(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Where the bubbles of a sheet lie: page, and millimetres from its upper left corner."""
    return located("sheet", data, "<bubble>")
