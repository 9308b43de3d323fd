"""From marks to answers: a number from its columns, letters from their row, and every doubt."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cards.exam.scanning.marks import Bubble, Mark


@dataclass(frozen=True, slots=True)
class Answer:
    """What a part's bubbles say: the text, and why it is in doubt where it is."""

    part: str
    name: str
    text: str
    doubt: str = ""


def answers_of(
    parts: Iterable[Mapping[str, Any]], marks: Mapping[Bubble, Mark]
) -> tuple[Answer, ...]:
    """The answer to each part of a sheet."""
    by_part: dict[str, dict[Bubble, Mark]] = {}
    for bubble, mark in marks.items():
        by_part.setdefault(bubble.part, {})[bubble] = mark
    return tuple(
        Answer(part["id"], part["name"], *_read(by_part.get(part["id"], {}), part))
        for part in parts
    )


def is_absent(marks: Mapping[Bubble, Mark]) -> bool:
    """Whether the invigilator has marked the student as absent."""
    return any(bubble.column == "absent" and mark is Mark.FILLED for bubble, mark in marks.items())


def _read(marks: Mapping[Bubble, Mark], part: Mapping[str, Any]) -> tuple[str, str]:
    if part["kind"] == "digits":
        return _number(marks)
    return _letters(marks, single=part["single"])


def _number(marks: Mapping[Bubble, Mark]) -> tuple[str, str]:
    """The digits of the columns in their order; a doubt for a column with two, or a gap."""
    columns: dict[int | str, list[str]] = {}
    for bubble, mark in marks.items():
        if mark is Mark.DOUBTFUL:
            return "", f"a mark for {bubble.value} that is neither filled nor empty"
        if mark is Mark.FILLED:
            columns.setdefault(bubble.column, []).append(bubble.value)
    sign = "-" if columns.pop("sign", None) else ""
    if double := next((values for values in columns.values() if len(values) > 1), None):
        return "", f"two marks in one column: {' and '.join(double)}"
    places = sorted(column for column in columns if isinstance(column, int))
    if places and places != list(range(places[0], places[-1] + 1)):
        return "", "an empty column between two digits"
    digits = "".join(columns[place][0] for place in places)
    if digits.count(".") > 1 or digits == ".":
        return "", f"the decimal point: {digits}"
    if sign and not digits:
        return "", "a sign without a number"
    return sign + digits, ""


def _letters(marks: Mapping[Bubble, Mark], *, single: bool) -> tuple[str, str]:
    """The letters that are filled; those of the row of corrections where any is filled there."""
    if doubtful := [bubble.value for bubble, mark in marks.items() if mark is Mark.DOUBTFUL]:
        return "", f"a mark for {', '.join(doubtful)} that is neither filled nor empty"
    rows: dict[str, list[str]] = {"letters": [], "correction": []}
    for bubble, mark in marks.items():
        if mark is Mark.FILLED:
            rows[str(bubble.column)].append(bubble.value)
    chosen = rows["correction"] or rows["letters"]
    if single and len(chosen) > 1:
        return "", f"more than one letter: {', '.join(sorted(chosen))}"
    return "".join(sorted(chosen)), ""
