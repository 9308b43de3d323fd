r"""A formula of a worksheet as mathematics: from its tree, never through LaTeX.

A quotient becomes a fraction, a product takes its sign, ceil and floor their brackets.
"""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from cards.mathematics.mathml import mathml
from cards.mathematics.plain import plain
from cards.mathematics.tree import (
    Digits,
    Fenced,
    Large,
    Letter,
    Ratio,
    Root,
    Row,
    Scripts,
    Sign,
    Tree,
)
from grader.arithmetic import Number
from grader.formula import Formula
from grader.notation import ATOM, BINDS, COMPARES, NEGATES, Cells, Stacked
from grader.numerals import shown
from grader.step import Step
from grader.tree import Binary, Call, Literal, Node

_SIGNS: Final = {"-": "−", "*": "×", "%": "mod", "==": "=", "!=": "≠", "<=": "≤", ">=": "≥"}
_FENCES: Final = {"ceil": ("⌈", "⌉"), "floor": ("⌊", "⌋"), "abs": ("|", "|")}
_SYMBOL: Final = re.compile(r"(?P<letter>[a-zα-ω])(?P<number>[0-9]?)")

Items = tuple[Tree, ...]
# So much fits on a phone; a longer line may break before these signs.
_LONGEST: Final = 40
_BREAKING: Final = (Sign("+"), Sign("−"), Sign("×"))
_NO_CELLS: Final[Cells] = MappingProxyType({})


def mathematics_of(formula: Node, cells: Cells = _NO_CELLS) -> Row:
    """The formula's tree as mathematics; a name in `cells` gives way to its number or other name.

    >>> from grader.formula import read
    >>> mathml(mathematics_of(read("height / n").tree))
    '<math alttext="height/n"><mfrac><mi mathvariant="normal">height</mi><mi>n</mi></mfrac></math>'
    """
    return Row(_MATHEMATICS.written(formula, cells))


def step_equations(step: Step, called: Callable[[str], str] = str) -> tuple[str, ...]:
    """A worked step as MathML: the line's name, then an equation for each way to write it.

    `called` tells what a cell is called. A phone needn't scroll, as each stands on a line of its
    own.

    >>> from grader.worksheet import Worksheet, line
    >>> sheet = Worksheet([line("area", "side ** 2")])
    >>> for equation in step_equations(sheet.steps(sheet.solve({"side": 30}), "area")[0]):
    ...     print(equation.partition(">")[2].removesuffix("</math>"))
    <mi mathvariant="normal">area</mi>
    <mo>=</mo><msup><mi mathvariant="normal">side</mi><mn>2</mn></msup>
    <mo>=</mo><msup><mn>30</mn><mn>2</mn></msup>
    <mo>=</mo><mn>900</mn>
    """
    named = {
        name: called(cell) if isinstance(cell, str) else cell for name, cell in step.named.items()
    }
    written = (_side(step.tree.tree, cells) for cells in (named, step.numbers))
    sides = list(dict.fromkeys(written))
    result = mathematics_of(Literal(step.value))
    equal = Sign("=") if step.exact else Sign("≈")
    if sides[-1] != result and (step.exact or not step.rounded):
        sides.append(result)
    signs = [*(Sign("=") for _ in sides[1:]), equal if sides[-1] == result else Sign("=")]
    head: Items = (_name(called(step.name)),)
    if step.also:
        head += (Sign("="), _name(called(step.also)))
    lines = [Row(head)]
    lines += [Row((sign, *side.items)) for sign, side in zip(signs, sides, strict=True)]
    if step.rounded:
        lines.append(Row((Sign("≈"), *_decimal(step.rounded))))
    return tuple(_breakable(line) for line in lines)


def _breakable(line: Row) -> str:
    """A line as MathML; a long one in pieces, as browsers break no formula but between two."""
    if len(plain(line)) <= _LONGEST:
        return mathml(line, display=True)
    starts = [n for n, item in enumerate(line.items) if n > 1 and item in _BREAKING]
    pieces = [line.items[start:end] for start, end in pairwise((0, *starts, len(line.items)))]
    first, *others = (mathml(Row(piece), display=n == 0) for n, piece in enumerate(pieces))
    # By itself at the beginning a sign would be taken for that of a number.
    return first + "".join(other.replace("<mo>", '<mo form="infix">', 1) for other in others)


