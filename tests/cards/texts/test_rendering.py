"""Rendering: safe HTML whatever the text says, and plain text that reads well."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.texts.rendering import html, html_inline, plain_text, spans, text_faults
from grader.errors import FormulaError

HOSTILE = [
    ("<script>alert(1)</script>", "a script"),
    ("<img src=x onerror=alert(1)>", "an event handler"),
    ("[x](javascript:alert(1))", "a link that runs"),
    ("[x](data:text/html;base64,PHNjcmlwdD4=)", "a link with a page in it"),
    ("![x](https://example.com/x.png)", "a picture from elsewhere"),
    ("<svg onload=alert(1)>", "a drawing that runs"),
    (
        "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
        "a parser's trap",
    ),
    ("$\\text{<img src=x onerror=alert(1)>}$", "markup in mathematics"),
    ("<a href='https://example.com' onclick='x()'>", "an attribute that runs"),
    ("<style>*{display:none}</style>", "a style"),
    ("`<b onmouseover=x>`", "code is shown, not run"),
    ('<https://example.com/" onclick="x()>', "a quote in an address"),
    ("&lt;script&gt;", "entities stay entities"),
]
_ELEMENT = re.compile(r"<\s*([a-zA-Z]+)([^>]*)>")


@pytest.mark.parametrize(("text", "why"), HOSTILE)
def test_no_text_runs(text: str, why: str) -> None:
    """Elements are those of Markdown and mathematics, and no attribute runs."""
    for written in (html(text), html_inline(text)):
        for name, attributes in _ELEMENT.findall(written):
            assert name not in {"script", "img", "svg", "style", "form", "iframe", "b"}, why
            acting = re.sub(r' alttext="[^"]*"', "", attributes)
            assert not re.search(r"\bon\w+\s*=|javascript:|data:", acting), why


@given(st.text("<>/\"'= $`*_[]()!\\&;:ascriptonlod{}\n-|1", max_size=50))
def test_any_text_is_safe(text: str) -> None:
    """No mixture of marks gives an element outside of the lists."""
    try:
        written = html(text)
    except FormulaError as error:
        written = str(error.offset)
    allowed = {"p", "em", "strong", "code", "pre", "a", "br", "hr", "blockquote", "ul", "ol", "li"}
    allowed |= {"h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"}
    for name, attributes in _ELEMENT.findall(written):
        assert name in allowed or name.startswith("m")
        assert not re.search(r"\son\w+\s*=", attributes)


RENDERED = [
    ("**bold** and *slanted*", "<p><strong>bold</strong> and <em>slanted</em></p>\n", "marks"),
    (
        "$k^2$",
        '<p><math alttext="k²"><msup><mi>k</mi><mn>2</mn></msup></math></p>\n',
        "mathematics",
    ),
    (
        "$$k$$",
        '<p><math display="block" alttext="k"><mi>k</mi></math></p>\n',
        "mathematics in a block of its own",
    ),
    ("costs \\$5 and \\$6", "<p>costs $5 and $6</p>\n", "dollars that are money"),
    ("`$x$`", "<p><code>$x$</code></p>\n", "code isn't mathematics"),
    ("$a_1 * b * c$ *x*", None, "stars in mathematics aren't marks"),
]


@pytest.mark.parametrize(("text", "expected", "why"), RENDERED)
def test_markdown_with_mathematics(text: str, expected: str | None, why: str) -> None:
    """Markdown's marks and mathematics stand side by side."""
    written = html(text)
    if expected is None:
        assert ("<em>x</em>" in written, written.count("<em>")) == (True, 1), why
    else:
        assert expected == written, why


PLAIN = [
    ("**Find** $\\frac{n}{2}$.", "Find n/2.", "marks go, mathematics stays on the line"),
    ("one\ntwo", "one two", "a broken line is one paragraph"),
    ("one\n\ntwo", "one\n\ntwo", "paragraphs stay apart"),
    ("- a\n- b", "- a\n- b", "a list"),
    ("3. a\n4. b", "3. a\n4. b", "a numbered list keeps its numbers"),
    ("| a | b |\n|---|---|\n| 1 | 2 |", "a | b\n1 | 2", "a table"),
    ("use `same`", "use same", "code"),
    ("[text](https://example.com)", "text", "a link keeps its words"),
]


@pytest.mark.parametrize(("text", "expected", "why"), PLAIN)
def test_plain_text_reads_well(text: str, expected: str, why: str) -> None:
    """A terminal shows words, not marks."""
    assert expected == plain_text(text), why


FAULTS = [
    ("a $ b", "a lone $", "a dollar without its partner"),
    ("$\\foo$", "\\foo", "an unknown command"),
    ("**注意：**这里", "'**'", "punctuation inside of the marks"),
    ("**“引号”**之后", "'**'", "quotes inside of the marks"),
    ("$ $ $", "a lone $", "three dollars"),
]


@pytest.mark.parametrize(("text", "words", "why"), FAULTS)
def test_texts_that_would_look_wrong_are_found(text: str, words: str, why: str) -> None:
    """What an author would see only on the page is reported when the file is loaded."""
    assert any(words in " ".join(fault) for fault in text_faults(text)), why


@pytest.mark.parametrize(
    "text",
    ["**注意**：这里", "$a$ and $b$", "\\$5", "a_b and c_d", "2 * 3 * 4", "`**`", "注意*这里*吧"],
)
def test_texts_that_look_right_have_no_fault(text: str) -> None:
    """Nothing is reported where nothing is wrong."""
    assert [] == list(text_faults(text))


@given(st.text("ab$\\`{} \n", max_size=40))
def test_spans_lose_nothing(text: str) -> None:
    """Cut into words and mathematics, a text is still the whole text."""
    assert text == "".join(span for span, _ in spans(text))
