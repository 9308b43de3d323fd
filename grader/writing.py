"""A formula written out again, as plain text and as LaTeX, with names or with numbers put in.

The law that the tests hold: a text that `as_text` writes reads back as the same value.
"""

from collections.abc import Mapping
from typing import Final

from grader.arithmetic import Number
from grader.binding import ADDS, ATOM, BINDS, COMPARES, MULTIPLIES, NEGATES, RAISES
from grader.formula import Formula
from grader.numerals import numeral, shown
from grader.tree import Binary, Call, Literal, Name, Negative, Node

Cells = Mapping[str, Number | str]

_LATEX_SIGNS: Final = {
    "*": r"\times",
    "%": r"\bmod",
    "==": "=",
    "!=": r"\ne",
    "<=": r"\le",
    ">=": r"\ge",
}
_LATEX_FENCES: Final = {
    "ceil": (r"\lceil", r"\rceil"),
    "floor": (r"\lfloor", r"\rfloor"),
    "abs": (r"\lvert", r"\rvert"),
}
_LATEX_FUNCTIONS: Final = {
    "min": r"\min",
    "max": r"\max",
    "log2": r"\log_2",
    "round": r"\operatorname{round}",
}


def as_text(formula: Formula, cells: Cells | None = None) -> str:
    """The formula as plain text; a name in `cells` gives way to its number or its other name.

    >>> from grader.formula import read
    >>> size = read("ceil((height - kernel + 1) / stride)")
    >>> as_text(size, {"height": 75, "kernel": -3})
    'ceil((75 - (-3) + 1) / stride)'
    """
    return _text(formula.tree, cells or {})[0]


def _text(tree: Node, cells: Cells) -> tuple[str, int]:
    """The text of a tree and how tightly its outermost sign binds."""
    match tree:
        case Literal(value):
            return _numeral_text(value)
        case Name(name):
            cell = cells.get(name, name)
            return (cell, ATOM) if isinstance(cell, str) else _numeral_text(cell)
        case Negative(operand):
            return f"-{_inside(_text(operand, cells), RAISES)}", NEGATES
        case Binary(sign, left, right):
            binds = BINDS[sign]
            if sign == "**":
                left_text = _inside(_text(left, cells), ATOM)
                right_text = _inside(_text(right, cells), RAISES, signed=True)
                return f"{left_text}**{right_text}", binds
            left_text = _inside(_text(left, cells), binds + (binds == COMPARES))
            right_text = _inside(_text(right, cells), binds + 1, signed=True)
            return f"{left_text} {sign} {right_text}", binds
        case Call("sum", operands) if len(operands) > 1:
            first, *rest = (_text(operand, cells) for operand in operands)
            texts = [
                _inside(first, ADDS),
                *(_inside(text, MULTIPLIES, signed=True) for text in rest),
            ]
            return " + ".join(texts), ADDS
        case Call(function, operands):
            return (
                f"{function}({', '.join(_text(operand, cells)[0] for operand in operands)})",
                ATOM,
            )


def _numeral_text(value: Number) -> tuple[str, int]:
    text = numeral(value)
    if "/" in text:
        return text, MULTIPLIES
    return text, NEGATES if value < 0 else ATOM


def _inside(written: tuple[str, int], least: int, *, signed: bool = False) -> str:
    """The text, in parentheses where it binds less than `least`, or starts with a sign."""
    text, binds = written
    return f"({text})" if binds < least or (signed and text.startswith("-")) else text


def as_latex(formula: Formula, cells: Cells | None = None) -> str:
    r"""The formula as LaTeX; a name in `cells` gives way to its number or its other name.

    >>> from grader.formula import read
    >>> as_latex(read("ceil(height / stride)"), {"height": 75, "stride": 2})
    '\\left\\lceil \\frac{75}{2} \\right\\rceil'
    """
    return _latex(formula.tree, cells or {})[0]


def latex_name(name: str) -> str:
    r"""A line's name as upright LaTeX text.

    >>> latex_name("conv1.multiply_adds")
    '\\text{conv1 multiply adds}'
    """
    return rf"\text{{{name.replace('.', ' ').replace('_', ' ')}}}"


def latex_number(value: Number) -> str:
    r"""A number as LaTeX, rounded where it is long.

    >>> from fractions import Fraction
    >>> latex_number(903400), latex_number(Fraction(1, 3))
    ('903{,}400', '\\frac{1}{3}')
    """
    text, _ = shown(value)
    if "/" in text:
        sign = "-" if value < 0 else ""
        return rf"{sign}\frac{{{abs(value.numerator)}}}{{{value.denominator}}}"
    return text.replace(",", "{,}")


def _latex(tree: Node, cells: Cells) -> tuple[str, int]:
    match tree:
        case Literal(value):
            return latex_number(value), NEGATES if value < 0 else ATOM
        case Name(name):
            cell = cells.get(name, name)
            if isinstance(cell, str):
                return latex_name(cell), ATOM
            return latex_number(cell), NEGATES if cell < 0 else ATOM
        case Negative(operand):
            return f"-{_latex_inside(_latex(operand, cells), RAISES)}", NEGATES
        case Binary(sign, left, right):
            return _latex_operation(sign, _latex(left, cells), _latex(right, cells))
        case Call(function, operands):
            return _latex_call(function, operands, cells)


def _latex_operation(sign: str, left: tuple[str, int], right: tuple[str, int]) -> tuple[str, int]:
    if sign == "/":
        return rf"\frac{{{left[0]}}}{{{right[0]}}}", ATOM
    if sign == "//":
        return rf"\left\lfloor \frac{{{left[0]}}}{{{right[0]}}} \right\rfloor", ATOM
    if sign == "**":
        base = _latex_inside(left, ATOM)
        if base.startswith(r"\frac"):
            base = rf"\left({base}\right)"
        return rf"{base}^{{{right[0]}}}", RAISES
    binds = BINDS[sign]
    last = _latex_inside(right, binds + 1, signed=True)
    return f"{_latex_inside(left, binds)} {_LATEX_SIGNS.get(sign, sign)} {last}", binds


def _latex_call(function: str, operands: tuple[Node, ...], cells: Cells) -> tuple[str, int]:
    inner = [_latex(operand, cells) for operand in operands]
    if function == "sum" and len(operands) > 1:
        first, *rest = inner
        parts = [_latex_inside(first, ADDS)]
        parts += [_latex_inside(part, MULTIPLIES, signed=True) for part in rest]
        return " + ".join(parts), ADDS
    # A comma groups thousands: between operands there stands another sign then.
    between = "; " if any("{,}" in part for part, _ in inner) else ", "
    listed = between.join(part for part, _ in inner)
    if function == "sqrt":
        return rf"\sqrt{{{listed}}}", ATOM
    if function in _LATEX_FENCES:
        opening, closing = _LATEX_FENCES[function]
        return rf"\left{opening} {listed} \right{closing}", ATOM
    head = _LATEX_FUNCTIONS.get(function, rf"\operatorname{{{function}}}")
    return rf"{head}\left({listed}\right)", ATOM


def _latex_inside(written: tuple[str, int], least: int, *, signed: bool = False) -> str:
    latex, binds = written
    return (
        rf"\left({latex}\right)" if binds < least or (signed and latex.startswith("-")) else latex
    )
