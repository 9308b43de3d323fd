"""Dealing an exam: a plan, a roster and a secret give each student a sitting.

Variants come from a list of each question (`VariantList`). No two neighbours get the same one;
those who have no seat could sit anywhere, so none of them shares one. The variants' load is even,
and a swap pass evens out how hard the papers are. The same plan, questions, students and secret
give the same sittings, in whatever order the roster lists them. Who was dealt before keeps the
paper: a student added later, or a second sitting, takes what is left of the lists.
"""

import hmac
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from math import prod
from typing import Final

from cards.exam.balancing import balanced
from cards.exam.plan import ExamPlan, Section, Slot
from cards.exam.roster import Student
from cards.exam.seating import neighbours
from cards.exam.sitting import Card, Hand, Place, Sitting
from cards.exam.variant_list import VariantList
from cards.question import Choice, Numeric, Question
from cards.variants.draws import has_sides, seed_for, shuffled
from grader.errors import Fault, QuestionError

_PAPER_SIGNS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that look alike


@dataclass(frozen=True, slots=True)
class Dealt:
    """What was dealt before: the cards of those who keep their papers, and what nobody may get."""

    kept: Mapping[str, tuple[Card, ...]] = field(default_factory=dict)
    barred: frozenset[Card] = frozenset()


def deal_exam(
    plan: ExamPlan,
    roster: Iterable[Student],
    secret: bytes,
    *,
    before: Dealt | None = None,
    on_sitting: Callable[[], object] = lambda: None,
) -> tuple[Sitting, ...]:
    """The sitting of each student, in the roster's order; `on_sitting` is called for each dealt.

    Raises QuestionError, with figures, for a question with too few variants for the class.
    """
    students = tuple(roster)
    if faults := list(_wrong_languages(plan, students)):
        raise QuestionError(faults)
    dealer = _Dealer(plan, secret, students, before or Dealt())
    hands = dealer.hands()
    if dealer.faults:
        raise QuestionError(dealer.faults.values())
    fixed = frozenset(dealer.before.kept)
    hands = balanced(hands, dealer.near, fixed)
    papers = paper_ids(plan, students, secret)
    sittings = []
    for student in students:
        sittings.append(Sitting(student, papers[student.id], dealer.ordered(student, hands)))
        on_sitting()
    return tuple(sittings)


def _wrong_languages(plan: ExamPlan, students: Iterable[Student]) -> Iterator[Fault]:
    listed = ", ".join(plan.languages)
    for student in students:
        if student.language not in plan.languages:
            expected = f"a language of the plan, which has {listed}"
            cure = "change the roster, or languages: in the plan"
            yield Fault(expected, student.language, cure, file="roster", field=student.id)


