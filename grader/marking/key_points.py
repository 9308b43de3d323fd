"""Marking free text by a key point: right where an accepted wording is found, never wrong.

Words can't be judged by a table: what isn't recognised, or is denied, is *held* for a human.
It earns nothing yet and costs no attempt.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from grader.arithmetic import Number
from grader.marking.numbers import Outcome, PartVerdict
from grader.wording import Text

MAX_LENGTH: Final = 1000

_EMPTY: Final = Text("Write the point in a few words.", "请用几个字写出要点。")
_TOO_LONG: Final = Text(
    "That is over {most} characters: write the point in a few words.",
    "超过 {most} 个字符，请用几个字写出要点。",
)
_RIGHT: Final = Text("Correct.", "正确。")
_HELD: Final = Text(
    "Not recognised for certain: a person will look at it.", "无法确定，将由人工评阅。"
)
_DENIALS: Final = frozenset(
    [
        "no",
        "not",
        "never",
        "none",
        "without",
        "cannot",
        "can't",
        "don't",
        "doesn't",
        "isn't",
        "aren't",
        "won't",
        "neither",
        "nor",
    ]
)
_CHINESE_DENIALS: Final = ("不", "没", "无", "非", "勿", "别")
_ARTICLES: Final = frozenset({"a", "an", "the"})
_WORD: Final = re.compile(r"[a-z0-9]+(?:['’][a-z]+)?|[^\W\d_a-z]")


@dataclass(frozen=True, slots=True)
class KeyPoint:
    """The answer key of one point: the wordings in any language that are right.

    `others` are wordings of other points: who says one of them may mean that point.
    """

    part: str
    accept: tuple[str, ...]
    others: tuple[str, ...] = ()
    points: Number = 1


def words(text: str) -> tuple[str, ...]:
    """The words of a text, one for each Chinese character, in small letters, without articles.

    >>> words("Use a Smaller mini-batch!"), words("减小批量。")
    (('use', 'smaller', 'mini', 'batch'), ('减', '小', '批', '量'))
    """
    normal = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return tuple(word for word in _WORD.findall(normal) if word not in _ARTICLES)


def mark_key_point(key: KeyPoint, raw: str) -> PartVerdict:
    """The verdict on one point: right, held for a human, or unreadable where nothing is said.

    >>> key = KeyPoint("batch", ("smaller mini-batch", "减小批量"))
    >>> mark_key_point(key, "I would take a smaller mini-batch").outcome
    'right'
    >>> mark_key_point(key, "never a smaller mini-batch").outcome
    'held'
    """
    said = words(raw[: MAX_LENGTH + 1])
    if len(raw) > MAX_LENGTH:
        return _verdict(key, raw, "unreadable", _TOO_LONG.format(most=str(MAX_LENGTH)))
    if not said:
        return _verdict(key, raw, "unreadable", _EMPTY)
    found = [own for wording in key.accept if _says(said, own := words(wording))]
    # "A 1x1 convolution" also stands in "a 1x1 convolution, then a 3x3 one", another point.
    others = [other for wording in key.others if _says(said, other := words(wording))]
    if found and all(any(_contains(own, other) for own in found) for other in others):
        return _verdict(key, raw, "right", _RIGHT)
    return _verdict(key, raw, "held", _HELD)


def _verdict(key: KeyPoint, raw: str, outcome: Outcome, feedback: Text) -> PartVerdict:
    read_as = None if outcome == "unreadable" else " ".join(raw.split())
    points = key.points if outcome == "right" else 0
    return PartVerdict(key.part, raw, read_as, outcome, points, (), None, feedback)


def _says(said: tuple[str, ...], wording: tuple[str, ...]) -> bool:
    """Whether the wording stands in what was said, with no denial that isn't its own."""
    if not wording or _denials(said) != _denials(wording):
        return False
    return _contains(said, wording)


def _contains(longer: tuple[str, ...], shorter: tuple[str, ...]) -> bool:
    """Whether the words of the one stand together in the other."""
    length = len(shorter)
    return any(longer[i : i + length] == shorter for i in range(len(longer) - length + 1))


def _denials(of: Iterable[str]) -> int:
    return sum(word in _DENIALS or word in _CHINESE_DENIALS for word in of)
