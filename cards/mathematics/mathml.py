r"""Mathematics written from its tree as MathML, for pages and decks.

>>> from cards.mathematics.latex import read_mathematics
>>> mathml(read_mathematics(r"\frac{n}{2}"))
'<math alttext="n/2"><mfrac><mi>n</mi><mn>2</mn></mfrac></math>'
"""

import html
from typing import Final

from cards.mathematics.plain import plain
from cards.mathematics.tree import (
    Accent,
    Digits,
    Fenced,
    Large,
    Leaf,
    Letter,
    Ratio,
    Root,
    Row,
    Scripts,
    Sign,
    Space,
    Table,
    Tree,
    Words,
)

# Elements and attributes that `mathml` writes; the sanitizer lets these through and no others.
ELEMENTS: Final = frozenset(
    {
        *("math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mfrac", "msqrt", "mroot"),
        *("msub", "msup", "msubsup", "munder", "mover", "munderover", "mtable", "mtr", "mtd"),
    }
)
ATTRIBUTES: Final[dict[str, set[str]]] = {
    "math": {"display", "alttext"},
    "mi": {"mathvariant"},
    "mo": {"stretchy", "fence", "separator", "movablelimits", "accent"},
    "mtext": {"class"},
    "mspace": {"width"},
    "mfrac": {"linethickness"},
    "mover": {"accent"},
    "munder": {"accentunder"},
    "mtable": {"displaystyle"},
    "mtd": {"class"},
}

_WIDE: Final = str.maketrans("<>", "＜＞")
_BRACES: Final = frozenset("⏟⏞")


def mathml(tree: Tree, *, display: bool = False) -> str:
    """The mathematics as one `<math>` element; `display` for a block of its own.

    Its plain text comes along, for screens that can't set mathematics.

    >>> from cards.mathematics.latex import read_mathematics
    >>> mathml(read_mathematics("n^2"))
    '<math alttext="n²"><msup><mi>n</mi><mn>2</mn></msup></math>'
    """
    writer = _Display() if display else _Inline()
    body = "".join(writer.element(item) for item in _items(tree))
    block = ' display="block"' if display else ""
    # Browsers don't agree on whether < and > stand as they are in a serialised attribute.
    said = html.escape(plain(tree).translate(_WIDE), quote=False).replace('"', "&quot;")
    return f'<math{block} alttext="{said}">{body}</math>'


def _items(tree: Tree) -> tuple[Tree, ...]:
    return tree.items if isinstance(tree, Row) else (tree,)


def _operator(text: str, attributes: str = "") -> str:
    return f"<mo{attributes}>{html.escape(text)}</mo>"


def _words(text: str) -> str:
    """A text whose spaces stay: at an element's ends they are dropped, unless they don't break."""
    return html.escape(text).replace(" ", "\N{NO-BREAK SPACE}")


class _Inline:
    """Writes mathematics within a line: limits stand beside their sign."""

    large = ""

    def limits(self, base: Tree) -> bool:
        """Whether the scripts of this base stand above and below it."""
        return isinstance(base, Accent) and base.mark in _BRACES

    def element(self, tree: Tree) -> str:
        """The tree as one element."""
        match tree:
            case Row(items):
                inner = "".join(map(self.element, items))
                return inner if len(items) == 1 else f"<mrow>{inner}</mrow>"
            case Ratio(top, bottom, bar):
                thickness = "" if bar else ' linethickness="0"'
                parts = _INLINE.element(top) + _INLINE.element(bottom)
                return f"<mfrac{thickness}>{parts}</mfrac>"
            case Root(body, degree):
                if degree is None:
                    return f"<msqrt>{self.element(body)}</msqrt>"
                return f"<mroot>{self.element(body)}{_INLINE.element(degree)}</mroot>"
            case Scripts(base, below, above):
                return self.scripts(base, below, above)
            case Accent():
                return self.accent(tree)
            case Fenced(opening, body, closing):
                left, right = (
                    _operator(f, ' fence="true"') if f else "" for f in (opening, closing)
                )
                return f"<mrow>{left}{self.element(body)}{right}</mrow>"
            case Table():
                return _table(tree)
            case leaf:
                return self.leaf(leaf)

    def leaf(self, leaf: Leaf) -> str:
        """The element of a number, a letter, a sign, a word or a gap."""
        match leaf:
            case Digits(text):
                return f"<mn>{text}</mn>"
            case Letter(text, upright):
                variant = ' mathvariant="normal"' if upright else ""
                return f"<mi{variant}>{_words(text)}</mi>"
            case Sign(text, fence):
                if text == ",":
                    return _operator(text, ' separator="true"')
                return _operator(text, ' stretchy="false"' if fence else "")
            case Large(text, limits, function):
                if function:
                    return f"<mi>{html.escape(text)}</mi>"
                return _operator(text, self.large if limits else "")
            case Words(text, style):
                kind = f' class="{style}"' if style != "text" else ""
                return f"<mtext{kind}>{_words(text)}</mtext>"
            case Space(width):
                return f'<mspace width="{width}em"></mspace>'

    def accent(self, accent: Accent) -> str:
        """A base with a mark over or under it."""
        mark = _operator(accent.mark, "" if accent.stretched else ' stretchy="false"')
        base = self.element(accent.base)
        if accent.under:
            return f'<munder accentunder="true">{base}{mark}</munder>'
        return f'<mover accent="true">{base}{mark}</mover>'

    def scripts(self, base: Tree, below: Tree | None, above: Tree | None) -> str:
        """A base with what stands below and above it, or at its right."""
        names = ("munder", "mover", "munderover") if self.limits(base) else _BESIDE
        name = names[2] if below and above else names[0] if below else names[1]
        inner = "".join(_INLINE.element(script) for script in (below, above) if script)
        return f"<{name}>{self.element(base)}{inner}</{name}>"


class _Display(_Inline):
    """Writes mathematics in a block of its own: limits stand above and below their sign."""

    large = ' movablelimits="false"'

    def limits(self, base: Tree) -> bool:
        return super().limits(base) or (isinstance(base, Large) and base.limits)


_BESIDE: Final = ("msub", "msup", "msubsup")
_INLINE: Final = _Inline()
_DISPLAY: Final = _Display()


def _table(table: Table) -> str:
    written = []
    for row in table.rows:
        cells = []
        for place, cell in enumerate(row):
            side = table.alignment[place % len(table.alignment)]
            kind = f' class="{side}"' if side != "center" else ""
            content = "".join(_DISPLAY.element(item) for item in _items(cell))
            cells.append(f"<mtd{kind}>{content}</mtd>")
        written.append(f"<mtr>{''.join(cells)}</mtr>")
    style = ' displaystyle="true"' if table.alignment == ("right", "left") else ""
    return f"<mtable{style}>{''.join(written)}</mtable>"
