"""HTML as XML: the same elements as a tree, MathML under a prefix of its own."""

from collections.abc import Collection, Mapping
from html.parser import HTMLParser
from typing import Final

from cards.lms.xml import Element, child

MATHEMATICS: Final = "http://www.w3.org/1998/Math/MathML"
PREFIX: Final = "m:"
_EMPTY: Final = frozenset({"br", "hr", "img"})


def put_html(parent: Element, html: str, kept: Mapping[str, Collection[str]]) -> None:
    """Put safe HTML below an element; of each HTML element only the attributes that are `kept`.

    >>> root = Element("div")
    >>> put_html(root, '<p>2 &lt; <math><mi>k</mi></math><br></p>', {})
    >>> import xml.etree.ElementTree as ET
    >>> ET.tostring(root)
    b'<div><p>2 &lt; <m:math><m:mi>k</m:mi></m:math><br /></p></div>'
    """
    reader = _Reader(parent, kept)
    reader.feed(html)
    reader.close()


class _Reader(HTMLParser):
    """Reads what our sanitizer writes: every element closed, but those that hold nothing."""

    def __init__(self, parent: Element, kept: Mapping[str, Collection[str]]) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [parent]
        self.kept = kept
        self.mathematics = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.mathematics |= tag == "math"
        given = {
            name: value or ""
            for name, value in attrs
            if self.mathematics or name in self.kept.get(tag, ())
        }
        name = f"{PREFIX}{tag}" if self.mathematics else tag
        element = child(self.open[-1], name, **given)
        if tag not in _EMPTY:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag in _EMPTY:
            return
        self.open.pop()
        if tag == "math":
            self.mathematics = False

    def handle_data(self, data: str) -> None:
        parent = self.open[-1]
        if len(parent):
            parent[-1].tail = (parent[-1].tail or "") + data
        else:
            parent.text = (parent.text or "") + data
