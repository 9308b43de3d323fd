"""Exact arithmetic: the laws of numbers, whole results, and the bounds to the bit."""

import math
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.arithmetic import (
    MAX_BITS,
    MAX_DECIMALS,
    MAX_ROOT,
    SIGNIFICANT_DIGITS,
    Number,
    add,
    binary_logarithm,
    bits,
    ceil_divide,
    ceiling,
    distance,
    divide,
    floor,
    floor_divide,
    multiply,
    negate,
    power,
    remainder,
    round_half_away,
    square_root,
    subtract,
    total,
    whole,
)
from grader.errors import FormulaError

NUMBERS: st.SearchStrategy[Number] = st.builds(
    lambda top, bottom: whole(Fraction(top, bottom)),
    st.integers(-10_000, 10_000),
    st.integers(1, 30),
)
DIVISORS = NUMBERS.filter(bool)
Operation = Callable[..., Number]


def same(expected: Fraction | int, got: Number) -> bool:
    """Whether a number is the expected one, and an `int` where that is whole."""
    return expected == got and type(got) is (int if expected == int(expected) else Fraction)


@given(NUMBERS, NUMBERS)
def test_sums_and_products_are_those_of_fractions(left: Number, right: Number) -> None:
    """Python's own fractions are the oracle; what comes out whole is an `int`."""
    one, other = Fraction(left), Fraction(right)
    assert same(one + other, add(left, right))
    assert same(one - other, subtract(left, right))
    assert same(one * other, multiply(left, right))
    assert same(abs(one - other), distance(left, right))
    assert same(-one, negate(left))
    assert same(one + other + one, total(left, right, left))


@given(NUMBERS, DIVISORS)
def test_a_division_is_undone_by_a_multiplication(left: Number, right: Number) -> None:
    """Quotients are exact; floor and remainder make up the number, and ceil is the next above."""
    assert same(Fraction(left) / Fraction(right), divide(left, right))
    assert same(math.floor(Fraction(left) / right), floor_divide(left, right))
    assert same(math.ceil(Fraction(left) / right), ceil_divide(left, right))
    rest = Fraction(remainder(left, right))
    assert left == right * floor_divide(left, right) + rest
    assert abs(rest) < abs(Fraction(right))
    assert rest * right >= 0


@given(NUMBERS)
def test_floor_and_ceiling_are_whole_neighbours(value: Number) -> None:
    """The floor is at most the value, the ceiling at least, and no whole number lies between."""
    assert same(math.floor(value), floor(value))
    assert same(math.ceil(value), ceiling(value))


@given(NUMBERS, st.integers(-5, 5))
def test_rounding_goes_to_the_nearest_and_halves_away_from_zero(value: Number, places: int) -> None:
    """A half added to the size, and the rest cut off: the rule as taught in school."""
    unit = Fraction(power(10, -places))
    size = math.floor(abs(Fraction(value)) / unit + Fraction(1, 2)) * unit
    assert same(size if value >= 0 else -size, round_half_away(value, places))


@given(DIVISORS, st.integers(-12, 12))
def test_a_power_is_a_repeated_product(base: Number, exponent: int) -> None:
    """A negative exponent is the power's reciprocal."""
    product = Fraction(1)
    for _ in range(abs(exponent)):
        product *= Fraction(base)
    assert same(product if exponent >= 0 else 1 / product, power(base, exponent))


@given(st.fractions(0, 1000, max_denominator=50), st.integers(2, MAX_ROOT))
def test_a_root_undoes_a_power(base: Fraction, degree: int) -> None:
    """The root of a perfect power is exact, at every degree."""
    assert same(base, power(power(whole(base), degree), Fraction(1, degree)))


@pytest.mark.parametrize(
    ("operation", "arguments", "digits"),
    [
        (square_root, (2,), "1.41421356237309504880168872421"),
        (power, (2, Fraction(1, 3)), "1.25992104989487316476721060728"),
        (power, (2, Fraction(2, 3)), "1.58740105196819947475170563927"),
        (square_root, (Fraction(1, 2),), "0.707106781186547524400844362105"),
        (binary_logarithm, (3,), "1.58496250072115618145373894395"),
        (binary_logarithm, (10,), "3.32192809488736234787031942949"),
        (binary_logarithm, (Fraction(2, 3),), "-0.584962500721156181453738943948"),
        (binary_logarithm, (Fraction(3, 4),), "-0.415037499278843818546261056052"),
    ],
)
def test_what_no_fraction_equals_has_thirty_digits(
    operation: Operation, arguments: tuple[Number, ...], digits: str
) -> None:
    """Irrational roots and logarithms are their published digits, rounded at the thirtieth."""
    assert SIGNIFICANT_DIGITS == len(digits.lstrip("-0.").replace(".", ""))
    assert same(Fraction(digits), operation(*arguments))


@given(st.integers(-300, 300))
def test_the_logarithm_of_a_power_of_two_is_exact(exponent: int) -> None:
    """Its exponent, for halves as for doubles."""
    assert same(exponent, binary_logarithm(power(2, exponent)))


