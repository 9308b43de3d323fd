"""Mathematics: what KaTeX writes, we write alike; what is unknown is refused, and nothing leaks."""

import re
import unicodedata
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cards.mathematics.latex import read_mathematics
from cards.mathematics.mathml import ATTRIBUTES, ELEMENTS, mathml
from cards.mathematics.plain import plain
from cards.mathematics.symbols import ACCENTS, FENCES, FUNCTIONS, GREEK, LARGE, OPERATORS, UPRIGHT
from cards.mathematics.tree import Row
from grader.errors import FormulaError

VECTORS = Path(__file__).parents[2] / "vectors" / "mathematics.yaml"
_ROWS: dict[str, Any] = yaml.safe_load(VECTORS.read_text(encoding="utf-8"))

# Where KaTeX takes another character for the same mark.
_SAME = str.maketrans({"ˉ": "¯", "⃗": "→", "‾": "¯", "∥": "‖", "∣": "|"})
_SHAPES = {"mfrac", "msqrt", "mroot", "msub", "msup", "msubsup", "mtable", "mtr", "mtd", "mover"}

PLAIN = [
    (r"\left\lceil \frac{75}{2} \right\rceil = 38", "⌈75/2⌉ = 38", "brackets and a fraction"),
    (r"\frac{n + 2p - k}{s} + 1", "(n + 2p − k)/s + 1", "a fraction's upper half is one thing"),
    (r"\frac{1}{\frac{1}{a} + b}", "1/(1/a + b)", "a fraction in a fraction"),
    (r"k^2", "k²", "a digit raised"),
    (r"10^{-4}", "10⁻⁴", "a negative power"),
    (r"e^{-x^2}", "e^(−x²)", "a power of a power"),
    (r"a^{b}", "a^b", "a letter raised"),
    (r"x_{i,j}", "x_(i, j)", "two indices"),
    (r"\text{out} = \lfloor n / s \rfloor", "out = ⌊n/s⌋", "words"),
    (r"12{,}544 \times 3", "12,544 × 3", "thousands"),
    (r"-3 + -4", "-3 + -4", "signs that belong to a number"),
    (r"f'(x)", "f′(x)", "a prime"),
    (r"\hat{y}", "ŷ", "an accent"),
    (r"\max(0, x)", "max (0, x)", "a function"),
]


def _tree(latex: str) -> ET.Element:
    return ET.fromstring(mathml(read_mathematics(latex)))  # noqa: S314 -- our own output


def _text(element: ET.Element) -> str:
    text = unicodedata.normalize("NFKC", "".join(element.itertext())).translate(_SAME)
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("row", _ROWS["written"], ids=lambda row: row["latex"])
def test_it_has_katexs_text_and_shape(row: dict[str, Any]) -> None:
    """The leaves' text and the elements that give shape are those that KaTeX writes."""
    element = _tree(row["latex"])
    expected = unicodedata.normalize("NFKC", row["text"].translate(_SAME))
    assert re.sub(r"\s", "", expected) == _text(element)
    assert row["shape"] == [e.tag for e in element.iter() if e.tag in _SHAPES]


@pytest.mark.parametrize("row", _ROWS["refused"], ids=lambda row: row["latex"])
def test_the_unknown_is_refused(row: dict[str, Any]) -> None:
    """What isn't in the subset is refused, with a sentence and a place."""
    with pytest.raises(FormulaError, match="at character"):
        read_mathematics(row["latex"])


@pytest.mark.parametrize(("latex", "expected", "why"), PLAIN)
def test_a_terminal_shows_it_on_one_line(latex: str, expected: str, why: str) -> None:
    """Plain text keeps what belongs together by parentheses."""
    assert expected.replace("-", "−") == plain(read_mathematics(latex)).replace("-", "−"), why


def test_every_symbol_is_written() -> None:
    """Each command of the tables gives one leaf that holds its character."""
    tables = (GREEK, UPRIGHT, OPERATORS, LARGE, FENCES)
    for name, character in ((n, c) for table in tables for n, c in table.items()):
        assert character == "".join(_tree(f"\\{name}").itertext())
    for name in FUNCTIONS:
        assert name == "".join(_tree(f"\\{name}").itertext())
    for name in ACCENTS:
        assert "x" in "".join(_tree(f"\\{name}{{x}}").itertext())


def test_words_cannot_become_markup() -> None:
    r"""Whatever stands in \text is text: the element that ran in a browser elsewhere doesn't."""
    written = mathml(read_mathematics(r"\text{<svg/onload=alert(1)>}"))
    assert "<svg" not in written
    assert "&lt;svg/onload=alert(1)&gt;" in written


_PIECES = st.sampled_from(
    [
        "x",
        "12",
        "{",
        "}",
        "^",
        "_",
        "'",
        "\\frac",
        "\\sqrt",
        "\\text{a<b}",
        "\\left(",
        "\\right)",
        "\\begin{pmatrix}",
        "\\end{pmatrix}",
        "&",
        "\\\\",
        "\\hat",
        "+",
        "[",
        "]",
        "\\sum",
        "<",
        ">",
    ]
)


@given(st.lists(_PIECES, max_size=14).map(" ".join))
def test_any_mixture_is_refused_or_well_formed(latex: str) -> None:
    """Whatever is read is written as well-formed XML of the listed elements and attributes."""
    try:
        tree = read_mathematics(latex)
    except FormulaError:
        tree = Row(())
    for display in (False, True):
        root = ET.fromstring(mathml(tree, display=display))  # noqa: S314 -- our own output
        for element in root.iter():
            assert element.tag in ELEMENTS
            assert set(element.attrib) <= ATTRIBUTES.get(element.tag, set())
    assert "\n" not in plain(tree)


@given(st.text(max_size=40))
def test_any_text_is_refused_or_read(latex: str) -> None:
    """No text brings the reader down."""
    try:
        written = mathml(read_mathematics(latex))
    except FormulaError as error:
        written, place = "<math ", error.offset
    else:
        place = 0
    assert written.startswith("<math ")
    assert 0 <= place <= len(latex)


def test_nesting_and_length_are_bounded() -> None:
    """Deep braces and long texts are refused, not followed to the stack's end."""
    for latex in ("{" * 500 + "}" * 500, r"\frac{" * 300, "x" * 5000, "x^{" * 400):
        with pytest.raises(FormulaError):
            read_mathematics(latex)


def test_limits_stand_above_and_below_only_in_a_block() -> None:
    """A sum's limits stand at its right within a line, above and below it in a block."""
    tree = read_mathematics(r"\sum_{i=1}^{n} i")
    assert "<msubsup>" in mathml(tree)
    assert "<munderover>" in mathml(tree, display=True)
