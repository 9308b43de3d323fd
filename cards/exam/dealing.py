"""Dealing an exam: a plan, a roster and a secret give each student a sitting.

Numbers are dealt without replacement: no two students of an exam have a question with the same
numbers. The same plan, questions, students and secret give the same sittings, in whatever
order the roster lists them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import prod
from typing import Any, Final

from cards.exam.plan import ExamPlan, Slot
from cards.exam.roster import Student
from cards.question import Question
from cards.variants.draws import integers, seed_for, shuffled
from cards.variants.variant import Variant, make_variant, mark_variant
from grader.arithmetic import Number, whole
from grader.errors import Fault, QuestionError
from grader.marking.numbers import Verdict
from grader.writing import numeral

# How often a student is drawn anew because the numbers are taken: for a class that nearly
# exhausts a question's variants, so many tries still find the last one.
_TRIES: Final = 2000
_TRIES_FOR_STATEMENTS: Final = 20


@dataclass(frozen=True, slots=True)
class Place:
    """One question of a sitting: its variant and what its points are multiplied by."""

    variant: Variant
    scale: Fraction
    attempt: int

    @property
    def points(self) -> Number:
        """What the place earns at most."""
        return whole(self.variant.out_of * self.scale)

    @property
    def printed(self) -> Variant:
        """The variant with the plan's points in place of the question's."""
        keys = (replace(key, points=whole(key.points * self.scale)) for key in self.variant.keys)
        return replace(self.variant, keys=tuple(keys))

    def public(self) -> dict[str, Any]:
        """The place as the student sees it."""
        return self.printed.public()

    def with_key(self) -> dict[str, Any]:
        """The place with its answer keys, steps and every mistake's number.

        `scale` says exactly what the question's own points are multiplied by.
        """
        shown = self.printed.with_key()
        return {**shown, "attempt": self.attempt, "scale": numeral(whole(self.scale))}

    def mark(self, raw: Mapping[str, str], carried_share: Number = 1) -> Verdict:
        """The verdict on a student's texts, by part, in the plan's points."""
        verdict = mark_variant(self.variant, raw, carried_share)
        parts = (replace(part, points=whole(part.points * self.scale)) for part in verdict.parts)
        return Verdict(tuple(parts), self.points)


@dataclass(frozen=True, slots=True)
class Sitting:
    """One student's paper: its places in order."""

    student: Student
    places: tuple[Place, ...]

    @property
    def out_of(self) -> Number:
        """The points of the whole paper."""
        return sum((place.points for place in self.places), start=0)


def deal_exam(
    plan: ExamPlan,
    roster: Iterable[Student],
    secret: bytes,
    *,
    on_sitting: Callable[[], object] = lambda: None,
) -> tuple[Sitting, ...]:
    """The sitting of each student, in the roster's order; `on_sitting` is called for each dealt.

    Raises QuestionError, with figures, for a question with too few variants for the class.
    """
    students = tuple(roster)
    dealer = _Dealer(plan, secret, len(students))
    sittings = {}
    # By id, so that a roster that was sorted anew gives everybody the same paper.
    for student in sorted(students, key=lambda student: student.id):
        sittings[student.id] = dealer.sitting(student)
        on_sitting()
    if dealer.faults:
        raise QuestionError(dealer.faults.values())
    return tuple(sittings[student.id] for student in students)


class _Dealer:
    """Keeps what numbers were dealt already, and to how many."""

    def __init__(self, plan: ExamPlan, secret: bytes, students: int) -> None:
        self.plan = plan
        self.secret = secret
        self.students = students
        self.dealt: dict[str, set[object]] = {}
        self.faults: dict[str, Fault] = {}

    def sitting(self, student: Student) -> Sitting:
        places = []
        who = f"{self.plan.id}/{student.id}"
        for number, slot in enumerate(self.plan.slots):
            place = self.place(self.chosen(slot, number, who), slot, who)
            if place is not None:
                places.append(place)
        if self.plan.shuffle:
            seed = seed_for(self.secret, "exam", "order", self.plan.content_hash, who)
            places = shuffled(places, seed, "places")
        return Sitting(student, tuple(places))

    def chosen(self, slot: Slot, number: int, who: str) -> Question:
        """The question of a slot that this student gets."""
        seed = seed_for(self.secret, "exam", f"slot {number}", self.plan.content_hash, who)
        return slot.questions[next(integers(seed, "one of", 0, len(slot.questions)))]

    def place(self, question: Question, slot: Slot, who: str) -> Place | None:
        dealt = self.dealt.setdefault(question.id, set())
        if question.id in self.faults:
            return None
        tries = _TRIES if question.kind == "numeric" else _TRIES_FOR_STATEMENTS
        variant: Variant | None = None
        for attempt in range(max(tries, 1)):
            seed = seed_for(
                self.secret, "exam", question.id, question.content_hash, who, attempt=attempt
            )
            try:
                variant = make_variant(question, seed)
            except QuestionError as error:
                self.faults[question.id] = error.faults[0]
                return None
            # A list has one variant, and statements may be too few for everybody to differ.
            if variant.identity not in dealt or question.kind == "list":
                dealt.add(variant.identity)
                return Place(variant, slot.scale(question), attempt)
        if question.kind != "numeric":
            return Place(variant, slot.scale(question), tries - 1) if variant else None
        self.faults[question.id] = self.too_few(question, len(dealt))
        return None

    def too_few(self, question: Question, found: int) -> Fault:
        most = prod(len(values) for values in question.draws.values())
        expected = f"different numbers for each of {self.students:,} students"
        got = f"{found:,} variants that can tell, of {most:,} combinations of draws"
        cure = "widen `draw:`, or add a question to the place with one_of:"
        return Fault(question.where, expected, got, cure, question.line, question.id)


def equal_pairs(sittings: Sequence[Sitting]) -> int:
    """How many pairs of students have a numeric question with the same numbers."""
    seen: dict[tuple[str, object], int] = {}
    for sitting in sittings:
        for place in sitting.places:
            question = place.variant.question
            if question.kind == "numeric":
                key = question.id, place.variant.identity
                seen[key] = seen.get(key, 0) + 1
    return sum(count * (count - 1) // 2 for count in seen.values())
