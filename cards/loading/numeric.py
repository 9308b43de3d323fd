"""Reading a numeric question: its draws, constraints, worksheet and parts."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Final, NamedTuple

from cards.documents.entry import Entry
from cards.documents.prose import read_prose
from cards.loading.mistakes import read_mistakes
from cards.loading.network import read_question_network
from cards.loading.parts import read_parts, read_unit
from cards.loading.question_fields import LINE, RANGE, known
from cards.question import Constraint, Numeric, Part
from cards.texts.placeholders import template, unknown_names
from grader.arithmetic import FUNCTIONS, Number, whole
from grader.cnn.network import Network
from grader.errors import FormulaError, WorksheetError
from grader.formula import Formula, read
from grader.naming import DOTTED_NAME, NAME
from grader.numerals import numeral, quoted
from grader.tree import COMPARISONS, Binary
from grader.wording import LANGUAGES, SPOKEN
from grader.worksheet import Line, Rule, Worksheet

_MOST_VALUES: Final = 100_000
_DIGITS: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?\Z")
_ONE: Final = read("1")
# What is expected where a name would read as a formula, and where a translation lacks a number.
WITHOUT_SIGNS: Final = "words without formula signs"
SAME_NUMBERS: Final = "the numbers that the other language's text shows"
_SIGNS: Final = frozenset("+-*/%=<>()$×·÷−")


def read_numeric(fields: Mapping[str, Entry]) -> Numeric | None:
    """What a numeric question holds beyond the common fields; faults are noted at the entries.

    None where its worksheet can't be read: what speaks of its lines can't be judged then.
    """
    draws = _read_draws(fields["draw"]) if "draw" in fields else {}
    require = _read_require(fields["require"], draws) if "require" in fields else ()
    sheet = _read_sheet(fields, draws)
    binary = fields["binary_prefixes"].truth() if "binary_prefixes" in fields else False
    parts: tuple[Part, ...] = ()
    conversions: tuple[Line, ...] = ()
    if "parts" in fields:
        parts, conversions = read_parts(
            fields["parts"], sheet.worksheet, binary=binary, all_known=sheet.all_known
        )
    conversions = tuple(_without_namesakes(conversions, fields, sheet.worksheet))
    worksheet = sheet.worksheet.with_lines(conversions)
    if sheet.all_known:
        _check_places(fields, draws, {*draws, *(line.name for line in worksheet.lines)})
    names = _read_names(fields["names"], sheet, draws) if "names" in fields else {}
    if not sheet.sound:
        return None
    mistakes = read_mistakes(fields.get("mistakes"), worksheet, parts, draws)
    _check_draws_are_used(fields, draws, require, worksheet)
    if "figure" not in fields:
        _check_draws_are_shown(fields, draws, worksheet)
    return Numeric(
        draws, worksheet, parts, require=require, network=sheet.network, names=names, **mistakes
    )


class _Sheet(NamedTuple):
    """A worksheet as far as it could be read: `sound` if wholly, `all_known` if in its names."""

    worksheet: Worksheet
    network: Network | None = None
    sound: bool = True
    all_known: bool = True


def _without_namesakes(
    conversions: Sequence[Line], fields: Mapping[str, Entry], sheet: Worksheet
) -> Iterator[Line]:
    """The conversions of units whose names are free; an author's line of such a name is noted."""
    for one in conversions:
        if one.name not in sheet:
            yield one
        elif "lines" in fields:
            cell, _, unit = one.name.rpartition(".")
            got = f"{one.name!r}, which is {cell!r} in {unit} for the part that asks for it"
            fields["lines"].at(one.name).note("a name of its own", got, "rename the line")


def _read_draws(entry: Entry) -> dict[str, Sequence[Number]]:
    draws: dict[str, Sequence[Number]] = {}
    for name, inner in entry.mapping().items():
        if not re.fullmatch(NAME, name) or name in FUNCTIONS:
            expected = "a name of letters, digits and _ that is no function"
            inner.note(expected, repr(name), "rename the draw")
        values = _read_range(inner) if isinstance(inner.value, dict) else _read_values(inner)
        # A faulty draw is known by name, so that its fault is not reported again where it is used.
        draws[name] = values or (1,)
    return draws


