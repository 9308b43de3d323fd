"""Reading which mistakes a numeric question tells apart: of the catalogue, or its own."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from cards.documents.entry import Entry
from cards.documents.prose import read_prose
from cards.loading.question_fields import MISTAKE, known
from cards.question import Part
from grader.arithmetic import Number
from grader.cnn.mistakes import CATALOGUE
from grader.errors import FormulaError
from grader.formula import Formula, read
from grader.mistakes import Mistake
from grader.naming import nearest_hint
from grader.numerals import numeral, quoted
from grader.worksheet import Line, Worksheet

_SHOWS: Final = ("always", "mostly")


def read_mistakes(
    entry: Entry | None,
    sheet: Worksheet,
    parts: Sequence[Part],
    draws: Mapping[str, Sequence[Number]],
) -> dict[str, Any]:
    """The listed mistakes, the others that touch a part, and where each must show.

    Without a list, all of the catalogue that touch an asked line are listed, and `told` is
    empty: what can be told apart is found out from the numbers.
    """
    touching = [m for m in CATALOGUE.values() if _touched(m, sheet, parts)]
    if entry is None:
        return {"mistakes": tuple(touching)}
    listed: dict[str, Mistake] = {}
    told: dict[str, frozenset[str]] = {}
    mostly: set[str] = set()
    for inner in entry.items():
        mistake, only = _read_mistake(inner, sheet, draws)
        if mistake is None:
            continue
        touched = _touched(mistake, sheet, parts)
        if mistake.id in listed:
            inner.note("each mistake once", f"{mistake.id!r} again", "remove one of them")
        elif parts and not touched:
            expected = "a mistake that can change an asked line"
            inner.note(expected, f"{mistake.id!r}, which changes none", "remove it")
        elif unknown := [part for part in only if part not in {p.id for p in parts}]:
            cure = nearest_hint(unknown[0], [part.id for part in parts])
            inner.at("parts").note("parts of this question", repr(unknown[0]), cure)
        elif foreign := [part for part in only if part not in touched]:
            got = f"{foreign[0]!r}, which {mistake.id!r} doesn't change"
            inner.at("parts").note("parts that the mistake can change", got, "leave it out")
        listed[mistake.id] = mistake
        told[mistake.id] = frozenset(only) or touched
        if inner.has("shows") and inner.at("shows").choice(_SHOWS) == "mostly":
            mostly.add(mistake.id)
    others = tuple(mistake for mistake in touching if mistake.id not in listed)
    return {
        "mistakes": tuple(listed.values()),
        "others": others,
        "told": told,
        "mostly": frozenset(mostly),
    }


def _touched(mistake: Mistake, sheet: Worksheet, parts: Sequence[Part]) -> frozenset[str]:
    """The parts whose answer rests on a line that the mistake changes."""
    touched = sheet.variation(mistake.rewrite).touched
    return frozenset(part.id for part in parts if part.key.line in touched)


def _read_mistake(
    entry: Entry, sheet: Worksheet, draws: Mapping[str, Sequence[Number]]
) -> tuple[Mistake | None, tuple[str, ...]]:
    if isinstance(entry.value, str):
        return _of_catalogue(entry, entry.value), ()
    fields = entry.mapping(known(MISTAKE))
    if "id" not in fields:
        return None, ()
    only = tuple(inner.text() for inner in fields["parts"].items()) if "parts" in fields else ()
    worded = "says" in fields
    if not {"formula", "line"} & fields.keys() and (not worded or fields["id"].value in CATALOGUE):
        known_mistake = _of_catalogue(fields["id"], fields["id"].value)
        if known_mistake is not None and worded:
            known_mistake = replace(known_mistake, says=read_prose(fields["says"]))
        return known_mistake, only
    own = fields["id"].identifier()
    if own in CATALOGUE:
        fields["id"].note("an id of its own", f"{own!r}, which is in the catalogue", "rename it")
    for name in ("line", "formula", "says"):
        if name not in fields:
            entry.at(name).note("a value", "nothing", f"add `{name}:`")
            return None, only
    says = read_prose(fields["says"])
    name = fields["line"].value
    if not isinstance(name, str) or name not in sheet:
        lines = [line.name for line in sheet.lines]
        fields["line"].unknown("the name of a line", lines)
        return None, only
    formula = _read_wrong(fields["formula"], sheet, name, draws)
    if formula is None:
        return None, only
    right = sheet[name]
    # Over the names of cells, whatever the right rule calls what it is given.
    given = {used: used for used in formula.names}
    wrong = Line(name, replace(right.rule, formula=formula), given)
    return Mistake(own, lambda line: wrong if line.name == name else line, says), only


def _of_catalogue(entry: Entry, name: object) -> Mistake | None:
    if isinstance(name, str) and name in CATALOGUE:
        return CATALOGUE[name]
    entry.unknown(
        "a mistake of the catalogue, or an own one with line, formula and says", CATALOGUE
    )
    return None


def _read_wrong(
    entry: Entry, sheet: Worksheet, name: str, draws: Collection[str]
) -> Formula | None:
    """The wrong formula; it may read draws and lines that don't rest on the line it replaces."""
    value = entry.value
    text = value if isinstance(value, str) else numeral(value) if isinstance(value, int) else ""
    try:
        formula = read(text)
    except FormulaError as fault:
        entry.note("a formula", f"{quoted(text)}: {fault}")
        return None
    later = sheet.variation(fixed=[name]).touched
    names = {*draws, *(line.name for line in sheet.lines)}
    for used in formula.names:
        if used not in names:
            entry.unknown("names of draws and lines", names, used)
            return None
        if used in later:
            got = f"{used!r}, which rests on {name!r}" if used != name else f"{used!r} itself"
            entry.note(f"names that stand before {name!r}", got, "use earlier lines")
            return None
    return formula
