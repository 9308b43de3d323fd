"""A formula as it is worked by hand: what changes nothing is left out.

A stride of 1 is not divided by, a padding of 0 not doubled, a window of 1 not taken off and put
back. Only numbers that belong to the question itself are looked at, never drawn ones: the same
line reads alike in every variant. The value stays what it was.
"""

from collections.abc import Mapping
from typing import Final

from grader.arithmetic import Number
from grader.formula import Formula
from grader.tree import Binary, Call, Literal, Name, Negative, Node

_ROUNDING: Final = ("ceil", "floor")


def shortened(
    formula: Formula,
    named: Mapping[str, str | Number],
    numbers: Mapping[str, Number],
    *,
    guarded: bool,
) -> Formula:
    """The formula without operations that change nothing.

    `named` has a number for each name that stands for one in the question itself, and `numbers`
    all values. Of a `guarded` formula the bound that doesn't bind is left out.

    >>> from grader.formula import read
    >>> from grader.writing import as_text
    >>> size = read("floor((size + 2 * padding - kernel) / stride) + 1")
    >>> named = {"size": "image.height", "padding": 0, "kernel": 1, "stride": 1}
    >>> as_text(shortened(size, named, {**named, "size": 28}, guarded=False))
    'size'
    >>> named["kernel"] = 3
    >>> as_text(shortened(size, named, {**named, "size": 28}, guarded=False))
    'size - kernel + 1'
    """
    fixed = {name: value for name, value in named.items() if not isinstance(value, str)}
    tree = formula.tree
    if guarded and isinstance(tree, Call) and tree.function == "min":
        tree = min(tree.operands, key=lambda operand: Formula(operand).value(numbers))
    short = _shorter(tree, fixed, numbers)
    return formula if short == formula.tree else Formula(short)


def _shorter(tree: Node, fixed: Mapping[str, Number], numbers: Mapping[str, Number]) -> Node:
    match tree:
        case Negative(operand):
            return Negative(_shorter(operand, fixed, numbers))
        case Call(function, operands):
            inner = tuple(_shorter(operand, fixed, numbers) for operand in operands)
            if function == "sum":
                inner = tuple(one for one in inner if _constant(one, fixed) != 0) or (Literal(0),)
            if len(inner) == 1 and (
                function in {"sum", "min", "max"}
                or (function in _ROUNDING and _is_whole(inner[0], numbers))
            ):
                return inner[0]
            return Call(function, inner)
        case Binary(sign, left, right):
            first = _shorter(left, fixed, numbers)
            return _operation(sign, first, _shorter(right, fixed, numbers), fixed)
    return tree


def _operation(sign: str, left: Node, right: Node, fixed: Mapping[str, Number]) -> Node:
    """The operation, or one of its operands where the other changes nothing."""
    first, second = _constant(left, fixed), _constant(right, fixed)
    match sign:
        case "*" if first == 0 or second == 0:
            return Literal(0)
        case "*" if first == 1:
            return right
        case "*" | "/" | "**" if second == 1:
            return left
        case "+" if first == 0:
            return right
        case "+" | "-" if second == 0:
            return left
        case "+" if (
            isinstance(left, Binary)
            and left.sign == "-"
            and second is not None
            and _constant(left.right, fixed) == second
        ):
            return left.left
    return Binary(sign, left, right)


def _constant(tree: Node, fixed: Mapping[str, Number]) -> Number | None:
    """The number that a tree stands for whatever is drawn; None for any other."""
    match tree:
        case Literal(value):
            return value
        case Name(name):
            return fixed.get(name)
    return None


def _is_whole(tree: Node, numbers: Mapping[str, Number]) -> bool:
    """Whether a tree is made of whole numbers without dividing."""
    match tree:
        case Literal(value):
            return value.denominator == 1
        case Name(name):
            return numbers[name].denominator == 1
        case Negative(operand):
            return _is_whole(operand, numbers)
        case Binary("+" | "-" | "*", left, right):
            return _is_whole(left, numbers) and _is_whole(right, numbers)
    return False
