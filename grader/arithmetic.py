"""Exact arithmetic with bounds: whole numbers and fractions, never a float.

Each operation bounds the size of its result *before* it computes it, so that no text of a
few characters can keep a machine busy. A result that is a whole number is an `int`.
Roots and logarithms that no fraction equals are given to `SIGNIFICANT_DIGITS` digits,
and that rounding is part of their definition: the same text has the same value everywhere.
"""

import decimal
from collections.abc import Callable
from fractions import Fraction
from typing import Final

from grader.errors import FormulaError

Number = int | Fraction

MAX_BITS: Final = 4096
MAX_ROOT: Final = 64
MAX_DECIMALS: Final = 1000
SIGNIFICANT_DIGITS: Final = 30

_PRECISE = decimal.Context(
    prec=SIGNIFICANT_DIGITS + 10, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN
)


def bits(value: Number) -> int:
    """The size of a number in bits: of its numerator or its denominator, the larger one.

    >>> bits(1023), bits(Fraction(1, 1024))
    (10, 11)
    """
    if value.__class__ is int:
        return value.bit_length()
    return max(value.numerator.bit_length(), value.denominator.bit_length())


def whole(value: Number) -> Number:
    """The same number, as an `int` where it is whole.

    >>> whole(Fraction(6, 2)), whole(Fraction(1, 2))
    (3, Fraction(1, 2))
    """
    return value.numerator if value.denominator == 1 else value


def _bound(size: int) -> None:
    if size > MAX_BITS:
        raise FormulaError(f"the value is too large: over {MAX_BITS} bits")


def add(left: Number, right: Number) -> Number:
    """left + right, exactly.

    >>> add(Fraction(1, 2), Fraction(1, 2))
    1
    """
    if left.__class__ is int and right.__class__ is int:
        if left.bit_length() >= MAX_BITS or right.bit_length() >= MAX_BITS:
            _bound(MAX_BITS + 1)
        return left + right
    _bound(bits(left) + bits(right) + 1)
    return whole(left + right)


def negate(value: Number) -> Number:
    """-value, exactly.

    >>> negate(Fraction(1, 3))
    Fraction(-1, 3)
    """
    return -value


def subtract(left: Number, right: Number) -> Number:
    """left - right, exactly.

    >>> subtract(1, Fraction(1, 3))
    Fraction(2, 3)
    """
    return add(left, -right)


def distance(left: Number, right: Number) -> Number:
    """How far apart two numbers are; unbounded, as both are bounded and nothing is built on it.

    >>> distance(3, Fraction(7, 2))
    Fraction(1, 2)
    """
    apart = left - right
    return whole(-apart if apart < 0 else apart)


def multiply(left: Number, right: Number) -> Number:
    """left * right, exactly; FormulaError where the product would be over MAX_BITS.

    >>> multiply(Fraction(3, 4), 8)
    6
    """
    if left.__class__ is int and right.__class__ is int:
        if left.bit_length() + right.bit_length() > MAX_BITS:
            _bound(MAX_BITS + 1)
        return left * right
    _bound(bits(left) + bits(right))
    return whole(left * right)


def _divisor(value: Number) -> None:
    if value == 0:
        raise FormulaError("division by zero")


def divide(left: Number, right: Number) -> Number:
    """left / right as an exact fraction; FormulaError for a zero divisor.

    >>> divide(6, 4)
    Fraction(3, 2)
    """
    _divisor(right)
    if left.__class__ is int and right.__class__ is int:
        return left // right if left % right == 0 else Fraction(left, right)
    _bound(bits(left) + bits(right))
    return whole(Fraction(left) / right)


def floor_divide(left: Number, right: Number) -> Number:
    """The largest whole number that is at most left / right.

    >>> floor_divide(-7, 2)
    -4
    """
    _divisor(right)
    if left.__class__ is not int or right.__class__ is not int:
        _bound(bits(left) + bits(right))
    return left // right


def ceil_divide(left: Number, right: Number) -> Number:
    """The smallest whole number that is at least left / right.

    >>> ceil_divide(75, 2)
    38
    """
    return -floor_divide(-left, right)


def remainder(left: Number, right: Number) -> Number:
    """What floor division leaves; it has the divisor's sign.

    >>> remainder(-7, 2)
    1
    """
    return subtract(left, multiply(right, floor_divide(left, right)))


def power(base: Number, exponent: Number) -> Number:
    """base ** exponent; for a fractional exponent p/q the q-th root of base ** p.

    >>> power(2, -3), power(16, Fraction(3, 4))
    (Fraction(1, 8), 8)
    """
    if base == 0 and exponent < 0:
        raise FormulaError("division by zero")
    if exponent.__class__ is not int:
        return _root(power(base, exponent.numerator), exponent.denominator)
    if base not in {0, 1, -1}:
        _bound(bits(base) * abs(exponent))
    elif base == -1:
        exponent %= 2
    return whole(Fraction(base) ** exponent)


