"""An exam plan as frozen values: what an exam consists of. `plan_file` reads it from YAML."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from math import comb
from typing import Final

from cards.question import Question
from grader.arithmetic import Number
from grader.wording import Text

HOUSES: Final = ("plain", "institution")


@dataclass(frozen=True, slots=True)
class Slot:
    """Places of an exam that share a pool: each student gets `count` of its questions.

    `points` and `minutes` are those of each place; without points a question's own count.
    `same` makes it an anchor: everybody gets the same variant. `pinned` keeps it in its place
    where the section is shuffled.
    """

    pool: tuple[Question, ...]
    count: int = 1
    points: Number | None = None
    minutes: Number | None = None
    same: bool = False
    pinned: bool = False

    def worth(self, question: Question) -> Number:
        """What a place with this question earns at most."""
        return question.points if self.points is None else self.points

    def scale(self, question: Question) -> Fraction:
        """What the question's points are multiplied by to make the slot's."""
        return Fraction(self.worth(question)) / question.points

    @property
    def skeletons(self) -> int:
        """How many different choices of questions there are."""
        return comb(len(self.pool), self.count)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a paper with a heading of its own."""

    slots: tuple[Slot, ...]
    title: Text | None = None
    text: Text | None = None
    minutes: Number | None = None
    shuffle: bool = False

    @property
    def points(self) -> Number:
        """What the section earns at most; every choice from a pool earns the same."""
        return sum((slot.count * slot.worth(slot.pool[0]) for slot in self.slots), start=0)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What an exam must keep to be printed; None asks nothing.

    neighbours     pairs of neighbours with an equal variant, at most
    overlap        share of the answers that two neighbours have in common, at most
    load           papers with one variant, at most
    spread         hardest paper's difficulty over the easiest one's, at most
    answers        different answers to a numeric part, at least
    """

    neighbours: int | None = 0
    overlap: Number | None = None
    load: int | None = None
    spread: Number | None = None
    answers: int | None = None


@dataclass(frozen=True, slots=True)
class ExamPlan:
    """What an exam consists of.

    `document` is the plan's source as canonical JSON, `content_hash` the hash of that text.
    """

    id: str
    title: Text
    sections: tuple[Section, ...]
    content_hash: str
    document: str
    minutes: int | None = None
    instructions: Text | None = None
    institution: Text | None = None
    date: str = ""
    formula_sheet: Text | None = None
    languages: tuple[str, ...] = ("en", "zh")
    house: str = "plain"
    answer_sheet: bool = False
    carried_share: Number = 1
    mistake_share: Number = 0
    thresholds: Thresholds = field(default_factory=Thresholds)

    @property
    def slots(self) -> Iterator[Slot]:
        """The slots of all sections, in their order."""
        for section in self.sections:
            yield from section.slots

    @property
    def points(self) -> Number:
        """What a paper earns at most."""
        return sum((section.points for section in self.sections), start=0)
