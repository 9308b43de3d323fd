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
    if part["kind"] == "paper":
        return "", "written on the paper; type what it says"
    if part["kind"] == "digits":
        return _number(marks)
    return _letters(marks, single=part["single"])


def _number(marks: Mapping[Bubble, Mark]) -> tuple[str, str]:
    """A number with its power of ten, as 1.5e-7; a doubt for two marks in a column, or a gap."""
    columns: dict[int | str, list[str]] = {}
    for bubble, mark in marks.items():
        if mark is Mark.DOUBTFUL:
            return "", f"a mark for {bubble.value} that is neither filled nor empty"
        if mark is Mark.FILLED:
            columns.setdefault(bubble.column, []).append(bubble.value)
    sign = "-" if columns.pop("sign", None) else ""
    power_sign = "-" if columns.pop("power sign", None) else ""
    if double := next((values for values in columns.values() if len(values) > 1), None):
        return "", f"two marks in one column: {' and '.join(double)}"
    powers = {int(name[1:]): of[0] for name, of in columns.items() if isinstance(name, str)}
    digits = _in_a_row({name: of[0] for name, of in columns.items() if isinstance(name, int)})
    power = _in_a_row(powers)
    if digits is None or power is None:
        return "", "an empty column between two digits"
    if digits.count(".") > 1 or digits == ".":
        return "", f"the decimal point: {digits}"
    if (sign and not digits) or (power_sign and not power):
        return "", "a sign without a number"
    if power and not digits:
        return "", "a power of ten without a number"
    return sign + digits + (f"e{power_sign}{power}" if power else ""), ""


def _in_a_row(filled: Mapping[int, str]) -> str | None:
    """The signs of neighbouring columns, from the left; None where a column between is empty."""
    if not filled:
        return ""
    places = range(min(filled), max(filled) + 1)
    return "".join(filled[place] for place in places) if len(places) == len(filled) else None


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
