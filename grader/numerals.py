"""Numbers as text: in plain digits, exactly; or rounded, as a step or a message shows them."""

from fractions import Fraction
from typing import Final

from grader.arithmetic import Number, round_half_away

MAX_DECIMALS: Final = 12
_SHORT: Final = 12
_LONGEST: Final = 24
_SHOWN_DIGITS: Final = 6
# What a message shows of a value: so many characters of a text, no larger numbers.
_SHOWN_CHARACTERS: Final = 60
_LARGEST: Final = 10**60


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


def shown_value(value: object) -> str:
    """A value of a document as a message shows it.

    >>> shown_value("no"), shown_value(None), shown_value({"en": "a"}), shown_value(True)
    ("the text 'no'", 'nothing', 'a mapping', 'true')
    """
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case str():
            return f"the text {quoted(value)}"
        case int() | Fraction():
            return numeral(value) if -_LARGEST < value < _LARGEST else "a number beyond 10**60"
        case dict():
            return "a mapping"
        case list():
            return "a list"
    return quoted(repr(value))


def quoted(text: str) -> str:
    """The beginning of a text in quotes, as a message shows it.

    >>> quoted("three"), quoted("x" * 100) == repr("x" * 60 + "...")
    ("'three'", True)
    """
    more = "..." if len(text) > _SHOWN_CHARACTERS else ""
    return repr(text[:_SHOWN_CHARACTERS] + more)
