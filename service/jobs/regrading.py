"""Regrading: old variants, with their old numbers, under a corrected question.

A dry run says who changes by how much; applying adds a verdict to each submission's log and
overwrites none. With never-lower, nobody loses by it. What can't be marked under the
corrected question keeps its verdict, or is credited; a question beyond repair is credited to
all, or dropped.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from sqlalchemy import Connection

from cards.loading.bank import question_from_document
from grader.errors import UnknownNameError
from grader.marking import settling
from grader.marking.grades import share_of
from service.bank.bank import parts_of
from service.jobs.job import Progress
from service.jobs.unmarked import unmarked
from service.queue.work import Failed, MarkAll, Marked, Work
from service.store.assignments import drop_question, pin_question
from service.store.engine import Store
from service.store.exams import shares_of
from service.store.verdicts import GradedAnswer, VerdictJson, graded_answers, replace_verdict
from service.store.versions import version_source

BATCH = 64

Way = Literal["keep", "credit", "credit-all", "drop"]
"""What becomes of what can't be marked (keep its verdict, full points); or of the whole question
(full points to all, counting for nothing)."""


@dataclass(frozen=True, slots=True)
class Regrade:
    """What is to be regraded, and how."""

    assignment_id: str
    question_id: str
    content_hash: str
    never_lower: bool = True
    apply: bool = False
    way: Way = "keep"


Record = Callable[[Connection, Mapping[str, object]], object]
"""Writes down, in the transaction that applies a regrade, what it changed."""


@dataclass(frozen=True, slots=True)
class _Change:
    """A submission whose score the corrected question changes, and its new verdict."""

    row: GradedAnswer
    verdict: VerdictJson
    raised: bool
    credited: bool

    def as_dict(self) -> dict[str, object]:
        return {
            "submission": self.row.id,
            "login": self.row.login,
            "name": self.row.name,
            "before": f"{self.row.score}/{self.row.out_of}",
            "after": f"{self.verdict['score']}/{self.verdict['out_of']}",
            "raised": self.raised,
            "credited": self.credited,
        }


@dataclass(slots=True)
class _Comparison:
    """What a comparison shows: the submissions looked at, what changes, what can't be marked."""

    seen: set[str] = field(default_factory=set)
    changes: list[_Change] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        raised = sum(change.raised for change in self.changes)
        return {
            "submissions": len(self.seen),
            "failed": len(self.reasons),
            "raised": raised,
            "lowered": len(self.changes) - raised,
            "credited": sum(change.credited for change in self.changes),
        }


def regrade(
    store: Store,
    mark: MarkAll,
    plan: Regrade,
    cause: str,
    *,
    progress: Progress = lambda _done, _total: True,
    record: Record = lambda _connection, _counts: None,
) -> dict[str, object]:
    """The changes, student by student; they are written if the plan says apply.

    Submissions are marked outside of any transaction. Then the version, the verdicts and the
    record are written in one, and a verdict only where it is still the one that was compared.
    """
    run = _Run(store, mark, plan, progress)
    comparison = _Comparison()
    run.compare(comparison)
    nothing_fits = bool(comparison.seen) and len(comparison.reasons) == len(comparison.seen)
    applied = plan.apply and not (plan.way == "keep" and nothing_fits)
    if applied:
        run.write(comparison, cause, record)
        # What was graded meanwhile, under the version from before.
        late = _Comparison(seen=set(comparison.seen))
        run.compare(late)
        if late.changes:
            run.write(late, cause, record)
        comparison.seen |= late.seen
        comparison.changes += late.changes
        comparison.reasons += late.reasons
    return {
        **comparison.counts(),
        "applied": applied,
        "way": plan.way,
        "content_hash": plan.content_hash,
        "unmarked": unmarked(comparison.reasons),
        "changes": [change.as_dict() for change in comparison.changes],
    }


