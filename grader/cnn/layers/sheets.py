"""Where the engine writes: a worksheet's lines, or at once their values.

A layer's code applies each rule once, over cells. On a `LineSheet` a cell is a line's name, and
the result is a worksheet that can be solved for any draws, with wrong rules, step by step. On a
`ValueSheet` a cell is the number itself, which is all that a network without draws needs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from grader.cnn.rules.rule import Cell, ManyRule, numbered
from grader.errors import Fault, FormulaError
from grader.formula import Formula, read
from grader.worksheet import Line, Requirement, Rule
from grader.writing import shown


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
        return str(Fault("", self.expected, self.got, self.cure))


def demand(formula: str, expected: str, got: str, cure: str = "") -> Demand:
    """The demand that a comparison, written as a text, holds.

    >>> demand("size >= 1", "a size from 1", "{size}").formula.names
    ('size',)
    """
    return Demand(read(formula), expected, got, cure)


class LayerRefusedError(Exception):
    """A layer's numbers don't fit. Its fault is noted; what rests on it has no values either."""


class Sheet(Protocol):
    """What a layer's code needs: to write a line, a line over many cells, and a demand.

    `has_names` tells whether cells are lines with names. Where they are bare numbers, one of two
    equal lines is enough.
    """

    value_bytes: int
    has_names: bool

    def line(self, owner: str, figure: str, rule: Rule, unit: str, /, **given: Cell) -> Cell:
        """The cell `owner.figure`, by a rule from given cells."""

    def many(
        self,
        owner: str,
        figure: str,
        rule: ManyRule,
        unit: str,
        cells: Sequence[Cell],
        /,
        **given: Cell,
    ) -> Cell:
        """The cell `owner.figure`, by a rule over many cells and some that have names."""

    def demand(self, owner: str, field: str, wanted: Demand, /, **given: Cell) -> None:
        """Demand something of cells, in the name of a layer and one of its fields."""


class LineSheet:
    """Collects a worksheet's lines and requirements.

    >>> from grader.cnn.rules.receptive_field import JUMP
    >>> sheet = LineSheet(4)
    >>> sheet.line("conv1", "jump.height", JUMP, "", jump="pool1.jump.height", stride=2)
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

    def line(self, owner: str, figure: str, rule: Rule, unit: str, /, **given: Cell) -> Cell:
        """The new line's name."""
        return self.named(f"{owner}.{figure}", rule, unit, **given)

    def named(self, name: str, rule: Rule, unit: str = "", /, **given: Cell) -> Cell:
        """The new line's name, where it belongs to no layer."""
        self.lines.append(Line(name, rule, given, unit))
        return name

    def many(
        self,
        owner: str,
        figure: str,
        rule: ManyRule,
        unit: str,
        cells: Sequence[Cell],
        /,
        **given: Cell,
    ) -> Cell:
        """The new line's name."""
        given = dict(zip(numbered(len(cells)), cells, strict=True)) | given
        return self.line(owner, figure, rule.of(len(cells)), unit, **given)

    def demand(self, owner: str, field: str, wanted: Demand, /, **given: Cell) -> None:
        """Note a requirement, which is checked each time that the worksheet is solved."""
        message = wanted.message
        self.requirements.append(Requirement(owner, field, wanted.formula, given, message))


class ValueSheet:
    """Computes each cell where a line would be written, and notes the faults of the numbers.

    >>> from grader.cnn.rules.receptive_field import JUMP
    >>> ValueSheet(4).line("conv1", "jump.height", JUMP, "", jump=4, stride=2)
    8
    """

    def __init__(self, value_bytes: int) -> None:
        self.value_bytes = value_bytes
        self.has_names = False
        self.faults: list[Fault] = []

    def line(self, owner: str, figure: str, rule: Rule, _unit: str, /, **given: Cell) -> Cell:
        """The value; LayerRefusedError where it is out of bounds."""
        try:
            return rule.formula.run_named(given)  # type: ignore[arg-type]  # here all cells are numbers
        except FormulaError as error:
            got = f"none: {error.reason}"
            fault = Fault(owner, f"a number for {figure}", got, "", None, figure)
            self.faults.append(fault)
            raise LayerRefusedError from error

    def many(
        self,
        owner: str,
        figure: str,
        rule: ManyRule,
        unit: str,
        cells: Sequence[Cell],
        /,
        **given: Cell,
    ) -> Cell:
        """The value; LayerRefusedError where it is out of bounds."""
        given = dict(zip(numbered(len(cells)), cells, strict=True)) | given
        return self.line(owner, figure, rule.of(len(cells)), unit, **given)

    def demand(self, owner: str, field: str, wanted: Demand, /, **given: Cell) -> None:
        """Note a fault, and raise LayerRefusedError, where the numbers don't meet the demand."""
        if not wanted.formula.run_named(given):  # type: ignore[arg-type]  # the same
            numbers = {k: v for k, v in given.items() if not isinstance(v, str)}
            words = {name: shown(number)[0] for name, number in numbers.items()}
            expected, got = wanted.expected.format(**words), wanted.got.format(**words)
            self.faults.append(Fault(owner, expected, got, wanted.cure, None, field))
            raise LayerRefusedError
