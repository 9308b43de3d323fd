"""Places in texts: numbers go where their names stand, in words and in mathematics."""

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.texts.placeholders import template, unknown_names
from cards.texts.rendering import html, plain_text
from grader.arithmetic import Number

CELLS: dict[str, Number] = {
    "h": 1200,
    "n": -3,
    "rate": Fraction(1, 8),
    "third": Fraction(1, 3),
    "conv1.height": 55,
}

FILLED = [
    ("{h} rows", "1,200 rows", "thousands in words"),
    ("$2 \\times {h}$", "$2 \\times {1{,}200}$", "thousands in mathematics set no gap"),
    ("{conv1.height}", "55", "a line's name holds dots"),
    ("{rate}", "0.125", "a fraction that decimals write"),
    ("{third}", "1/3", "a fraction that decimals don't write"),
    ("${third}$", "${\\frac{1}{3}}$", "a fraction in mathematics"),
    ("$x^{n}$", "$x^{-3}$", "a power stays in its braces"),
    ("\\{h}", "\\{h}", "a brace that isn't meant"),
    ("$\\text{h}$", "$\\text{h}$", "words in mathematics are no names"),
    ("$\\frac{a}{b}$", "$\\frac{a}{b}$", "braces that only group"),
    ("`{h}`", "`1,200`", "a place in code is a place"),
    ("{h}×{h}", "1,200×1,200", "twice"),
]


@pytest.mark.parametrize(("text", "expected", "why"), FILLED)
def test_numbers_go_in(text: str, expected: str, why: str) -> None:
    """A name in braces gives way to its number, as it is written there."""
    assert expected == template(text, CELLS).fill(CELLS), why


UNKNOWN = [
    ("{hieght}", ["hieght"], "a slip in words"),
    ("$\\frac{widht}{2}$", ["widht"], "a slip in mathematics"),
    ("$x^{k}$", [], "one letter in mathematics is a symbol"),
    ("a { b", ["{"], "a lone brace"),
    ("{ h }", ["{", "}"], "blanks inside of the braces"),
    ("\\{ \\}", [], "braces that are meant"),
    ("$\\begin{pmatrix} 1 \\end{pmatrix}$", [], "an environment's name"),
    ("$\\operatorname{softmax}(x)$", [], "an operator's name"),
]


@pytest.mark.parametrize(("text", "expected", "why"), UNKNOWN)
def test_names_that_nothing_gives_are_found(text: str, expected: list[str], why: str) -> None:
    """A name without a draw or a line is reported, a symbol isn't."""
    assert expected == list(unknown_names(text, CELLS)), why


@given(st.text("ab{}$\\ h", max_size=30))
def test_a_text_without_known_names_stays_as_it_is(text: str) -> None:
    """Cutting and joining alone changes nothing: each place holds its name again."""
    cut = template(text, ())
    names = [f"{{{name}}}" for name, _ in cut.names]
    joined = "".join(piece + name for piece, name in zip(cut.pieces, [*names, ""], strict=True))
    assert text == joined


@given(st.integers(-(10**9), 10**9))
def test_a_filled_text_renders(value: int) -> None:
    """Any number renders in words and in mathematics alike."""
    filled = template("{v} and ${v} + k$", {"v"}).fill({"v": value})
    digits = f"{abs(value):,}"
    assert 2 == re.sub(r' alttext="[^"]*"', "", html(filled)).count(digits)
    assert 2 == plain_text(filled).count(digits)
