"""Worked steps as mathematics: the numbers of the step stand there, nothing can run."""

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
from grader.formula import read
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
                root = ET.fromstring(equation)  # noqa: S314 -- our own output
                assert {element.tag for element in root.iter()} <= ELEMENTS
