"""What a student typed, in plain characters, with the offset that each of them came from.

Characters are mapped one by one from tables that can be looked at, never by a blanket
Unicode normalisation (which would turn 10² into 102).
"""

import re
from collections.abc import Sequence
from typing import Final

_INVISIBLE: Final = frozenset(
    "\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u00ad\u2066\u2067\u2068\u2069"
)
_SPACES: Final = dict.fromkeys("\u00a0\u2009\u202f\u2007\u2008\u200a\u2002\u2003\u3000\t", " ")
_FULL_WIDTH: Final = {chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F)}
_SIGNS: Final = {
    **dict.fromkeys("−–—‒﹣⁻➖\u2010\u2011", "-"),
    **dict.fromkeys("×✕✖⨯·⋅∙∗•", "*"),
    **dict.fromkeys("÷∕⁄", "/"),
    **dict.fromkeys("％﹪", "%"),
    "、": ",",
    "＾": "^",
}
_MAPPED: Final = _SPACES | _FULL_WIDTH | _SIGNS
_SUPERSCRIPTS: Final = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+", strict=True))

# Signs with one meaning where they stand, and the plain sign of the same length: = before a
# number, $ around it, ' between its thousands, x before 10^, a full stop behind its unit.
_IN_PLACE: Final = (
    (re.compile(r"^\s*=(?!=)"), "=", " "),
    (re.compile(r"^\s*\$[^$]+\$\s*$"), "$", " "),
    (re.compile(r"(?:^|[^\w.,'’])[1-9][0-9]{0,2}(?:['’][0-9]{3})+(?![0-9'’eE,])"), "'’", ","),
    (re.compile(r"(?:[0-9.][0-9.]|[1-9)])\s*[xX](?=\s*10\s*(?:\^|\*\*))"), "xX", "*"),
    (re.compile(r"(?:[^\W\d_]|%)[.。]\s*$"), ".。", " "),
)
_ROOT: Final = re.compile(r"√\s*([0-9]+(?:\.[0-9]+)?)(?![0-9.,eE])")


def in_plain_characters(raw: str) -> tuple[str, Sequence[int]]:
    """The text in plain characters, and for each the offset in the raw text it came from.

    >>> in_plain_characters("2×10³")
    ('2*10^3', [0, 1, 2, 3, 4, 4])
    >>> in_plain_characters("=9.034 x 10^5")[0]
    ' 9.034 * 10^5'
    """
    text, offsets = _mapped(raw)
    for pattern, signs, plain in _IN_PLACE:
        table = str.maketrans(dict.fromkeys(signs, plain))
        for found in pattern.finditer(text):
            text = text[: found.start()] + found[0].translate(table) + text[found.end() :]
    return _with_roots(text, offsets)


def _mapped(raw: str) -> tuple[str, Sequence[int]]:
    if raw.isascii() and "\t" not in raw:
        return raw, range(len(raw))
    characters: list[str] = []
    offsets: list[int] = []
    raised = False
    for offset, character in enumerate(raw):
        if character in _INVISIBLE:
            continue
        if character in _SUPERSCRIPTS and (raised or character not in "⁻⁺"):
            mapped = _SUPERSCRIPTS[character] if raised else f"^{_SUPERSCRIPTS[character]}"
            raised = True
        elif character == "⁻" and raw[offset + 1 : offset + 2] in _SUPERSCRIPTS:
            mapped, raised = "^-", True
        else:
            mapped, raised = _MAPPED.get(character, character), False
        characters.append(mapped)
        offsets.extend([offset] * len(mapped))
    return "".join(characters), offsets


def _with_roots(text: str, offsets: Sequence[int]) -> tuple[str, Sequence[int]]:
    """The text with √16 as sqrt(16); a root of anything longer keeps its sign."""
    if "√" not in text:
        return text, offsets
    written, at, last = "", list[int](), 0
    for found in _ROOT.finditer(text):
        here, end = offsets[found.start()], offsets[found.end() - 1]
        written += f"{text[last : found.start()]}sqrt({found[1]})"
        at += [*offsets[last : found.start()], *[here] * 5, *offsets[slice(*found.span(1))], end]
        last = found.end()
    return written + text[last:], [*at, *offsets[last:]]
