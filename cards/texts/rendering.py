r"""A text of a question printed: Markdown with mathematics, as safe HTML and as plain text.

Markdown is CommonMark with tables, without raw HTML and without pictures (a figure is drawn
from numbers instead). `$...$` and `$$...$$` hold the mathematics of `cards.mathematics.latex`,
written as MathML. What comes out has gone through a sanitizer that knows only the elements
written here.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from cards.mathematics.latex import read_mathematics
from cards.mathematics.mathml import ATTRIBUTES, ELEMENTS, mathml
from cards.mathematics.plain import plain
from grader.errors import FormulaError

_ELEMENTS: Final = frozenset(
    {
        *("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "em", "strong", "code", "pre", "a"),
        *("blockquote", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td"),
    }
)
_SANITIZER: Final = nh3.Cleaner(
    tags=set(_ELEMENTS | ELEMENTS),
    attributes={**ATTRIBUTES, "a": {"href", "title"}, "ol": {"start"}},
    url_schemes={"http", "https"},
    link_rel="noopener noreferrer",
)
_MATHEMATICS: Final = re.compile(
    r"(?P<code>(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`))"
    r"|(?P<escaped>\\.)"
    r"|\$\$(?P<display>.+?)\$\$"
    r"|\$(?P<inline>[^$]+?)\$"
    r"|(?P<lone>\$)",
    re.DOTALL,
)

# Marks that took no effect: with a blank on both sides they are signs of the text.
_STRAY: Final = re.compile(r"\*\*|\*(?=\S)|(?<=\S)\*|(?<!\w)__?(?=\w)")
_MARKS: Final = frozenset("*_<[")
_LINK: Final = "a link to an address that begins with https://"
_TAG: Final = re.compile(
    r"</?(?:a|b|br|div|em|i|iframe|img|object|p|script|span|strong|style|sub|sup|svg|table|u)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_MARKUP: Final = (
    # What Markdown leaves in the text, or makes of it, that its author meant otherwise.
    (
        _STRAY,
        "bold or italics that take effect",
        r"put the punctuation after the closing marks, or write \*",
    ),
    (_TAG, "a text without HTML", "write Markdown, or put it between backticks"),
    (re.compile(r"\]\("), _LINK, "mend or remove it"),
)


def _mathematics_rule(
    state: StateInline,
    silent: bool,  # noqa: FBT001 -- markdown-it calls its rules so
) -> bool:
    """markdown-it's rule for `$...$`, at the current place of the state."""
    if state.src[state.pos] != "$":
        return False
    match = _MATHEMATICS.match(state.src, state.pos)
    if match is None or match["lone"]:
        return False
    if not silent:
        token = state.push("mathematics", "math", 0)
        token.content = match["display"] or match["inline"]
        token.meta = {"display": match["display"] is not None}
    state.pos = match.end()
    return True


def _render_mathematics(
    _: RendererHTML, tokens: Sequence[Token], index: int, *_rest: object
) -> str:
    token = tokens[index]
    return mathml(read_mathematics(token.content), display=token.meta["display"])


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    markdown.inline.ruler.before("escape", "mathematics", _mathematics_rule)
    markdown.add_render_rule("mathematics", _render_mathematics)
    return markdown


@lru_cache(maxsize=4096)
def html(text: str) -> str:
    r"""The text as safe HTML, in blocks; FormulaError where its mathematics can't be read.

    >>> html("A kernel of $k^2$ **weights**, <b>no</b> tags")
    '<p>A kernel of <math alttext="k²"><msup><mi>k</mi><mn>2</mn></msup></math>
    <strong>weights</strong>, &lt;b&gt;no&lt;/b&gt; tags</p>\n'
    """
    return _SANITIZER.clean(_markdown().render(text))


@lru_cache(maxsize=4096)
def html_inline(text: str) -> str:
    """The text as safe HTML without blocks, for a heading or a cell.

    >>> html_inline("*one* line")
    '<em>one</em> line'
    """
    return _SANITIZER.clean(_markdown().renderInline(text))


