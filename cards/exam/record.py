"""An exam as it is kept: what was dealt to whom, from which everything can be printed again.

The record stands in the manifest. It names each student's variants by their numbers, and holds
their seeds, so that neither the secret nor the bank is needed to mark or to verify an exam years
later.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any, Final

from cards.documents.strict_yaml import Document
from cards.exam.papers.own_template import Template
from cards.exam.plan import ExamPlan, Slot
from cards.exam.plan_file import read_plan
from cards.exam.roster import Student
from cards.exam.sitting import Card, Place, Sitting
from cards.loading.bank import question_from_document
from cards.question import Question
from cards.variants.dealing import make_variant
from grader.errors import Fault, QuestionError
from grader.marking.points import as_json

FORMAT: Final = 2


@dataclass(frozen=True, slots=True)
class Exam:
    """A plan and everybody's sitting; `template` is one of one's own that papers are set by."""

    plan: ExamPlan
    sittings: tuple[Sitting, ...]
    template: Template = ()

    @property
    def questions(self) -> dict[str, Question]:
        """The questions of the plan, by id."""
        pools = (slot.pool for slot in self.plan.slots)
        return {question.id: question for pool in pools for question in pool}

    def cards(self) -> frozenset[Card]:
        """Every variant that was dealt."""
        return frozenset(place.card for sitting in self.sittings for place in sitting.places)


def exam_record(exam: Exam) -> dict[str, Any]:
    """The exam as JSON for its manifest."""
    questions = exam.questions
    return {
        "format": FORMAT,
        "exam": exam.plan.id,
        "plan": exam.plan.content_hash,
        "plan_document": exam.plan.document,
        "questions": {name: questions[name].content_hash for name in sorted(questions)},
        "carried_share": as_json(exam.plan.carried_share),
        "sittings": [_sitting_record(sitting) for sitting in exam.sittings],
    }


def _sitting_record(sitting: Sitting) -> dict[str, Any]:
    return {
        **asdict(sitting.student),
        "paper": sitting.paper,
        "out_of": as_json(sitting.out_of),
        "sections": [
            [
                {
                    "question": place.card[0],
                    "number": place.number,
                    "seed": place.variant.seed.hex(),
                }
                for place in section
            ]
            for section in sitting.sections
        ],
    }


def recorded_exam(record: Mapping[str, Any], documents: Mapping[str, str]) -> Exam:
    """The exam of a record; `documents` are the sources of the plan's questions by id.

    Raises QuestionError for a record that no exam of this plan can have.
    """
    bank = {name: question_from_document(text) for name, text in documents.items()}
    plan = plan_from_document(record["plan_document"], bank)
    return Exam(plan, tuple(_sitting(plan, bank, kept) for kept in record["sittings"]))


def plan_from_document(document: str, bank: Mapping[str, Question]) -> ExamPlan:
    """The plan that a kept `ExamPlan.document` holds."""
    faults: list[Fault] = []
    value = json.loads(document, parse_float=Fraction)
    plan = read_plan(Document(value, "the exam's plan", {}), bank, faults)
    if faults:
        raise QuestionError(faults)
    return plan


def _sitting(plan: ExamPlan, bank: Mapping[str, Question], kept: Mapping[str, Any]) -> Sitting:
    fields = {name: kept[name] for name in Student.__dataclass_fields__}
    slots = {question.id: slot for slot in plan.slots for question in slot.pool}
    sections = tuple(
        tuple(_place(slots[place["question"]], bank, place) for place in section)
        for section in kept["sections"]
    )
    return Sitting(Student(**fields), kept["paper"], sections)


def _place(slot: Slot, bank: Mapping[str, Question], kept: Mapping[str, Any]) -> Place:
    question = bank[kept["question"]]
    variant = make_variant(question, bytes.fromhex(kept["seed"]))
    return Place(variant, slot.scale(question), kept["number"])


def kept_cards(sittings: Iterable[Sitting]) -> dict[str, tuple[Card, ...]]:
    """The cards of each student, for who is dealt again without a change."""
    return {
        sitting.student.id: tuple(place.card for place in sitting.places) for sitting in sittings
    }
