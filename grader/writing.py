"""A formula written out again, as plain text and as LaTeX, with names or with numbers put in.

The law that the tests hold: a text that `as_text` writes reads back as the same value.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from grader.arithmetic import Number, round_half_away
from grader.formula import Binary, Call, Formula, Literal, Name, Negative, Node

Cells = Mapping[str, Number | str]

# How tightly a sign binds its operands; an operand that binds less is put in parentheses.
_COMPARES, _ADDS, _MULTIPLIES, _NEGATES, _RAISES, _ATOM = range(6)
_BINDS: Final = {
    **dict.fromkeys(("==", "!=", "<=", ">=", "<", ">"), _COMPARES),
    **dict.fromkeys(("+", "-"), _ADDS),
    **dict.fromkeys(("*", "/", "//", "%"), _MULTIPLIES),
    "**": _RAISES,
}
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

MAX_DECIMALS: Final = 12
_SHORT: Final = 12
_LONGEST: Final = 24
_SHOWN_DIGITS: Final = 6


def decimals_needed(value: Number) -> int | None:
    """How many decimals write `value` exactly; None where no number of decimals does.

    >>> decimals_needed(Fraction(1, 8)), decimals_needed(Fraction(1, 3))
    (3, None)
    """
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None


def numeral(value: Number) -> str:
    """The number in plain digits, exactly: whole, decimal, or as a fraction `a/b`.

    >>> numeral(903400), numeral(Fraction(-1, 8)), numeral(Fraction(1, 3))
    ('903400', '-0.125', '1/3')
    """
    if value.denominator == 1:
        return str(value.numerator)
    decimals = decimals_needed(value)
    if decimals is None or decimals > MAX_DECIMALS:
        return f"{value.numerator}/{value.denominator}"
    return in_decimals(value, decimals)


def in_decimals(value: Number, decimals: int) -> str:
    """A number that is a whole multiple of 10**-decimals, with exactly so many decimals.

    >>> in_decimals(Fraction(-5, 2), 2), in_decimals(7, 0)
    ('-2.50', '7')
    """
    whole_multiple = abs(value.numerator) * 10**decimals // value.denominator
    digits = str(whole_multiple).rjust(decimals + 1, "0")
    sign = "-" if value < 0 else ""
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else f"{sign}{digits}"


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
            return (cell, _ATOM) if isinstance(cell, str) else _numeral_text(cell)
        case Negative(operand):
            return f"-{_inside(_text(operand, cells), _RAISES)}", _NEGATES
        case Binary(sign, left, right):
            binds = _BINDS[sign]
            if sign == "**":
                left_text = _inside(_text(left, cells), _ATOM)
                right_text = _inside(_text(right, cells), _RAISES, signed=True)
                return f"{left_text}**{right_text}", binds
            left_text = _inside(_text(left, cells), binds + (binds == _COMPARES))
            right_text = _inside(_text(right, cells), binds + 1, signed=True)
            return f"{left_text} {sign} {right_text}", binds
        case Call("sum", operands) if len(operands) > 1:
            first, *rest = (_text(operand, cells) for operand in operands)
            texts = [
                _inside(first, _ADDS),
                *(_inside(text, _MULTIPLIES, signed=True) for text in rest),
            ]
            return " + ".join(texts), _ADDS
        case Call(function, operands):
            return (
                f"{function}({', '.join(_text(operand, cells)[0] for operand in operands)})",
                _ATOM,
            )


def _numeral_text(value: Number) -> tuple[str, int]:
    text = numeral(value)
    if "/" in text:
        return text, _MULTIPLIES
    return text, _NEGATES if value < 0 else _ATOM


def _inside(written: tuple[str, int], least: int, *, signed: bool = False) -> str:
    """The text, in parentheses where it binds less than `least`, or starts with a sign."""
    text, binds = written
    return f"({text})" if binds < least or (signed and text.startswith("-")) else text


def grouped(digits: str, separator: str = ",") -> str:
    """Plain digits with a separator between the thousands; decimals are left as they are.

    >>> grouped("-1234567.8901")
    '-1,234,567.8901'
    """
    sign = "-" if digits.startswith("-") else ""
    units, point, decimals = digits.removeprefix("-").partition(".")
    return f"{sign}{int(units):,}".replace(",", separator) + point + decimals


def shown(value: Number) -> tuple[str, bool]:
    """A number as a worked step shows it, and whether it is exact: long ones are rounded.

    >>> shown(903400), shown(Fraction(1, 3)), shown(Fraction(394175, 32768))
    (('903,400', True), ('1/3', True), ('12.0293', False))
    >>> shown(10**30)
    ('1.00000e30', False)
    """
    if value and abs(power := magnitude(value)) > _LONGEST:
        return f"{significant(value / Fraction(10) ** power, _SHOWN_DIGITS)}e{power}", False
    text = numeral(value)
    if value.denominator == 1:
        return grouped(text), True
    if len(text) <= _SHORT and ("/" not in text or len(text) <= _SHOWN_DIGITS):
        return (grouped(text) if "/" not in text else text), True
    return grouped(significant(value, _SHOWN_DIGITS)), False


def significant(value: Number, digits: int) -> str:
    """Plain digits of `value` rounded to so many significant digits, halves away from zero.

    >>> significant(Fraction(394175, 32768), 4), significant(565613600, 4), significant(0, 3)
    ('12.03', '565600000', '0')
    """
    if value == 0:
        return "0"
    decimals = digits - 1 - magnitude(value)
    scaled = round_half_away(value, decimals)
    if magnitude(scaled) > magnitude(value):
        decimals -= 1
    return in_decimals(scaled, max(decimals, 0))


def magnitude(value: Number) -> int:
    """The power of ten of the first significant digit of a number that is not zero.

    >>> magnitude(999), magnitude(Fraction(1, 1000))
    (2, -3)
    """
    top, bottom = abs(value.numerator), value.denominator
    power = len(str(top)) - len(str(bottom))
    over, under = (1, 10**power) if power >= 0 else (10**-power, 1)
    return power if top * over >= bottom * under else power - 1


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
            return latex_number(value), _NEGATES if value < 0 else _ATOM
        case Name(name):
            cell = cells.get(name, name)
            if isinstance(cell, str):
                return latex_name(cell), _ATOM
            return latex_number(cell), _NEGATES if cell < 0 else _ATOM
        case Negative(operand):
            return f"-{_latex_inside(_latex(operand, cells), _RAISES)}", _NEGATES
        case Binary(sign, left, right):
            return _latex_operation(sign, _latex(left, cells), _latex(right, cells))
        case Call(function, operands):
            return _latex_call(function, operands, cells)


def _latex_operation(sign: str, left: tuple[str, int], right: tuple[str, int]) -> tuple[str, int]:
    if sign == "/":
        return rf"\frac{{{left[0]}}}{{{right[0]}}}", _ATOM
    if sign == "//":
        return rf"\left\lfloor \frac{{{left[0]}}}{{{right[0]}}} \right\rfloor", _ATOM
    if sign == "**":
        base = _latex_inside(left, _ATOM)
        if base.startswith(r"\frac"):
            base = rf"\left({base}\right)"
        return rf"{base}^{{{right[0]}}}", _RAISES
    binds = _BINDS[sign]
    last = _latex_inside(right, binds + 1, signed=True)
    return f"{_latex_inside(left, binds)} {_LATEX_SIGNS.get(sign, sign)} {last}", binds


def _latex_call(function: str, operands: tuple[Node, ...], cells: Cells) -> tuple[str, int]:
    inner = [_latex(operand, cells) for operand in operands]
    if function == "sum" and len(operands) > 1:
        first, *rest = inner
        parts = [_latex_inside(first, _ADDS)]
        parts += [_latex_inside(part, _MULTIPLIES, signed=True) for part in rest]
        return " + ".join(parts), _ADDS
    # A comma groups thousands: between operands there stands another sign then.
    between = "; " if any("{,}" in part for part, _ in inner) else ", "
    listed = between.join(part for part, _ in inner)
    if function == "sqrt":
        return rf"\sqrt{{{listed}}}", _ATOM
    if function in _LATEX_FENCES:
        opening, closing = _LATEX_FENCES[function]
        return rf"\left{opening} {listed} \right{closing}", _ATOM
    head = _LATEX_FUNCTIONS.get(function, rf"\operatorname{{{function}}}")
    return rf"{head}\left({listed}\right)", _ATOM


def _latex_inside(written: tuple[str, int], least: int, *, signed: bool = False) -> str:
    latex, binds = written
    return (
        rf"\left({latex}\right)" if binds < least or (signed and latex.startswith("-")) else latex
    )
