"""A formula written out again, as plain text and as LaTeX, with names or with numbers put in.

The law that the tests hold: a text that `as_text` writes reads back as the same value.
"""

from collections.abc import Sequence
from typing import Final

from grader.arithmetic import Number
from grader.formula import Formula
from grader.notation import ATOM, MULTIPLIES, NEGATES, Cells, Notation, Stacked
from grader.numerals import numeral, shown

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
    return _TEXT.written(formula.tree, cells or {})


def as_latex(formula: Formula, cells: Cells | None = None) -> str:
    r"""The formula as LaTeX; a name in `cells` gives way to its number or its other name.

    >>> from grader.formula import read
    >>> as_latex(read("ceil(height / stride)"), {"height": 75, "stride": 2})
    '\\left\\lceil \\frac{75}{2} \\right\\rceil'
    """
    return _LATEX.written(formula.tree, cells or {})


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


class _Text(Notation[str]):
    """Plain text on one line, as an author or a student types it."""

    def number(self, value: Number) -> tuple[str, int]:
        text = numeral(value)
        if "/" in text:
            return text, MULTIPLIES
        return text, NEGATES if value < 0 else ATOM

    def name(self, name: str) -> str:
        return name

    def negative(self, operand: str) -> str:
        return f"-{operand}"

    def starts_with_minus(self, content: str) -> bool:
        return content.startswith("-")

    def parentheses(self, content: str) -> str:
        return f"({content})"

    def joined(self, sign: str, left: str, right: str) -> str:
        return f"{left} {sign} {right}"

    def power(self, base: str, exponent: str) -> str:
        return f"{base}**{exponent}"

    def call(self, function: str, operands: Sequence[str]) -> str:
        return f"{function}({', '.join(operands)})"


class _Latex(Stacked[str]):
    """LaTeX, for whoever sets it."""

    def number(self, value: Number) -> tuple[str, int]:
        return latex_number(value), NEGATES if value < 0 else ATOM

    def name(self, name: str) -> str:
        return latex_name(name)

    def negative(self, operand: str) -> str:
        return f"-{operand}"

    def starts_with_minus(self, content: str) -> bool:
        return content.startswith("-")

    def parentheses(self, content: str) -> str:
        return rf"\left({content}\right)"

    def joined(self, sign: str, left: str, right: str) -> str:
        return f"{left} {_LATEX_SIGNS.get(sign, sign)} {right}"

    def power(self, base: str, exponent: str) -> str:
        if base.startswith(r"\frac"):
            base = self.parentheses(base)
        return rf"{base}^{{{exponent}}}"

    def ratio(self, top: str, bottom: str, *, floored: bool) -> str:
        ratio = rf"\frac{{{top}}}{{{bottom}}}"
        return self.call("floor", [ratio]) if floored else ratio

    def call(self, function: str, operands: Sequence[str]) -> str:
        # A comma groups thousands: between operands there stands another sign then.
        listed = ("; " if any("{,}" in one for one in operands) else ", ").join(operands)
        if function == "sqrt":
            return rf"\sqrt{{{listed}}}"
        if function in _LATEX_FENCES:
            opening, closing = _LATEX_FENCES[function]
            return rf"\left{opening} {listed} \right{closing}"
        head = _LATEX_FUNCTIONS.get(function, rf"\operatorname{{{function}}}")
        return f"{head}{self.parentheses(listed)}"


_TEXT: Final = _Text()
_LATEX: Final = _Latex()
