"""Reading a numeric question: its draws, constraints, worksheet and parts."""

import re
from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from cards.fields import Entry, nearest
from cards.loading_concepts import read_prose
from cards.loading_mistakes import read_mistakes
from cards.loading_network import read_network_sheet
from cards.placeholders import unknown_names
from cards.question import Constraint, Part
from cards.question_fields import LINE, PART, PRECISION, RANGE, known
from grader.arithmetic import FUNCTIONS, Number, whole
from grader.errors import FormulaError, UnknownNameError, WorksheetError
from grader.formula import COMPARISONS, Formula, Operation, read
from grader.marking import AnswerKey
from grader.quantities import Precision, Unit, unit_named
from grader.worksheet import Line, Rule, Worksheet
from grader.writing import numeral

_MOST_VALUES: Final = 100_000
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_LINE_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*\Z")
_PERCENT: Final = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]+)?) ?%\Z")


def read_numeric(fields: Mapping[str, Entry]) -> dict[str, Any]:
    """What a numeric question holds beyond the common fields; faults are noted at the entries."""
    draws = _read_draws(fields["draw"]) if "draw" in fields else {}
    require = _read_require(fields["require"], draws) if "require" in fields else ()
    sheet = _read_sheet(fields, draws)
    if sheet is None:
        return {"draws": draws, "require": require}
    binary = fields["binary_prefixes"].truth() if "binary_prefixes" in fields else False
    parts, conversions = (
        _read_parts(fields["parts"], sheet, binary=binary) if "parts" in fields else ((), ())
    )
    sheet = sheet.with_lines(conversions)
    mistakes = read_mistakes(fields.get("mistakes"), sheet, parts, draws)
    _check_places(fields, parts, {*draws, *(line.name for line in sheet.lines)})
    _check_draws_are_used(fields, draws, require, mistakes["worksheet"])
    return {"draws": draws, "require": require, "parts": parts, **mistakes}


def _read_draws(entry: Entry) -> dict[str, Sequence[Number]]:
    draws: dict[str, Sequence[Number]] = {}
    for name, inner in entry.mapping().items():
        if not _NAME.match(name) or name in FUNCTIONS:
            expected = "a name of letters, digits and _ that is no function"
            inner.note(expected, repr(name), "rename the draw")
        values = _read_range(inner) if isinstance(inner.value, dict) else _read_values(inner)
        if values:
            draws[name] = values
    return draws


def _read_values(entry: Entry) -> Sequence[Number]:
    if not isinstance(entry.value, list):
        entry.note("a list of values, or {from:, to:, step:}", cure="write for instance [3, 5, 7]")
        return ()
    values = tuple(inner.number() for inner in entry.items())
    if not values:
        entry.note("at least one value", "an empty list", "add values")
    repeated = [numeral(value) for value in dict.fromkeys(values) if values.count(value) > 1]
    if repeated:
        entry.note("each value once", f"{', '.join(repeated)} again", "remove the repetition")
    return values


def _read_range(entry: Entry) -> Sequence[Number]:
    inner = entry.mapping(known(RANGE))
    if not {"from", "to"} <= inner.keys():
        return ()
    first, last = inner["from"].number(), inner["to"].number()
    step = inner["step"].number("a number above 0") if "step" in inner else 1
    if step <= 0:
        entry.at("step").note("a number above 0")
        return ()
    count = (last - first) / Fraction(step)
    if count < 0:
        entry.note("`from` at most `to`", f"{numeral(first)} and {numeral(last)}", "swap them")
        return ()
    if count >= _MOST_VALUES:
        entry.note(f"at most {_MOST_VALUES:,} values", f"{int(count) + 1:,}", "take larger steps")
        return ()
    if count.denominator != 1:
        reached = numeral(first + int(count) * step)
        got = f"{numeral(last)}; the last before it is {reached}"
        entry.at("to").note("a value that the steps reach", got, f"write to: {reached}")
        return ()
    if isinstance(first, int) and isinstance(step, int):
        return range(first, first + step * int(count) + 1, step)
    return tuple(whole(first + place * Fraction(step)) for place in range(int(count) + 1))


