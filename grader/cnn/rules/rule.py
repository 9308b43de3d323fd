"""How a rule of the engine is written: a formula, a sentence of theory, its source.

A rule over as many cells as a network happens to have (a sum, a largest pair) is a `ManyRule`:
its formula is built for that number of cells, once, over the names `x1`, `x2`, ...
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Final

from grader.arithmetic import Number
from grader.formula import Formula, read
from grader.tree import Binary, Call, Literal, Name, Node
from grader.wording import Text
from grader.worksheet import Rule

Cell = Number | str


def rule(
    id: str,
    formula: str,
    en: str,
    zh: str,
    source: str = "by definition",
    *,
    unit: str = "",
    guarded: bool = False,
) -> Rule:
    """The rule of that id, its formula read once.

    >>> rule("layer.count", "channels * height * width", "One value per place.", "").formula.names
    ('channels', 'height', 'width')
    """
    return Rule(id, read(formula), Text(en, zh), source, unit, guarded)


@dataclass(frozen=True)
class ManyRule:
    """A rule whose formula depends on how many cells it is over.

    >>> total = ManyRule("total", sum_of, Text("", ""))
    >>> total.of(3).formula.value({"x1": 2800, "x2": 180200, "x3": 720400})
    903400
    """

    id: str
    build: Callable[[Sequence[Node]], Node]
    says: Text
    source: str = "by definition"
    unit: str = ""
    _built: dict[int, Rule] = field(default_factory=dict, repr=False, compare=False)

    def of(self, cells: int) -> Rule:
        """The rule over so many cells."""
        if cells not in self._built:
            tree = self.build([Name(name) for name in numbered(cells)])
            self._built[cells] = Rule(self.id, Formula(tree), self.says, self.source, self.unit)
        return self._built[cells]


@lru_cache(maxsize=256)
def numbered(cells: int) -> tuple[str, ...]:
    """The local names of a rule over many cells.

    >>> numbered(3)
    ('x1', 'x2', 'x3')
    """
    return tuple(f"x{place}" for place in range(1, cells + 1))


def sum_of(operands: Sequence[Node]) -> Node:
    """The operands added up; nothing to add is 0, and one operand stands for itself.

    >>> sum_of([Name("x1"), Name("x2")])
    Call(function='sum', operands=(Name(name='x1'), Name(name='x2')))
    """
    if not operands:
        return Literal(0)
    return operands[0] if len(operands) == 1 else Call("sum", tuple(operands))


def largest_of(operands: Sequence[Node]) -> Node:
    """The largest operand; of none 0, of one that operand.

    >>> largest_of([]), largest_of([Name("x1")])
    (Literal(value=0), Name(name='x1'))
    """
    if not operands:
        return Literal(0)
    return operands[0] if len(operands) == 1 else Call("max", tuple(operands))


def largest_pair_of(operands: Sequence[Node]) -> Node:
    """The largest sum of two operands that follow each other; a single operand is its own.

    >>> from grader.writing import as_text
    >>> as_text(Formula(largest_pair_of([Name("x1"), Name("x2"), Name("x3")])))
    'max(x1 + x2, x2 + x3)'
    """
    pairs = pairwise(operands)
    sums = [Binary("+", first, second) for first, second in pairs]
    return largest_of(sums or operands)


SAME_AS: Final = rule(
    "same_as",
    "value",
    "The layer leaves this as it comes in.",
    "该层不改变这个数。",
)
NOTHING: Final = rule("nothing", "0", "The layer has none of these.", "该层没有这一项。")
