"""Numbers as other systems read them: plain digits with a point, no more than a float can tell."""

from typing import Final

from grader.arithmetic import Number
from grader.numerals import decimals_needed, in_decimals, significant

# Moodle adds 10**-14 of a number to its tolerance: from 15 digits on its neighbours count as well.
DIGITS: Final = 14


def is_exact(value: Number) -> bool:
    """Whether plain digits that a float can tell apart write the number itself.

    >>> from fractions import Fraction
    >>> is_exact(903400), is_exact(Fraction(5, 3)), is_exact(10**15 + 1)
    (True, False, False)
    """
    decimals = decimals_needed(value)
    return decimals is not None and len(in_decimals(value, decimals).strip("-.0")) <= DIGITS


def digits(value: Number) -> str:
    """The number in plain digits, rounded to so many as a float can tell.

    >>> from fractions import Fraction
    >>> digits(903400), digits(Fraction(-1, 8)), digits(Fraction(1, 3))
    ('903400', '-0.125', '0.33333333333333')
    """
    decimals = decimals_needed(value)
    if decimals is not None and is_exact(value):
        return in_decimals(value, decimals)
    text = significant(value, DIGITS)
    return text.rstrip("0").rstrip(".") if "." in text else text