def _decimal(text: str) -> Items:
    """Decimal digits, with their sign."""
    return (Sign("−"), Digits(text[1:])) if text.startswith("-") else (Digits(text),)


def _side(formula: Node, cells: Cells) -> Row:
    """The formula as it stands after an equals sign: a comparison in parentheses."""
    side = mathematics_of(formula, cells)
    if isinstance(formula, Binary) and BINDS[formula.sign] == COMPARES:
        return Row((Fenced("(", side, ")"),))
    return side


def _name(name: str) -> Tree:
    """A name in upright words; a letter in italics, with its number below."""
    if symbol := _SYMBOL.fullmatch(name):
        letter = Letter(symbol["letter"])
        return Scripts(letter, Digits(symbol["number"]), None) if symbol["number"] else letter
    return Letter(name.replace(".", " ").replace("_", " "), upright=True)


def _groups(row: Row) -> bool:
    """Whether digits in a row of terms are grouped by commas."""
    return any(isinstance(item, Digits) and "," in item.text for item in row.items)


def _comes_out(left: Node, right: Node, cells: Cells) -> bool:
    """Whether numbers are put in, and a whole one is divided by 1: nothing is to be rounded."""
    divisor, whole = Formula(right), Formula(left)
    numbers = {n: cell for n, cell in cells.items() if not isinstance(cell, str)}
    if not numbers.keys() >= {*divisor.names, *whole.names}:
        return False
    return divisor.value(numbers) == 1 and whole.value(numbers).denominator == 1


class _Mathematics(Stacked[Items]):
    """The pieces of a row, as in a book."""

    def bound(self, tree: Node, cells: Cells) -> tuple[Items, int]:
        match tree:
            case Binary("//", left, right) | Call(
                "ceil" | "floor", (Binary("/", left, right),)
            ) if _comes_out(left, right, cells):
                return self.bound(left, cells)
        return super().bound(tree, cells)

    def number(self, value: Number) -> tuple[Items, int]:
        text, _ = shown(value)
        binds = NEGATES if value < 0 else ATOM
        if "/" not in text:
            return _decimal(text), binds
        ratio = Ratio(Digits(str(abs(value.numerator))), Digits(str(value.denominator)))
        return ((Sign("−"), ratio) if value < 0 else (ratio,)), binds

    def name(self, name: str) -> Items:
        return (_name(name),)

    def negative(self, operand: Items) -> Items:
        return (Sign("−"), *operand)

    def starts_with_minus(self, content: Items) -> bool:
        return content[:1] == (Sign("−"),)

    def parentheses(self, content: Items) -> Items:
        return (Fenced("(", Row(content), ")"),)

    def joined(self, sign: str, left: Items, right: Items) -> Items:
        return (*left, Sign(_SIGNS.get(sign, sign)), *right)

    def ratio(self, top: Items, bottom: Items, *, floored: bool) -> Items:
        ratio = Ratio(Row(top), Row(bottom))
        return (Fenced("⌊", ratio, "⌋") if floored else ratio,)

    def power(self, base: Items, exponent: Items) -> Items:
        match base:
            case (Scripts(letter, number, None),):
                return (Scripts(letter, number, Row(exponent)),)
            case (Ratio() | Scripts(), *_):
                base = self.parentheses(base)
        return (Scripts(Row(base), None, Row(exponent)),)

    def call(self, function: str, operands: Sequence[Items]) -> Items:
        # A row for each, so that a minus in front is a sign and not a subtraction.
        rows = [Row(operand) for operand in operands]
        if function == "sqrt":
            return (Root(rows[0]),)
        # A comma groups thousands: between operands there stands another sign then.
        between = Sign(";" if any(_groups(row) for row in rows) else ",")
        first, *others = rows
        inner = Row((first, *(item for row in others for item in (between, row))))
        if function in _FENCES:
            opening, closing = _FENCES[function]
            return (Fenced(opening, inner, closing),)
        head: Tree = Large(function, limits=False, function=True)
        if function == "log2":
            head = Scripts(Large("log", limits=False, function=True), Digits("2"), None)
        return (head, Fenced("(", inner, ")"))


_MATHEMATICS: Final = _Mathematics()