BIG = 2 ** (MAX_BITS // 2 - 1)  # half of the bits
UP = Fraction(BIG + 1, 2)  # as many bits in a fraction
DOWN = Fraction(1, BIG)


@pytest.mark.parametrize(
    ("operation", "left", "right"),
    [
        (add, 2 ** (MAX_BITS - 1) - 1, 1),
        (add, 1, 2 ** (MAX_BITS - 1) - 1),
        (add, DOWN, Fraction(1, BIG // 2)),
        (add, BIG, Fraction(1, BIG // 2)),
        (multiply, BIG, BIG),
        (multiply, DOWN, DOWN),
        (multiply, UP, BIG),
        (divide, DOWN, UP),
        (divide, 2**MAX_BITS, 3**MAX_BITS),
        (floor_divide, UP, BIG),
        (floor_divide, BIG, DOWN),
        (floor_divide, 2**MAX_BITS, 3),
        (power, 2**63, MAX_BITS // 64),
        (power, 2**63, -(MAX_BITS // 64)),
        (total, 2**MAX_BITS - 2, 1),
        (total, DOWN, Fraction(1, BIG // 4)),
    ],
)
def test_the_largest_values_are_computed(operation: Operation, left: Number, right: Number) -> None:
    """A result that the bound allows is the exact one."""
    one, other = Fraction(left), Fraction(right)
    exact: dict[Operation, Callable[[], Fraction | int]] = {
        add: lambda: one + other,
        multiply: lambda: one * other,
        divide: lambda: one / other,
        floor_divide: lambda: one // other,
        power: lambda: Fraction(one**right),
        total: lambda: one + other,
    }
    assert same(exact[operation](), operation(left, right))


@pytest.mark.parametrize(
    ("operation", "left", "right"),
    [
        (add, 2 ** (MAX_BITS - 1), 0),
        (add, 0, 2 ** (MAX_BITS - 1)),
        (add, DOWN, DOWN),
        (add, DOWN, BIG),
        (multiply, 2 * BIG, BIG),
        (multiply, BIG, 2 * BIG),
        (multiply, DOWN, DOWN / 2),
        (multiply, UP, 2 * BIG),
        (divide, DOWN, DOWN / 2),
        (divide, DOWN, 2 * BIG),
        (floor_divide, UP, 2 * BIG),
        (floor_divide, 2 * BIG, DOWN),
        (power, 2**63, MAX_BITS // 64 + 1),
        (power, 2**63, -(MAX_BITS // 64) - 1),
        (power, Fraction(1, 2**63), MAX_BITS // 64 + 1),
        (total, 2**MAX_BITS - 1, 1),
        (total, DOWN, DOWN),
    ],
)
def test_a_value_of_one_bit_more_is_refused(
    operation: Operation, left: Number, right: Number
) -> None:
    """The bound is told before the value is computed, with its size."""
    with pytest.raises(FormulaError, match=rf"^the value is too large: over {MAX_BITS} bits$"):
        operation(left, right)


def test_a_distance_has_no_bound() -> None:
    """Two numbers within bounds always have a distance."""
    assert 2 ** (MAX_BITS + 1) - 2 == distance(2**MAX_BITS - 1, 1 - 2**MAX_BITS)


def test_the_size_of_a_number_is_that_of_its_longer_half() -> None:
    """In bits: of numerator or denominator, whatever the sign."""
    assert [10, 10, 11, 11] == [bits(n) for n in (1023, -1023, Fraction(1, 1024), -Fraction(1024))]


def test_powers_of_zero_and_one_take_any_exponent() -> None:
    """No exponent makes them large; 0 ** 0 is 1, as for whole numbers everywhere."""
    assert [1, 1] == [power(1, 10**9), power(1, -(10**9))]
    assert [1, -1, -1] == [power(-1, 10**9), power(-1, 10**9 + 1), power(-1, -(10**9) - 1)]
    assert [0, 1] == [power(0, 10**9), power(0, 0)]


@pytest.mark.parametrize(
    ("operation", "arguments", "told"),
    [
        (divide, (1, 0), "division by zero"),
        (floor_divide, (Fraction(1, 2), 0), "division by zero"),
        (remainder, (1, 0), "division by zero"),
        (power, (0, -1), "division by zero"),
        (square_root, (-1,), "a root of a negative number"),
        (power, (4, Fraction(1, 65)), "a power of 1/65: 1/64 is the least that is worked out"),
        (binary_logarithm, (0,), "a logarithm of a number that is not positive"),
        (binary_logarithm, (-2,), "a logarithm of a number that is not positive"),
        (
            round_half_away,
            (1, Fraction(1, 2)),
            f"rounding takes a whole number of decimals, at most {MAX_DECIMALS}",
        ),
        (
            round_half_away,
            (1, MAX_DECIMALS + 1),
            f"rounding takes a whole number of decimals, at most {MAX_DECIMALS}",
        ),
        (
            round_half_away,
            (1, -MAX_DECIMALS - 1),
            f"rounding takes a whole number of decimals, at most {MAX_DECIMALS}",
        ),
    ],
)
def test_what_has_no_value_is_refused_with_a_sentence(
    operation: Operation, arguments: tuple[Number, ...], told: str
) -> None:
    """Each refusal says what was asked for, and its bound where there is one."""
    with pytest.raises(FormulaError) as refused:
        operation(*arguments)
    assert told == refused.value.reason


def test_what_stands_at_a_bound_has_a_value() -> None:
    """The root of zero, the highest degree, the most decimals."""
    assert [0, 2, 1] == [square_root(0), power(2**64, Fraction(1, 64)), power(1, Fraction(1, 64))]
    assert Fraction(1, 10**MAX_DECIMALS) == round_half_away(
        Fraction(1, 10**MAX_DECIMALS), MAX_DECIMALS
    )
    assert 0 == round_half_away(1, -MAX_DECIMALS)
