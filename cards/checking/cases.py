"""What never happens in a question's variants: a case that decides, a number that is written.

A mistake that nobody can be found to have made, and a rounding that is always needed, pass every
check of a single variant: they are counted over many.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor
from typing import Final, TypeGuard

from cards.checking.rules import Finding
from cards.question import Question
from cards.variants.telling import telling
from cards.variants.variant import Variant
from grader.arithmetic import Number, distance, divide, multiply
from grader.formula import Formula
from grader.marking.numbers import AnswerKey
from grader.tree import Binary, Call, Negative, Node
from grader.worksheet import Line

# A share of the variants that stands for all of them, and one that stands for most.
ALWAYS: Final = 0.99
_MOSTLY: Final = 0.5
_OFTEN: Final = 0.33
_SELDOM: Final = 0.9
_FEWEST: Final = 100
# What is farther off than such a share of the right answer is another number.
_WIDEST: Final = Fraction(1, 4)
_ROUNDING: Final = frozenset({"ceil", "floor"})
_CHOOSING: Final = frozenset({"max", "min"})
_BOTH_WAYS: Final = 2
# A division by more than this comes out even too seldom to be missed.
_LARGEST_DIVISOR: Final = 12


@dataclass(frozen=True, slots=True)
class Decision:
    """A place in a line where the case decides: a division that is rounded, a largest value."""

    line: Line
    node: Call | Binary

    def case(self, cells: Mapping[str, Number]) -> str:
        """Which case the cells are: of a division whether it comes out, else which operand wins.

        A division by a large number comes out hardly ever, so it is a case by itself.
        """
        operands = _operands(self.node)
        values = [self._value(operand, cells) for operand in operands]
        if isinstance(self.node, Binary):
            return _evenness(divide(values[0], values[1]))
        if self.node.function in _ROUNDING:
            return _evenness(values[0])
        best = max(values) if self.node.function == "max" else min(values)
        return str(values.index(best)) if values.count(best) == 1 else "equal"

    def _value(self, node: Node, cells: Mapping[str, Number]) -> Number:
        given = self.line.given
        formula = Formula(node)
        named = {local: given[local] for local in formula.names}
        return formula.run_named(
            {local: cells[cell] if isinstance(cell, str) else cell for local, cell in named.items()}
        )


def _operands(node: Call | Binary) -> tuple[Node, ...]:
    return (node.left, node.right) if isinstance(node, Binary) else node.operands


def _evenness(quotient: Number) -> str:
    divisor = Fraction(quotient).denominator
    if divisor == 1:
        return "even"
    return "uneven" if divisor <= _LARGEST_DIVISOR else "seldom even"


@dataclass(slots=True)
class Cases:
    """Counts over the variants of one question, and what they come to.

    `hits` counts by rule, part, mistake and other part; `seen` in how many variants a mistake
    shows in a part; `broken` are the parts whose right answer is not always whole; `wide` in how
    many a part's tolerance is too wide; `decided` counts the cases of each decision.
    """

    question: Question
    variants: int = 0
    hits: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    seen: Counter[tuple[str, str]] = field(default_factory=Counter)
    broken: set[str] = field(default_factory=set)
    wide: Counter[str] = field(default_factory=Counter)
    decided: dict[int, Counter[str]] = field(default_factory=dict)
    decisions: tuple[Decision, ...] = ()

    def __post_init__(self) -> None:
        self.decisions = tuple(decisions_of(self.question))
        self.decided = {index: Counter() for index in range(len(self.decisions))}

    def look(self, variant: Variant) -> None:
        """Count what happens in one more variant."""
        self.variants += 1
        for key in self.question.numeric.marking.keys:
            self._look_at_mistakes(variant, key)
        for index, decision in enumerate(self.decisions):
            self.decided[index][decision.case(variant.core)] += 1

    def _look_at_mistakes(self, variant: Variant, key: AnswerKey) -> None:
        right = variant.core[key.line]
        if right and key.precision.tolerance(right) > multiply(distance(right, 0), _WIDEST):
            self.wide[key.part] += 1
        whole = key.precision.kind == "exact" and right == floor(right)
        if not whole:
            self.broken.add(key.part)
        others = [
            o for o in self.question.numeric.marking.keys if o is not key and o.unit == key.unit
        ]
        found = variant.mistaken[key.part]
        for mistake, wrong in found.items():
            if key.precision.accepts(right, wrong):
                continue
            self.seen[key.part, mistake] += 1
            for other in others:
                if other.precision.accepts(variant.core[other.line], wrong):
                    self.hits["other-box", key.part, mistake, other.part] += 1
            # Below 1 a fraction is a share, which is written as one.
            if whole and wrong > 1 and wrong != floor(wrong):
                self.hits["never-whole", key.part, mistake, ""] += 1
                if round(wrong) == right:
                    self.hits["rounds-to-right", key.part, mistake, ""] += 1

    def shares(self, rule: str) -> dict[str, float]:
        """By part and mistake, the share of the variants in which the rule's case occurs."""
        return {
            f"{part}: {mistake}{' = ' * bool(other)}{other}": hits / self.seen[part, mistake]
            for (of, part, mistake, other), hits in sorted(self.hits.items())
            if of == rule
        }

    def findings(self) -> Iterator[Finding]:
        """What the counts come to, where there are enough of them."""
        if self.variants < _FEWEST:
            return
        yield from self._findings_of_mistakes()
        for part, hits in sorted(self.wide.items()):
            if (share := hits / self.variants) > _MOSTLY:
                expected = "a tolerance of at most a quarter of the right answer"
                got = f"a wider one in {share:.0%} of variants"
                yield Finding(
                    "wide-tolerance", f"parts.{part}", expected, got, "narrow it", note=True
                )
        for index, decision in enumerate(self.decisions):
            cases = self.decided[index]
            line = f"lines.{decision.line.name}"
            if cases["uneven"] == self.variants:
                expected = "a division that comes out even in some variants"
                cure = "let the mistakes in rounding show `mostly`, or widen `draw:`"
                yield Finding("never-even", line, expected, "none", cure, note=True)
            elif len(cases) == 1 and not {"even", "uneven", "seldom even", "equal"} & cases.keys():
                expected = "a comparison that goes either way"
                got = f"operand {int(next(iter(cases))) + 1} in all of {self.variants:,} variants"
                yield Finding("one-sided", line, expected, got, "widen `draw:`", note=True)

    def _findings_of_mistakes(self) -> Iterator[Finding]:
        demanded = telling(self.question).demanded
        for (rule, part, mistake, other), hits in sorted(self.hits.items()):
            share = hits / self.seen[part, mistake]
            told = part in demanded.get(mistake, ())
            if not told or self.seen[part, mistake] < _FEWEST // 2:
                continue
            where, named = f"parts.{part}", f"{mistake!r} in {share:.0%} of variants"
            if rule == "other-box" and _OFTEN <= share < ALWAYS:
                expected = (
                    f"a mistake whose number is always the answer to {other!r} too, or seldom"
                )
                cure = f"leave {part!r} out of the mistake's `parts:`, or change `draw:`"
                yield Finding(rule, where, expected, named, cure, note=True)
            elif rule == "rounds-to-right" and share > _MOSTLY:
                expected = "mistakes whose numbers don't round to the right one"
                cure = "draw numbers for which it comes out whole"
                yield Finding(rule, where, expected, named, cure)
            elif rule == "never-whole" and share >= _SELDOM and part not in self.broken:
                expected = "mistakes that lead to a number which a student would write"
                cure = "draw numbers for which it comes out whole"
                yield Finding(rule, where, expected, named, cure, note=True)