class _Run:
    """One regrade under way: the store, who marks, and the plan."""

    def __init__(self, store: Store, mark: MarkAll, plan: Regrade, progress: Progress) -> None:
        self.store = store
        self.mark = mark
        self.plan = plan
        self.progress = progress
        self.shares = ("1", "0")

    def compare(self, comparison: _Comparison) -> None:
        """Add what becomes of the submissions that were not seen before."""
        with self.store.read() as connection:
            self.shares = shares_of(connection, self.plan.assignment_id)
            graded = graded_answers(connection, self.plan.assignment_id, self.plan.question_id)
            rows = [row for row in graded if row.id not in comparison.seen]
            sources = {
                version: version_source(connection, version)
                for version in {self.plan.content_hash, *(row.dealt_hash for row in rows)}
            }
        comparison.seen.update(row.id for row in rows)
        if self.plan.way == "drop":
            return
        for start in range(0, len(rows), BATCH):
            self._compare_batch(comparison, rows[start : start + BATCH], sources)
            self.progress(min(start + BATCH, len(rows)), len(rows))

    def _compare_batch(
        self,
        comparison: _Comparison,
        rows: Sequence[GradedAnswer],
        sources: Mapping[str, str | None],
    ) -> None:
        for row, verdict in self._verdicts(rows, sources):
            if isinstance(verdict, str):
                change = self._left(comparison, row, verdict, sources)
            else:
                new = settling.still_settled(json.loads(row.verdict), verdict)
                change = _change(row, new, self.plan)
            if change is not None:
                comparison.changes.append(change)

    def _left(
        self,
        comparison: _Comparison,
        row: GradedAnswer,
        reason: str,
        sources: Mapping[str, str | None],
    ) -> _Change | None:
        """What becomes of a submission that has no verdict under the corrected question."""
        if self.plan.way != "credit-all":
            comparison.reasons.append(reason)
        full = _credited(row, sources[row.dealt_hash]) if self.plan.way != "keep" else None
        return _change(row, full, self.plan, credited=True) if full is not None else None

    def _verdicts(
        self, rows: Sequence[GradedAnswer], sources: Mapping[str, str | None]
    ) -> Iterator[tuple[GradedAnswer, VerdictJson | str]]:
        """Each row with its verdict under the corrected question, or why there is none."""
        if self.plan.way == "credit-all":
            yield from ((row, "credited") for row in rows)
            return
        works = [_work(self.plan, row, sources, self.shares) for row in rows]
        for row, outcome in zip(rows, self.mark(works), strict=True):
            if isinstance(outcome, Marked):
                yield row, outcome.verdict
            else:
                lost = "this version of the question is not stored"
                yield row, outcome.reason if isinstance(outcome, Failed) else lost

    def write(self, comparison: _Comparison, cause: str, record: Record) -> None:
        """Write all of it or nothing; a change that came too late is left out of `comparison`."""
        plan = self.plan
        with self.store.write() as connection:
            if plan.way == "drop":
                drop_question(connection, plan.assignment_id, plan.question_id)
            else:
                pin_question(connection, plan.assignment_id, plan.question_id, plan.content_hash)
            written = [
                change
                for change in comparison.changes
                if replace_verdict(connection, change.row, change.verdict, plan.content_hash, cause)
            ]
            comparison.seen -= {c.row.id for c in comparison.changes} - {c.row.id for c in written}
            comparison.changes = written
            record(connection, comparison.counts())


def _work(
    plan: Regrade,
    row: GradedAnswer,
    sources: Mapping[str, str | None],
    shares: tuple[str, str],
) -> Work:
    carried, mistake = shares
    return Work(
        plan.question_id,
        plan.content_hash,
        row.seed,
        json.loads(row.raw),
        source=sources[plan.content_hash],
        dealt_hash=row.dealt_hash,
        dealt_source=sources[row.dealt_hash],
        strict=True,
        carried_share=carried,
        mistake_share=mistake,
    )


def _credited(row: GradedAnswer, source: str | None) -> VerdictJson | None:
    """The verdict with full points; None where what the parts are worth is not known any more."""
    worth: Mapping[str, Fraction] = (
        parts_of(question_from_document(source)) if source is not None else {}
    )
    try:
        return settling.credited(json.loads(row.verdict), worth)
    except UnknownNameError:
        return None


def _change(
    row: GradedAnswer, verdict: VerdictJson, plan: Regrade, *, credited: bool = False
) -> _Change | None:
    before = share_of(row.score, row.out_of)
    after = share_of(str(verdict["score"]), str(verdict["out_of"]))
    if before == after or (plan.never_lower and after < before):
        return None
    return _Change(row, verdict, after > before, credited)
