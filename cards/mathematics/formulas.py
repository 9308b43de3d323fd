r"""A formula of a worksheet as mathematics: from its tree, never through LaTeX.

A quotient becomes a fraction, a product takes its sign, ceil and floor their brackets.
"""

import re
from collections.abc import Callable
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
from grader.binding import ADDS, ATOM, BINDS, COMPARES, MULTIPLIES, NEGATES, RAISES
from grader.formula import Formula
from grader.numerals import shown
from grader.step import Step
from grader.tree import Binary, Call, Literal, Name, Negative, Node
from grader.writing import Cells

_SIGNS: Final = {"-": "−", "*": "×", "%": "mod", "==": "=", "!=": "≠", "<=": "≤", ">=": "≥"}
_ROUNDING: Final = frozenset({"ceil", "floor"})
_FENCES: Final = {"ceil": ("⌈", "⌉"), "floor": ("⌊", "⌋"), "abs": ("|", "|")}
_SYMBOL: Final = re.compile(r"(?P<letter>[a-zα-ω])(?P<number>[0-9]?)")

Bound = tuple[tuple[Tree, ...], int]
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
    return Row(_items(formula, cells)[0])


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
    result = Row(_number(step.value)[0])
    equal = Sign("=") if step.exact else Sign("≈")
    if sides[-1] != result and (step.exact or not step.rounded):
        sides.append(result)
    signs = [*(Sign("=") for _ in sides[1:]), equal if sides[-1] == result else Sign("=")]
    head: tuple[Tree, ...] = (_name(called(step.name)),)
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


def _decimal(text: str) -> tuple[Tree, ...]:
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


def _number(value: Number) -> Bound:
    text, _ = shown(value)
    negative = text.startswith("-")
    if "/" in text:
        ratio = Ratio(Digits(str(abs(value.numerator))), Digits(str(value.denominator)))
        return ((Sign("−"), ratio), NEGATES) if negative else ((ratio,), ATOM)
    if negative:
        return (Sign("−"), Digits(text[1:])), NEGATES
    return (Digits(text),), ATOM


def _inside(tree: Node, cells: Cells, least: int, *, signed: bool = False) -> tuple[Tree, ...]:
    """The tree's items, in parentheses where it binds less than `least`, or starts with a sign."""
    items, binds = _items(tree, cells)
    if binds < least or (signed and items[:1] == (Sign("−"),)):
        return (Fenced("(", Row(items), ")"),)
    return items


def _items(tree: Node, cells: Cells) -> Bound:
    match tree:
        case Literal(value):
            return _number(value)
        case Name(name):
            cell = cells.get(name, name)
            return ((_name(cell),), ATOM) if isinstance(cell, str) else _number(cell)
        case Negative(operand):
            return (Sign("−"), *_inside(operand, cells, RAISES)), NEGATES
        case Binary():
            return _operation(tree, cells)
        case Call():
            return _call(tree, cells)


def _operation(tree: Binary, cells: Cells) -> Bound:
    sign, left, right = tree.sign, tree.left, tree.right
    if sign == "//" and _comes_out(left, right, cells):
        return _items(left, cells)
    if sign in {"/", "//"}:
        ratio = Ratio(Row(_items(left, cells)[0]), Row(_items(right, cells)[0]))
        return ((ratio,) if sign == "/" else (Fenced("⌊", ratio, "⌋"),)), ATOM
    if sign == "**":
        base = _inside(left, cells, ATOM)
        exponent = Row(_items(right, cells)[0])
        match base:
            case (Scripts(letter, number, None),):
                return (Scripts(letter, number, exponent),), RAISES
        if base and isinstance(base[0], Ratio | Scripts):
            base = (Fenced("(", Row(base), ")"),)
        return (Scripts(Row(base), None, exponent),), RAISES
    binds = BINDS[sign]
    middle = Sign(_SIGNS.get(sign, sign))
    first, second = _inside(left, cells, binds), _inside(right, cells, binds + 1, signed=True)
    return (*first, middle, *second), binds


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


def _call(tree: Call, cells: Cells) -> Bound:
    function, operands = tree.function, tree.operands
    match operands:
        case (Binary("/", left, right),) if function in _ROUNDING:
            if _comes_out(left, right, cells):
                return _items(left, cells)
    if function == "sum" and len(operands) > 1:
        items: list[Tree] = []
        for operand in operands:
            items += ([Sign("+")] if items else []) + list(
                _inside(operand, cells, MULTIPLIES, signed=True)
            )
        return tuple(items), ADDS
    if function == "sqrt":
        return (Root(Row(_items(operands[0], cells)[0])),), ATOM
    # A row for each, so that a minus in front is a sign and not a subtraction.
    rows = [Row(_items(operand, cells)[0]) for operand in operands]
    # A comma groups thousands: between operands there stands another sign then.
    between = Sign(";" if any(_groups(row) for row in rows) else ",")
    inner: list[Tree] = []
    for row in rows:
        inner += [between, row] if inner else [row]
    if function in _FENCES:
        opening, closing = _FENCES[function]
        return (Fenced(opening, Row(tuple(inner)), closing),), ATOM
    head: Tree = Large(function, limits=False, function=True)
    if function == "log2":
        head = Scripts(Large("log", limits=False, function=True), Digits("2"), None)
    return (head, Fenced("(", Row(tuple(inner)), ")")), ATOM
