"""The formula language: what it reads, what it refuses, and that its bounds hold."""

import math
import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.arithmetic import MAX_BITS, Number, distance, multiply
from grader.errors import FormulaError
from grader.formula import MAX_DEPTH, MAX_DIGITS, MAX_LENGTH, MAX_NESTING, literal, read

VALUES: list[tuple[str, Number, str]] = [
    ("2 + 3 * 4", 14, "products bind more than sums"),
    ("-2 ** 2", -4, "a power binds more than the sign before it"),
    ("2 ** 3 ** 2", 512, "powers group from the right"),
    ("2 ** -1", Fraction(1, 2), "an exponent may be negative"),
    ("7 / 2 * 2", 7, "division is exact"),
    ("-7 // 2", -4, "floor division goes down"),
    ("-7 % 2", 1, "the remainder has the divisor's sign"),
    ("10 - 3 - 2", 5, "differences group from the left"),
    ("1e-3 * 1000", 1, "an exponent is exact"),
    ("ceil(75 / 2)", 38, "the exercise's third width"),
    ("round(2.5)", 3, "halves go away from zero"),
    ("round(-2.5)", -3, "halves go away from zero, below it too"),
    ("round(5.7249, 1)", Fraction(57, 10), "so many decimals"),
    ("max(1, 2, 3) - min(1, 2, 3)", 2, "largest and smallest"),
    ("sum(1, 2, 3)", 6, "a sum of many"),
    ("abs(-3)", 3, "size without the sign"),
    ("sqrt(16 / 9)", Fraction(4, 3), "an exact root stays exact"),
    ("16 ** (3/4)", 8, "a fractional exponent is a root"),
    ("log2(1 / 1024)", -10, "an exact logarithm"),
    ("3 <= 3", 1, "a comparison that holds is 1"),
    ("3 < 3", 0, "a comparison that fails is 0"),
    ("3 != 4", 1, "unequal"),
    (".5 + 5.", Fraction(11, 2), "a point may stand first or last"),
    ("1+" * 9999 + "1", 10_000, "a sum may have as many terms as it is long"),
    ("2 - 1" + " + 1 - 1" * 90, 1, "and differences in between"),
    ("1-" * (MAX_DEPTH - 1) + "1", 2 - MAX_DEPTH, "as many differences as may rest on each other"),
    ("+5 - +3", 2, "a plus before a number changes nothing"),
    ("-+2", -2, "signs add up, whichever comes last"),
    ("--2", 2, "two minus signs are none"),
    ("1e400 / 1e+400 * 1e-400 * 1e400", 1, "the largest exponent, with every sign"),
    ("0 * " + "9" * MAX_DIGITS, 0, "as many digits as a number may have"),
    ("(1)+" * 99 + "(1)", 100, "brackets side by side are not nested"),
    ("2**1*" * 99 + "1", 2**99, "powers side by side are not nested"),
]

