"""Marking a choice of statements: which of those dealt hold."""

import re
from dataclasses import dataclass
from fractions import Fraction
from string import ascii_uppercase
from typing import Final

from grader.arithmetic import Number, whole
from grader.marking.verdict import PartVerdict, ReadAnswer
from grader.wording import Text

LETTERS: Final = ascii_uppercase

_NO_LETTER: Final = Text(
    "Name the statements by their letters, as in A, C.", "请用字母指出陈述，例如 A、C。"
)
_ONE_LETTER: Final = Text(
    "Exactly one statement holds: name one letter.", "只有一项成立，请只写一个字母。"
)
_UNKNOWN: Final = Text("There is no statement {letter} here.", "这里没有陈述 {letter}。")
_BETWEEN: Final = Text(" ", "")
_ABOUT: Final = Text("{letter}: {reason}", "{letter}：{reason}")
_FULL_WIDTH: Final = {ord("Ａ") + index: letter for index, letter in enumerate(LETTERS)}
_SEPARATORS: Final = re.compile(r"[\s,;；，、.。和&+]+|\band\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Option:
    """A statement as it was dealt: its letter, its id, whether it holds, and why."""

    letter: str
    id: str
    holds: bool
    says: Text
    reason: Text


@dataclass(frozen=True, slots=True)
class ChoiceKey:
    """The answer key of a choice: the dealt statements; `single` where one is to be named.

    Of a `single` more than one may hold, once a statement was corrected: each of them is right.
    """

    part: str
    options: tuple[Option, ...]
    single: bool
    points: Number = 1

    @property
    def right(self) -> str:
        """The letters of the statements that hold.

        >>> says = Text("", "")
        >>> ChoiceKey("choice", (Option("A", "x", True, says, says),), True).right
        'A'
        """
        holding = [option.letter for option in self.options if option.holds]
        return (" / " if self.single else ", ").join(holding)


def mark_choice(key: ChoiceKey, raw: str) -> PartVerdict:
    """The verdict on letters such as `A, C`.

    Each statement that holds and was named earns its share; each that was named and doesn't
    hold takes a share away, down to nothing. The feedback gives the reason of each statement
    that was misjudged, and `mistakes` their ids.

    >>> says = Text("", "")
    >>> options = (Option("A", "x", True, says, says), Option("B", "y", True, says, says))
    >>> mark_choice(ChoiceKey("choice", options, False), "a").points
    Fraction(1, 2)
    """
    letters = read_letters(key, raw)
    if isinstance(letters, Text):
        return PartVerdict.unreadable(key.part, raw, letters)
    misjudged = [o for o in key.options if o.holds != (o.letter in letters)]
    answer = ReadAnswer(key.part, raw, ", ".join(sorted(letters)))
    enough = key.single and any(o.holds and o.letter in letters for o in key.options)
    if enough or not misjudged:
        return PartVerdict.right(answer, key.points)
    holding = sum(option.holds for option in key.options)
    named = sum(1 if o.holds else -1 for o in key.options if o.letter in letters)
    points = whole(key.points * Fraction(max(named, 0), holding))
    reasons = _BETWEEN.join([_ABOUT.format(letter=o.letter, reason=o.reason) for o in misjudged])
    return PartVerdict.wrong(answer, reasons, mistakes=(o.id for o in misjudged), points=points)


def read_letters(key: ChoiceKey, raw: str) -> frozenset[str] | Text:
    """The letters that a text names; or the sentence that says why it can't be read.

    >>> says = Text("", "")
    >>> options = tuple(Option(letter, letter, True, says, says) for letter in "ABC")
    >>> sorted(read_letters(ChoiceKey("choice", options, False), "c and Ａ"))
    ['A', 'C']
    """
    text = _SEPARATORS.sub(" ", raw[:200].translate(_FULL_WIDTH)).upper()
    letters = [character for character in text if not character.isspace()]
    if not letters:
        return _NO_LETTER
    known = {option.letter for option in key.options}
    for letter in letters:
        if letter not in known:
            return _UNKNOWN.format(letter=letter) if letter.isalnum() else _NO_LETTER
    if key.single and len(set(letters)) > 1:
        return _ONE_LETTER
    return frozenset(letters)
