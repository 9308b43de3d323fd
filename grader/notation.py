"""How a formula is written out in any notation: where its signs bind, and parentheses are due."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Final, Generic, TypeVar

from grader.arithmetic import Number
from grader.tree import Binary, Call, Literal, Name, Negative, Node

Cells = Mapping[str, Number | str]

COMPARES, ADDS, MULTIPLIES, NEGATES, RAISES, ATOM = range(6)

BINDS: Final[Mapping[str, int]] = {
    **dict.fromkeys(("==", "!=", "<=", ">=", "<", ">"), COMPARES),
    **dict.fromkeys(("+", "-"), ADDS),
    **dict.fromkeys(("*", "/", "//", "%"), MULTIPLIES),
    "**": RAISES,
}

# What a notation writes: a text, or pieces of mathematics.
W = TypeVar("W")


class Notation(ABC, Generic[W]):
    """A way to write formulas on one line: it says how each thing looks, and here they combine."""

    def written(self, tree: Node, cells: Cells) -> W:
        """The formula; a name in `cells` gives way to its number or its other name."""
        return self.bound(tree, cells)[0]

    def bound(self, tree: Node, cells: Cells) -> tuple[W, int]:
        """The formula, and how tightly its outermost sign binds."""
        match tree:
            case Literal(value):
                return self.number(value)
            case Name(name):
                cell = cells.get(name, name)
                return (self.name(cell), ATOM) if isinstance(cell, str) else self.number(cell)
            case Negative(operand):
                return self.negative(self.inside(self.bound(operand, cells), RAISES)), NEGATES
            case Binary(sign, left, right):
                return self.operation(sign, self.bound(left, cells), self.bound(right, cells))
            case Call("sum", operands) if len(operands) > 1:
                first, *rest = (self.bound(operand, cells) for operand in operands)
                terms = [
                    self.inside(first, ADDS),
                    *(self.inside(term, MULTIPLIES, signed=True) for term in rest),
                ]
                return reduce(lambda left, right: self.joined("+", left, right), terms), ADDS
            case Call(function, operands):
                return self.call(function, [self.written(one, cells) for one in operands]), ATOM

    def operation(self, sign: str, left: tuple[W, int], right: tuple[W, int]) -> tuple[W, int]:
        """Two operands with a sign, each in parentheses where it needs them."""
        binds = BINDS[sign]
        if sign == "**":
            exponent = self.inside(right, RAISES, signed=True)
            return self.power(self.inside(left, ATOM), exponent), binds
        # A comparison of a comparison is no chain of both.
        first = self.inside(left, binds + (binds == COMPARES))
        return self.joined(sign, first, self.inside(right, binds + 1, signed=True)), binds

    def inside(self, operand: tuple[W, int], least: int, *, signed: bool = False) -> W:
        """The operand, in parentheses where it binds less than `least`, or starts with a sign."""
        content, binds = operand
        if binds < least or (signed and self.starts_with_minus(content)):
            return self.parentheses(content)
        return content

    @abstractmethod
    def number(self, value: Number) -> tuple[W, int]:
        """A number, and how tightly it binds: a sign in front binds it less than a digit."""

    @abstractmethod
    def name(self, name: str) -> W:
        """A cell's name."""

    @abstractmethod
    def negative(self, operand: W) -> W:
        """The operand with a minus in front."""

    @abstractmethod
    def starts_with_minus(self, content: W) -> bool:
        """Whether a minus stands in front, which must not follow another sign."""

    @abstractmethod
    def parentheses(self, content: W) -> W:
        """The content between parentheses."""

    @abstractmethod
    def joined(self, sign: str, left: W, right: W) -> W:
        """Two operands with a sign between them."""

    @abstractmethod
    def power(self, base: W, exponent: W) -> W:
        """The base with its exponent."""

    @abstractmethod
    def call(self, function: str, operands: Sequence[W]) -> W:
        """A function of its operands."""


class Stacked(Notation[W]):
    """A notation whose quotients stand one over the other, its exponents raised."""

    def operation(self, sign: str, left: tuple[W, int], right: tuple[W, int]) -> tuple[W, int]:
        """Two operands with a sign; bars and raised exponents group what they hold."""
        if sign in {"/", "//"}:
            return self.ratio(left[0], right[0], floored=sign == "//"), ATOM
        if sign == "**":
            return self.power(self.inside(left, ATOM), right[0]), RAISES
        return super().operation(sign, left, right)

    @abstractmethod
    def ratio(self, top: W, bottom: W, *, floored: bool) -> W:
        """One over the other; `floored` for a whole division."""
