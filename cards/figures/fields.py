"""The fields of a figure: what an author may write in each, read into typed and bounded values.

A number is a whole number or a formula over draws and lines. Its bounds are kept with it: a
formula's value is held against them when the figure is drawn.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, Protocol

from cards.documents.entry import Entry
from grader.arithmetic import Number
from grader.errors import FormulaError
from grader.formula import Formula, read
from grader.naming import nearest_hint
from grader.numerals import numeral, quoted

LONGEST_GRID: Final = 12
MOST_MOMENTS: Final = 60
LARGEST: Final = 10**18
LONGEST_AXIS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of a figure, or the formula that gives it; `field` is where it is written."""

    value: Number | Formula
    field: str
    least: int
    most: int
    whole: bool = True


Amounts = tuple[Amount, Amount]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a figure's fields may speak of: draws and lines, and the layers of its network."""

    names: Collection[str] = ()
    layers: Collection[str] = ()


class FigureField(Protocol):
    """A kind of field: reads an entry, noting its faults; None where it has any."""

    def read(self, entry: Entry, around: Surroundings) -> Any:  # noqa: ANN401 - each kind its own
        """The typed value."""


@dataclass(frozen=True, slots=True)
class One:
    """A whole number, or a formula over draws and lines."""

    least: int = 0
    most: int = LARGEST
    whole: bool = True

    def read(self, entry: Entry, around: Surroundings) -> Amount | None:
        """The number with its bounds."""
        value = entry.value
        where = entry.field
        if isinstance(value, str):
            return self._formula(entry, value, around)
        number = isinstance(value, int if self.whole else int | Fraction)
        if isinstance(value, bool) or not number or not self.least <= value <= self.most:
            entry.note(self.expects())
            return None
        return Amount(value, where, self.least, self.most, self.whole)

    def _formula(self, entry: Entry, text: str, around: Surroundings) -> Amount | None:
        try:
            formula = read(text)
        except FormulaError as fault:
            entry.note(self.expects(), f"{quoted(text)}: {fault}")
            return None
        unknown = [name for name in formula.names if name not in around.names]
        if unknown:
            cure = nearest_hint(unknown[0], around.names)
            entry.note("names of draws and lines", repr(unknown[0]), cure)
            return None
        return Amount(formula, entry.field, self.least, self.most, self.whole)

    def expects(self) -> str:
        """The bounds in words."""
        kind = "a whole number" if self.whole else "a number"
        most = "10**18" if self.most == LARGEST else f"{self.most:,}"
        least = numeral(self.least) if self.least > -LARGEST else "-10**18"
        return f"{kind} from {least} to {most}, or a formula over draws and lines"


@dataclass(frozen=True, slots=True)
class Both:
    """A number for height and width, or `[height, width]`."""

    each: One

    def read(self, entry: Entry, around: Surroundings) -> Amounts | None:
        """The pair."""
        if isinstance(entry.value, list):
            if len(entry.value) != 2:
                entry.note("a number, a formula or [height, width]", f"{len(entry.value)} values")
                return None
            first, second = (self.each.read(inner, around) for inner in entry.items())
            return None if first is None or second is None else (first, second)
        one = self.each.read(entry, around)
        return None if one is None else (one, one)


@dataclass(frozen=True, slots=True)
class Sides:
    """Padding: a number for all sides, or for each axis a number or `[before, after]`."""

    each: One

    def read(self, entry: Entry, around: Surroundings) -> tuple[Amounts, Amounts] | None:
        """The two pairs."""
        if not isinstance(entry.value, list):
            both = Both(self.each).read(entry, around)
            return None if both is None else (both, both)
        if len(entry.value) != 2:
            entry.note("a number, or a number or pair for each axis", f"{len(entry.value)} values")
            return None
        down, across = (Both(self.each).read(inner, around) for inner in entry.items())
        return None if down is None or across is None else (down, across)


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of numbers, all of one length."""

    def read(self, entry: Entry, around: Surroundings) -> tuple[tuple[Amount, ...], ...] | None:
        """The rows."""
        rows = [list(row.items()) for row in entry.items()]
        if not isinstance(entry.value, list):
            return None
        lengths = {len(row) for row in rows} or {0}
        if not 1 <= len(rows) <= LONGEST_GRID or not 1 <= max(lengths) <= LONGEST_GRID:
            got = f"{len(rows)} rows of {max(lengths)}"
            entry.note(f"a grid of 1 to {LONGEST_GRID} rows and columns", got, "take a smaller one")
            return None
        if len(lengths) > 1:
            got = f"rows of {' and '.join(map(str, sorted(lengths)))}"
            entry.note("rows of one length", got, "complete the shorter ones")
            return None
        cell = One(-LARGEST, LARGEST, whole=False)
        read_rows = [[cell.read(inner, around) for inner in row] for row in rows]
        found = tuple(tuple(one for one in row if one is not None) for row in read_rows)
        return found if {len(row) for row in found} == lengths else None


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a few words."""

    words: tuple[str, ...]

    def read(self, entry: Entry, around: Surroundings) -> str | None:
        """The word."""
        del around
        word = entry.choice(self.words)
        return word if word == entry.value else None


@dataclass(frozen=True, slots=True)
class LayerName:
    """The id of a layer of the question's network."""

    def read(self, entry: Entry, around: Surroundings) -> str | None:
        """The id."""
        name = entry.value
        if isinstance(name, str) and name in around.layers:
            return name
        cure = nearest_hint(name, around.layers) if isinstance(name, str) and around.layers else ""
        got = "" if around.layers else "a question without a network"
        entry.note("a layer of the question's network with a window", got, cure or "leave it out")
        return None


@dataclass(frozen=True, slots=True)
class Rows:
    """A list of mappings, each with the same fields."""

    fields: Mapping[str, FigureField]
    required: frozenset[str]

    def read(self, entry: Entry, around: Surroundings) -> tuple[Mapping[str, Any], ...] | None:
        """The mappings, each with typed values."""
        entries = list(entry.items())
        if not 1 <= len(entries) <= MOST_MOMENTS:
            if isinstance(entry.value, list):
                entry.note(f"1 to {MOST_MOMENTS} rows", f"{len(entries):,}", "take fewer")
            return None
        rows = [read_fields(each, self.fields, self.required, around) for each in entries]
        found = tuple(row for row in rows if row is not None)
        return found if len(found) == len(entries) else None


@dataclass(frozen=True, slots=True)
class ShortText:
    """A short text that stands on the figure."""

    def read(self, entry: Entry, around: Surroundings) -> str | None:
        """The text."""
        del around
        return entry.text(longest=40) or None


def read_fields(
    entry: Entry,
    fields: Mapping[str, FigureField],
    required: Collection[str],
    around: Surroundings,
    also: Collection[str] = (),
) -> dict[str, Any] | None:
    """The typed values of a mapping's fields; None, with faults noted, where one can't be used.

    `also` are keys that may stand there and are read elsewhere.
    """
    allowed = {**dict.fromkeys((*also, *fields), False), **dict.fromkeys(required, True)}
    before = len(entry.faults)
    entries = {
        name: inner
        for name, inner in entry.mapping(allowed).items()
        if name in fields and inner.value is not None
    }
    values = {name: fields[name].read(inner, around) for name, inner in entries.items()}
    sound = len(entry.faults) == before and None not in values.values()
    return values if sound and isinstance(entry.value, dict) else None
