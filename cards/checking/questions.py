"""`gradeck check`: everything that can be said about questions before a student sees them.

Loading finds what is written wrongly. Then each question is tried with many seeds: a numeric
one is drawn, solved, shown and marked (`cards.checking.stress`); statements are dealt; accepted
wordings are marked; every text is rendered. Questions are tried in parallel, a process per core.
"""

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any, Final

from cards.checking.given_answers import look_at_answers
from cards.checking.rules import RULES, Finding
from cards.checking.samples import Sample, look_at_samples, samples
from cards.checking.stress import CLASS, DrawStatistics, stress
from cards.checking.texts import texts_of
from cards.checking.wording import absolutes, look_at_words
from cards.documents.containing import own_fault
from cards.figures import draw_figure
from cards.loading.bank import question_from_document
from cards.loading.concepts import without_gaps
from cards.question import Choice, Enumeration, Numeric, Question
from cards.texts.rendering import html
from cards.variants.dealing import make_variant
from cards.variants.variant import mark_variant
from grader.errors import Fault, GradeckError
from grader.marking.key_points import KeyPoint
from grader.wording import LANGUAGES

SEEDS: Final = 1000

# A question as its document, the number of seeds and of students.
Task = tuple[str, int, int]

_DEALT: Final = 50
_FEWEST_HANDS: Final = 10


@dataclass(frozen=True, slots=True)
class Report:
    """What was found about one question; `figures` for a numeric one.

    `found` counts by rule; `samples` are the sample answers with what they were decided to be.
    """

    question: str
    kind: str
    where: str
    line: int
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    statistics: DrawStatistics | None = None
    findings: Mapping[str, int] = field(default_factory=dict)
    samples: tuple[Sample, ...] = ()
    absolutes: Mapping[str, Mapping[bool, float]] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON."""
        shown: dict[str, Any] = {
            "question": self.question,
            "kind": self.kind,
            "where": self.where,
            "line": self.line,
            "faults": [fault.as_dict() for fault in self.faults],
            "warnings": [fault.as_dict() for fault in self.warnings],
            "found": {rule: self.findings.get(rule, 0) for rule in RULES},
        }
        if self.samples:
            shown["samples"] = [sample.as_dict() for sample in self.samples]
        if self.absolutes:
            shown["absolutes"] = {
                language: {"true": round(shares[True], 4), "false": round(shares[False], 4)}
                for language, shares in self.absolutes.items()
            }
        if self.statistics is not None:
            shown |= {
                "combinations": self.statistics.combinations,
                "valid_variants": self.statistics.valid,
                "valid_is_exact": self.statistics.exhausted,
                "effective_variants": round(self.statistics.effective),
                "acceptance": round(self.statistics.acceptance, 4),
                "equal_pairs_in_100": round(self.statistics.equal_pairs, 3),
                "hidden": {name: round(share, 4) for name, share in self.statistics.hidden.items()},
                "blind": {name: round(share, 4) for name, share in self.statistics.blind.items()},
                "swallowed": {n: round(share, 4) for n, share in self.statistics.swallowed.items()},
                "alike": {pair: round(share, 4) for pair, share in self.statistics.alike.items()},
                "recounted": sorted(self.statistics.recounted),
                "other_box": {n: round(share, 4) for n, share in self.statistics.other_box.items()},
            }
        return shown


def check_question(question: Question, seeds: int = SEEDS, students: int = CLASS) -> Report:
    """What trying one question with many seeds shows; a class of `students` is to be dealt it."""
    statistics: DrawStatistics | None = None
    faults: list[Fault] = []
    warnings: list[Fault] = []
    found: Counter[str] = Counter()
    decided = samples(question)
    content = question.content
    try:
        if isinstance(content, Numeric):
            statistics = stress(question, seeds, students)
            faults, warnings = statistics.faults, statistics.warnings
            found.update(statistics.findings)
        else:
            faults += _concept_faults(question)
            warnings += _concept_warnings(question)
            if question.figure is not None:
                draw_figure(question.figure, {})
        faults += _text_faults(question)
        for finding in (
            *look_at_words(question),
            *look_at_answers(question),
            *look_at_samples(decided),
        ):
            found[finding.rule] += 1
            (warnings if finding.note else faults).append(_fault_of(question, finding))
    except GradeckError as error:
        faults.append(_fault(question, "", "a question that can be dealt", str(error)))
    except Exception as error:  # noqa: BLE001 - the other questions are tried all the same
        faults.append(replace(own_fault(error, question.where, question.line), field=question.id))
    return Report(
        question.id,
        question.kind,
        question.where,
        question.line,
        tuple(faults),
        tuple(warnings),
        statistics,
        found,
        decided,
        {language: absolutes(content.statements, language) for language in LANGUAGES}
        if isinstance(content, Choice)
        else {},
    )


def _fault_of(question: Question, finding: Finding) -> Fault:
    return _fault(question, finding.field, finding.expected, finding.got, finding.cure)


def check_all(
    questions: Sequence[Question],
    seeds: int = SEEDS,
    jobs: int | None = None,
    students: int = CLASS,
) -> Iterator[Report]:
    """A report for each question, in their order, as they get done."""
    jobs = min(jobs or os.cpu_count() or 1, len(questions))
    if jobs <= 1:
        yield from (check_question(question, seeds, students) for question in questions)
        return
    tasks = [(question.document, seeds, students) for question in questions]
    for question, report in zip(questions, _in_processes(tasks, jobs), strict=True):
        yield _killed(question) if report is None else _placed(report, question)


def _in_processes(tasks: Sequence[Task], jobs: int) -> Iterator[Report | None]:
    """The reports on some tasks in their order; None for one that ends its process.

    Such an end breaks the pool, and tells not which task it was: the first that is unfinished is
    tried by itself, and the others in a new pool.
    """
    done = 0
    while done < len(tasks):
        try:
            with ProcessPoolExecutor(jobs) as pool:
                for report in pool.map(_check_document, tasks[done:]):
                    yield report
                    done += 1
        except BrokenProcessPool:
            yield _in_its_own_process(tasks[done])
            done += 1


def _in_its_own_process(task: Task) -> Report | None:
    with ProcessPoolExecutor(1) as pool:
        try:
            return pool.submit(_check_document, task).result()
        except BrokenProcessPool:
            return None


def _killed(question: Question) -> Report:
    """The report on a question whose trial ended its process, as for lack of memory."""
    got = "one whose trial ended its process, as happens where memory runs out"
    fault = _fault(question, "", "a question that can be tried", got, "make its numbers smaller")
    return Report(
        question.id, question.kind, question.where, question.line, faults=(fault,), warnings=()
    )


def _check_document(task: Task) -> Report:
    """The report on a question that was handed over as its document, to another process."""
    document, seeds, students = task
    return check_question(question_from_document(document), seeds, students)


def _placed(report: Report, question: Question) -> Report:
    """The report with the file and line that the document doesn't know."""

    def placed(faults: tuple[Fault, ...]) -> tuple[Fault, ...]:
        return tuple(
            replace(f, file=question.where, line=question.line_of(_field(question, f)))
            for f in faults
        )

    return replace(
        report,
        where=question.where,
        line=question.line,
        faults=placed(report.faults),
        warnings=placed(report.warnings),
    )


