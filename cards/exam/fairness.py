"""How fair an exam is, in figures: equally hard papers, and how much of one helps with another.

What a neighbour could copy is an answer, so answers are compared part by part, as they would be
written: two variants with other numbers may still have an answer in common.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from math import sqrt
from typing import Final

from cards.exam.difficulty import difficulty
from cards.exam.plan import Thresholds
from cards.exam.record import Exam
from cards.exam.seating import neighbours
from cards.exam.sitting import Place, Sitting
from cards.question import Numeric
from cards.texts.rendering import plain_text
from grader.arithmetic import Number
from grader.errors import Fault, QuestionError
from grader.marking.choices import ChoiceKey
from grader.numerals import numeral

WORDS_A_MINUTE: Final = 200
SECONDS_A_STEP: Final = 40
SECONDS_A_STATEMENT: Final = 60

PartId = tuple[str, str]
"""A question and one of its parts."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """A part: how many papers have it, with how many answers, and how many have the commonest."""

    part: PartId
    papers: int
    answers: int
    most: int


@dataclass(frozen=True)
class Fairness:
    """The figures of an exam; all are computed when they are asked for."""

    exam: Exam

    @cached_property
    def answers(self) -> Mapping[str, Mapping[PartId, str]]:
        """The right answer of every part of every paper, by the student's id."""
        return {sitting.student.id: dict(_answers(sitting)) for sitting in self.exam.sittings}

    @cached_property
    def difficulties(self) -> Mapping[str, Fraction]:
        """How hard each paper is expected to be, in steps, by the student's id."""
        return {
            sitting.student.id: sum((difficulty(p.variant) for p in sitting.places), Fraction(0))
            for sitting in self.exam.sittings
        }

    @property
    def spread(self) -> Fraction:
        """The hardest paper's difficulty over the easiest one's."""
        values = self.difficulties.values()
        return max(values) / min(values) if min(values) else Fraction(1)

    @property
    def mean(self) -> float:
        """The mean difficulty."""
        return float(sum(self.difficulties.values()) / len(self.difficulties))

    @property
    def deviation(self) -> float:
        """The standard deviation of the difficulties."""
        squares = sum((float(value) - self.mean) ** 2 for value in self.difficulties.values())
        return sqrt(squares / len(self.difficulties))

    @cached_property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The pairs of neighbours, each once."""
        near = neighbours([sitting.student for sitting in self.exam.sittings])
        return tuple(sorted((a, b) for a in near for b in near[a] if a < b))

    @cached_property
    def equal_neighbours(self) -> tuple[tuple[str, str, str], ...]:
        """Neighbours with an equal variant, and of which question; anchors and lists apart."""
        free = {q.id for slot in self.exam.plan.slots if not slot.same for q in slot.pool}
        cards = {
            sitting.student.id: {
                place.card
                for place in sitting.places
                if place.card[0] in free and place.variant.question.content.varies
            }
            for sitting in self.exam.sittings
        }
        return tuple((a, b, card[0]) for a, b in self.pairs for card in sorted(cards[a] & cards[b]))

    def in_common(self, one: str, other: str) -> int:
        """How many answers two papers have in common."""
        return len(self.answers[one].items() & self.answers[other].items())

    @cached_property
    def shared(self) -> Counter[int]:
        """How many pairs of papers have so many answers in common."""
        ids = list(self.answers)
        return Counter(self.in_common(a, b) for a, b in combinations(ids, 2))

    @cached_property
    def overlap(self) -> Number:
        """The largest share of their answers that two neighbours have in common."""
        shares = (
            Fraction(self.in_common(*pair), len(self.answers[pair[0]])) for pair in self.pairs
        )
        return max(shares, default=0)

    @cached_property
    def load(self) -> int:
        """How many papers have the variant that is dealt most often; anchors and lists apart."""
        free = {q.id for slot in self.exam.plan.slots if not slot.same for q in slot.pool}
        loads = Counter(
            place.card
            for sitting in self.exam.sittings
            for place in sitting.places
            if place.card[0] in free and isinstance(place.variant.question.content, Numeric)
        )
        return max(loads.values(), default=0)

    @cached_property
    def exposures(self) -> tuple[Exposure, ...]:
        """Each part's exposure, in the plan's order."""
        seen: dict[PartId, Counter[str]] = {}
        for answers in self.answers.values():
            for part, answer in answers.items():
                seen.setdefault(part, Counter())[answer] += 1
        order = list(self.exam.questions)
        return tuple(
            Exposure(part, counts.total(), len(counts), max(counts.values()))
            for part, counts in sorted(seen.items(), key=lambda item: order.index(item[0][0]))
        )

    @cached_property
    def letters(self) -> Mapping[str, Counter[str]]:
        """For each question of statements, on how many papers each letter holds."""
        held: dict[str, Counter[str]] = {}
        for place in self._places():
            for key in place.variant.keys:
                if isinstance(key, ChoiceKey):
                    counts = held.setdefault(place.variant.question.id, Counter())
                    counts.update({option.letter: int(option.holds) for option in key.options})
        return held

    @cached_property
    def minutes(self) -> Mapping[str, int]:
        """The time that each paper is expected to take, in minutes, by the student's id."""
        return {
            sitting.student.id: -(-sum(map(_seconds, sitting.places)) // 60)
            for sitting in self.exam.sittings
        }

    def _places(self) -> Iterator[Place]:
        for sitting in self.exam.sittings:
            yield from sitting.places

    def faults(self) -> list[Fault]:
        """A fault for each threshold of the plan that the exam doesn't keep."""
        asked = self.exam.plan.thresholds
        found: list[Fault] = []

        def at_most(name: str, most: Number | None, value: Number, cure: str) -> None:
            if most is not None and value > most:
                where = f"{self.exam.plan.id}: fairness.{name}"
                found.append(Fault(f"at most {numeral(most)}", _short(value), cure, file=where))

        at_most("neighbours", asked.neighbours, len(self.equal_neighbours), _WIDER)
        at_most("load", asked.load, self.load, _WIDER)
        at_most("overlap", asked.overlap, self.overlap, _WIDER)
        at_most("spread", asked.spread, self.spread, "put questions of one level into a pool")
        found += self._few_answers(asked)
        return found

    def _few_answers(self, asked: Thresholds) -> Iterator[Fault]:
        questions = self.exam.questions
        for exposure in self.exposures:
            question, part = exposure.part
            least = min(asked.answers or 0, exposure.papers)
            if isinstance(questions[question].content, Numeric) and exposure.answers < least:
                where = f"{self.exam.plan.id}: fairness.answers: {question}.{part}"
                yield Fault(
                    f"at least {least} different answers", f"{exposure.answers}", _WIDER, file=where
                )


_WIDER: Final = "widen `draw:` in the question, or give the place more questions with one_of:"


def checked(exam: Exam) -> Exam:
    """The exam, if it keeps its plan's thresholds; QuestionError with those that it doesn't."""
    if faults := Fairness(exam).faults():
        raise QuestionError(faults)
    return exam


def _answers(sitting: Sitting) -> Iterator[tuple[PartId, str]]:
    for place in sitting.places:
        variant = place.variant
        for part in variant.parts:
            answer = variant.right(part.key)["display"]
            if isinstance(part.key, ChoiceKey):
                answer = " ".join(o.id for o in sorted(part.options, key=lambda o: o.id) if o.holds)
            yield (variant.question.id, part.id), answer


def _seconds(place: Place) -> int:
    """Reading the text, working each line of the solution, judging each statement."""
    variant = place.variant
    texts = [variant.text, *(part.ask for part in variant.parts)]
    words = sum(len(plain_text(text.in_("en")).split()) for text in texts)
    steps = {step.name for part in variant.parts for step in variant.steps(part.id)}
    statements = sum(len(part.options) or (0 if steps else 1) for part in variant.parts)
    reading = 60 * words // WORDS_A_MINUTE
    return reading + SECONDS_A_STEP * len(steps) + SECONDS_A_STATEMENT * statements


def _short(value: Number) -> str:
    return numeral(value) if value == int(value) else f"{float(value):.2f}"
