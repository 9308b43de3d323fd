"""An exam plan: what an exam consists of, read from YAML.

id: convolutional-networks
title: {en: ..., zh: ...}
minutes: 60
questions:
  - cnn/three-conv-parameters                 # a question: everybody gets a variant of it
  - {question: cnn/pooled-size, points: 4}    # its points scaled to a sum
  - {one_of: [cnn/a, cnn/b], points: 5}       # everybody gets a variant of one of these
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

from cards.documents.entry import Entry, nearest
from cards.documents.prose import read_prose
from cards.documents.strict_yaml import MAX_BYTES, Document, read_documents
from cards.loading.bank import canonical
from cards.question import Question
from grader.arithmetic import Number
from grader.errors import Fault, QuestionError
from grader.wording import Text

_FIELDS: Final = {
    "id": True,
    "title": True,
    "minutes": False,
    "instructions": False,
    "questions": True,
    "shuffle": False,
    "carried_share": False,
}
_SLOT: Final = {"question": False, "one_of": False, "points": False}
_MOST_MINUTES: Final = 600


@dataclass(frozen=True, slots=True)
class Slot:
    """One place of an exam: the questions of which each student gets one, and its points."""

    questions: tuple[Question, ...]
    points: Number | None

    def scale(self, question: Question) -> Fraction:
        """What the question's points are multiplied by to make the slot's."""
        if self.points is None:
            return Fraction(1)
        return Fraction(self.points) / question_points(question)


@dataclass(frozen=True, slots=True)
class ExamPlan:
    """What an exam consists of; `content_hash` is the hash of its file's values."""

    id: str
    title: Text
    minutes: int | None
    instructions: Text | None
    slots: tuple[Slot, ...]
    shuffle: bool
    carried_share: Number
    content_hash: str


def question_points(question: Question) -> Number:
    """What a question earns by itself: one point for a choice, and for each item of a list."""
    if question.kind == "numeric":
        return sum((part.key.points for part in question.parts), start=0)
    return max(len(question.items), 1)


def load_plan(path: Path, bank: Mapping[str, Question]) -> ExamPlan:
    """The plan of a YAML file; QuestionError with every fault of it."""
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    documents, unread = read_documents(content, str(path))
    if unread or len(documents) != 1:
        got = f"{len(documents)} documents"
        raise QuestionError(unread or [Fault(str(path), "one plan", got, "write one a file")])
    faults = list(documents[0].faults)
    plan = read_plan(documents[0], bank, faults)
    if faults:
        raise QuestionError(faults)
    return plan


def read_plan(document: Document, bank: Mapping[str, Question], faults: list[Fault]) -> ExamPlan:
    """The plan of a document; its faults are noted in `faults`."""
    entry = Entry(document.value, document, (), faults)
    fields = {name: e for name, e in entry.mapping(_FIELDS).items() if e.value is not None}
    slots: list[Slot] = []
    if "questions" in fields:
        slots = [_read_slot(inner, bank) for inner in fields["questions"].items()]
        if isinstance(fields["questions"].value, list) and not slots:
            fields["questions"].note("at least one question", "none", "add the id of one")
    share: Number = 1
    if "carried_share" in fields:
        share = fields["carried_share"].number("a share from 0 to 1")
        if not 0 <= share <= 1:
            fields["carried_share"].note("a share from 0 to 1")
    return ExamPlan(
        id=fields["id"].identifier() if "id" in fields else "",
        title=read_prose(fields["title"]) if "title" in fields else Text("", ""),
        minutes=fields["minutes"].whole(1, _MOST_MINUTES) if "minutes" in fields else None,
        instructions=read_prose(fields["instructions"]) if "instructions" in fields else None,
        slots=tuple(slots),
        shuffle=fields["shuffle"].truth() if "shuffle" in fields else False,
        carried_share=share,
        content_hash=hashlib.sha256(canonical(document.value).encode()).hexdigest(),
    )


def _read_slot(entry: Entry, bank: Mapping[str, Question]) -> Slot:
    if isinstance(entry.value, str):
        return Slot(_read_questions([entry], bank), None)
    fields = entry.mapping(_SLOT)
    if ("question" in fields) == ("one_of" in fields):
        entry.note("either question: or one_of:", "both" if "question" in fields else "neither")
        return Slot((), None)
    ids = [fields["question"]] if "question" in fields else list(fields["one_of"].items())
    points: Number | None = None
    if "points" in fields:
        points = fields["points"].number("a number above 0")
        if points <= 0:
            fields["points"].note("a number above 0")
    questions = _read_questions(ids, bank)
    sums = {question_points(question) for question in questions}
    if points is None and len(sums) > 1:
        shown = ", ".join(f"{float(points):g}" for points in sorted(sums))
        entry.note("the same points for everybody", shown, "add points: to scale them")
    return Slot(questions, points)


def _read_questions(entries: list[Entry], bank: Mapping[str, Question]) -> tuple[Question, ...]:
    questions = []
    for entry in entries:
        name = entry.value
        if not isinstance(name, str) or name not in bank:
            cure = nearest(name, bank) if isinstance(name, str) else ""
            entry.note("the id of a question", cure=cure)
        elif bank[name].kind in {"basic", "cloze"}:
            entry.note("a question that is marked", f"{name!r}, which is {bank[name].kind}")
        elif bank[name].retired:
            entry.note("a question that is dealt", f"{name!r}, which is retired", "take another")
        elif bank[name] in questions:
            entry.note("each question once", f"{name!r} again", "remove one of them")
        else:
            questions.append(bank[name])
    return tuple(questions)
