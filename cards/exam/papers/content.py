"""A printed text as a tree that a template can set: the pages' safe HTML, mathematics included.

A paper is one more reader of what a page shows, so a text is printed once and read here. The tree
goes to Typst as data and never as markup: what a question says can't become a command.

    "words"                                      text
    {"tag": "strong", "inner": [...]}            an element of the page
    {"tag": "math", "block": true, "alt": "n/2", "inner": [...]}   mathematics, MathML's elements
"""

from html.parser import HTMLParser
from typing import Any, Final

Node = str | dict[str, Any]

_KEPT: Final = ("mathvariant", "fence", "separator", "linethickness", "accent", "accentunder")
_BRACKETS: Final = frozenset("()[]{}⌊⌋⌈⌉|")
_BLANKS: Final = frozenset(" \n\t")


def content(html: str) -> list[Node]:
    """The tree of a text that is safe HTML.

    >>> content("<p>A <code>same</code> step</p>")
    [{'tag': 'p', 'inner': ['A ', {'tag': 'code', 'inner': ['same']}, ' step']}]
    >>> content("<math><mfrac><mi>n</mi><mn>2</mn></mfrac></math>")[0]["alt"]
    'n/2'
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.root["inner"]  # type: ignore[no-any-return]  # a node's inner is a list of nodes


class _Reader(HTMLParser):
    """Builds the tree; the HTML is well formed, since the sanitizer wrote it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root: dict[str, Any] = {"tag": "", "inner": []}
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        given = dict(attrs)
        node: dict[str, Any] = {"tag": tag, "inner": []}
        if tag == "math":
            node["block"] = given.get("display") == "block"
        node |= {name: given[name] for name in _KEPT if name in given}
        self.open[-1]["inner"].append(node)
        if tag not in {"br", "hr"}:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        """Close an element; mathematics gets its text then."""
        node = self.open.pop()
        if tag == "math":
            node["alt"] = " ".join(spoken(node).split())

    def handle_data(self, data: str) -> None:
        """Words; blanks between blocks and within mathematics are none."""
        inside = self.open[-1]["tag"]
        if set(data) <= _BLANKS and (inside in {"", "ul", "ol", "table", "thead", "tbody", "tr"}):
            return
        self.open[-1]["inner"].append(data)


def spoken(node: Node) -> str:
    """Mathematics on one line, as who can't see it would have it read.

    >>> spoken(content("<math><msup><mi>k</mi><mn>2</mn></msup></math>")[0])
    'k^2'
    >>> signs = "<mi>max</mi><mo>(</mo><mi>a</mi><mo>,</mo><mi>b</mi><mo>)</mo>"
    >>> spoken(content(f"<math>{signs}</math>")[0])
    'max(a, b)'
    """
    if isinstance(node, str):
        return node
    inner = [spoken(child) for child in node["inner"]]
    single = [_one(text) for text in inner]
    match node["tag"]:
        case "mo" if inner[0] in {",", ";"}:
            return f"{inner[0]} "
        case "mo" if not node.keys() & {"fence", "separator"} and inner[0] not in _BRACKETS:
            return f" {inner[0]} "
        case "mfrac":
            return "/".join(single)
        case "msqrt":
            return f"√{_one(''.join(inner))}"
        case "mroot":
            return f"{single[1]}√{single[0]}"
        case "msup" | "mover":
            return f"{inner[0]}^{single[1]}"
        case "msub" | "munder":
            return f"{inner[0]}_{single[1]}"
        case "msubsup" | "munderover":
            return f"{inner[0]}_{single[1]}^{single[2]}"
    return "".join(inner)


def _one(text: str) -> str:
    """A text in parentheses, unless it is one thing."""
    text = text.strip()
    return text if text.replace(",", "").replace(".", "").isalnum() else f"({text})"
