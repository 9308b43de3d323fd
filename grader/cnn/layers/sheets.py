"""Where the engine writes: a worksheet's lines, or at once their values.

A layer's code applies each rule once, over cells. On a `LineSheet` a cell is a line's name, and
the result is a worksheet that can be solved for any draws, with wrong rules, step by step. On a
`ValueSheet` a cell is the number itself, which is all that a network without draws needs. What a
layer writes on is its `LayerSheet`: its own part of either.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from grader.arithmetic import Number
from grader.cnn.rules.rule import Cell, ManyRule, numbered
from grader.errors import Fault, FormulaError
from grader.formula import Formula, read
from grader.numerals import shown
from grader.worksheet import Line, Requirement, Rule

# What stands in a cell: a number, or on a sheet of lines also a name.
C = TypeVar("C", bound=Cell)


@dataclass(frozen=True, slots=True)
class Demand:
    """A comparison that cells must meet for a layer to make sense; `{name}` stands for a number.

    >>> divides = demand("channels % groups == 0", "a divisor of {channels}", "{groups}")
    >>> divides.message
    'expected a divisor of {channels}, got {groups}'
    """

    formula: Formula
    expected: str
    got: str
    cure: str = ""

    @property
    def message(self) -> str:
        """The demand as one sentence, still with its `{name}`s."""
        return str(Fault(self.expected, self.got, self.cure))


def demand(formula: str, expected: str, got: str, cure: str = "") -> Demand:
    """The demand that a comparison, written as a text, holds.

    >>> demand("size >= 1", "a size from 1", "{size}").formula.names
    ('size',)
    """
    return Demand(read(formula), expected, got, cure)


class LayerRefusedError(Exception):
    """A layer's numbers don't fit. Its fault is noted; what rests on it has no values either."""


class Sheet(Protocol[C]):
    """Where lines and demands go, each in the name of its owner: a layer, or a total.

    `has_names` tells whether cells are lines with names. Where they are bare numbers, one of two
    equal lines is enough.
    """

    value_bytes: int
    has_names: bool

    def cell(self, number: Cell) -> C:
        """A number that is given, or a draw, as a cell of this sheet."""

    def write(self, owner: str, quantity: str, rule: Rule, given: Mapping[str, C | Number]) -> C:
        """The cell `owner.quantity`, by a rule from given cells."""

    def demand(
        self, owner: str, field: str, wanted: Demand, given: Mapping[str, C | Number]
    ) -> None:
        """Demand something of cells, in the name of a layer and one of its fields."""


class LayerSheet(Generic[C]):
    """One owner's part of a sheet: a layer's, or that of the totals of one kind.

    >>> from grader.cnn.rules.receptive_field import JUMP
    >>> LayerSheet(LineSheet(4), "conv1").line("jump.height", JUMP, jump="pool1.jump", stride=2)
    'conv1.jump.height'
    >>> LayerSheet(ValueSheet(4), "conv1").line("jump.height", JUMP, jump=4, stride=2)
    8
    """

    __slots__ = ("_owner", "_sheet", "cell", "has_names", "value_bytes")

    def __init__(self, sheet: Sheet[C], owner: str) -> None:
        self._sheet = sheet
        self._owner = owner
        self.cell = sheet.cell
        self.has_names = sheet.has_names
        self.value_bytes = sheet.value_bytes

    def line(self, quantity: str, rule: Rule, /, **given: C | Number) -> C:
        """The owner's cell of that quantity, by a rule from given cells."""
        return self._sheet.write(self._owner, quantity, rule, given)

    def many(self, quantity: str, rule: ManyRule, cells: Sequence[C], /, **given: C | Number) -> C:
        """The owner's cell of that quantity, by a rule over many cells and some that have names."""
        every = dict(zip(numbered(len(cells)), cells, strict=True)) | given
        return self._sheet.write(self._owner, quantity, rule.of(len(cells)), every)

    def demand(self, field: str, wanted: Demand, /, **given: C | Number) -> None:
        """Demand something of cells, in the name of the owner and one of its fields."""
        self._sheet.demand(self._owner, field, wanted, given)


class LineSheet:
    """Collects a worksheet's lines and requirements.

    >>> from grader.cnn.rules.receptive_field import JUMP
    >>> sheet = LineSheet(4)
    >>> sheet.write("conv1", "jump.height", JUMP, {"jump": "pool1.jump.height", "stride": 2})
    'conv1.jump.height'
    >>> sheet.lines[0].sources
    ('pool1.jump.height', '2')
    """

    def __init__(
        self,
        value_bytes: int,
        lines: Sequence[Line] = (),
        requirements: Sequence[Requirement] = (),
    ) -> None:
        self.value_bytes = value_bytes
        self.has_names = True
        self.lines = list(lines)
        self.requirements = list(requirements)

    def cell(self, number: Cell) -> Cell:
        """The number or the name itself."""
        return number

    def write(self, owner: str, quantity: str, rule: Rule, given: Mapping[str, Cell]) -> Cell:
        """The new line's name; without an owner that is the quantity's."""
        name = f"{owner}.{quantity}" if owner else quantity
        self.lines.append(Line(name, rule, given))
        return name

    def demand(self, owner: str, field: str, wanted: Demand, given: Mapping[str, Cell]) -> None:
        """Note a requirement, which is checked each time that the worksheet is solved."""
        message = wanted.message
        self.requirements.append(Requirement(owner, field, wanted.formula, given, message))


class ValueSheet:
    """Computes each cell where a line would be written, and notes the faults of the numbers.

    >>> from grader.cnn.rules.receptive_field import JUMP
    >>> ValueSheet(4).write("conv1", "jump.height", JUMP, {"jump": 4, "stride": 2})
    8
    """

    def __init__(self, value_bytes: int) -> None:
        self.value_bytes = value_bytes
        self.has_names = False
        self.faults: list[Fault] = []

    def cell(self, number: Cell) -> Number:
        """The number; a draw has none here."""
        if isinstance(number, str):
            raise TypeError(f"{number!r} is a draw: only a worksheet can hold it")
        return number

    def write(self, owner: str, quantity: str, rule: Rule, given: Mapping[str, Number]) -> Number:
        """The value; LayerRefusedError where it is out of bounds."""
        try:
            return rule.formula.run_named(given)
        except FormulaError as error:
            got = f"none: {error.reason}"
            fault = Fault(f"a number for {quantity}", got, layer=owner, field=quantity)
            self.faults.append(fault)
            raise LayerRefusedError from error

    def demand(self, owner: str, field: str, wanted: Demand, given: Mapping[str, Number]) -> None:
        """Note a fault, and raise LayerRefusedError, where the numbers don't meet the demand."""
        if not wanted.formula.run_named(given):
            words = {name: shown(number)[0] for name, number in given.items()}
            expected, got = wanted.expected.format(**words), wanted.got.format(**words)
            self.faults.append(Fault(expected, got, wanted.cure, layer=owner, field=field))
            raise LayerRefusedError