def _field(question: Question, fault: Fault) -> str:
    """The field that a fault of a check is about, without the question's id before it."""
    return fault.field.removeprefix(question.id).removeprefix(": ")


def _fault(question: Question, field: str, expected: str, got: str, cure: str = "") -> Fault:
    name = f"{question.id}: {field}" if field else question.id
    return Fault(expected, got, cure, file=question.where, line=question.line_of(field), field=name)


def _text_faults(question: Question) -> Iterator[Fault]:
    """Faults of texts that can't be rendered, whatever the numbers."""
    without_numbers = {"title", "note"}
    for name, text in texts_of(question):
        if isinstance(question.content, Numeric) and name not in without_numbers:
            continue
        for language, words in text.items():
            try:
                html(without_gaps(words))
            except GradeckError as error:
                yield _fault(question, f"{name}.{language}", "a text that renders", str(error))


def _concept_faults(question: Question) -> Iterator[Fault]:
    if isinstance(question.content, Choice):
        for number in range(_DEALT):
            variant = make_variant(question, f"check {number}")
            key = variant.keys[0]
            right = variant.right(key)["display"]
            if mark_variant(variant, {key.part: right}).parts[0].outcome != "right":
                yield _fault(question, "statements", "the right letters to be right", right)
    if isinstance(question.content, Enumeration):
        yield from _wording_faults(question)


def _wording_faults(question: Question) -> Iterator[Fault]:
    """Faults of wordings that aren't recognised, or that are right for two items."""
    variant = make_variant(question, "check")
    keys = [key for key in variant.keys if isinstance(key, KeyPoint)]
    for key in keys:
        for wording in key.accept:
            outcome = mark_variant(variant, {key.part: wording}).parts[keys.index(key)].outcome
            if outcome != "right":
                got = f"{wording!r} to be {outcome}"
                yield _fault(question, f"items.{key.part}", "each wording to be right", got)
        for wording in key.reject:
            outcome = mark_variant(variant, {key.part: wording}).parts[keys.index(key)].outcome
            if outcome != "wrong":
                got = f"{wording!r} to be {outcome}"
                yield _fault(question, f"items.{key.part}", "each rejected wording wrong", got)
    for one, other in combinations(keys, 2):
        for key, wordings in ((one, other.accept), (other, one.accept)):
            for wording in wordings:
                index = keys.index(key)
                if mark_variant(variant, {key.part: wording}).parts[index].outcome == "right":
                    expected = (
                        f"a wording that is right for one item only, not for {key.part!r} too"
                    )
                    yield _fault(question, "items", expected, repr(wording), "make it longer")


def _concept_warnings(question: Question) -> Iterator[Fault]:
    if isinstance(question.content, Choice):
        hands = {make_variant(question, f"check {number}").identity for number in range(_DEALT)}
        if len(hands) < _FEWEST_HANDS:
            expected = f"{_FEWEST_HANDS} different hands of statements or more"
            yield _fault(question, "statements", expected, f"{len(hands)}", "add statements")
