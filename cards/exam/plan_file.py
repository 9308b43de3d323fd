"""Reading an exam plan from YAML, with every fault of the file in one run.

id: midterm
title: {en: ..., zh: ...}
institution: {en: ..., zh: ...}     # printed over the title
date: 2026-12-04
minutes: 60
points: 20                          # checked: what all places are worth
languages: [en, zh]                 # of the papers; default both
instructions: {en: ..., zh: ...}
formula_sheet: {en: ..., zh: ...}
template: institution               # or plain
answer_sheet: true                  # bubbles for letters and digits, to be scanned
carried_share: 1                    # of the points of an answer that follows from a wrong one
mistake_share: 0.5                  # of the points of an answer that a named mistake explains
coverage: {cnn::parameters: 2}      # every paper has at least so many questions with the tag
fairness: {neighbours: 0, load: 3}  # what is not kept stops the printing
sections:                           # or `questions:` alone, for one section without a title
  - title: {en: ..., zh: ...}
    text: {en: ..., zh: ...}
    minutes: 25                     # checked against those of its places
    points: 10
    shuffle: true
    questions:
      - cnn/three-conv-parameters                      # everybody gets a variant of it
      - {question: cnn/pooled-size, points: 4, minutes: 5, pin: true}
      - {question: cnn/size-same, same: true}          # everybody gets the same variant
      - {one_of: [cnn/a, cnn/b], points: 5}            # everybody gets a variant of one of these
      - {draw: 2, tags: [cnn::memory], level: [1, 2], kind: numeric, except: [cnn/c], points: 3}
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from cards.documents.entry import Entry
from cards.documents.prose import read_prose
from cards.documents.strict_yaml import MAX_BYTES, Document, read_documents
from cards.exam.plan import (
    HOUSES,
    ExamPlan,
    Section,
    Slot,
    Thresholds,
)
from cards.exam.plan_pools import Pools, tags_of
from cards.loading.bank import canonical
from cards.question import Question
from grader.arithmetic import Number
from grader.errors import Fault, QuestionError
from grader.numerals import numeral
from grader.wording import LANGUAGES, Text

_FIELDS: Final = dict.fromkeys(("id", "title"), True) | dict.fromkeys(
    (
        *("institution", "date", "minutes", "points", "languages", "instructions"),
        *("formula_sheet", "template", "answer_sheet", "carried_share", "mistake_share"),
        *("coverage", "fairness", "sections", "questions", "shuffle"),
    ),
    False,
)
_SECTION: Final = {"questions": True} | dict.fromkeys(
    ("title", "text", "minutes", "points", "shuffle"), False
)
_CHOICES: Final = ("question", "one_of", "draw")
_SLOT: Final = dict.fromkeys(
    (*_CHOICES, "tags", "level", "kind", "except", "points", "minutes", "same", "pin"), False
)
_OF_DRAWS: Final = ("tags", "level", "kind", "except")
_THRESHOLDS: Final = dict.fromkeys(("neighbours", "overlap", "load", "spread", "answers"), False)
_MOST_MINUTES: Final = 600
_MOST_POINTS: Final = 10_000
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


def load_plan(path: Path, bank: Mapping[str, Question]) -> ExamPlan:
    """The plan of a YAML file; QuestionError with every fault of it."""
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    documents, unread = read_documents(content, str(path))
    faults = [*unread]
    plans = [read_plan(document, bank, faults) for document in one_plan(documents, faults, path)]
    if faults:
        raise QuestionError(faults)
    return plans[0]


def one_plan(
    documents: tuple[Document, ...], faults: list[Fault], path: Path
) -> tuple[Document, ...]:
    """The documents of a plan's file; a fault is noted unless there is just one."""
    for document in documents:
        faults += document.faults
    if len(documents) > 1:
        Entry(None, documents[1], (), faults).note(
            "one plan in a file", f"{len(documents)} documents", "write each in a file of its own"
        )
    if not documents and not faults:
        faults.append(
            Fault("an exam plan", "an empty file", "write id:, title:, questions:", file=str(path))
        )
    return documents


