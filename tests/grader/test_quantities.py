"""Units and precisions."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.arithmetic import Number
from grader.errors import UnknownNameError
from grader.quantities import SPELLINGS, UNITS, Precision, PrecisionKind, unit_named

HALF = Fraction(1, 2)
ROWS: list[tuple[PrecisionKind, Number, Number, Number, bool, str]] = [
    ("exact", 0, 903400, 903400, True, "equal"),
    ("exact", 0, 903400, 903401, False, "one away"),
    ("exact", 0, 0, 0, True, "zero"),
    ("within", Fraction(1, 100), 12560, 12544, True, "0.13 % away: an author must see this"),
    ("within", Fraction(1, 100), 100, 101, True, "just at the edge"),
    ("within", Fraction(1, 100), 100, Fraction(10101, 100), False, "just beyond"),
    ("within", Fraction(1, 100), -100, -101, True, "a negative right value"),
    ("within", Fraction(1, 100), 0, 0, True, "zero is met by zero"),
    ("within", Fraction(1, 100), 0, Fraction(1, 1000), False, "and by nothing else"),
    ("absolute", Fraction(1, 2), 0, Fraction(1, 2), True, "an absolute tolerance around zero"),
    ("digits", 3, Fraction(12029, 1000), 12, True, "12.0 to three digits"),
    ("digits", 3, Fraction(12029, 1000), Fraction(121, 10), False, "12.1 isn't"),
    ("decimals", 1, Fraction(12029, 1000), Fraction(1198, 100), True, "11.98 is 12.0"),
    ("decimals", 1, Fraction(12029, 1000), Fraction(119, 10), False, "11.9 isn't"),
    ("decimals", 0, Fraction(25, 2), 12, True, "a tie rounded down, as some machines do"),
    ("decimals", 0, Fraction(25, 2), 13, True, "and rounded up, as taught in school"),
    ("digits", 3, Fraction(1205, 100), 12, True, "a tie of digits rounded to the even one"),
    ("digits", 3, Fraction(1205, 100), Fraction(121, 10), True, "and to the odd one"),
]


@pytest.mark.parametrize(("kind", "amount", "right", "answer", "accepted", "why"), ROWS)
def test_a_precision_accepts_what_is_near_enough(
    kind: PrecisionKind, amount: Number, right: Number, answer: Number, accepted: bool, why: str
) -> None:
    """Each kind of precision draws its line where its row says."""
    assert accepted is Precision(kind, amount).accepts(right, answer), why


@pytest.mark.parametrize(
    ("kind", "amount", "value", "shown"),
    [
        ("exact", 0, 903400, "903,400"),
        ("exact", 0, Fraction(1, 8), "0.125"),
        ("exact", 0, Fraction(2, 3), "2/3"),
        ("within", Fraction(1, 100), Fraction(394175, 32768), "12.03"),
        ("within", Fraction(1, 100), 12613600, "12,613,600"),
        ("within", Fraction(1, 100), Fraction(5, 2), "2.5"),
        ("absolute", Fraction(1, 2), Fraction(394175, 32768), "12.03"),
        ("digits", 3, Fraction(394175, 32768), "12.0"),
        ("digits", 3, 565613600, "566,000,000"),
        ("decimals", 1, Fraction(394175, 32768), "12.0"),
        ("decimals", 0, Fraction(25, 2), "13"),
        ("absolute", 50, 12345, "12,345"),
    ],
)
def test_a_value_is_displayed_at_its_precision(
    kind: PrecisionKind, amount: Number, value: Number, shown: str
) -> None:
    """The right value is shown with as many digits as its precision tells apart."""
    assert shown == Precision(kind, amount).display(value)


@given(
    st.fractions(-(10**9), 10**9, max_denominator=10**6),
    st.sampled_from(
        [
            Precision("within", Fraction(1, 100)),
            Precision("absolute", Fraction(1, 10)),
            Precision("digits", 3),
            Precision("decimals", 2),
        ]
    ),
)
def test_what_is_displayed_is_accepted(value: Fraction, precision: Precision) -> None:
    """Whoever types the right value as it is displayed is right."""
    assert precision.accepts(value, Fraction(precision.display(value).replace(",", "")))


SAYS: list[tuple[Precision, int, Number, dict[str, str], str, str]] = [
    (Precision(), 5, 0, {}, "exact", "精确值"),
    (Precision("within", Fraction(1, 50)), -50, 1, {"within": "0.02"}, "± 2 %", "± 2 %"),
    (Precision("absolute", HALF), 9, HALF, {"absolute": "0.5"}, "± 0.5", "± 0.5"),
    (Precision("digits", 1), 1, HALF, {"digits": "1"}, "1 significant digit", "1 位有效数字"),
    (Precision("digits", 3), 1234, 5, {"digits": "3"}, "3 significant digits", "3 位有效数字"),
    (Precision("digits", 3), 0, 0, {"digits": "3"}, "3 significant digits", "3 位有效数字"),
    (Precision("decimals", 0), 7, HALF, {"decimals": "0"}, "0 decimals", "0 位小数"),
    (Precision("decimals", 1), 0, HALF / 10, {"decimals": "1"}, "1 decimal", "1 位小数"),
]


@pytest.mark.parametrize(("precision", "right", "tolerance", "json", "en", "zh"), SAYS)
def test_a_precision_says_what_it_takes(
    precision: Precision, right: int, tolerance: Number, json: dict[str, str], en: str, zh: str
) -> None:
    """Half of the last place that is asked for; in words beside the box, and as JSON."""
    assert tolerance == precision.tolerance(right)
    assert json == precision.as_dict()
    assert (en, zh) == (precision.says().in_("en"), precision.says().in_("zh"))


def test_every_spelling_of_a_unit_is_a_unit() -> None:
    """The table of spellings leads nowhere but to units."""
    assert set(SPELLINGS.values()) <= set(UNITS)


def test_binary_and_decimal_prefixes_are_apart() -> None:
    """MB is 10^6 bytes, MiB 2^20; a question may say otherwise for MB alone."""
    assert (unit_named("MB").factor, unit_named("MiB").factor) == (10**6, 2**20)
    assert unit_named("MB", binary_prefixes=True).factor == 2**20


def test_an_unknown_unit_is_answered_with_the_nearest() -> None:
    """A unit that isn't in the table names its nearest neighbour."""
    with pytest.raises(UnknownNameError, match="there is no unit 'MiBs'; the nearest is 'MiB'"):
        unit_named("MiBs")