def read_formula(entry: Entry, known_names: Collection[str] | None = None) -> Formula | None:
    """The formula of an entry; None, with faults noted, where it can't be read."""
    if isinstance(entry.value, bool) or not isinstance(entry.value, str | int | Fraction):
        entry.note("a formula, such as kernel * kernel + 1")
        return None
    text = entry.value if isinstance(entry.value, str) else numeral(entry.value)
    try:
        formula = read(text)
    except FormulaError as fault:
        entry.note("a formula", f"{text[:60]!r}: {fault}")
        return None
    if known_names is not None:
        for name in formula.names:
            if name not in known_names:
                entry.note("names of draws and lines", repr(name), nearest(name, known_names))
                return None
    return formula


def _read_require(entry: Entry, draws: Mapping[str, Sequence[Number]]) -> tuple[Constraint, ...]:
    constraints = []
    for inner in entry.items():
        formula = read_formula(inner, draws)
        if formula is None:
            continue
        if not (isinstance(formula.tree, Operation) and formula.tree.sign in COMPARISONS):
            inner.note("a comparison, such as height != width")
        else:
            constraints.append(Constraint(str(inner.value), formula))
    return tuple(constraints)


def _read_sheet(
    fields: Mapping[str, Entry], draws: Mapping[str, Sequence[Number]]
) -> Worksheet | None:
    """The worksheet of `network:` and `lines:` together; None where faults leave none."""
    network = None
    if "network" in fields:
        network = read_network_sheet(fields["network"], frozenset(draws))
        if network is None:
            return None
    if "lines" not in fields:
        if network is None:
            next(iter(fields.values())).note("`network:` or `lines:`", "neither", "add one")
        return network
    before = tuple(line.name for line in network.lines) if network else ()
    lines = _read_lines(fields["lines"], draws, before)
    if lines is None:
        return None
    try:
        return network.with_lines(lines) if network else Worksheet(lines)
    except WorksheetError as fault:
        fields["lines"].note(
            "lines that can be worked in some order", str(fault), "break the circle"
        )
        return None


def _read_lines(
    entry: Entry, draws: Mapping[str, Sequence[Number]], before: tuple[str, ...]
) -> tuple[Line, ...] | None:
    entries = entry.mapping()
    names = {*draws, *before, *entries}
    lines: list[Line] = []
    for name, inner in entries.items():
        if not _LINE_NAME.match(name) or name in FUNCTIONS:
            inner.note("a name such as load or queue.length", repr(name), "rename the line")
        elif name in draws or name in before:
            other = "a draw" if name in draws else "a line of the network"
            inner.note("a name of its own", f"{name!r}, which is {other}", "rename the line")
        unit, says, formula_entry = "", None, inner
        if isinstance(inner.value, dict):
            parts = inner.mapping(known(LINE))
            if "formula" not in parts:
                continue
            formula_entry = parts["formula"]
            unit = _read_unit(parts["unit"]).symbol if "unit" in parts else ""
            says = read_prose(parts["says"]) if "says" in parts else None
        formula = read_formula(formula_entry, names)
        if formula is not None:
            given = {source: source for source in formula.names}
            lines.append(Line(name, Rule(name, formula, says), given, unit))
    return tuple(lines) if len(lines) == len(entries) and entries else None


def _read_unit(entry: Entry, *, binary_prefixes: bool = False) -> Unit:
    text = entry.value
    if not isinstance(text, str):
        entry.note("a unit, such as MiB")
        return unit_named("")
    try:
        return unit_named(text, binary_prefixes=binary_prefixes)
    except UnknownNameError as fault:
        entry.note("a unit", f"{fault}")
        return unit_named("")


