"""What explains a wrong answer: the mistakes that lead to its number, and the sentence for it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from grader.arithmetic import Number, distance
from grader.marking.verdict import NOT_YET
from grader.mistakes import Mistake
from grader.wording import Text
from grader.worksheet import untouched

_EITHER: Final = Text(
    "More than one slip leads to this number. Perhaps: {mistakes}",
    "不止一种疏忽会得到这个数。也许是：{mistakes}",
)
_OR: Final = Text(" Or: ", "或者是：")
_PAIR: Final = Text("Two things at once. {first} {second}", "有两处。{first}{second}")
_TWO_BOXES: Final = 2
_OTHER_BOX: Final = Text(
    "That is the answer to the other box. What does this one ask for?",
    "这是另一个空的答案。这一空问的是什么？",
)
_BOX: Final = Text(
    "That is the answer to box {number}. What does this one ask for?",
    "这是第 {number} 个空的答案。这一空问的是什么？",
)
_OTHER_PREFIX: Final = Text(
    "The number belongs to {meant}, the unit written is {typed}. "
    "How many bytes are in each of the two?",
    "数字对应 {meant}，写的单位却是 {typed}。这两个单位各是多少字节？",
)

WrongNumber = tuple[tuple[Mistake, ...], Number]
"""A mistake or a pair of mistakes, and the number that it leads to."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The mistakes that explain a wrong answer, and what is said to it; none where nothing does."""

    mistakes: tuple[Mistake, ...] = ()
    says: Text = NOT_YET

    @property
    def ids(self) -> tuple[str, ...]:
        """The mistakes' ids, as a verdict names them."""
        return tuple(mistake.id for mistake in self.mistakes)

    @property
    def accepted(self) -> Mistake | None:
        """The mistake that costs nothing, if it is one of them."""
        return next((mistake for mistake in self.mistakes if mistake.accepted), None)


UNEXPLAINED: Final = Diagnosis()


def nearest(candidates: Iterable[WrongNumber], value: Number) -> list[tuple[Mistake, ...]]:
    """The mistakes whose number is the nearest to `value`: all of those that share that number.

    >>> from grader.wording import both
    >>> one, two, far = (Mistake(name, untouched, both("")) for name in ("one", "two", "far"))
    >>> [m.id for (m,) in nearest([((one,), 7), ((far,), 9), ((two,), 7)], 7)]
    ['one', 'two']
    """
    best: WrongNumber | None = None
    found: list[tuple[Mistake, ...]] = []
    for mistakes, result in candidates:
        if best is None or distance(result, value) < distance(best[1], value):
            best, found = (mistakes, result), [mistakes]
        elif result == best[1]:
            found.append(mistakes)
    return found


def either(singles: Sequence[tuple[Mistake, ...]]) -> Diagnosis:
    """Single mistakes of one number: nobody knows which of them was made, so each is said.

    >>> says = [Text("The kernel alone?", "只有核？"), Text("The gaps?", "间隔？")]
    >>> either([(Mistake("slip", untouched, text),) for text in says]).says.in_("en")
    'More than one slip leads to this number. Perhaps: The kernel alone? Or: The gaps?'
    """
    mistakes = tuple(mistake for (mistake,) in singles)
    if len(mistakes) == 1:
        return Diagnosis(mistakes, mistakes[0].says)
    says = _EITHER.format(mistakes=_OR.join([mistake.says for mistake in mistakes]))
    return Diagnosis(mistakes, says) if mistakes else UNEXPLAINED


def both_made(pair: tuple[Mistake, ...]) -> Diagnosis:
    """Two mistakes made at once."""
    first, second = (mistake.says for mistake in pair)
    return Diagnosis(pair, _PAIR.format(first=first, second=second))


def other_box(number: int, boxes: int) -> Diagnosis:
    """The right answer of another part, the `number`-th of so many (from 1).

    >>> other_box(3, 4).says.in_("en")
    'That is the answer to box 3. What does this one ask for?'
    """
    says = _OTHER_BOX if boxes == _TWO_BOXES else _BOX.format(number=str(number))
    return Diagnosis((Mistake("other-part", untouched, says),), says)


def other_prefix(typed: str, meant: str) -> Diagnosis:
    """A number that is right in the unit of the other prefix: MB written for MiB.

    >>> other_prefix("MB", "MiB").ids
    ('other-prefix',)
    """
    says = _OTHER_PREFIX.format(typed=typed, meant=meant)
    return Diagnosis((Mistake("other-prefix", untouched, says),), says)