@dataclass
class _Dealer:
    """Deals slot by slot, and keeps how often each question and each variant was dealt."""

    plan: ExamPlan
    secret: bytes
    students: Sequence[Student]
    before: Dealt
    faults: dict[str, Fault] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.near = neighbours(self.students)
        self.lists = {
            question.id: VariantList(question, self.secret, self.plan.id)
            for slot in self.plan.slots
            for question in slot.pool
        }
        self.chosen: Counter[str] = Counter()
        self.load: Counter[Card] = Counter()

    def hands(self) -> dict[str, Hand]:
        """What each student gets, one after the other by id, those who keep their papers first."""
        hands: dict[str, Hand] = {}
        by_id = sorted(self.students, key=lambda student: student.id)
        for student in sorted(by_id, key=lambda student: student.id not in self.before.kept):
            hands[student.id] = self.hand(student, hands)
        return hands

    def hand(self, student: Student, hands: Mapping[str, Hand]) -> Hand:
        """A student's places by slot, in the plan's order."""
        kept = dict(self.before.kept.get(student.id, ()))
        hand: list[tuple[Place, ...]] = []
        near = {
            place.card
            for other in self.near[student.id]
            if other in hands
            for places in hands[other]
            for place in places
        }
        for index, slot in enumerate(self.plan.slots):
            who = "" if slot.same else student.id
            questions = [q for q in slot.pool if q.id in kept] or self.questions(slot, index, who)
            places = [self.place(slot, q, near, student, kept.get(q.id)) for q in questions]
            hand.append(tuple(place for place in places if place is not None))
        return tuple(hand)

    def questions(self, slot: Slot, index: int, who: str) -> list[Question]:
        """The questions of a pool that a student gets: those that fewest have, ties by lot."""
        seed = seed_for(self.secret, "exam", f"slot {index}", self.plan.content_hash, who)
        lot = shuffled(slot.pool, seed, "one of")
        if not slot.same:
            lot.sort(key=lambda question: self.chosen[question.id])
        taken = lot[: slot.count]
        self.chosen.update(question.id for question in taken)
        return sorted(taken, key=slot.pool.index)

    def place(
        self, slot: Slot, question: Question, near: set[Card], student: Student, kept: int | None
    ) -> Place | None:
        """The variant for a student: the kept one, everybody's, or the least dealt that may be."""
        listed = self.lists[question.id]
        if question.id in self.faults:
            return None
        try:
            if kept is None and slot.same:
                kept = next(n for n in count() if (question.id, n) not in self.before.barred)
            number = self.free(listed, near, student) if kept is None else kept
            self.load[question.id, number] += 1
            return Place(listed[number], slot.scale(question), number)
        except QuestionError as error:
            self.faults[question.id] = error.faults[0]
        except IndexError:
            self.faults[question.id] = self.too_few(listed)
        return None

    def free(self, listed: VariantList, near: set[Card], student: Student) -> int:
        """The number of a variant that nobody near has; IndexError where there is none."""
        name = listed.question.id
        seated = student.seat_row is not None and student.seat_column is not None
        most = self.plan.thresholds.load
        fresh = next(
            n for n in count() if not self.load[name, n] and (name, n) not in self.before.barred
        )
        if listed.has(fresh + 1):
            return fresh
        may_share = seated or most is not None or not isinstance(listed.question.content, Numeric)
        options = [
            n
            for n in range(listed.known() if may_share else 0)
            if (name, n) not in self.before.barred
            and (not listed.question.content.varies or (name, n) not in near)
            and (most is None or not listed.question.content.varies or self.load[name, n] < most)
        ]
        if not options and isinstance(listed.question.content, Choice) and listed.known():
            options = list(range(listed.known()))  # hands of statements are few: the report counts
        return min(options, key=lambda n: (self.load[name, n], n)) if options else listed.known()

    def too_few(self, listed: VariantList) -> Fault:
        question = listed.question
        content = question.content
        draws = content.draws if isinstance(content, Numeric) else {}
        most = prod(len(values) for values in draws.values())
        expected = f"different numbers for each of {len(self.students):,} students"
        got = f"{listed.known():,} variants that can tell, of {most:,} combinations of draws"
        if has_sides(draws):
            got += ", half of which are for practice"
        cure = (
            "widen `draw:`, add a question to the place with one_of:, give the roster seats, "
            "or say with fairness: {load: 2} how many may share one"
        )
        return Fault(
            expected, got, cure, file=question.where, line=question.line, field=question.id
        )

    def ordered(self, student: Student, hands: Mapping[str, Hand]) -> tuple[tuple[Place, ...], ...]:
        """The student's places section by section, shuffled where the plan says so."""
        given = iter(hands[student.id])
        who = f"{self.plan.id}/{student.id}"
        seed = seed_for(self.secret, "exam", "order", self.plan.content_hash, who)
        return tuple(
            _shuffled([(slot, next(given)) for slot in section.slots], section, seed, f"places {n}")
            for n, section in enumerate(self.plan.sections)
        )


def _shuffled(
    dealt: Sequence[tuple[Slot, tuple[Place, ...]]], section: Section, seed: bytes, name: str
) -> tuple[Place, ...]:
    """The places of a section in their order: those that are pinned stay where they are."""
    places = [(slot.pinned, place) for slot, given in dealt for place in given]
    if not section.shuffle:
        return tuple(place for _, place in places)
    loose = iter(shuffled([place for pinned, place in places if not pinned], seed, name))
    return tuple(place if pinned else next(loose) for pinned, place in places)


def paper_ids(plan: ExamPlan, students: Iterable[Student], secret: bytes) -> dict[str, str]:
    """An id for each student's paper, such as 7F3K-2Q9X, which tells nothing about the student."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for student in sorted(students, key=lambda student: student.id):
        paper = next(one for one in _names(plan, student, secret) if one not in taken)
        taken.add(paper)
        found[student.id] = paper
    return found


def _names(plan: ExamPlan, student: Student, secret: bytes) -> Iterator[str]:
    for attempt in count():
        said = f"gradeck paper|{plan.id}|{student.id}|{attempt}"
        digest = hmac.digest(secret, said.encode(), "sha256")
        signs = "".join(_PAPER_SIGNS[byte % len(_PAPER_SIGNS)] for byte in digest[:8])
        yield f"{signs[:4]}-{signs[4:]}"


def equal_pairs(sittings: Sequence[Sitting]) -> int:
    """How many pairs of students have a numeric question with the same numbers."""
    seen = Counter(
        place.card
        for sitting in sittings
        for place in sitting.places
        if isinstance(place.variant.question.content, Numeric)
    )
    return sum(times * (times - 1) // 2 for times in seen.values())
