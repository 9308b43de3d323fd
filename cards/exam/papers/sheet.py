"""Answer sheets: what of a sitting can be marked in bubbles, and where the bubbles lie."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from cards.exam.papers.key import named
from cards.exam.papers.paper import TEXT_POINTS, foot, qr_svg, who
from cards.exam.papers.printer import located
from cards.exam.papers.words import LABELS
from cards.exam.plan import ExamPlan
from cards.exam.record import Exam
from cards.exam.sitting import Sitting
from cards.texts.rendering import plain_text
from grader.marking.choices import ChoiceKey
from grader.marking.numbers import AnswerKey
from grader.quantities import unit_named

MOST_SHEETS: Final = 4
_MOST_COLUMNS: Final = 13
_LABELS: Final = (
    *("sheet", "how", "all_hold", "one_holds", "correction", "checked", "absent", "page", "qr"),
)


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A part on the sheet: digits with so many columns, or letters."""

    id: str
    name: str
    kind: str
    unit: str = ""
    columns: int = 0
    point: bool = False
    sign: bool = False
    letters: tuple[str, ...] = ()
    single: bool = False


PartKey = tuple[str, str]


def sheet_numbers(exam: Exam) -> dict[PartKey, set[str]]:
    """The numbers that a part's columns must hold: everybody's right and mistaken ones."""
    found: dict[PartKey, set[str]] = {}
    for sitting in exam.sittings:
        for place in sitting.places:
            variant = place.variant
            for part in variant.parts:
                if isinstance(part.key, AnswerKey):
                    display = part.key.precision.display
                    numbers = [variant.core[part.key.line], *variant.mistaken[part.id].values()]
                    key = variant.question.id, part.id
                    found.setdefault(key, set()).update(map(display, numbers))
    return found


def sheet_parts(sitting: Sitting, numbers: Mapping[PartKey, set[str]]) -> tuple[SheetPart, ...]:
    """The parts of a paper that its sheet has; words are written on the paper."""
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
            elif isinstance(part.key, AnswerKey):
                written = numbers[place.variant.question.id, part.id]
                parts.append(_digits(part_id, name, part.unit, written, sitting.student.language))
    return tuple(parts)


def _digits(part: str, name: str, unit: str, written: set[str], language: str) -> SheetPart:
    plain = [number.replace(",", "").replace("−", "-") for number in written]
    return SheetPart(
        part,
        name,
        "digits",
        unit=unit_named(unit).says.in_(language) if unit else "",
        columns=min(max(len(number.lstrip("-")) for number in plain), _MOST_COLUMNS),
        point=any("." in number for number in plain),
        sign=any(number.startswith("-") for number in plain),
    )


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
