"""An item: one variant as a learning management system can take it, in words and numbers alone.

Such a system runs no formula. What an answer earns, and what is said to it, is asked of our own
marking beforehand and written down as replies: so many numbers, from here to there, in the order
in which they are tried.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from grader.arithmetic import Number

FIGURE = "figure:"
"""What stands before a figure's name in an item's texts, in place of the format's own address."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the numbers from `low` to `high`, both included, earn, and what is said to them.

    `share` is of the box's points; `mistakes` are the ids of those that lead there.
    """

    low: Number
    high: Number
    share: Number
    says: str
    mistakes: tuple[str, ...] = ()

    def holds(self, value: Number) -> bool:
        """Whether this is the reply to a number, unless an earlier one is.

        >>> Reply(1, Fraction(3, 2), 1, "").holds(Fraction(5, 4))
        True
        """
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class NumberBox:
    """A box for a number: the first of its replies is the right one, whose value is `right`."""

    id: str
    ask: str
    points: Number
    right: Number
    replies: tuple[Reply, ...]
    unit: str = ""
    binary_prefixes: bool = False
    solution: str = ""

    @property
    def exact(self) -> bool:
        """Whether the right value alone is right."""
        return self.replies[0].low == self.replies[0].high


@dataclass(frozen=True, slots=True)
class LmsOption:
    """A statement to choose: its letter, its words, whether it holds, and why."""

    letter: str
    says: str
    holds: bool
    reason: str


@dataclass(frozen=True, slots=True)
class ChoiceBox:
    """Statements to choose from; `single` where exactly one holds."""

    id: str
    ask: str
    points: Number
    single: bool
    options: tuple[LmsOption, ...]
    solution: str = ""


@dataclass(frozen=True, slots=True)
class WordsBox:
    """A box for words that a person reads: the answer, and other wordings that are right."""

    id: str
    ask: str
    points: Number
    answer: str
    accept: tuple[str, ...] = ()
    solution: str = ""


Box = NumberBox | ChoiceBox | WordsBox


@dataclass(frozen=True, slots=True)
class LmsItem:
    """A variant for a system that is not ours; texts are safe HTML, the title is plain text.

    `number` counts a question's variants from 1, where it `varies`; `figures` are SVG files by
    name, to which the text points. `where` is the question's file and line, for faults.
    """

    question: str
    number: int
    varies: bool
    topic: str
    title: str
    text: str
    boxes: tuple[Box, ...]
    solution: str
    hints: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    figures: Mapping[str, str] = field(default_factory=dict)
    where: str = ""
    part: str = ""

    @property
    def id(self) -> str:
        """What the item is called for ever: its question, its part if alone, its number."""
        return "".join((self.question, f"/{self.part}" if self.part else "", f"#{self.number}"))

    @property
    def points(self) -> Number:
        """What the item is worth."""
        return sum((box.points for box in self.boxes), start=0)

    def apart(self) -> Iterator["LmsItem"]:
        """An item for each box, with the whole text."""
        if len(self.boxes) == 1:
            yield self
            return
        for box in self.boxes:
            yield replace(self, boxes=(box,), part=box.id, solution=box.solution)

    def text_with_figures_at(self, address: str) -> str:
        """The text, its figures looked for at an address."""
        return self.text.replace(f'src="{FIGURE}', f'src="{address}')


def scaled(item: LmsItem, scale: Fraction) -> LmsItem:
    """The item with all points multiplied.

    >>> box = WordsBox("a", "?", 2, "yes")
    >>> scaled(LmsItem("q", 1, False, "t", "T", "", (box,), ""), Fraction(3, 2)).points
    Fraction(3, 1)
    """
    if scale == 1:
        return item
    boxes = tuple(replace(box, points=box.points * scale) for box in item.boxes)
    return replace(item, boxes=boxes)