def _read_values(entry: Entry) -> Sequence[Number]:
    if not isinstance(entry.value, list):
        entry.note("a list of values, or {from:, to:, step:}", cure="write for instance [3, 5, 7]")
        return ()
    inner = list(entry.items())
    if any(isinstance(one.value, str) for one in inner):
        return _quoted(inner)
    values = tuple(one.number() for one in inner)
    if not values:
        entry.note("at least one value", "an empty list", "add values")
    repeated = [numeral(value) for value, times in Counter(values).items() if times > 1]
    if repeated:
        entry.note("each value once", f"{', '.join(repeated)} again", "remove the repetition")
    return values


def _quoted(values: Sequence[Entry]) -> Sequence[Number]:
    """No values: a draw of texts is noted at each, with the number that it writes, if it does."""
    for one in values:
        is_number = isinstance(one.value, str) and _DIGITS.match(one.value)
        cure = f"write {one.value} without quotes" if is_number else "only numbers can be drawn"
        if isinstance(one.value, str):
            one.note("a number", cure=cure)
        else:
            one.number()
    return ()


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
    return tuple(whole(first + index * Fraction(step)) for index in range(int(count) + 1))


def read_formula(entry: Entry, known_names: Collection[str] | None = None) -> Formula | None:
    """The formula of an entry; None, with faults noted, where it can't be read.

    >>> from cards.documents.strict_yaml import Document
    >>> read_formula(Entry("kernel ** 2 + 1", Document({}, "a.yaml", {})), ["kernel"]).names
    ('kernel',)
    """
    if isinstance(entry.value, bool) or not isinstance(entry.value, str | int | Fraction):
        entry.note("a formula, such as kernel * kernel + 1")
        return None
    text = entry.value if isinstance(entry.value, str) else numeral(entry.value)
    try:
        formula = read(text)
    except FormulaError as fault:
        entry.note("a formula", f"{quoted(text)}: {fault}")
        return None
    if known_names is not None:
        for name in formula.names:
            if name not in known_names:
                entry.unknown("names of draws and lines", known_names, name)
                return None
    return formula


def _read_require(entry: Entry, draws: Mapping[str, Sequence[Number]]) -> tuple[Constraint, ...]:
    constraints = []
    for inner in entry.items():
        formula = read_formula(inner, draws)
        if formula is None:
            continue
        if not (isinstance(formula.tree, Binary) and formula.tree.sign in COMPARISONS):
            inner.note("a comparison, such as height != width")
        else:
            constraints.append(Constraint(str(inner.value), formula))
    return tuple(constraints)


def _read_sheet(fields: Mapping[str, Entry], draws: Mapping[str, Sequence[Number]]) -> _Sheet:
    """The worksheet of `network:` and `lines:` together."""
    network: Network | None = None
    sheet: Worksheet | None = Worksheet(())
    if "network" in fields:
        network, sheet = read_question_network(fields["network"], frozenset(draws))
    elif "lines" not in fields:
        next(iter(fields.values())).note("`network:` or `lines:`", "neither", "add one")
        return _Sheet(Worksheet(()), sound=False, all_known=False)
    if sheet is None:
        return _Sheet(Worksheet(()), sound=False, all_known=False)
    if "lines" not in fields:
        return _Sheet(sheet, network)
    before = tuple(line.name for line in sheet.lines)
    lines, sound = _read_lines(fields["lines"], draws, before)
    try:
        return _Sheet(sheet.with_lines(lines), network, sound)
    except WorksheetError as fault:
        expected = "lines that can be worked in some order"
        at_fault = fields["lines"].at(fault.line)
        at_fault = at_fault.at("formula") if at_fault.has("formula") else at_fault
        at_fault.note(expected, str(fault), "break the circle")
        constants = [Line(one.name, Rule(one.name, _ONE, unit=one.unit), {}) for one in lines]
        return _Sheet(sheet.with_lines(constants), network, sound=False)


