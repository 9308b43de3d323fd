"""Working a formula in Python's own whole numbers changes nothing but the time."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.arithmetic import MAX_BITS, Number
from grader.errors import FormulaError
from grader.evaluating import WIDTH, bounded, evaluator
from grader.formula import read
from grader.tree import COMPARISONS, Binary, Call, Literal, Name, Negative, Node

NAMES = ("kernel", "conv1.height", "stride")
VALUES = st.one_of(
    st.integers(0, 20),
    st.integers(-20, 2**WIDTH + 20),
    st.sampled_from([2**WIDTH - 1, 2**WIDTH, 2**MAX_BITS - 1, -(2**WIDTH), True]),
    st.fractions(-20, 20, max_denominator=9),
)


def _grown(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    signs = st.sampled_from(["+", "-", "*", "/", "//", "%", "<", "==", ">="])
    exponents = st.sampled_from([-1, 0, 1, 2, 70]).map(Literal)
    rounded = st.sampled_from(["ceil", "floor", "abs", "round", "sqrt"])
    several = st.sampled_from(["sum", "min", "max", "round"])
    return st.one_of(
        st.builds(Negative, inner),
        st.builds(Binary, signs, inner, inner),
        st.builds(Binary, st.just("**"), inner, exponents),
        st.builds(Call, rounded, st.tuples(inner)),
        st.builds(Call, st.just("ceil"), st.tuples(st.builds(Binary, st.just("/"), inner, inner))),
        st.builds(Call, several, st.tuples(inner, inner)),
    )


LEAVES = st.one_of(
    st.builds(Name, st.sampled_from(NAMES)),
    st.builds(Literal, st.one_of(st.integers(0, 9), st.just(Fraction(1, 3)))),
)


def _worked(run: object, values: object) -> tuple[type, Number] | str:
    """The value with its type, or the reason why there is none."""
    assert callable(run)
    try:
        value = run(values)
    except FormulaError as fault:
        return fault.reason
    return type(value), value


@given(st.recursive(LEAVES, _grown, max_leaves=10), st.tuples(VALUES, VALUES, VALUES))
def test_both_ways_give_the_same(tree: Node, values: tuple[Number, ...]) -> None:
    """For any tree and any values the quick way has the bounded way's value, type or reason."""
    indices = {name: index for index, name in enumerate(NAMES)}
    named = dict(zip(NAMES, values, strict=True))
    own = {name: name for name in NAMES}

    right = _worked(bounded(tree, indices), values)

    assert right == _worked(evaluator(tree, indices), values)
    assert right == _worked(evaluator(tree, own), named)


@pytest.mark.parametrize(
    ("formula", "values", "expected"),
    [
        ("a + b", (3, 4), 7),
        ("a - b", (3, 4), -1),
        ("-a * b", (3, 4), -12),
        ("a // b", (9, 4), 2),
        ("a % b", (9, 4), 1),
        ("a ** 2 + 0 * b", (3, 0), 9),
        ("a ** 0 + b ** 1", (3, 5), 6),
        ("a / b", (6, 4), Fraction(3, 2)),
        ("floor(a / b)", (75, 2), 37),
        ("ceil(a / b)", (75, 2), 38),
        ("floor(a) + ceil(b) + round(a)", (3, 4), 10),
        ("abs(a - b)", (3, 5), 2),
        ("min(a, b, 9)", (3, 5), 3),
        ("max(a, b, 2)", (3, 5), 5),
        ("min(a) + max(b) + sum(a)", (3, 5), 11),
        ("sum(a, b, a)", (3, 5), 11),
        *((f"a {sign} b", (3, 4), int(sign in {"!=", "<=", "<"})) for sign in COMPARISONS),
        *((f"a {sign} b", (4, 4), int(sign in {"==", "<=", ">="})) for sign in COMPARISONS),
        *((f"a {sign} b", (5, 4), int(sign in {"!=", ">=", ">"})) for sign in COMPARISONS),
    ],
)
def test_whole_numbers_never_reach_the_bounded_way(
    monkeypatch: pytest.MonkeyPatch, formula: str, values: tuple[int, int], expected: Number
) -> None:
    """What is whole and small is worked by Python's operators alone."""

    def refused(*_: object) -> object:
        raise AssertionError("the bounded way was taken")

    monkeypatch.setattr("grader.evaluating.bounded", lambda *_: refused)

    assert expected == evaluator(read(formula).tree, {"a": 0, "b": 1})(values)


@pytest.mark.parametrize("value", [-1, 2**WIDTH, Fraction(1, 2), True])
def test_other_numbers_are_left_to_the_bounded_way(
    monkeypatch: pytest.MonkeyPatch, value: Number
) -> None:
    """A negative number, one over the width, a fraction and a truth value go the bounded way."""
    monkeypatch.setattr("grader.evaluating.bounded", lambda *_: lambda _: "bounded")

    assert evaluator(read("a * b").tree, {"a": 0, "b": 1})((3, value)) == "bounded"
    assert evaluator(read("a * b").tree, {"a": 0, "b": 1})((value, 3)) == "bounded"


@pytest.mark.parametrize(
    ("formula", "quick"),
    [
        (f"a ** {MAX_BITS // WIDTH - 1}", True),
        (f"a ** {MAX_BITS // WIDTH}", False),
        (f"a ** {MAX_BITS // WIDTH - 2} * a", True),
        (f"a ** {MAX_BITS // WIDTH - 1} * a", False),
        (f"a ** {MAX_BITS // WIDTH} - a ** {MAX_BITS // WIDTH}", False),
        ("a ** 5000 * 0", False),
        ("1 ** 4094 * a ** 0", True),
        ("1 ** 4095 * a ** 0", False),
        ("a ** -1", False),
        ("a ** a", False),
        ("a / 2 + a", False),
        ("a * 0.5", False),
        ("round(a, 1)", False),
        ("sqrt(a)", False),
        ("+".join(f"a{number}" for number in range(12)), True),
        ("+".join(f"a{number}" for number in range(13)), False),
    ],
)
def test_what_might_leave_the_bounds_goes_the_bounded_way(
    monkeypatch: pytest.MonkeyPatch, formula: str, quick: bool
) -> None:
    """A value on the way that may be too long, and what is no whole number, take no short way."""
    monkeypatch.setattr("grader.evaluating.bounded", lambda *_: lambda _: "bounded")
    parsed = read(formula)
    names = {name: index for index, name in enumerate(parsed.names)}

    assert quick == (evaluator(parsed.tree, names)([2] * len(names)) != "bounded")


def test_a_value_on_the_way_is_bounded() -> None:
    """A power that leaves the bounds is an error, though the result would be small."""
    with pytest.raises(FormulaError, match="too large"):
        read(f"a ** {MAX_BITS // WIDTH + 1} * 0").run((2**WIDTH - 1,))


def test_a_division_by_zero_has_its_reason() -> None:
    """Python's own error never comes out."""
    with pytest.raises(FormulaError, match="division by zero"):
        read("a // b").run((1, 0))


@pytest.mark.parametrize(
    ("formula", "expected"),
    [("(a + b) * a", Fraction(3, 4)), ("a * (a + b)", Fraction(3, 4)), ("-(a - b) // a", 1)],
)
def test_fractions_are_worked_the_bounded_way(formula: str, expected: Number) -> None:
    """Operations within operations are worked with fractions too."""
    assert expected == read(formula).run((Fraction(1, 2), 1))
