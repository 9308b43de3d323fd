"""The kinds of fields that a layer has, and how each is read: every fault is noted.

A number may, where a question's draws are at hand, be a formula over them; then the field's
value is the name of a cell. So a number that was read is a `Cell`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final, Literal, NamedTuple, Protocol

from grader.arithmetic import Number
from grader.cnn.rules.rule import Cell
from grader.errors import Fault, FormulaError
from grader.formula import read
from grader.numerals import shown_value
from grader.tree import Name
from grader.worksheet import Line, Requirement, Rule

LARGEST: Final = 10**60
WHOLE: Final = read("(value // 1 == value) * (value >= least)")


@dataclass(slots=True)
class FieldReader:
    """What reading a layer's fields shares: whose they are, the draws, and what was found.

    `lines` and `requirements` are those that formulas over draws need.
    """

    draws: frozenset[str]
    owner: str = ""
    faults: list[Fault] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    requirements: list[Requirement] = field(default_factory=list)

    def fault(self, name: str, expected: str, value: object, cure: str = "") -> None:
        """Note that a field of this layer should say something else."""
        self.faults.append(Fault(expected, shown_value(value), cure, layer=self.owner, field=name))

    def whole(self, name: str, value: object, least: int, owner_field: str = "") -> Cell:
        """A whole number from `least`, or the cell of a formula over draws."""
        if value.__class__ is int and least <= value <= LARGEST:
            return value
        if isinstance(value, str) and self.draws:
            return self.formula(name, value, least, owner_field or name)
        self.fault(owner_field or name, f"a whole number from {least}", value, self.cure(value))
        return least or 1

    def cure(self, value: object) -> str:
        """What to do about a text where a number should stand."""
        if isinstance(value, str) and not self.draws:
            return "formulas over draws are for questions; write the number"
        return "write a smaller one" if isinstance(value, int) and value > LARGEST else ""

    def formula(self, name: str, text: str, least: int, owner_field: str) -> Cell:
        """The cell of a formula over draws: the draw itself, a number, or a line of its own."""
        try:
            formula = read(text)
            constant = None if formula.names else formula.value({})
        except FormulaError as error:
            self.faults.append(
                Fault(
                    "a formula over the draws",
                    f"{text!r}: {error}",
                    layer=self.owner,
                    field=owner_field,
                )
            )
            return least or 1
        if constant is not None:
            return self.whole(name, constant, least, owner_field)
        unknown = [draw for draw in formula.names if draw not in self.draws]
        if unknown:
            known = ", ".join(sorted(self.draws))
            self.fault(
                owner_field,
                f"a number or a formula over {known}",
                text,
                f"draw {unknown[0]}, or write the number",
            )
            return least or 1
        cell = f"{self.owner}.{name}"
        if isinstance(formula.tree, Name):
            cell = formula.tree.name
        else:
            rule = Rule(cell, formula)
            self.lines.append(Line(cell, rule, {draw: draw for draw in formula.names}))
        message = f"expected a whole number from {least}, got {{value}}"
        given: Mapping[str, str | Number] = {"value": cell, "least": least}
        self.requirements.append(Requirement(self.owner, owner_field, WHOLE, given, message))
        return cell


AxisName = Literal["height", "width"]
AXES: Final[tuple[AxisName, AxisName]] = ("height", "width")


class Pair(NamedTuple):
    """A number for either axis; the same object twice where one number stands for both."""

    height: Cell
    width: Cell

    def along(self, axis: AxisName) -> Cell:
        """The number for one axis."""
        return self.height if axis == "height" else self.width


class Padding(NamedTuple):
    """How a window's input is padded; the four sides count where the kind is `explicit`."""

    kind: str
    top: Cell = 0
    bottom: Cell = 0
    left: Cell = 0
    right: Cell = 0

    def along(self, axis: AxisName) -> tuple[Cell, Cell]:
        """The padding before and after the input along one axis."""
        return (self.top, self.bottom) if axis == "height" else (self.left, self.right)


class Connections(NamedTuple):
    """Which input maps each filter sees: how many connections, the highest map, the filters."""

    pairs: int
    highest: int
    filters: int


class FieldKind(Protocol):
    """A kind of field: reads a value, noting what is wrong with it; says what it expects."""

    @property
    def default(self) -> Any:
        """The value where none is written."""

    @property
    def needed(self) -> bool:
        """Whether a value must be written."""

    def read(self, reader: FieldReader, name: str, value: object) -> Any:
        """The value as the engine keeps it."""

    def expects(self) -> str:
        """What an author may write."""


@dataclass(frozen=True, slots=True)
class WholeNumber:
    """A whole number from `least`; one must be written where there is no default."""

    default: int | None = None
    least: int = 1

    @property
    def needed(self) -> bool:
        """Whether a value must be written."""
        return self.default is None

    def read(self, reader: FieldReader, name: str, value: object) -> Cell:
        """The number or a cell."""
        return reader.whole(name, value, self.least)

    def expects(self) -> str:
        """What an author may write."""
        return f"a whole number from {self.least}"


