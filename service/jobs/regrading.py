"""Regrading: old variants, with their old numbers, under a corrected question.

A dry run says who changes by how much; applying adds a verdict to each submission's log and
overwrites none. With never-lower, nobody loses by it.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, select

from grader.marking.grades import share_of
from grader.marking.settling import still_settled
from service.queue.work import Mark, Marked, Work
from service.store.assignments import pin_question
from service.store.engine import Store
from service.store.schema import submissions, users, variants
from service.store.verdicts import replace_verdict
from service.store.versions import version_source

BATCH = 64


@dataclass(frozen=True, slots=True)
class Regrade:
    """What is to be regraded, and how."""

    assignment_id: str
    question_id: str
    content_hash: str
    never_lower: bool = True
    apply: bool = False


Progress = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class _Change:
    """A submission whose score the corrected question changes, and its new verdict."""

    row: Row[Any]
    verdict: Mapping[str, Any]
    raised: bool

    def as_dict(self) -> dict[str, object]:
        return {
            "submission": self.row.id,
            "login": self.row.login,
            "name": self.row.name,
            "before": f"{self.row.score}/{self.row.out_of}",
            "after": f"{self.verdict['score']}/{self.verdict['out_of']}",
            "raised": self.raised,
        }


def regrade(
    store: Store,
    mark: Mark,
    plan: Regrade,
    cause: str,
    progress: Progress = lambda _done, _total: True,
) -> dict[str, object]:
    """The changes, student by student; they are written if the plan says apply.

    All or nothing: where a single submission cannot be marked under the corrected question,
    none is changed, and the assignment keeps the version that it has. Submissions are marked
    outside of any transaction, and a change is written only where the verdict is still the
    one that was compared.
    """
    seen: set[str] = set()
    failed, changes = _compare(store, mark, plan, seen, progress)
    applied = plan.apply and not failed
    if applied:
        with store.write() as connection:
            pin_question(connection, plan.assignment_id, plan.question_id, plan.content_hash)
        changes = [change for change in changes if _write(store, plan, cause, change)]
        # What was graded meanwhile, under the version from before.
        failed, late = _compare(store, mark, plan, seen, progress)
        changes += [change for change in late if _write(store, plan, cause, change)]
    raised = sum(change.raised for change in changes)
    return {
        "submissions": len(seen),
        "failed": failed,
        "applied": applied,
        "raised": raised,
        "lowered": len(changes) - raised,
        "changes": [change.as_dict() for change in changes],
    }


def _compare(
    store: Store, mark: Mark, plan: Regrade, seen: set[str], progress: Progress
) -> tuple[int, list[_Change]]:
    """How many of the submissions not seen before could not be marked, and what changes."""
    with store.read() as connection:
        rows = [row for row in connection.execute(_graded(plan)) if row.id not in seen]
        sources = {
            version: version_source(connection, version)
            for version in {plan.content_hash, *(row.dealt_hash for row in rows)}
        }
    seen.update(row.id for row in rows)
    failed = 0
    changes = []
    for start in range(0, len(rows), BATCH):
        for row, verdict in _marked(mark, plan, sources, rows[start : start + BATCH]):
            if verdict is None:
                failed += 1
            elif (change := _change(row, verdict, plan)) is not None:
                changes.append(change)
        progress(min(start + BATCH, len(rows)), len(rows))
    return failed, changes


def _graded(plan: Regrade) -> Select[Any]:
    return (
        select(
            submissions.c.id,
            submissions.c.raw,
            submissions.c.verdict,
            submissions.c.score,
            submissions.c.out_of,
            submissions.c.graded_at,
            variants.c.seed,
            variants.c.content_hash.label("dealt_hash"),
            users.c.login,
            users.c.name,
        )
        .join(variants, variants.c.id == submissions.c.variant_id)
        .join(users, users.c.id == submissions.c.user_id)
        .where(
            variants.c.assignment_id == plan.assignment_id,
            variants.c.question_id == plan.question_id,
            submissions.c.status == "graded",
        )
        .order_by(submissions.c.id)
    )


def _marked(
    mark: Mark, plan: Regrade, sources: Mapping[str, str | None], rows: Sequence[Row[Any]]
) -> Iterator[tuple[Row[Any], Mapping[str, Any] | None]]:
    works = [
        Work(
            plan.question_id,
            plan.content_hash,
            row.seed,
            json.loads(row.raw),
            source=sources[plan.content_hash],
            dealt_hash=row.dealt_hash,
            dealt_source=sources[row.dealt_hash],
        )
        for row in rows
    ]
    for row, outcome in zip(rows, mark(works), strict=True):
        yield row, outcome.verdict if isinstance(outcome, Marked) else None


def _change(row: Row[Any], verdict: Mapping[str, Any], plan: Regrade) -> _Change | None:
    verdict = still_settled(json.loads(row.verdict), verdict)
    before = share_of(row.score, row.out_of)
    after = share_of(str(verdict["score"]), str(verdict["out_of"]))
    if before == after or (plan.never_lower and after < before):
        return None
    return _Change(row, verdict, after > before)


def _write(store: Store, plan: Regrade, cause: str, change: _Change) -> bool:
    return replace_verdict(store, change.row, change.verdict, plan.content_hash, cause)
