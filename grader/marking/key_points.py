"""Marking free text by a key point: right where an accepted wording is found.

It is wrong only where a wording is found that the author rejects, as the opposite said in so
many words. What isn't recognised, or is denied, is *held* for a human: a table can't judge it.
It earns nothing until a person decides; it was read, so it counts as an attempt.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from grader.arithmetic import Number
from grader.marking.verdict import PartVerdict, ReadAnswer
from grader.wording import Text

MAX_LENGTH: Final = 1000

_EMPTY: Final = Text("Write the point in a few words.", "请用几个字写出要点。")
_TOO_LONG: Final = Text(
    "That is over {most} characters: write the point in a few words.",
    "超过 {most} 个字符，请用几个字写出要点。",
)
DENIALS: Final = (
    *(
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
    ),
    *("不", "没", "无", "非", "勿", "别"),
)
_ARTICLES: Final = frozenset({"a", "an", "the"})
# At the beginning and before a comma these answer the cue, and deny nothing of what follows:
# "no, ...", "不，……". Later on they may deny what stands before them: "is it deeper? No, ...".
_INTERJECTION: Final = re.compile(
    r"\A\s*(?:no|yes|indeed|right|well|不是的?|不对|不|没有|否|是的?|对)\s*[,;.:!，；。：！、]\s*(?=\S)",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"[a-z0-9]+(?:['’][a-z]+)?|[^\W\d_a-z]")


@dataclass(frozen=True, slots=True)
class KeyPoint:
    """The answer key of one point: the wordings in any language that are right.

    `others` are wordings of other points: who says one of them may mean that point. Those that
    `reject` lists say the opposite, or take one thing for the other: they are wrong.
    """

    part: str
    accept: tuple[str, ...]
    others: tuple[str, ...] = ()
    points: Number = 1
    reject: tuple[str, ...] = ()


def words(text: str) -> tuple[str, ...]:
    """The words of a text, one for each Chinese character, in small letters, without articles.

    >>> words("Use a Smaller mini-batch!"), words("减小批量。")
    (('use', 'smaller', 'mini', 'batch'), ('减', '小', '批', '量'))
    """
    normal = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return tuple(word for word in _WORD.findall(normal) if word not in _ARTICLES)


def mark_key_point(key: KeyPoint, raw: str) -> PartVerdict:
    """The verdict on one point: right, wrong, held for a human, or unreadable: nothing is said.

    An accepted wording within a rejected one is not meant, nor the other way round. Where both
    stand by themselves, a human decides.

    >>> key = KeyPoint("depth", ("deeper", "更深"), reject=("LeNet is deeper", "less deep"))
    >>> [mark_key_point(key, said).outcome for said in ("It is deeper.", "not deeper")]
    ['right', 'held']
    >>> [mark_key_point(key, said).outcome for said in ("no, deeper", "less deep, LeNet is deeper")]
    ['right', 'wrong']
    """
    if len(raw) > MAX_LENGTH:
        return PartVerdict.unreadable(key.part, raw, _TOO_LONG.format(most=str(MAX_LENGTH)))
    said = words(_INTERJECTION.sub("", raw))
    if not said:
        return PartVerdict.unreadable(key.part, raw, _EMPTY)
    accepted, rejected, others = (
        _found(said, wordings) for wordings in (key.accept, key.reject, key.others)
    )
    right = [span for span in accepted if not _within(span, rejected)]
    wrong = [span for span in rejected if not _within(span, accepted)]
    answer = ReadAnswer(key.part, raw, " ".join(raw.split()))
    # "A 1x1 convolution" also stands in "a 1x1 convolution, then a 3x3 one", another point.
    if right and not wrong and all(_within(other, right) for other in others):
        return PartVerdict.right(answer, key.points)
    if wrong and not right:
        return PartVerdict.wrong(answer)
    return PartVerdict.held(answer)


def _found(said: tuple[str, ...], wordings: Iterable[str]) -> list[range]:
    """Where the wordings stand in what was said, with no denial that isn't their own."""
    spans = []
    for wording in map(words, wordings):
        if wording and _denials(said) == _denials(wording):
            length = len(wording)
            starts = (i for i in range(len(said)) if said[i : i + length] == wording)
            spans += [range(start, start + length) for start in starts]
    return spans


def _within(span: range, others: Iterable[range]) -> bool:
    """Whether a stretch of words lies within one of the others."""
    return any(other.start <= span.start and span.stop <= other.stop for other in others)


def _denials(of: Iterable[str]) -> int:
    return sum(word in DENIALS for word in of)