REFUSED: list[tuple[str, int, str]] = [
    ("", 0, "a number, a name or '(' is missing at the end"),
    ("2 +", 3, "a number, a name or '(' is missing at the end"),
    ("2 3", 2, "an operator is missing before '3'"),
    ("(2", 2, "')' is missing at the end"),
    ("(2 3", 3, "')' is missing before '3'"),
    ("2)", 1, "a ')' has no '(' before it"),
    ("2^3", 1, "the character '^' means nothing here: write ** for a power"),
    ("2×3", 1, "the character '×' means nothing here: write *"),
    ("{rows} + 1", 0, "the character '{' means nothing here: write ( and )"),
    (
        "f(2)",
        0,
        "there is no function 'f'; there are ceil, floor, round, min, max, sum, abs, sqrt, log2",
    ),
    ("ceil()", 5, "missing before ')'"),
    ("ceil(1, 2)", 0, "ceil takes 1 value, got 2"),
    ("round(1, 2, 3)", 0, "round takes 1 to 2 values, got 3"),
    ("1 < 2 < 3", 6, "comparisons can't be chained; write two"),
    ("2 & 3", 2, "the character '&' means nothing here"),
    ("__import__('os')", 11, "means nothing here"),
    ("٣", 0, "means nothing here"),
    ("1e999", 0, "an exponent beyond 400"),
    ("1e401", 0, "an exponent beyond 400"),
    ("1e-401", 0, "an exponent beyond 400"),
    ("9+" * (MAX_LENGTH // 2) + "9", -1, f"{MAX_LENGTH} is the most"),
    ("2 + " + "9" * (MAX_DIGITS + 1), 4, "a number of over 1,200 digits"),
    ("." + "9" * (MAX_LENGTH - 1), 0, "a number of over 1,200 digits"),
    ("(" * (MAX_NESTING + 1) + "1", MAX_NESTING, "nested more than"),
    ("2**" * (MAX_NESTING + 1) + "1", 3 * (MAX_NESTING + 1) - 3, "nested more than"),
    ("((1)+" * MAX_NESTING + "1" + ")" * MAX_NESTING, 5 * MAX_NESTING - 8, "nested more than"),
    ("(2**1+" * MAX_NESTING + "1" + ")" * MAX_NESTING, 6 * MAX_NESTING - 8, "nested more than"),
    ("-" * (MAX_LENGTH - 2) + "x y", -1, "is the most"),
    ("a. b", 1, "means nothing here"),
    ("2*" * 9000 + "2", -1, f"over {MAX_DEPTH} operations"),
    ("1-" * 9000 + "1", -1, f"over {MAX_DEPTH} operations"),
    ("(1" + "-1" * 110 + ")" + "*1" * 110, -1, f"over {MAX_DEPTH} operations"),
]

OUT_OF_BOUNDS = [
    ("1 / 0", "division by zero"),
    ("1 // 0", "division by zero"),
    ("1 % 0", "division by zero"),
    ("0 ** -1", "division by zero"),
    ("sqrt(-1)", "a root of a negative number"),
    ("log2(0)", "not positive"),
    ("2 ** (1/65)", "a power of 1/65"),
    ("(((9**64)**64)**64)**64", f"over {MAX_BITS} bits"),
    ("2 ** 1e300", f"over {MAX_BITS} bits"),
    ("(1/3) ** 1e9", f"over {MAX_BITS} bits"),
    ("round(1, 1e9)", "at most"),
    ("+".join(["9**999"] * 2000) + "+2**(1/65)", "a power of 1/65"),
]


@pytest.mark.parametrize(("text", "value", "why"), VALUES)
def test_a_formula_has_its_exact_value(text: str, value: Number, why: str) -> None:
    """Each text has the value that its row gives, as a number of the exact kind."""
    found = read(text).value({})

    assert (value, type(value)) == (found, type(found)), why


@pytest.mark.parametrize(("text", "place", "reason"), REFUSED)
def test_a_faulty_text_is_refused_at_its_place(text: str, place: int, reason: str) -> None:
    """What can't be read is refused with the reason and the character where it went wrong."""
    with pytest.raises(FormulaError) as refused:
        read(text)

    assert f" {reason} " in f" {refused.value.reason} "
    assert place == refused.value.offset


@pytest.mark.parametrize(("text", "reason"), OUT_OF_BOUNDS)
def test_a_value_out_of_bounds_is_refused_at_once(text: str, reason: str) -> None:
    """No short text keeps the machine busy: bounds are checked before a value is computed."""
    start = time.process_time()
    with pytest.raises(FormulaError) as refused:
        read(text).value({})

    assert reason in refused.value.reason
    assert time.process_time() - start < 1


def test_a_numeral_alone_is_refused_at_its_beginning() -> None:
    """Where no place is given, the numeral is the whole text."""
    with pytest.raises(FormulaError) as refused:
        literal("1e999")

    assert refused.value.offset == 0


def test_a_name_without_a_value_is_named() -> None:
    """A formula whose name has no value says which name."""
    with pytest.raises(FormulaError, match=r"unknown name 'conv1\.width'"):
        read("conv1.width + 1").value({})


def test_an_irrational_value_is_the_same_everywhere() -> None:
    """A root that no fraction equals is rounded to 30 digits, by definition."""
    root = read("sqrt(2)").value({})

    assert Fraction("1.41421356237309504880168872421") == root
    assert distance(multiply(root, root), 2) < Fraction(1, 10**28)


NUMBERS = st.integers(-(10**30), 10**30) | st.fractions(max_denominator=10**6)


@given(NUMBERS, NUMBERS.filter(bool))
def test_a_rounded_quotient_is_the_quotient_rounded(top: Number, bottom: Number) -> None:
    """A quotient that is rounded at once is the fraction's floor and ceiling."""
    cells = {"top": top, "bottom": bottom}

    assert math.floor(Fraction(top) / bottom) == read("floor(top / bottom)").value(cells)
    assert math.ceil(Fraction(top) / bottom) == read("ceil(top / bottom)").value(cells)


def test_a_rounded_quotient_of_nothing_is_refused() -> None:
    """Nothing can be divided by zero, rounded or not."""
    with pytest.raises(FormulaError, match="division by zero"):
        read("ceil(3 / zero)").value({"zero": 0})
