"""Exams as the service sees them: a plan of the bank, dealt to students, kept and read again.

An exam of the service is kept in its store and not in a folder: the plan and all its questions as
they were when it was set, and everybody's sitting. So it is dealt, marked and given back the same,
whatever becomes of the files.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from cards.documents.strict_yaml import read_documents
from cards.exam.dealing import Dealt, deal_exam
from cards.exam.fairness import checked
from cards.exam.marking_exam import MarkedPaper, MarkedPlace
from cards.exam.papers.key import named
from cards.exam.papers.printer import printed
from cards.exam.papers.returned import returned_data
from cards.exam.plan_file import load_plan
from cards.exam.record import Exam, exam_record, kept_cards, recorded_exam
from cards.exam.roster import Student
from cards.exam.sitting import Place
from cards.loading.bank import canonical
from cards.variants.variant import Variant
from grader.arithmetic import whole
from grader.errors import GradeckError, UnknownNameError
from grader.marking.settling import part_found
from grader.marking.verdict import Verdict
from grader.numerals import numeral
from service.bank.bank import Versions
from service.bank.folders import exam_plans, load
from service.bank.questions import VariantOrigin

PLAN_NAME = r"^[a-z0-9][a-z0-9_-]*$"
PLAN_SAID = "the name of a plan's file, without .yaml"


@dataclass(frozen=True, slots=True)
class PlannedQuestion:
    """A question that papers of a plan may have, at its present version, and what it is worth."""

    id: str
    content_hash: str
    source: str
    points: str


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan of the bank as it is now: what an exam of the service is made of."""

    name: str
    title: Mapping[str, str]
    document: str
    content_hash: str
    points: str
    carried_share: str
    mistake_share: str
    answer_sheet: bool
    questions: tuple[PlannedQuestion, ...]


def planned(folders: tuple[Path, ...], name: str) -> Planned:
    """The plan of that name with its questions, as the files have them now.

    Raises UnknownNameError with the nearest name, QuestionError with every fault of the plan.
    """
    plans = exam_plans(folders)
    if name not in plans:
        raise UnknownNameError("exam plan", name, plans)
    plan = load_plan(plans[name], load(folders))
    return Planned(
        name=name,
        title=plan.title.as_dict(),
        document=plan.document,
        content_hash=plan.content_hash,
        points=numeral(plan.points),
        carried_share=str(Fraction(plan.carried_share)),
        mistake_share=str(Fraction(plan.mistake_share)),
        answer_sheet=plan.answer_sheet,
        questions=tuple(
            PlannedQuestion(one.id, one.content_hash, one.document, str(Fraction(slot.worth(one))))
            for slot in plan.slots
            for one in slot.pool
        ),
    )


def plan_hash_now(folders: tuple[Path, ...], name: str) -> str:
    """The hash of a plan as its file has it now; empty where that is gone or can't be read."""
    path = exam_plans(folders).get(name)
    documents = read_documents(path.read_bytes(), path.name)[0] if path is not None else ()
    if len(documents) != 1:
        return ""
    return hashlib.sha256(canonical(documents[0].value).encode()).hexdigest()


def kept_exam(document: str, sources: Mapping[str, str], sittings: Iterable[str]) -> Exam:
    """An exam that was kept: its plan's document, its questions' sources by id, its sittings."""
    record = {"plan_document": document, "sittings": [json.loads(one) for one in sittings]}
    return recorded_exam(record, sources)


def deal_more(
    exam: Exam,
    students: Sequence[Student],
    secret: bytes,
    on_sitting: Callable[[], object] = lambda: None,
) -> Exam:
    """The exam of these students alone, beside those who keep their papers.

    Raises QuestionError for a class that the plan's questions are too few for, or that no fair
    exam can be dealt to.
    """
    before = Dealt(kept=kept_cards(exam.sittings))
    there = [sitting.student for sitting in exam.sittings]
    sittings = deal_exam(
        exam.plan, (*there, *students), secret, before=before, on_sitting=on_sitting
    )
    checked(Exam(exam.plan, sittings))
    return Exam(exam.plan, sittings[len(there) :])


def sitting_texts(exam: Exam) -> list[str]:
    """Everybody's sitting as it is kept, in the exam's order."""
    return [json.dumps(one, ensure_ascii=False) for one in exam_record(exam)["sittings"]]


def secret_of(secret: bytes, assignment_id: str) -> bytes:
    """The secret of one exam: two of the same plan share no variants and no papers' ids."""
    said = f"gradeck exam {assignment_id}".encode()
    return hmac.digest(secret, said, "sha256").hex().encode()


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """What became of a dealt question: its versions, its worth, and the verdict as JSON."""

    dealt: VariantOrigin
    points: Fraction
    verdict: Mapping[str, Any]


def returned_pdf(exam: Exam, found: Mapping[str, FoundPlace]) -> bytes:
    """The exam's one paper as it comes back: answers, what was found, the working of the missed.

    `found` tells what became of each question, by id; a corrected one is shown as it is now.
    """
    (sitting,) = exam.sittings
    versions = Versions(exam.questions.values())
    places = tuple(
        _marked(place, names, found[place.card[0]], versions) for place, names in named(sitting)
    )
    now = replace(sitting, sections=(tuple(one.place for one in places),))
    return printed("returned", returned_data(exam.plan, MarkedPaper(now, places)))


def _marked(
    place: Place, names: dict[str, str], found: FoundPlace, versions: Versions
) -> MarkedPlace:
    parts = [part_found(part) for part in found.verdict["parts"]]
    variant = _as_marked(found.dealt, {part.id for part in parts}, versions)
    scale = found.points / Fraction(variant.out_of)
    scaled = tuple(replace(part, points=whole(part.points * scale)) for part in parts)
    shown = Place(variant, scale, place.number)
    return MarkedPlace(shown, names, Verdict(scaled, shown.points))


def _as_marked(dealt: VariantOrigin, parts: set[str], versions: Versions) -> Variant:
    """The variant under the version that it counts under, or as dealt where these don't fit."""
    versions.take_in(dealt.content_hash, dealt.source)
    versions.take_in(dealt.dealt_hash, dealt.dealt_source)
    as_dealt = versions.variant(dealt.dealt_hash, dealt.seed, dealt.dealt_hash)
    try:
        now = versions.variant(dealt.content_hash, dealt.seed, dealt.dealt_hash)
    except GradeckError:
        return as_dealt
    return now if {part.id for part in now.parts} == parts else as_dealt