def plain_text(text: str) -> str:
    r"""The text as a terminal shows it: without marks, mathematics on one line.

    >>> plain_text("**Find** $\\lceil \\frac{n}{2} \\rceil$:\n\n- with `same`")
    'Find ⌈n/2⌉:\n\n- with same'
    """
    blocks: list[str] = []
    markers: list[str] = []
    numbers: list[int] = []
    tight = False
    marker = ""
    cells: list[str] | None = None
    for token in _markdown().parse(text):
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                markers.append("-" if token.type.startswith("bullet") else "#")
                numbers.append(int(token.attrs.get("start", 1)))
            case "bullet_list_close" | "ordered_list_close":
                markers.pop()
                numbers.pop()
            case "list_item_open":
                marker = "- " if markers[-1] == "-" else f"{numbers[-1]}. "
                numbers[-1] += 1
                tight = bool(blocks) and blocks[-1].lstrip()[:1] in {"-", *"0123456789"}
            case "tr_open":
                cells = []
            case "tr_close":
                separator = "\n" if blocks and " | " in blocks[-1] else "\n\n"
                blocks.append((separator if blocks else "") + " | ".join(cells or []))
                cells = None
            case "inline" | "fence" | "code_block":
                words = _inline_plain(token.children or []) if token.children else token.content
                if cells is not None:
                    cells.append(words)
                    continue
                indent = "  " * max(len(markers) - 1, 0)
                separator = ("\n" if marker and tight else "\n\n") if blocks else ""
                blocks.append(f"{separator}{indent}{marker}{words.rstrip()}")
                marker, tight = "", False
    return "".join(blocks)


def _inline_plain(tokens: Sequence[Token]) -> str:
    texts = []
    for token in tokens:
        if token.type == "mathematics":
            texts.append(plain(read_mathematics(token.content)))
        elif token.type in {"softbreak", "hardbreak"}:
            texts.append(" " if token.type == "softbreak" else "\n")
        else:
            texts.append(token.content)
    return "".join(texts)


def spans(text: str) -> Iterator[tuple[str, bool]]:
    r"""The text cut into what stands outside and inside of mathematics, its dollars included.

    >>> list(spans(r"from $n$ to \$5"))
    [('from ', False), ('$n$', True), (' to \\$5', False)]
    """
    start = 0
    for match in _MATHEMATICS.finditer(text):
        if match["display"] or match["inline"]:
            if match.start() > start:
                yield text[start : match.start()], False
            yield match[0], True
            start = match.end()
    if start < len(text):
        yield text[start:], False


def text_faults(text: str) -> Iterator[tuple[str, str, str]]:
    r"""What is wrong with a text: what was expected, what came, the cure.

    >>> list(text_faults("**注意：**这里"))
    [('bold or italics that take effect', "'**' left in the text",
    'put the punctuation after the closing marks, or write \\*')]
    """
    for match in _MATHEMATICS.finditer(text):
        if match["lone"]:
            near = text[max(match.start() - 10, 0) : match.end() + 10]
            yield "mathematics between two dollars", f"a lone $ near {near!r}", r"write \$"
            continue
        latex = match["display"] or match["inline"]
        if latex:
            try:
                read_mathematics(latex)
            except FormulaError as fault:
                yield (
                    "mathematics that Gradeck knows",
                    f"${latex}$: {fault}",
                    "see the list of commands",
                )
                return
    if not _MARKS.intersection(text):
        return
    for token in _markdown().parse(text):
        for child, after in pairwise([*(token.children or []), None]):
            wrong = _markup_fault(child, after)
            if wrong is not None:
                yield wrong
                return


def _markup_fault(token: Token | None, after: Token | None) -> tuple[str, str, str] | None:
    """What is wrong with a piece of a text, which another may follow."""
    link = token if token is not None and token.type == "link_open" else None
    if link is not None and not str(link.attrs["href"]).startswith(("https://", "http://")):
        return _LINK, f"{link.attrs['href']}", "mend or remove it"
    if token is None or token.type != "text":
        return None
    for pattern, expected, cure in _MARKUP:
        if mark := pattern.search(token.content):
            return expected, f"{mark[0]!r} left in the text", cure
    if token.content.endswith("!") and after is not None and after.type == "link_open":
        return "no picture", "one from elsewhere", "give the question a `figure:`"
    return None
