"""The floors of bench/service.py: the same route with a bare commit, and one task a submission.

Both are what a straightforward service does; neither survives what docs/explanation/faults.md
lists. The way is named by GRADECK_BENCH_WAY. As a Celery application it has the one-task worker.
"""

import json
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from celery import Celery
from sqlalchemy import insert, select, update

from service.bank.questions import Questions
from service.commands import serve as commands
from service.config import read_config
from service.processes.worker import make_celery
from service.queue.work import Work
from service.running import Service
from service.store.engine import Store
from service.store.moments import Now
from service.store.schema import submissions, variants, verdicts
from service.store.submissions import NewSubmission, Received
from tests.service.world.sums import Sums, judge

app: Celery = make_celery(read_config())
# As Celery has it by itself: ours fetches a message when a process is free.
app.conf.update(worker_prefetch_multiplier=4, worker_disable_prefetch=False)
_stores: dict[int, Store] = {}


def _store() -> Store:
    if os.getpid() not in _stores:
        _stores[os.getpid()] = Store(read_config().store_url())
    return _stores[os.getpid()]


@app.task(name="bench.grade_one", ignore_result=True)  # type: ignore[untyped-decorator]  # no types
def grade_one(submission_id: str) -> None:
    """Read one submission, mark it and write its verdict: a task for each."""
    with _store().read() as connection:
        row = connection.execute(
            select(submissions.c.raw, variants.c.seed, variants.c.content_hash)
            .join(variants, variants.c.id == submissions.c.variant_id)
            .where(submissions.c.id == submission_id)
        ).one()
    verdict: Any = judge(Work("sums/one", row.content_hash, row.seed, json.loads(row.raw)))
    text, score = json.dumps(verdict), str(verdict["score"])
    with _store().write() as connection:
        connection.execute(
            update(submissions)
            .where(submissions.c.id == submission_id)
            .values(status="graded", verdict=text, score=score, out_of="2", graded_at=Now())
        )
        connection.execute(
            insert(verdicts).values(
                submission_id=submission_id, number=0, content_hash=row.content_hash,
                verdict=text, score=score, cause="graded", at=Now(),
            )
        )  # fmt: skip


class BareCommit:
    """Stores each submission in a transaction of its own."""

    def __init__(self, store: Store, *_: object) -> None:
        self._store = store

    def write(self, item: NewSubmission) -> Received:
        """The row, committed; with one task a submission it is also sent off."""
        with self._store.write() as connection:
            connection.execute(
                insert(submissions).values(
                    id=item.id, variant_id=item.variant_id, user_id=item.user_id,
                    idempotency_key=item.key, raw=item.raw, late=item.late,
                    received_at=item.received_at, status="waiting", claims=0, strikes=0,
                )
            )  # fmt: skip
        if os.environ["GRADECK_BENCH_WAY"] == "one task":
            app.send_task("bench.grade_one", [item.id], ignore_result=True)
        return Received(item.id)


def _sums(_folders: tuple[Path, ...], _secret: bytes) -> Questions:
    return Sums()


if __name__ == "__main__":
    for module in ("service.app", "service.processes.serving"):
        vars(import_module(module))["open_questions"] = _sums
    vars(import_module("service.running"))["GroupCommit"] = BareCommit
    # The floors have no queue, so there is nothing to do in the background.
    setattr(Service, "background", lambda *_: [])  # noqa: B010 - a method replaced on purpose
    sys.exit(commands.serve())
