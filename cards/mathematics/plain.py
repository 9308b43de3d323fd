r"""Mathematics written from its tree as one line of plain text, for terminals.

>>> from cards.mathematics.latex import read_mathematics
>>> plain(read_mathematics(r"\left\lceil \frac{75}{2} \right\rceil = 38"))
'⌈75/2⌉ = 38'
"""

import unicodedata
from typing import Final

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

_SUPERSCRIPTS: Final = dict(zip("0123456789+−n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ", strict=True))
_TIGHT: Final = frozenset(",;.:!?()[]|{}‖⌈⌉⌊⌋⟨⟩/′@")
_COMBINING: Final = {
    "^": "\u0302",
    "~": "\u0303",
    "¯": "\u0304",
    "→": "\u20d7",
    "˙": "\u0307",
    "¨": "\u0308",
}


def plain(tree: Tree) -> str:
    """The mathematics as one line of plain text.

    >>> from cards.mathematics.latex import read_mathematics
    >>> plain(read_mathematics("n^2 - 1"))
    'n² − 1'
    """
    return unicodedata.normalize("NFC", " ".join(_plain(tree).split()))


def _plain(tree: Tree) -> str:
    match tree:
        case Row(items):
            return "".join(_spaced(items))
        case Ratio(top, bottom, bar):
            return f"{_grouped(top)}{'/' if bar else ' over '}{_grouped(bottom)}"
        case Root(body, degree):
            return f"{_plain(degree) if degree else ''}√{_grouped(body)}"
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
        case leaf:
            return _leaf(leaf)


def _leaf(leaf: Leaf) -> str:
    match leaf:
        case Digits(text) | Letter(text) | Words(text):
            return text
        case Sign(text):
            return text if text in _TIGHT else f" {text} "
        case Large(text, _, function):
            return f" {text} " if function else text
        case Space():
            return " "


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
    items = tree.items if isinstance(tree, Row) else (tree,)
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
