"""Names: how draws, lines and ids are spelt, and what is said of a name that isn't known."""

import difflib
import heapq
from collections.abc import Collection, Iterable
from functools import lru_cache
from itertools import pairwise
from typing import Final

# Of a draw; of a line or a layer, which may have dots; of what is known by its id in lower case.
NAME: Final = r"[A-Za-z_][A-Za-z0-9_]*"
DOTTED_NAME: Final = rf"{NAME}(?:\.[A-Za-z0-9_]+)*"
IDENTIFIER: Final = r"[a-z0-9]+(?:-[a-z0-9]+)*"

_COMPARED: Final = 30
_ALIKE: Final = 0.6
_BEGINNING: Final = 3
_LONGEST: Final = 80
_LISTED: Final = 10


def nearest_name(name: str, known: Iterable[str]) -> str | None:
    """The known name that a misspelt one is nearest to; None where none is near.

    One that the given name begins is near; so is one with most of its letters, whatever their
    case. A topic that both have before a slash makes them no more alike.

    >>> nearest_name("hieght", ["height", "width"]), nearest_name("grid", ["residual", "window"])
    ('height', None)
    >>> nearest_name("cnn/three", ["cnn/lrn-edge", "cnn/three-conv-layers"])
    'cnn/three-conv-layers'
    """
    names = sorted(known)
    begun = [one for one in names if one.casefold().startswith(name.casefold())]
    if len(name) >= _BEGINNING and begun:
        return min(begun, key=len)
    pairs = _pairs(name)
    # Comparing letter by letter takes long: of many names only those that share most are.
    alike = heapq.nlargest(_COMPARED, names, key=lambda one: len(pairs & _pairs(one)))
    nearest = max(alike, key=lambda one: _likeness(name, one), default="")
    return nearest if nearest and _likeness(name, nearest) >= _ALIKE else None


def nearest_hint(name: str, known: Collection[str]) -> str:
    """What to do about a name that isn't known: the nearest that is, or what there is.

    >>> nearest_hint("hieght", ["height", "width"]), nearest_hint("x", ["height", "width"])
    ("the nearest is 'height'", 'there are: height, width')
    """
    if (near := nearest_name(name, known)) is not None:
        return f"the nearest is {near!r}"
    if not known:
        return "there are none"
    return f"there are: {', '.join(sorted(known)[:_LISTED])}{', ...' * (len(known) > _LISTED)}"


def _likeness(name: str, other: str) -> float:
    """From 0 to 1: the share of letters that two names have in common, in their order."""
    one, two = name.casefold()[:_LONGEST], other.casefold()[:_LONGEST]
    (topic, _, first), (other_topic, _, second) = one.rpartition("/"), two.rpartition("/")
    if topic == other_topic:
        one, two = first, second
    if max(len(one), len(two)) >= 2 * min(len(one), len(two)):
        return 0.0
    # Of two that are as like, the one that is written in the same case.
    same = sum(a == b for a, b in zip(name, other, strict=False))
    return difflib.SequenceMatcher(None, one, two, autojunk=False).ratio() + same / 10**6


@lru_cache(maxsize=8192)
def _pairs(name: str) -> frozenset[str]:
    """The pairs of neighbouring letters at a name's beginning."""
    return frozenset(one + other for one, other in pairwise(name[:_LONGEST].casefold()))
