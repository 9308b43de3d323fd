"""The cells that a figure may read: what is asked for is not even there."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from cards.figures.known import Known, Pair
from grader.arithmetic import Number
from grader.errors import Fault, QuestionError, UnknownNameError
from grader.formula import read
from grader.writing import shown


@dataclass(frozen=True, slots=True)
class Numbers:
    """A variant's cells without those in `asked`, which give None wherever they are read."""

    cells: Mapping[str, Number]
    asked: frozenset[str]

    def has(self, name: str) -> bool:
        """Whether there is such a cell, asked for or not."""
        return name in self.cells or name in self.asked

    def cell(self, name: str) -> Known:
        """A cell's whole number; None where it is asked."""
        if name in self.asked:
            return None
        if name not in self.cells:
            raise UnknownNameError("draw or line", name, self.cells)
        return int(self.cells[name])

    def whole(self, given: Number | str) -> Known:
        """The whole number that a number or a formula over cells gives; None where it is asked.

        >>> Numbers({"size": 7}, frozenset({"out"})).whole("size + 2")
        9
        """
        value = self.value(given) if isinstance(given, str) else given
        if value is not None and Fraction(value).denominator != 1:
            raise refusal(str(given), "a whole number", shown(value)[0])
        return None if value is None else int(value)

    def value(self, formula: str) -> Number | None:
        """The exact value of a formula over cells; None where it reads an asked one."""
        tree = read(formula)
        if not self.asked.isdisjoint(tree.names):
            return None
        for name in tree.names:
            if name not in self.cells:
                raise UnknownNameError("draw or line", name, self.cells)
        return tree.value(self.cells)

    def pair(self, given: object) -> Pair:
        """(height, width) of one number for both or a list of two."""
        match given:
            case int() | str():
                return self.whole(given), self.whole(given)
            case [int() | str() as height, int() | str() as width]:
                return self.whole(height), self.whole(width)
        raise refusal("figure", "a number, a formula or [height, width]", repr(given))

    def words(self, given: int | str) -> str:
        """The number as a figure prints it, `?` where it is asked."""
        value = given if isinstance(given, int) else self.value(given)
        return "?" if value is None else shown(value)[0]


def refusal(field: str, expected: str, got: str) -> QuestionError:
    """The error for a figure that can't be drawn."""
    return QuestionError([Fault("figure", expected, got, field=field)])