def _read_parts(
    entry: Entry, sheet: Worksheet, *, binary: bool
) -> tuple[tuple[Part, ...], tuple[Line, ...]]:
    """The parts, and the lines that convert cells into the asked units."""
    parts: list[Part] = []
    conversions: dict[str, Line] = {}
    for inner in entry.items():
        fields = inner.mapping(known(PART))
        if not {"id", "ask", "answer"} <= fields.keys():
            continue
        part_id = fields["id"].identifier()
        if part_id in {part.id for part in parts}:
            fields["id"].note("each id once", f"{part_id!r} again", "rename the part")
        ask = read_prose(fields["ask"])
        name = fields["answer"].value
        if not isinstance(name, str) or name not in sheet:
            known_lines = [line.name for line in sheet.lines]
            cure = nearest(name, known_lines) if isinstance(name, str) else ""
            fields["answer"].note("the name of a line", cure=cure)
            continue
        own = unit_named(sheet[name].unit)
        asked = _read_unit(fields["unit"], binary_prefixes=binary) if "unit" in fields else own
        scale: Number = 1
        cell = ""
        if own.symbol and asked.dimension != own.dimension:
            got = f"{asked.symbol or 'a plain number'}"
            fields["unit"].note(f"a unit of the line's {own.dimension}, as {own.symbol}", got)
        elif own.symbol and asked.factor != own.factor:
            scale = whole(Fraction(asked.factor) / own.factor)
            conversion = _conversion(name, own, asked, scale)
            conversions[conversion.name] = conversion
            name, cell = conversion.name, name
        key = AnswerKey(
            part=part_id,
            line=name,
            # What the author wrote is what the box shows, also where MB is declared as MiB.
            unit=str(fields["unit"].value) if "unit" in fields and binary else asked.symbol,
            precision=_read_precision(fields["precision"])
            if "precision" in fields
            else Precision(),
            points=_read_points(fields["points"]) if "points" in fields else 1,
            percent=fields["percent"].truth() if "percent" in fields else False,
            binary_prefixes=binary,
            cell=cell,
            scale=scale,
        )
        parts.append(Part(part_id, ask, key))
    if isinstance(entry.value, list) and not entry.value:
        entry.note("at least one part", "none", "add a part")
    return tuple(parts), tuple(conversions.values())


def _conversion(cell: str, own: Unit, asked: Unit, scale: Number) -> Line:
    """The line that has a cell's value in another unit; its rule is `unit.<symbol>`."""
    symbol = re.sub(r"[^A-Za-z0-9]", "_", asked.symbol) or "one"
    local = "bytes" if own.symbol == "B" else "value"
    formula = read(
        f"{local} / {numeral(scale)}" if scale >= 1 else f"{local} * {numeral(1 / scale)}"
    )
    rule = Rule(f"unit.{asked.symbol}", formula)
    return Line(f"{cell}.{symbol}", rule, {local: cell}, asked.symbol)


def _read_points(entry: Entry) -> Number:
    points = entry.number("a number above 0")
    if points <= 0:
        entry.note("a number above 0")
        return 1
    return points


def _read_precision(entry: Entry) -> Precision:
    if entry.value == "exact":
        return Precision()
    if not isinstance(entry.value, dict) or len(entry.value) != 1:
        entry.note("one of {within: 1%}, {absolute: 0.5}, {digits: 3}, {decimals: 2}, or exact")
        return Precision()
    for kind, inner in entry.mapping(known(PRECISION)).items():
        match kind:
            case "within":
                return Precision("within", _read_share(inner))
            case "absolute":
                return Precision("absolute", _read_points(inner))
            case "digits":
                return Precision("digits", inner.whole(1, 15))
            case "decimals":
                return Precision("decimals", inner.whole(0, 10))
    return Precision()


def _read_share(entry: Entry) -> Number:
    expected = "a share above 0 and below 1, such as 1% or 0.01"
    value = entry.value
    match = _PERCENT.match(value) if isinstance(value, str) else None
    if match:
        value = Fraction(match["number"]) / 100
    if isinstance(value, bool) or not isinstance(value, int | Fraction) or not 0 < value < 1:
        entry.note(expected)
        return Fraction(1, 100)
    return value


def _check_places(
    fields: Mapping[str, Entry], parts: Sequence[Part], names: Collection[str]
) -> None:
    """Note each `{name}` in the texts that no draw and no line gives."""
    places = [fields[name] for name in ("text", "note") if name in fields]
    places += [fields["parts"].at(place).at("ask") for place in range(len(parts))]
    if "hints" in fields:
        places += list(fields["hints"].items())
    for place in places:
        for language in ("en", "zh"):
            entry = place.at(language)
            for name in unknown_names(entry.value, names) if isinstance(entry.value, str) else ():
                if name in "{}":
                    entry.note("a name in each pair of braces", f"a lone {name}", rf"write \{name}")
                else:
                    entry.note(
                        "names of draws and lines in braces", repr(name), nearest(name, names)
                    )


def _check_draws_are_used(
    fields: Mapping[str, Entry],
    draws: Mapping[str, Sequence[Number]],
    require: Sequence[Constraint],
    sheet: Worksheet,
) -> None:
    """Note a draw that changes no line: two variants that differ only there are the same."""
    used = set(sheet.inputs) | {name for c in require for name in c.formula.names}
    for name in draws:
        if name not in used:
            fields["draw"].at(name).note("a draw that a line uses", repr(name), "use or remove it")
