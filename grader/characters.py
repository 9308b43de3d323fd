"""Characters that no text of ours may hold: they don't show, or turn around what stands by them.

Control characters, among them the one that separates the fields of an Anki note; blanks of no
width, which make another tag of a tag; and marks that reorder a line, so that it reads otherwise
than it is.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

_REFUSED: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
_LINE_ENDS: Final = re.compile(r"\r\n?|\n")


def unprintable(text: str) -> Iterator[tuple[int, str]]:
    r"""Each character that is refused: how many lines stand before it, and what it is called.

    >>> list(unprintable("one\n\u202etwo\x07"))
    [(1, 'U+202E (right-to-left override)'), (1, 'U+0007')]
    """
    if text.isascii() and text.isprintable():
        return
    for before, line in enumerate(_LINE_ENDS.split(text)):
        if not line.isprintable():
            for character in line:
                if _is_refused(character):
                    yield before, _named(character)


def without_unprintable(text: str) -> str:
    r"""The text with a blank in place of each character that is refused.

    >>> without_unprintable("one\n\u202etwo")
    'one\n two'
    """
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    return "".join(
        " " if _is_refused(character) and character not in "\r\n" else character
        for character in text
    )


def _is_refused(character: str) -> bool:
    return character != "\t" and unicodedata.category(character) in _REFUSED


def _named(character: str) -> str:
    name = unicodedata.name(character, "").lower()
    return f"U+{ord(character):04X}" + (f" ({name})" if name else "")