def read_plan(document: Document, bank: Mapping[str, Question], faults: list[Fault]) -> ExamPlan:
    """The plan of a document; its faults are noted in `faults`."""
    entry = Entry(document.value, document, (), faults)
    fields = {name: e for name, e in entry.mapping(_FIELDS).items() if e.value is not None}
    sections = _read_sections(entry, fields, Pools(bank))
    source = canonical(document.value)
    plan_id = fields["id"].identifier() if "id" in fields else ""
    entry.at("id").refuse_device(plan_id)
    plan = ExamPlan(
        id=plan_id,
        title=_prose(fields, "title") or Text("", ""),
        sections=sections,
        content_hash=hashlib.sha256(source.encode()).hexdigest(),
        document=source,
        minutes=fields["minutes"].whole(1, _MOST_MINUTES) if "minutes" in fields else None,
        instructions=_prose(fields, "instructions"),
        institution=_prose(fields, "institution"),
        date=_read_date(fields),
        formula_sheet=_prose(fields, "formula_sheet"),
        languages=_read_languages(fields),
        house=fields["template"].choice(HOUSES) if "template" in fields else "plain",
        answer_sheet=fields["answer_sheet"].truth() if "answer_sheet" in fields else False,
        carried_share=_share(fields, "carried_share", 1),
        mistake_share=_share(fields, "mistake_share", 0),
        thresholds=_read_thresholds(fields),
    )
    _check_totals(plan, fields)
    _check_coverage(plan, fields)
    return plan


def _prose(fields: Mapping[str, Entry], name: str) -> Text | None:
    return read_prose(fields[name]) if name in fields else None


def _share(fields: Mapping[str, Entry], name: str, default: Number) -> Number:
    if name not in fields:
        return default
    share = fields[name].number("a share from 0 to 1")
    if not 0 <= share <= 1:
        fields[name].note("a share from 0 to 1")
    return share


def _read_date(fields: Mapping[str, Entry]) -> str:
    if "date" not in fields:
        return ""
    text = str(fields["date"].value)
    if not _DATE.match(text):
        fields["date"].note("a day such as 2026-12-04")
    return text


def _read_languages(fields: Mapping[str, Entry]) -> tuple[str, ...]:
    if "languages" not in fields:
        return tuple(LANGUAGES)
    read = tuple(entry.choice(LANGUAGES) for entry in fields["languages"].items())
    if len(set(read)) < len(read):
        fields["languages"].note("each language once", ", ".join(read), "remove the repetition")
    if not read and isinstance(fields["languages"].value, list):
        fields["languages"].note("at least one language", "none", f"write [{', '.join(LANGUAGES)}]")
    return read or tuple(LANGUAGES)


def _read_thresholds(fields: Mapping[str, Entry]) -> Thresholds:
    if "fairness" not in fields:
        return Thresholds()
    given = fields["fairness"].mapping(_THRESHOLDS)
    counts = {
        name: given[name].whole(0, 1_000_000)
        for name in ("neighbours", "load", "answers")
        if name in given
    }
    numbers = {
        name: given[name].number("a number of 0 or more")
        for name in ("overlap", "spread")
        if name in given
    }
    return Thresholds(**counts, **numbers)  # type: ignore[arg-type]  # each value has its field's type


def _read_sections(entry: Entry, fields: Mapping[str, Entry], pools: Pools) -> tuple[Section, ...]:
    if ("sections" in fields) == ("questions" in fields):
        got = "both" if "sections" in fields else "neither"
        entry.note("either sections: or questions:", got, "list the questions in one of the two")
        return ()
    if "questions" in fields:
        shuffle = fields["shuffle"].truth() if "shuffle" in fields else False
        return (Section(_read_slots(fields["questions"], pools), shuffle=shuffle),)
    if "shuffle" in fields:
        fields["shuffle"].note("shuffle: in a section", "one beside sections:", "move it there")
    return tuple(_read_section(inner, pools) for inner in fields["sections"].items())


def _read_section(entry: Entry, pools: Pools) -> Section:
    fields = {name: e for name, e in entry.mapping(_SECTION).items() if e.value is not None}
    section = Section(
        slots=_read_slots(fields["questions"], pools) if "questions" in fields else (),
        title=_prose(fields, "title"),
        text=_prose(fields, "text"),
        minutes=_minutes(fields),
        shuffle=fields["shuffle"].truth() if "shuffle" in fields else False,
    )
    _expect(fields, "points", section.points)
    minutes = _minutes_of(section.slots)
    if section.minutes is not None and minutes is not None and minutes > section.minutes:
        fields["minutes"].note(
            "at least the minutes of its questions",
            f"{numeral(section.minutes)} for {numeral(minutes)}",
            "raise it, or take questions away",
        )
    return section


def _minutes(fields: Mapping[str, Entry]) -> Number | None:
    if "minutes" not in fields:
        return None
    minutes = fields["minutes"].number("a number of minutes above 0")
    if not 0 < minutes <= _MOST_MINUTES:
        fields["minutes"].note(f"a number of minutes above 0 and up to {_MOST_MINUTES}")
    return minutes


