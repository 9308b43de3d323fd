"""Many variants of one text stored once: what they share, and columns for what differs.

The forty variants of a question say the same with other numbers. Written out, their worked
steps would fill most of a student's collection; folded, a note stays small. The card's script
unfolds the one variant that it shows.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

_NUMBER = re.compile(r"([0-9]+(?:[.,][0-9]+)*)")
_TOKEN = re.compile(r"[0-9]+(?:[.,][0-9]+)*|<[^<>0-9]*>?|[^<0-9]+")

Json = Any


@dataclass(slots=True)
class Folder:
    """Folds values of like shape; equal columns are kept once.

    >>> folder = Folder()
    >>> folder.fold(["3×3 kernels on 200×300", "5×5 kernels on 200×400"])
    {'$': [0, '×', 0, ' kernels on 200×', 1]}
    >>> folder.columns
    [('3', '5'), ('300', '400')]
    """

    _places: dict[tuple[str | None, ...], int] = field(default_factory=dict)

    @property
    def columns(self) -> list[tuple[str | None, ...]]:
        """The columns: for each place that differs, its text in every variant."""
        return list(self._places)

    def fold(self, values: Sequence[Json]) -> Json:
        """One value that stands for all: texts with numbered gaps, in the shape they share."""
        first = values[0]
        if all(value == first for value in values):
            return first
        if all(isinstance(value, dict) for value in values):
            keys = dict.fromkeys(key for value in values for key in value)
            return {key: self.fold([value.get(key) for value in values]) for key in keys}
        if all(isinstance(value, list) and len(value) == len(first) for value in values):
            return [self.fold(column) for column in zip(*values, strict=True)]
        if all(isinstance(value, str) for value in values):
            return {"$": self._texts(values)}
        if all(value is None or isinstance(value, str) for value in values):
            return {"$": [self._column(tuple(values))]}
        raise TypeError("variants differ in more than their texts")

    def _texts(self, texts: Sequence[str]) -> list[str | int]:
        split = [_NUMBER.split(text) for text in texts]
        if len({tuple(pieces[::2]) for pieces in split}) > 1:
            split = _aligned(texts)
        pieces: list[str | int] = []
        for column in zip(*split, strict=True):
            piece = column[0] if len(set(column)) == 1 else self._column(column)
            if isinstance(piece, str) and pieces and isinstance(pieces[-1], str):
                pieces[-1] += piece
            elif piece != "":
                pieces.append(piece)
        return pieces

    def _column(self, column: tuple[str | None, ...]) -> int:
        return self._places.setdefault(column, len(self._places))


def _aligned(texts: Sequence[str]) -> list[list[str]]:
    """Texts that differ in more than numbers, each cut at the same tags and words.

    >>> _aligned(["<b>-</b><i>5</i>", "<i>7</i>"])
    [['<b>-</b>', '<i>', '5', '</i>', ''], ['', '<i>', '7', '</i>', '']]
    """
    tokens = [_TOKEN.findall(text) for text in texts]
    skeletons = dict.fromkeys(tuple(t for t in own if not t[0].isdigit()) for own in tokens)
    shared, *others = skeletons
    for other in others:
        blocks = SequenceMatcher(None, shared, other, autojunk=False).get_matching_blocks()
        shared = tuple(token for start, _, size in blocks for token in shared[start : start + size])
    return [_cut(own, shared) for own in tokens]


def _cut(tokens: Sequence[str], shared: Sequence[str]) -> list[str]:
    """What stands before each of the shared tokens, and the token itself; then the rest."""
    pieces: list[str] = []
    start = 0
    for anchor in shared:
        place = tokens.index(anchor, start)
        pieces += ["".join(tokens[start:place]), anchor]
        start = place + 1
    return [*pieces, "".join(tokens[start:])]


def unfolded(folded: Json, columns: Sequence[Sequence[str | None]], variant: int) -> Json:
    """What the card's script makes of a folded value for one variant.

    >>> unfolded({"$": [0, "×", 0]}, [("3", "5")], 1)
    '5×5'
    """
    if isinstance(folded, list):
        return [unfolded(one, columns, variant) for one in folded]
    if not isinstance(folded, dict):
        return folded
    if "$" not in folded:
        return {key: unfolded(one, columns, variant) for key, one in folded.items()}
    pieces = [columns[piece][variant] if isinstance(piece, int) else piece for piece in folded["$"]]
    return pieces[0] if len(pieces) == 1 else "".join(str(piece) for piece in pieces)