@dataclass(frozen=True, slots=True)
class PairOfNumbers:
    """A number for both axes, or `[height, width]`; `as_field` names the field it else equals."""

    default: Pair | None = None
    least: int = 1
    as_field: str = ""

    @property
    def needed(self) -> bool:
        """Whether a value must be written."""
        return self.default is None and not self.as_field

    def read(self, reader: FieldReader, name: str, value: object) -> Pair:
        """The pair."""
        if isinstance(value, list):
            if len(value) == 2:
                height = reader.whole(f"{name}_height", value[0], self.least, name)
                return Pair(height, reader.whole(f"{name}_width", value[1], self.least, name))
            reader.fault(name, self.expects(), f"a list of {len(value)}")
            return Pair(1, 1)
        number = reader.whole(name, value, self.least)
        return Pair(number, number)

    def expects(self) -> str:
        """What an author may write."""
        return f"a whole number from {self.least} or [height, width]"


PADDINGS: Final = ("valid", "same", "same_lower")
VALID: Final = Padding("valid")


@dataclass(frozen=True, slots=True)
class PaddingField:
    """`same`, `same_lower`, `valid`, a number, [height, width], or a pair for each axis."""

    default: Padding | None = VALID
    kinds: tuple[str, ...] = PADDINGS

    @property
    def needed(self) -> bool:
        """Whether a value must be written."""
        return self.default is None

    def read(self, reader: FieldReader, name: str, value: object) -> Padding:
        """The padding."""
        if isinstance(value, str) and value in self.kinds:
            return Padding(value)
        if isinstance(value, list):
            return self.sides(reader, name, value)
        if isinstance(value, str) and not reader.draws:
            reader.fault(name, self.expects(), value)
            return Padding("explicit")
        number = reader.whole(name, value, 0)
        return Padding("explicit", number, number, number, number)

    def sides(self, reader: FieldReader, name: str, value: list[object]) -> Padding:
        """The padding of a list: a number or a pair for either axis."""
        if len(value) != 2 or any(isinstance(side, list) and len(side) != 2 for side in value):
            reader.fault(name, self.expects(), f"a list of {len(value)}")
            return Padding("explicit")
        sides: list[Cell] = []
        for axis, side in zip(("height", "width"), value, strict=True):
            if isinstance(side, list):
                sides += [
                    reader.whole(f"{name}_{axis}_{end}", number, 0, name)
                    for end, number in zip(("before", "after"), side, strict=True)
                ]
            else:
                sides += [reader.whole(f"{name}_{axis}", side, 0, name)] * 2
        return Padding("explicit", *sides)

    def expects(self) -> str:
        """What an author may write."""
        words = "".join(f"{kind}, " for kind in self.kinds)
        return f"{words}a whole number from 0, [height, width] or [[top, bottom], [left, right]]"


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    default: bool
    needed: bool = False

    def read(self, reader: FieldReader, name: str, value: object) -> bool:
        """The flag."""
        if not isinstance(value, bool):
            reader.fault(name, "true or false", value)
            return self.default
        return value

    def expects(self) -> str:
        """What an author may write."""
        return "true or false"


@dataclass(frozen=True, slots=True)
class Word:
    """One of a few words."""

    words: tuple[str, ...]
    default: str
    needed: bool = False

    def read(self, reader: FieldReader, name: str, value: object) -> str:
        """The word."""
        if not isinstance(value, str) or value not in self.words:
            reader.fault(name, self.expects(), value)
            return self.default
        return value

    def expects(self) -> str:
        """What an author may write."""
        return " or ".join(self.words)


@dataclass(frozen=True, slots=True)
class Remark:
    """A number that changes no figure, such as a dropout rate; kept for the reader of the file."""

    default: Number = 0
    needed: bool = False
    most: int = 1

    def read(self, reader: FieldReader, name: str, value: object) -> Number:
        """The number as written."""
        number = value if isinstance(value, int | Fraction) else -1
        if isinstance(value, bool) or not 0 <= number <= self.most:
            reader.fault(name, self.expects(), value)
            return 0
        return number

    def expects(self) -> str:
        """What an author may write."""
        return f"a number from 0 to {self.most}; it changes no figure"


@dataclass(frozen=True, slots=True)
class ConnectionTable:
    """A list for each filter of the input maps it sees, counted from 0."""

    default: None = None
    needed: bool = False

    def read(self, reader: FieldReader, name: str, value: object) -> Connections | None:
        """How many connections there are, and what else the rules need of the table."""
        rows: Collection[object] = value if isinstance(value, list) else ()
        count, highest = 0, 0
        for row in rows:
            maps = row if isinstance(row, list) else []
            fits = all(m.__class__ is int and 0 <= m <= LARGEST for m in maps)
            if not maps or not fits or len(set(maps)) != len(maps):
                reader.fault(name, f"{self.expects()}, each map once", row)
                return None
            count, highest = count + len(maps), max(highest, *maps)
        if not rows:
            reader.fault(name, self.expects(), value)
            return None
        return Connections(count, highest, len(rows))

    def expects(self) -> str:
        """What an author may write."""
        return "a list for each filter of the input maps that it sees, from 0"
