"""Worked steps as mathematics: the numbers of the step stand there, nothing can run."""

from collections.abc import Mapping
from fractions import Fraction
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.loading.bank import load_bank
from cards.mathematics.formulas import mathematics_of, step_equations
from cards.mathematics.mathml import ELEMENTS
from cards.mathematics.plain import plain
from cards.question import Question
from cards.variants.dealing import make_variant
from cards.variants.working import worked
from grader.formula import read
from grader.marking.numbers import AnswerKey
from grader.quantities import Precision
from grader.worksheet import Worksheet, line

WRITTEN = [
    ("a + b * c", "a + b × c", "a product binds tighter than a sum"),
    ("(a + b) * c", "(a + b) × c", "parentheses that are needed"),
    ("a - (b - c)", "a − (b − c)", "parentheses that change the value"),
    ("(a - b) - c", "a − b − c", "parentheses that change nothing"),
    ("a / b / c", "(a/b)/c", "a quotient of a quotient"),
    ("(a + b) / c", "(a + b)/c", "a sum over something"),
    ("a // b", "⌊a/b⌋", "whole division is a floor"),
    ("a % b", "a mod b", "a remainder"),
    ("ceil(a / b)", "⌈a/b⌉", "rounded up"),
    ("floor(a)", "⌊a⌋", "rounded down"),
    ("abs(a)", "|a|", "a size"),
    ("a ** 2", "a²", "a square"),
    ("(a + b) ** 2", "(a + b)²", "a sum squared"),
    ("(a / b) ** 2", "(a/b)²", "a quotient squared"),
    ("(a ** 2) ** 3", "(a²)³", "a power of a power"),
    ("a ** (b + 1)", "a^(b + 1)", "a sum raised"),
    ("-a + b", "−a + b", "a sign"),
    ("a - -b", "a − (−b)", "two signs"),
    ("sqrt(a + 1)", "√(a + 1)", "a root"),
    ("log2(a)", "log_2(a)", "a logarithm"),
    ("max(a, b)", "max (a, b)", "the larger one"),
    ("sum(a, b, c)", "a + b + c", "a sum of many"),
    ("a <= b", "a ≤ b", "a comparison"),
    ("1200 * a", "1,200 × a", "thousands"),
    ("conv1.height * 2", "conv1 height × 2", "a name with a dot"),
]


@pytest.mark.parametrize(("formula", "expected", "why"), WRITTEN)
def test_formulas_are_written_as_in_a_book(formula: str, expected: str, why: str) -> None:
    """Each sign of the language has its sign in mathematics, and parentheses where needed."""
    assert expected == plain(mathematics_of(read(formula).tree)), why


NAMED = [
    ("ceil(a / b)", {"a": 54, "b": 1}, "54", "a whole number divided by 1 is not rounded"),
    ("(a - 3) // b * 2", {"a": 9, "b": 1}, "(9 − 3) × 2", "what is left keeps its parentheses"),
    ("ceil(a / b)", {"a": 54, "b": 4}, "⌈54/4⌉", "another divisor stays"),
    ("ceil(a / b)", {"a": "height", "b": "stride"}, "⌈height/stride⌉", "names stay"),
    ("a ** 2 + b", {"a": "x1", "b": "x2"}, "x_1² + x_2", "a letter with its number below"),
    ("a * b", {"a": "γ", "b": "value 2"}, "γ × value 2", "words keep their numbers"),
]


@pytest.mark.parametrize(("formula", "cells", "expected", "why"), NAMED)
def test_what_is_put_in_is_written_as_by_hand(
    formula: str, cells: Mapping[str, str | int], expected: str, why: str
) -> None:
    """Letters have their numbers below, and nothing is rounded where nothing is left over."""
    assert expected == plain(mathematics_of(read(formula).tree, cells)), why


def test_a_sum_of_words_is_spaced_as_one() -> None:
    """Names are identifiers to a browser: words would count as spaces around an operator."""
    sheet = Worksheet([line("total", "first_part + second_part")])
    step = sheet.steps(sheet.solve({"first_part": 1, "second_part": 2}), "total")[0]
    assert not any("<mtext" in equation for equation in step_equations(step))


def test_a_comparison_stands_in_parentheses() -> None:
    """stays = (7/9 ≤ 0.5) = 0 is no chain of relations."""
    sheet = Worksheet([line("stays", "overlap <= limit")])
    step = sheet.steps(sheet.solve({"overlap": Fraction(7, 9), "limit": 1}), "stays")[0]
    texts = ["".join(ET.fromstring(e).itertext()) for e in step_equations(step)]  # noqa: S314 -- our own
    assert ["stays", "=(overlap≤limit)", "=(79≤1)", "=1"] == texts


ENDS = [
    # the value, how precisely it is asked for, how the worked solution ends, why
    (Fraction(6, 5), Precision("decimals", 3), ["=1.2"], "1.200 says no more"),
    (Fraction(1, 7), Precision("decimals", 3), ["=17", "≈0.143"], "a fraction, then rounded"),
    (
        Fraction(102764544, 134670244),
        Precision("digits", 4),
        ["≈0.7631"],
        "what is too long to be shown is rounded once",
    ),
]


@pytest.mark.parametrize(("value", "precision", "ends", "why"), ENDS)
def test_an_answer_is_rounded_once(
    value: Fraction, precision: Precision, ends: list[str], why: str
) -> None:
    """The last lines of a solution, and those of a terminal, hold one rounded number at most."""
    sheet = Worksheet([line("share", "part / whole")])
    cells = sheet.solve({"part": value.numerator, "whole": value.denominator})
    (step,) = worked(sheet.steps(cells, "share"), AnswerKey("share", "share", precision=precision))
    texts = ["".join(ET.fromstring(e).itertext()) for e in step_equations(step)]  # noqa: S314 -- our own
    assert ends == texts[3:], why
    assert [end[0] for end in ends] == [sign for sign, _ in step.ends]
    assert sum(sign == "≈" for sign, _ in step.ends) == step.latex.count(r"\approx")


@given(st.integers(-500, 500), st.integers(1, 500))
def test_a_step_shows_its_numbers(left: int, right: int) -> None:
    """The numbers put in and the result stand in the equations."""
    sheet = Worksheet([line("result", "left / right + 7")])
    step = sheet.steps(sheet.solve({"left": left, "right": right}), "result")[0]
    equations = step_equations(step)
    texts = ["".join(ET.fromstring(e).itertext()) for e in equations]  # noqa: S314 -- our own
    assert "result" == texts[0]
    assert str(abs(left)) in texts[2]
    assert texts[-1][0] in "=≈"


@pytest.mark.parametrize(
    "question", [q for q in load_bank().values() if q.kind == "numeric"], ids=lambda q: q.id
)
def test_every_step_of_the_bank_is_mathematics(question: Question) -> None:
    """Each worked step of each question is well-formed MathML of the listed elements."""
    variant = make_variant(question, "steps")
    for key in question.numeric.marking.keys:
        for step in variant.steps(key.part):
            equations = step_equations(step)
            assert len(equations) >= 2
            for equation in equations:
                # A long equation is several formulas side by side, between which it may break.
                line = ET.fromstring(f"<line>{equation}</line>")  # noqa: S314 -- our own output
                assert {"math"} == {formula.tag for formula in line}
                assert {element.tag for element in line.iter()} <= ELEMENTS | {"line"}
