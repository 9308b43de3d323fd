"""Points as JSON has them and as people read them: exact until written."""

from fractions import Fraction

from grader.arithmetic import Number, round_half_away
from grader.numerals import numeral


def as_json(value: Number) -> int | float:
    """A number of points as JSON writes it.

    >>> from fractions import Fraction
    >>> as_json(3), as_json(Fraction(3, 2))
    (3, 1.5)
    """
    return int(value) if value.denominator == 1 else float(value)


def from_json(points: float) -> str:
    """Points as people read them, from how a verdict's JSON has them.

    >>> from_json(2), from_json(1 / 3), from_json(0.5)
    ('2', '0.3333', '0.5')
    """
    return as_decimal(Fraction(str(points)))


def as_decimal(points: Number, decimals: int = 4) -> str:
    """Points as people read them, to so many decimals at most, halves away from zero.

    >>> from fractions import Fraction
    >>> as_decimal(Fraction(1, 3)), as_decimal(Fraction(9, 4), 1), as_decimal(2)
    ('0.3333', '2.3', '2')
    """
    return numeral(round_half_away(points, decimals))
