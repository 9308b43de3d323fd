"""The cells that a figure may read: what is asked for is not even there."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from cards.figures.fields import Amount, Amounts
from cards.figures.known import Known, Pair
from grader.arithmetic import Number
from grader.errors import Fault, QuestionError, UnknownNameError
from grader.formula import Formula
from grader.numerals import shown


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
        """The whole number of a network's cell: a number, or a name; None where it is asked.

        >>> Numbers({"size": 7}, frozenset({"out"})).whole("size")
        7
        """
        return self.cell(given) if isinstance(given, str) else int(given)

    def known(self, amount: Amount) -> Known:
        """The whole number of a field; None where it is asked; QuestionError out of its bounds.

        >>> from grader.formula import read
        >>> two_more = Amount(read("size + 2"), "input", 1, 100)
        >>> Numbers({"size": 7}, frozenset({"out"})).known(two_more)
        9
        """
        value = self._value(amount)
        return None if value is None else int(value)

    def both(self, amounts: Amounts) -> Pair:
        """(height, width) of a field that has both."""
        return self.known(amounts[0]), self.known(amounts[1])

    def words(self, amount: Amount) -> str:
        """The number as a figure prints it, `?` where it is asked."""
        value = self._value(amount)
        return "?" if value is None else shown(value)[0]

    def _value(self, amount: Amount) -> Number | None:
        """The exact value of a field; None where its formula reads an asked cell."""
        if not isinstance(amount.value, Formula):
            return amount.value
        if not self.asked.isdisjoint(amount.value.names):
            return None
        value = amount.value.value(self.cells)
        if amount.whole and Fraction(value).denominator != 1:
            raise refusal(amount.field, "a whole number", shown(value)[0])
        if not amount.least <= value <= amount.most:
            bounds = f"a number from {amount.least:,} to {amount.most:,}"
            raise refusal(amount.field, bounds, shown(value)[0])
        return value


def refusal(field: str, expected: str, got: str) -> QuestionError:
    """The error for a figure that can't be drawn.

    >>> str(refusal("kernel", "a whole number from 1", "0"))
    'kernel: expected a whole number from 1, got 0'
    """
    return QuestionError([Fault(expected, got, field=field)])
