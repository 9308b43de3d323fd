"""From a secret to numbers: seeds that don't tell on each other, and one stream per draw.

A seed is HMAC-SHA256(secret, purpose | question | content hash | who | attempt). Each draw has a
stream of its own under the seed, named after it, so a new draw leaves the others as they
were. Whole numbers come from HMAC blocks by rejection, without Python's `random`: the same
seed gives the same numbers on every machine and every version of Python, for ever.

After its 32 bytes a seed says on which side it deals. The numbers of homework and exams are never
those of practice and decks, so that nobody meets them while practising.
"""

import hmac
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from math import prod
from typing import Final, Literal, TypeVar

from grader.arithmetic import Number

Purpose = Literal["practice", "homework", "deck", "exam", "export", "preview"]
PURPOSES: Final[tuple[Purpose, ...]] = (
    "practice",
    "homework",
    "deck",
    "exam",
    "export",
    "preview",
)

SEED_BYTES: Final = 32
# Which half of a question's variants each purpose deals from; a preview, and a seed from before
# there were sides, from both.
_PRACTISED: Final = b"p"
_HELD_BACK: Final = b"h"
SIDES: Final[Mapping[Purpose, bytes]] = {
    "practice": _PRACTISED,
    "deck": _PRACTISED,
    "homework": _HELD_BACK,
    "exam": _HELD_BACK,
    "export": _HELD_BACK,
    "preview": b"",
}
# A question of fewer combinations than make so many a side has no sides: all is dealt to all.
FEWEST_OF_SIDE: Final = 20
# The same everywhere, since a deck is made in one place and homework is set in another.
_SIDES_KEY: Final = b"gradeck sides"

_Item = TypeVar("_Item")
_WORD: Final = 8
_WORDS: Final = 1 << (8 * _WORD)

# A preview is shown to anybody who has the file, so that its secret is none.
_PREVIEW: Final = b"gradeck preview"


def _joined(*parts: str) -> bytes:
    """Texts one after another, each with its length before it: no two lists join alike."""
    encoded = (part.encode() for part in parts)
    return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)


def seed_for(
    secret: bytes, purpose: Purpose, question: str, content_hash: str, who: str, *, attempt: int = 0
) -> bytes:
    """The seed of one person's attempt at one version of a question: 32 bytes, and its side.

    >>> homework = seed_for(b"secret", "homework", "cnn/stack", "9f", "ada")
    >>> homework == seed_for(b"secret", "exam", "cnn/stack", "9f", "ada")
    False
    """
    if purpose not in PURPOSES:
        message = f"a purpose is one of {', '.join(PURPOSES)}; got {purpose!r}"
        raise ValueError(message)
    message_parts = _joined(purpose, question, content_hash, who, str(attempt))
    return hmac.digest(secret, message_parts, "sha256") + SIDES[purpose]


def side_of(question: str, numbers: Mapping[str, Number]) -> bytes:
    """The side on which a question's variant with these numbers is dealt.

    >>> side_of("cnn/stack", {"height": 8}), side_of("cnn/stack", {"height": 10})
    (b'p', b'h')
    """
    drawn = (f"{name} {value}" for name, value in sorted(numbers.items()))
    digest = hmac.digest(_SIDES_KEY, _joined(question, *drawn), "sha256")
    return (_PRACTISED, _HELD_BACK)[digest[0] % 2]


def has_sides(draws: Mapping[str, Sequence[Number]]) -> bool:
    """Whether there are enough combinations of draws for two sides.

    >>> has_sides({"kernel": [3, 5, 7]}), has_sides({"kernel": [3, 5, 7], "height": range(14)})
    (False, True)
    """
    return prod(len(values) for values in draws.values()) >= 2 * FEWEST_OF_SIDE


def may_deal(seed: bytes, question: str, numbers: Mapping[str, Number]) -> bool:
    """Whether the numbers are on the seed's side."""
    side = seed[SEED_BYTES:]
    return not side or side == side_of(question, numbers)


def preview_seed(question: str, text: str) -> bytes:
    """The seed that `--seed TEXT` stands for.

    It leaves the content hash out: an author who mends a sentence keeps the same numbers.

    >>> preview_seed("cnn/pooled-size", "1").hex()[:16]
    '1a3cb44014dbaf7d'
    """
    return seed_for(_PREVIEW, "preview", question, "", text)


@lru_cache(maxsize=4096)
def _block(name: str, attempt: int, block: int) -> bytes:
    """What is authenticated for one block of a stream."""
    return _joined("draw", name, str(attempt), str(block))


def integers(seed: bytes, name: str, attempt: int, below: int) -> Iterator[int]:
    """An endless stream of whole numbers from 0 to `below` - 1, all equally likely.

    >>> stream = integers(b"seed", "height", 0, 6)
    >>> [next(stream) for _ in range(8)]
    [0, 3, 2, 1, 1, 1, 3, 5]
    """
    accepted = _WORDS - _WORDS % below
    block = 0
    while True:
        digest = hmac.digest(seed[:SEED_BYTES], _block(name, attempt, block), "sha256")
        for start in range(0, len(digest), _WORD):
            word = int.from_bytes(digest[start : start + _WORD], "big")
            if word < accepted:
                yield word % below
        block += 1


def draw(draws: Mapping[str, Sequence[Number]], seed: bytes, attempt: int = 0) -> dict[str, Number]:
    """One value for each draw, each from a stream of its own.

    >>> drawn = draw({"kernel": [3, 5, 7], "height": range(100, 401, 20)}, b"seed")
    >>> drawn["kernel"] == draw({"kernel": [3, 5, 7]}, b"seed")["kernel"]
    True
    """
    return {
        name: values[next(integers(seed, name, attempt, len(values)))]
        for name, values in draws.items()
    }


def shuffled(items: Sequence[_Item], seed: bytes, name: str, attempt: int = 0) -> list[_Item]:
    """The items in an order of which all are equally likely (Fisher and Yates).

    >>> sorted(shuffled("abcd", b"seed", "statements"))
    ['a', 'b', 'c', 'd']
    """
    result = list(items)
    for last in range(len(result) - 1, 0, -1):
        other = next(integers(seed, f"{name}/{last}", attempt, last + 1))
        result[last], result[other] = result[other], result[last]
    return result