def _minutes_of(slots: Iterable[Slot]) -> Number | None:
    """The minutes of some places; None unless each says its own."""
    total: Number = 0
    for slot in slots:
        if slot.minutes is None:
            return None
        total += slot.count * slot.minutes
    return total


def _read_slots(entry: Entry, pools: Pools) -> tuple[Slot, ...]:
    slots = [slot for inner in entry.items() if (slot := _read_slot(inner, pools)) is not None]
    if isinstance(entry.value, list) and not entry.value:
        entry.note("at least one question", "none", "add the id of one")
    return tuple(slots)


def _read_slot(entry: Entry, pools: Pools) -> Slot | None:
    if isinstance(entry.value, str):
        pool = pools.named([entry])
        return Slot(pool) if pool else None
    fields = {name: e for name, e in entry.mapping(_SLOT).items() if e.value is not None}
    chosen = [name for name in _CHOICES if name in fields]
    if len(chosen) != 1:
        got = " and ".join(chosen) or "none of them"
        entry.note("one of question:, one_of:, draw:", got, "keep one")
        return None
    for name in _OF_DRAWS:
        if name in fields and "draw" not in fields:
            fields[name].note(f"{name}: beside draw:", f"{name}: beside {chosen[0]}:", "remove it")
    pool, count = _read_pool(fields, chosen[0], pools)
    slot = Slot(
        pool=pool,
        count=count,
        points=_points(fields),
        minutes=_minutes(fields),
        same=fields["same"].truth() if "same" in fields else False,
        pinned=fields["pin"].truth() if "pin" in fields else False,
    )
    sums = {question.points for question in pool}
    if slot.points is None and len(sums) > 1:
        listed = ", ".join(numeral(points) for points in sorted(sums))
        entry.note("the same points for everybody", listed, "add points: to scale them")
    return slot if pool else None


def _points(fields: Mapping[str, Entry]) -> Number | None:
    if "points" not in fields:
        return None
    points = fields["points"].number("a number above 0")
    if not 0 < points <= _MOST_POINTS:
        fields["points"].note(f"a number above 0 and up to {_MOST_POINTS:,}")
        return None
    return points


def _read_pool(
    fields: Mapping[str, Entry], chosen: str, pools: Pools
) -> tuple[tuple[Question, ...], int]:
    if chosen == "question":
        return pools.named([fields["question"]]), 1
    if chosen == "one_of":
        entries = list(fields["one_of"].items())
        if not entries and isinstance(fields["one_of"].value, list):
            fields["one_of"].note("at least one question", "none", "add the id of one")
        return pools.named(entries), 1
    count = fields["draw"].whole(1, 100)
    pool = pools.drawn(fields)
    if len(pool) < count:
        fields["draw"].note(
            f"at least {count} questions that fit and stand nowhere else in the plan",
            f"{len(pool)}",
            "ask for fewer, or widen tags: or level:",
        )
        return (), count
    return pool, count


def _expect(fields: Mapping[str, Entry], name: str, total: Number) -> None:
    """Note a fault where a total that is written isn't the sum of its places."""
    if name not in fields:
        return
    written = fields[name].number(f"a number of {name}")
    if written != total:
        fields[name].note(
            f"{numeral(total)}, which is what the places are worth",
            numeral(written),
            "correct the total or the places",
        )


def _check_totals(plan: ExamPlan, fields: Mapping[str, Entry]) -> None:
    _expect(fields, "points", plan.points)
    if plan.minutes is None:
        return
    minutes: Number = 0
    for section in plan.sections:
        own = section.minutes if section.minutes is not None else _minutes_of(section.slots)
        minutes += own or 0
    if minutes > plan.minutes:
        fields["minutes"].note(
            "at least the minutes of its sections",
            f"{plan.minutes} for {numeral(minutes)}",
            "raise it, or take questions away",
        )


def _check_coverage(plan: ExamPlan, fields: Mapping[str, Entry]) -> None:
    """Note a fault for each tag of which some paper could have too few questions."""
    for tag, entry in fields["coverage"].mapping().items() if "coverage" in fields else ():
        least = sum(
            max(slot.count - sum(tag not in tags_of(q) for q in slot.pool), 0)
            for slot in plan.slots
        )
        wanted = entry.whole(1, 1000)
        if least < wanted:
            entry.note(
                f"at least {wanted} questions with the tag {tag} on every paper",
                f"{least} on some",
                "add questions with the tag, or narrow a pool to it",
            )
