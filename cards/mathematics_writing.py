r"""Mathematics written from its tree: as MathML for pages and decks, as plain text for terminals.

>>> from cards.mathematics import read_mathematics
>>> tree = read_mathematics(r"\left\lceil \frac{75}{2} \right\rceil = 38")
>>> plain(tree)
'⌈75/2⌉ = 38'
"""

import html
from typing import Final

from cards.mathematics import (
    Accent,
    Digits,
    Fenced,
    Large,
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
    "math mrow mi mn mo mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover"
    " mtable mtr mtd".split()
)
ATTRIBUTES: Final[dict[str, set[str]]] = {
    "math": {"display"},
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
_SUPERSCRIPTS: Final = dict(zip("0123456789+−n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ", strict=True))
_TIGHT: Final = frozenset(",;.:!?()[]|{}‖⌈⌉⌊⌋⟨⟩/′@")


def mathml(tree: Tree, *, display: bool = False) -> str:
    """The mathematics as one `<math>` element.

    >>> from cards.mathematics import read_mathematics
    >>> mathml(read_mathematics("n^2"))
    '<math><msup><mi>n</mi><mn>2</mn></msup></math>'
    """
    body = "".join(_mathml(item, display) for item in _items(tree))
    return f'<math display="block">{body}</math>' if display else f"<math>{body}</math>"


def _items(tree: Tree) -> tuple[Tree, ...]:
    return tree.items if isinstance(tree, Row) else (tree,)


def _one(tree: Tree, display: bool = False) -> str:
    """A tree as exactly one element."""
    items = _items(tree)
    if len(items) == 1:
        return _mathml(items[0], display)
    return f"<mrow>{''.join(_mathml(item, display) for item in items)}</mrow>"


def _operator(text: str, attributes: str = "") -> str:
    return f"<mo{attributes}>{html.escape(text)}</mo>"


def _mathml(tree: Tree, display: bool) -> str:
    match tree:
        case Digits(text):
            return f"<mn>{text}</mn>"
        case Letter(text, upright):
            variant = ' mathvariant="normal"' if upright and len(text) == 1 else ""
            return f"<mi{variant}>{html.escape(text)}</mi>"
        case Sign(text, fence):
            if text == ",":
                return _operator(text, ' separator="true"')
            return _operator(text, ' stretchy="false"' if fence else "")
        case Large(text, limits, function):
            if function:
                return f"<mi>{html.escape(text)}</mi>"
            return _operator(text, ' movablelimits="false"' if limits and display else "")
        case Words(text, style):
            kind = f' class="{style}"' if style != "text" else ""
            # Spaces at an element's ends are dropped, unless they don't break.
            words = html.escape(text).replace(" ", "\N{NO-BREAK SPACE}")
            return f"<mtext{kind}>{words}</mtext>"
        case Space(width):
            return f'<mspace width="{width}em"></mspace>'
        case Row():
            return _one(tree, display)
        case Ratio(top, bottom, bar):
            thickness = "" if bar else ' linethickness="0"'
            return f"<mfrac{thickness}>{_one(top)}{_one(bottom)}</mfrac>"
        case Root(body, None):
            return f"<msqrt>{_one(body, display)}</msqrt>"
        case Root(body, degree):
            return f"<mroot>{_one(body, display)}{_one(degree or Row(()))}</mroot>"
        case Scripts():
            return _scripts(tree, display)
        case Accent(base, mark, under, stretched):
            mark_element = _operator(mark, "" if stretched else ' stretchy="false"')
            if under:
                return f'<munder accentunder="true">{_one(base, display)}{mark_element}</munder>'
            return f'<mover accent="true">{_one(base, display)}{mark_element}</mover>'
        case Fenced(opening, body, closing):
            left, right = (_operator(f, ' fence="true"') if f else "" for f in (opening, closing))
            return f"<mrow>{left}{_one(body, display)}{right}</mrow>"
        case Table(rows, alignment):
            return _table(rows, alignment)


def _scripts(tree: Scripts, display: bool) -> str:
    base = tree.base
    limits = display and isinstance(base, Large) and base.limits
    brace = isinstance(base, Accent) and base.mark in {"⏟", "⏞"}
    below, above = ("munder", "mover") if limits or brace else ("msub", "msup")
    if tree.above is None and tree.below is not None:
        return f"<{below}>{_one(base, display)}{_one(tree.below)}</{below}>"
    if tree.below is None and tree.above is not None:
        return f"<{above}>{_one(base, display)}{_one(tree.above)}</{above}>"
    element = "munderover" if limits or brace else "msubsup"
    scripts = _one(tree.below or Row(())) + _one(tree.above or Row(()))
    return f"<{element}>{_one(base, display)}{scripts}</{element}>"


def _table(rows: tuple[tuple[Tree, ...], ...], alignment: tuple[str, ...]) -> str:
    written = []
    for row in rows:
        cells = []
        for place, cell in enumerate(row):
            side = alignment[place % len(alignment)]
            kind = f' class="{side}"' if side != "center" else ""
            content = "".join(_mathml(item, display=True) for item in _items(cell))
            cells.append(f"<mtd{kind}>{content}</mtd>")
        written.append(f"<mtr>{''.join(cells)}</mtr>")
    style = ' displaystyle="true"' if alignment == ("right", "left") else ""
    return f"<mtable{style}>{''.join(written)}</mtable>"


def plain(tree: Tree) -> str:
    """The mathematics as one line of plain text."""
    return " ".join(_plain(tree).split())


def _plain(tree: Tree) -> str:
    match tree:
        case Digits(text) | Letter(text) | Words(text):
            return text
        case Sign(text):
            return text if text in _TIGHT else f" {text} "
        case Large(text, _, function):
            return f" {text} " if function else text
        case Space():
            return " "
        case Row(items):
            return "".join(_spaced(items))
        case Ratio(top, bottom, bar):
            sign = "/" if bar else " over "
            return f"{_grouped(top)}{sign}{_grouped(bottom)}"
        case Root(body, degree):
            head = f"{_plain(degree)}" if degree else ""
            return f"{head}√{_grouped(body)}"
        case Scripts(base, below, above):
            low = f"_{_grouped(below)}" if below else ""
            return f"{_grouped(base)}{low}{_raised(above) if above else ''}"
        case Accent(base, mark, _, stretched):
            inner = _plain(base)
            return inner if stretched or len(inner) > 1 else f"{inner}{_COMBINING.get(mark, '')}"
        case Fenced(opening, body, closing):
            return f"{opening}{_plain(body).strip()}{closing}"
        case Table(rows):
            return "; ".join("  ".join(_plain(cell).strip() for cell in row) for row in rows)


_COMBINING: Final = {
    "^": "\u0302",
    "~": "\u0303",
    "¯": "\u0304",
    "→": "\u20d7",
    "˙": "\u0307",
    "¨": "\u0308",
}


def _spaced(items: tuple[Tree, ...]) -> list[str]:
    """The items' texts; commas get a blank after them, a leading sign none."""
    texts = []
    for place, item in enumerate(items):
        text = _plain(item)
        if isinstance(item, Sign) and text in {",", ";"}:
            text += " "
        if text in {" − ", " + ", " ± "} and _is_prefix(items, place):
            text = text.strip()
        texts.append(text)
    return texts


def _is_prefix(items: tuple[Tree, ...], place: int) -> bool:
    """Whether the sign there belongs to what follows: it stands first or after another sign."""
    before = items[place - 1] if place else None
    return before is None or (isinstance(before, Sign) and before.text not in ")]|⌉⌋")


def _grouped(tree: Tree) -> str:
    """The text, in parentheses where it isn't one thing."""
    items = _items(tree)
    text = _plain(tree).strip()
    if len(items) == 1 and isinstance(items[0], Ratio):
        return f"({text})"
    return text if len(items) == 1 else f"({text})"


def _raised(tree: Tree) -> str:
    text = _plain(tree).strip().replace(" ", "")
    if text.strip("′") == "":
        return text
    if all(character in _SUPERSCRIPTS for character in text):
        return "".join(_SUPERSCRIPTS[character] for character in text)
    return f"^{_grouped(tree)}"
