"""Numbers as columns of digits on an answer sheet: how many columns, and whether an exponent."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from grader.arithmetic import Number
from grader.numerals import decimals_needed, in_decimals, magnitude, significant
from grader.quantities import Precision

MOST_COLUMNS: Final = 13
_PLAIN: Final = 9  # so many columns are no burden: up to here nobody needs an exponent
_WIDTH_OF_EXPONENT: Final = 4
_DIGITS_OF_FRACTIONS: Final = 6


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a number: digits, a point and a sign among them, and those of an exponent."""

    columns: int
    point: bool = False
    sign: bool = False
    exponent: int = 0
    exponent_sign: bool = False


@dataclass(frozen=True, slots=True)
class _Written:
    """A number as it is filled in: what its digits are, and the power of ten that they count."""

    digits: str
    power: int = 0


def columns_for(
    right: Iterable[Number], mistaken: Iterable[Number], precision: Precision
) -> Columns | None:
    """The columns that hold every right answer, and every mistake's number as far as they can.

    None where a right answer can't be filled in: a third, or a number of more digits than columns.

    >>> columns_for([903400], [-7], Precision())
    Columns(columns=6, point=False, sign=True, exponent=0, exponent_sign=False)
    >>> columns_for([Fraction(15, 10**8)], [], Precision())
    Columns(columns=3, point=True, sign=False, exponent=1, exponent_sign=True)
    >>> columns_for([Fraction(1, 3)], [], Precision()) is None
    True
    """
    found = [_written(value, precision, exact=True) for value in right]
    if not all(one and len(one.digits.lstrip("-")) <= MOST_COLUMNS for one in found):
        return None
    found += [_written(value, precision, exact=False) for value in mistaken]
    written = [one for one in found if one is not None]
    powers = [one.power for one in written if one.power]
    return Columns(
        columns=min(max(len(one.digits.lstrip("-")) for one in written), MOST_COLUMNS),
        point=any("." in one.digits for one in written),
        sign=any(one.digits.startswith("-") for one in written),
        exponent=max((len(str(abs(power))) for power in powers), default=0),
        exponent_sign=any(power < 0 for power in powers),
    )


def _written(value: Number, precision: Precision, *, exact: bool) -> _Written | None:
    """A number at its precision; None for a fraction without an end, where it must be exact."""
    text = precision.display(value).replace(",", "").replace("−", "-")
    if "/" in text:
        decimals = decimals_needed(value)
        if decimals is None and exact:
            return None
        text = (
            significant(value, _DIGITS_OF_FRACTIONS)
            if decimals is None or not exact
            else in_decimals(value, decimals)
        )
    mantissa, power = _scientific(text)
    plain = len(text.lstrip("-"))
    shorter = len(mantissa.lstrip("-")) + _WIDTH_OF_EXPONENT < plain
    return _Written(mantissa, power) if plain > _PLAIN and shorter else _Written(text)


def _scientific(text: str) -> tuple[str, int]:
    """A number in digits as one between 1 and 10, and its power of ten.

    >>> _scientific("-0.0000015"), _scientific("7000000")
    (('-1.5', -6), ('7', 6))
    """
    digits = text.lstrip("-").replace(".", "").strip("0")
    if not digits:
        return text, 0
    sign = "-" if text.startswith("-") else ""
    point = "." if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{point}{digits[1:]}", magnitude(Fraction(text))
