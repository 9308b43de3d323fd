"""What a format cannot carry of a question: a row a loss, with the items that can lose it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from cards.lms.item import LmsItem, NumberBox, WordsBox


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that is lost: in a word or two, in a sentence, and of which items."""

    short: str
    says: str
    of: Callable[[LmsItem], bool]


def _numbers(item: LmsItem) -> list[NumberBox]:
    return [box for box in item.boxes if isinstance(box, NumberBox)]


def _diagnosed(item: LmsItem) -> bool:
    return any(reply.mistakes for box in _numbers(item) for reply in box.replies)


LOSSES: Final[Mapping[str, Loss]] = {
    "follow-through": Loss(
        "follow-through",
        "a later answer that is worked correctly from an earlier wrong one earns nothing",
        lambda item: len(_numbers(item)) > 1,
    ),
    "calculations": Loss(
        "calculations",
        "an answer is a number in digits: (3*3*3+1)*100 is not read",
        lambda item: bool(_numbers(item)),
    ),
    "fresh-numbers": Loss(
        "fresh numbers",
        "the variants are those in the file, and no new ones are drawn",
        lambda item: item.varies,
    ),
    "pairs": Loss(
        "pairs of mistakes",
        "two mistakes made at once, and those that the question doesn't list, are not named",
        _diagnosed,
    ),
    "diagnosis": Loss(
        "diagnosis",
        "a wrong number is not answered with its mistake; all of them stand in one text instead",
        _diagnosed,
    ),
    "shares": Loss(
        "shares",
        "an answer that a known mistake explains earns nothing, not a share",
        lambda item: any(0 < reply.share < 1 for box in _numbers(item) for reply in box.replies),
    ),
    "units": Loss(
        "units",
        "the number is typed without its unit, which stands beside the box",
        lambda item: any(box.unit for box in _numbers(item)),
    ),
    "hints": Loss("hints", "the hints are left out", lambda item: bool(item.hints)),
    "words": Loss(
        "marking of words",
        "a person reads the answer; the key points stand beside it",
        lambda item: any(isinstance(box, WordsBox) and box.accept for box in item.boxes),
    ),
    "together": Loss(
        "one question",
        "each part becomes a question of its own, with the whole text",
        lambda item: len(_numbers(item)) > 1,
    ),
    "points": Loss(
        "points",
        "the parts are weighted as they are worth, and the whole is to be set in the quiz",
        lambda item: len(item.boxes) > 1 and any(b.points.denominator > 1 for b in item.boxes),
    ),
    "id-number": Loss(
        "id number",
        "questions with several boxes lose their id number at the import",
        lambda item: len(item.boxes) > 1 and bool(_numbers(item)),
    ),
}


def lost(item: LmsItem, names: Iterable[str]) -> list[str]:
    """The names of those losses that the item has."""
    return [name for name in names if LOSSES[name].of(item)]