def _read_lines(
    entry: Entry, draws: Mapping[str, Sequence[Number]], before: tuple[str, ...]
) -> tuple[tuple[Line, ...], bool]:
    """The lines, and whether they are sound; a line with a fault is known by name."""
    entries = entry.mapping()
    names = {*draws, *before, *entries}
    lines: list[Line] = []
    sound = bool(entries)
    for name, inner in entries.items():
        taken = name in draws or name in before
        if not re.fullmatch(DOTTED_NAME, name) or name in FUNCTIONS:
            inner.note("a name such as load or queue.length", repr(name), "rename the line")
            sound = False
        elif taken:
            other = "a draw" if name in draws else "a line of the network"
            inner.note("a name of its own", f"{name!r}, which is {other}", "rename the line")
            sound = False
        unit, says, formula_entry = "", None, inner
        if isinstance(inner.value, dict):
            parts = inner.mapping(known(LINE))
            formula_entry = parts.get("formula", inner.at("formula"))
            unit = read_unit(parts["unit"]).symbol if "unit" in parts else ""
            says = read_prose(parts["says"]) if "says" in parts else None
        formula = read_formula(formula_entry, names)
        sound = sound and formula is not None
        formula = formula or _ONE
        if not taken:
            given = {source: source for source in formula.names}
            lines.append(Line(name, Rule(name, formula, says, unit=unit), given))
    return tuple(lines), sound


def _read_names(entry: Entry, sheet: _Sheet, draws: Collection[str]) -> dict[str, dict[str, str]]:
    """What draws, lines and the owners of lines are called, by language."""
    known_names = {*draws}
    for line in sheet.worksheet.lines:
        known_names |= {line.name, line.name.partition(".")[0]}
    names: dict[str, dict[str, str]] = {}
    for language, inner in entry.mapping(dict.fromkeys(LANGUAGES, False)).items():
        names[language] = {}
        for name, words in inner.mapping().items():
            if sheet.all_known and name not in known_names:
                words.unknown("names of draws and lines", known_names, name)
            names[language][name] = written = words.text(longest=SPOKEN[language].longest_name)
            if signs := "".join(sorted(_SIGNS.intersection(written))):
                words.note(WITHOUT_SIGNS, f"{signs!r} in {written!r}", "leave it out")
    return names


def _check_places(
    fields: Mapping[str, Entry], draws: Collection[str], names: Collection[str]
) -> None:
    """Note each `{name}` in the texts that no draw and no line gives."""
    texts = [fields[name] for name in ("text", "note") if name in fields]
    if "parts" in fields and isinstance(fields["parts"].value, list):
        texts += [part.at("ask") for part in fields["parts"].items()]
    if "hints" in fields:
        texts += list(fields["hints"].items())
    for text in texts:
        for language in LANGUAGES:
            entry = text.at(language)
            for name in unknown_names(entry.value, names) if isinstance(entry.value, str) else ():
                if name in "{}":
                    entry.note("a name in each pair of braces", f"a lone {name}", rf"write \{name}")
                else:
                    entry.unknown("names of draws and lines in braces", names, name)
    if "text" in fields:
        _check_same_draws(fields["text"], draws)


def _check_same_draws(text: Entry, draws: Collection[str]) -> None:
    """Note a draw that one language's text shows and the other's doesn't."""
    shown = {
        language: {name for name, _ in template(text.at(language).value, draws).names} & {*draws}
        for language in LANGUAGES
        if isinstance(text.at(language).value, str)
    }
    for language, names in shown.items():
        for missing in sorted(set().union(*shown.values()) - names):
            text.at(language).note(SAME_NUMBERS, f"no {{{missing}}}", "put it in")


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


def _check_draws_are_shown(
    fields: Mapping[str, Entry], draws: Mapping[str, Sequence[Number]], sheet: Worksheet
) -> None:
    """Note a draw that no text shows, nor a line that rests on it: nobody can work with it."""
    asks = [part.at("ask") for part in fields["parts"].items()] if "parts" in fields else []
    words = [
        place.at(language).value
        for place in (*([fields["text"]] if "text" in fields else []), *asks)
        for language in LANGUAGES
    ]
    names = {*draws, *(line.name for line in sheet.lines)}
    told = {
        name for text in words if isinstance(text, str) for name, _ in template(text, names).names
    }
    waiting = list(told)
    while waiting:
        name = waiting.pop()
        sources = {*sheet[name].sources} if name in sheet else set()
        waiting += sources - told
        told |= sources
    for name in draws:
        if name not in told:
            expected = "a draw that the text, an ask or a figure shows"
            fields["draw"].at(name).note(expected, repr(name), f"write {{{name}}} into the text")
