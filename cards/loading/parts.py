"""Reading the parts of a numeric question: the asked lines, units, precisions and points."""

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from cards.documents.entry import Entry
from cards.documents.prose import read_prose
from cards.loading.question_fields import PART, PRECISION, known
from cards.question import Part
from grader.arithmetic import Number, whole
from grader.errors import UnknownNameError
from grader.formula import read
from grader.marking.numbers import AnswerKey
from grader.numerals import numeral
from grader.quantities import Precision, Unit, unit_named
from grader.wording import both
from grader.worksheet import Line, Rule, Worksheet

_MOST_POINTS: Final = 10_000
_PERCENT: Final = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]+)?) ?%\Z")


def read_unit(entry: Entry, *, binary_prefixes: bool = False) -> Unit:
    """The unit that an entry names; the plain number where a fault was noted.

    >>> from cards.documents.strict_yaml import Document
    >>> entry = Entry("MiBs", Document({}, "a.yaml", {}), ("unit",))
    >>> read_unit(entry).symbol, str(entry.faults[0])
    ('', "a.yaml:1: unit: expected a unit, got the text 'MiBs'; the nearest is 'MiB'")
    """
    text = entry.value
    if not isinstance(text, str):
        entry.note("a unit, such as MiB")
        return unit_named("")
    try:
        return unit_named(text, binary_prefixes=binary_prefixes)
    except UnknownNameError as fault:
        entry.note("a unit", cure=fault.hint)
        return unit_named("")


def read_parts(
    entry: Entry, sheet: Worksheet, *, binary: bool, all_known: bool
) -> tuple[tuple[Part, ...], tuple[Line, ...]]:
    """The parts, and the lines that convert cells into the asked units.

    Where faults of the network left its lines unknown, an answer may name one of those.
    """
    parts: list[Part] = []
    conversions: dict[str, Line] = {}
    for inner in entry.items():
        fields = inner.mapping(known(PART))
        part_id = fields["id"].identifier() if "id" in fields else ""
        if part_id and part_id in {part.id for part in parts}:
            fields["id"].note("each id once", f"{part_id!r} again", "rename the part")
        ask = read_prose(fields["ask"]) if "ask" in fields else both("")
        line = (
            _answer_line(fields["answer"], sheet, all_known=all_known)
            if "answer" in fields
            else None
        )
        own = unit_named(line.unit if line else "")
        asked = read_unit(fields["unit"], binary_prefixes=binary) if "unit" in fields else own
        # What the author wrote is what box and steps show, also where MB is declared as MiB.
        written = str(fields["unit"].value) if "unit" in fields and binary else asked.symbol
        conversion = _conversion(fields, line, own, asked, written) if line else None
        if conversion is not None:
            conversions[conversion.name] = conversion
        key = AnswerKey(
            part=part_id,
            line=conversion.name if conversion else line.name if line else "",
            unit=written,
            precision=_precision(fields["precision"]) if "precision" in fields else Precision(),
            points=_points(fields["points"]) if "points" in fields else 1,
            percent=fields["percent"].truth() if "percent" in fields else False,
            binary_prefixes=binary,
            cell=line.name if conversion and line else "",
            scale=_scale(own, asked) if conversion else 1,
        )
        if line is not None:
            parts.append(Part(part_id, ask, key))
    if isinstance(entry.value, list) and not entry.value:
        entry.note("at least one part", "none", "add a part")
    return tuple(parts), tuple(conversions.values())


def _answer_line(entry: Entry, sheet: Worksheet, *, all_known: bool) -> Line | None:
    name = entry.value
    if isinstance(name, str) and name in sheet:
        return sheet[name]
    if all_known or not isinstance(name, str):
        entry.unknown("the name of a line", [line.name for line in sheet.lines])
    return None


def _scale(own: Unit, asked: Unit) -> Number:
    """How many of the line's own units make an asked one."""
    return whole(Fraction(asked.factor) / own.factor)


def _conversion(
    fields: Mapping[str, Entry], line: Line, own: Unit, asked: Unit, written: str
) -> Line | None:
    """The line that has a cell's value in another unit, where one is asked.

    Its rule is `unit.<symbol>`, of which wrong rules take the place; it is called as `written`.
    """
    if own.symbol and asked.dimension != own.dimension:
        got = asked.symbol or "a plain number"
        fields["unit"].note(f"a unit of the line's {own.dimension}, as {own.symbol}", got)
    if not own.symbol or asked.dimension != own.dimension or asked.factor == own.factor:
        return None
    symbol = re.sub(r"[^A-Za-z0-9]", "_", written) or "one"
    local = "bytes" if own.symbol == "B" else "value"
    scale = _scale(own, asked)
    formula = (
        f"{local} / {numeral(scale)}" if scale >= 1 else f"{local} * {numeral(Fraction(1) / scale)}"
    )
    rule = Rule(f"unit.{asked.symbol}", read(formula), unit=written)
    return Line(f"{line.name}.{symbol}", rule, {local: line.name})


def _points(entry: Entry) -> Number:
    expected = f"a number above 0 and up to {_MOST_POINTS:,}"
    points = entry.number(expected)
    if not 0 < points <= _MOST_POINTS:
        entry.note(expected)
        return 1
    return points


def _distance(entry: Entry) -> Number:
    distance = entry.number("a number above 0")
    if distance <= 0:
        entry.note("a number above 0")
        return 1
    return distance


def _precision(entry: Entry) -> Precision:
    if entry.value == "exact":
        return Precision()
    if not isinstance(entry.value, dict) or len(entry.value) != 1:
        entry.note("one of {within: 1%}, {absolute: 0.5}, {digits: 3}, {decimals: 2}, or exact")
        return Precision()
    for kind, inner in entry.mapping(known(PRECISION)).items():
        match kind:
            case "within":
                return Precision("within", _share(inner))
            case "absolute":
                return Precision("absolute", _distance(inner))
            case "digits":
                return Precision("digits", inner.whole(1, 15))
            case "decimals":
                return Precision("decimals", inner.whole(0, 10))
    return Precision()


def _share(entry: Entry) -> Number:
    expected = "a share above 0 and below 1, such as 1% or 0.01"
    value = entry.value
    match = _PERCENT.match(value) if isinstance(value, str) else None
    if match:
        value = Fraction(match["number"]) / 100
    if isinstance(value, bool) or not isinstance(value, int | Fraction) or not 0 < value < 1:
        entry.note(expected)
        return Fraction(1, 100)
    return value