def decisions_of(question: Question) -> Iterator[Decision]:
    """The places in the lines that the answers rest on where rounding or comparing decides."""
    asked = {
        line.name: line
        for key in question.numeric.marking.keys
        for line in question.numeric.core.needed_for(key.line)
    }
    for line in asked.values():
        for node in _nodes(line.rule.formula.tree):
            names = Formula(node).names
            if not any(isinstance(line.given[name], str) for name in names):
                continue
            if _decides(node) or (_chooses(node) and not line.rule.guarded):
                yield Decision(line, node)


def _decides(node: Node) -> TypeGuard[Call | Binary]:
    """Whether it is a division that is rounded."""
    if isinstance(node, Binary):
        return node.sign == "//"
    return isinstance(node, Call) and node.function in _ROUNDING


def _chooses(node: Node) -> TypeGuard[Call]:
    """Whether it is the largest or smallest of several values that vary."""
    if not isinstance(node, Call) or node.function not in _CHOOSING:
        return False
    return sum(bool(Formula(operand).names) for operand in node.operands) >= _BOTH_WAYS


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    match node:
        case Binary(_, left, right):
            yield from (*_nodes(left), *_nodes(right))
        case Negative(operand):
            yield from _nodes(operand)
        case Call(_, operands):
            for operand in operands:
                yield from _nodes(operand)