def _whole_root(value: int, degree: int) -> int:
    """The largest whole number whose `degree`-th power is at most `value` (Newton's method)."""
    if value < 2:
        return value
    guess = 1 << -(-value.bit_length() // degree)
    while True:
        better = ((degree - 1) * guess + value // guess ** (degree - 1)) // degree
        if better >= guess:
            return guess
        guess = better


def _root(value: Number, degree: int) -> Number:
    if value < 0:
        raise FormulaError("a root of a negative number")
    if degree > MAX_ROOT:
        raise FormulaError(f"a power of 1/{degree}: 1/{MAX_ROOT} is the least that is worked out")
    top, bottom = (_whole_root(part, degree) for part in (value.numerator, value.denominator))
    if top**degree == value.numerator and bottom**degree == value.denominator:
        return whole(Fraction(top, bottom))
    return _rounded(_PRECISE.power(_decimal(value), _PRECISE.divide(1, degree)))


def square_root(value: Number) -> Number:
    """The square root: exact where it is a fraction, else to SIGNIFICANT_DIGITS digits.

    >>> square_root(Fraction(9, 4))
    Fraction(3, 2)
    """
    return _root(value, 2)


def binary_logarithm(value: Number) -> Number:
    """The logarithm to the base 2: exact for powers of two, else to SIGNIFICANT_DIGITS digits.

    >>> binary_logarithm(Fraction(1, 8))
    -3
    """
    if value <= 0:
        raise FormulaError("a logarithm of a number that is not positive")
    top, bottom = value.numerator, value.denominator
    if top & (top - 1) == 0 and bottom & (bottom - 1) == 0:
        return top.bit_length() - bottom.bit_length()
    return _rounded(_PRECISE.divide(_PRECISE.ln(_decimal(value)), _PRECISE.ln(decimal.Decimal(2))))


def _decimal(value: Number) -> decimal.Decimal:
    return _PRECISE.divide(decimal.Decimal(value.numerator), decimal.Decimal(value.denominator))


def _rounded(value: decimal.Decimal) -> Number:
    context = decimal.Context(prec=SIGNIFICANT_DIGITS, rounding=decimal.ROUND_HALF_UP)
    return whole(Fraction(context.plus(value)))


def ceiling(value: Number) -> int:
    """The smallest whole number that is at least `value`.

    >>> ceiling(Fraction(75, 2))
    38
    """
    return -(-value // 1)


def floor(value: Number) -> int:
    """The largest whole number that is at most `value`.

    >>> floor(Fraction(-1, 2))
    -1
    """
    return value // 1


def round_half_away(value: Number, decimals: Number = 0) -> Number:
    """`value` rounded to so many decimals, halves away from zero, as taught in school.

    >>> round_half_away(Fraction(5, 2)), round_half_away(Fraction(-1, 8), 2)
    (3, Fraction(-13, 100))
    """
    if decimals.__class__ is not int or abs(decimals) > MAX_DECIMALS:
        raise FormulaError(f"rounding takes a whole number of decimals, at most {MAX_DECIMALS}")
    top, bottom = abs(value.numerator), value.denominator
    # In whole numbers throughout: the chain of roundings rounds at every line of a worksheet.
    over, under = (10 ** int(decimals), 1) if decimals > 0 else (1, 10 ** int(-decimals))
    size = (2 * top * over + bottom * under) // (2 * bottom * under) * under
    return whole(Fraction(size if value >= 0 else -size, over))


def total(*values: Number) -> Number:
    """The sum of one value or more.

    >>> total(2800, 180200, 720400)
    903400
    """
    if all(value.__class__ is int for value in values):
        # No longer than the longest of them but for a few bits: bounded afterwards.
        together = sum(values)
        _bound(bits(together))
        return together
    result: Number = 0
    for value in values:
        result = add(result, value)
    return result


OPERATORS: Final[dict[str, Callable[[Number, Number], Number]]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "//": floor_divide,
    "%": remainder,
    "**": power,
    "==": lambda left, right: int(left == right),
    "!=": lambda left, right: int(left != right),
    "<=": lambda left, right: int(left <= right),
    ">=": lambda left, right: int(left >= right),
    "<": lambda left, right: int(left < right),
    ">": lambda left, right: int(left > right),
}

MANY: Final = 1 << 30

# Each function with the fewest and the most arguments that it takes.
FUNCTIONS: Final[dict[str, tuple[Callable[..., Number], int, int]]] = {
    "ceil": (ceiling, 1, 1),
    "floor": (floor, 1, 1),
    "round": (round_half_away, 1, 2),
    "min": (lambda *values: min(values), 1, MANY),
    "max": (lambda *values: max(values), 1, MANY),
    "sum": (total, 1, MANY),
    "abs": (abs, 1, 1),
    "sqrt": (square_root, 1, 1),
    "log2": (binary_logarithm, 1, 1),
}
