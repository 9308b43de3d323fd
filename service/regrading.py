"""Regrading: old variants, with their old numbers, under a corrected question.

A dry run says who changes by how much; applying adds a verdict to each submission's log and
overwrites none. With never-lower, nobody loses by it.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, func, insert, select, update

from service.gradebook import share_of
from service.queue.work import Mark, Marked, Work
from service.store.assignments import pin_question
from service.store.engine import Store
from service.store.moments import Now
from service.store.schema import submissions, users, variants, verdicts
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


def regrade(
    store: Store,
    mark: Mark,
    plan: Regrade,
    cause: str,
    progress: Callable[[int, int], bool] = lambda _done, _total: True,
) -> dict[str, object]:
    """The changes, student by student; they are written if the plan says apply.

    Submissions are marked outside of any transaction, and a change is written only where the
    verdict is still the one that was compared.
    """
    with store.read() as connection:
        rows = connection.execute(_graded(plan)).all()
        source = version_source(connection, plan.content_hash)
    changes: list[dict[str, object]] = []
    failed = 0
    for start in range(0, len(rows), BATCH):
        group = rows[start : start + BATCH]
        for row, verdict in _marked(mark, plan, source, group):
            if verdict is None:
                failed += 1
            elif (change := _change(row, verdict, plan)) is not None:
                if plan.apply:
                    _write(store, plan, cause, row, verdict)
                changes.append(change)
        if not progress(min(start + BATCH, len(rows)), len(rows)):
            break
    if plan.apply:
        with store.write() as connection:
            pin_question(connection, plan.assignment_id, plan.question_id, plan.content_hash)
    return {
        "submissions": len(rows),
        "failed": failed,
        "applied": plan.apply,
        "raised": sum(1 for change in changes if change["raised"]),
        "lowered": sum(1 for change in changes if not change["raised"]),
        "changes": changes,
    }


def _graded(plan: Regrade) -> Select[Any]:
    return (
        select(
            submissions.c.id,
            submissions.c.raw,
            submissions.c.score,
            submissions.c.out_of,
            submissions.c.graded_at,
            variants.c.seed,
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
    mark: Mark, plan: Regrade, source: str | None, rows: Sequence[Row[Any]]
) -> Iterator[tuple[Row[Any], Mapping[str, Any] | None]]:
    works = [
        Work(plan.question_id, plan.content_hash, row.seed, json.loads(row.raw), source)
        for row in rows
    ]
    # All at once: while marking is under way the marker serves nobody else.
    for row, outcome in zip(rows, list(mark(works)), strict=False):
        yield row, outcome.verdict if isinstance(outcome, Marked) else None


def _change(row: Row[Any], verdict: Mapping[str, Any], plan: Regrade) -> dict[str, object] | None:
    before = share_of(row.score, row.out_of)
    after = share_of(str(verdict["score"]), str(verdict["out_of"]))
    if before == after or (plan.never_lower and after < before):
        return None
    return {
        "submission": row.id,
        "login": row.login,
        "name": row.name,
        "before": f"{row.score}/{row.out_of}",
        "after": f"{verdict['score']}/{verdict['out_of']}",
        "raised": after > before,
    }


def _write(
    store: Store, plan: Regrade, cause: str, row: Row[Any], verdict: Mapping[str, Any]
) -> None:
    text = json.dumps(verdict)
    score, out_of = str(verdict["score"]), str(verdict["out_of"])
    with store.write() as connection:
        changed = connection.execute(
            update(submissions)
            .where(
                submissions.c.id == row.id,
                submissions.c.status == "graded",
                submissions.c.graded_at == row.graded_at,
                submissions.c.score == row.score,
            )
            .values(verdict=text, score=score, out_of=out_of, graded_at=Now())
        )
        if changed.rowcount == 0:
            return
        number = connection.execute(
            select(func.max(verdicts.c.number)).where(verdicts.c.submission_id == row.id)
        ).scalar()
        connection.execute(
            insert(verdicts).values(
                submission_id=row.id,
                number=(number if number is not None else -1) + 1,
                content_hash=plan.content_hash,
                verdict=text,
                score=score,
                cause=cause,
                at=Now(),
            )
        )
