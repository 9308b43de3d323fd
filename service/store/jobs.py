"""Jobs: long work as rows with progress, claimed and finished as submissions are."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from service.auth.identity import Identity
from service.store.engine import Store
from service.store.ids import new_id
from service.store.moments import SECOND, Now
from service.store.paging import Portion, portion_of
from service.store.schema import jobs
from service.store.values import value_of, values_of
from service.store.visibility import visible_to

LEASE = 60 * SECOND
MAX_CLAIMS = 3


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job as it stands; `params` and `result` are JSON."""

    id: str
    kind: str
    user_id: str
    course_id: str | None
    params: str
    status: str
    claims: int
    done: int
    total: int
    result: str | None
    file: str | None
    error: str | None
    created_at: int
    ended_at: int | None


def add_job(
    connection: Connection,
    who: Identity,
    kind: str,
    params: Mapping[str, object],
    course_id: str | None = None,
) -> str:
    """The id of a job that now waits."""
    job_id = new_id()
    connection.execute(
        insert(jobs).values(
            id=job_id,
            kind=kind,
            user_id=who.user_id,
            course_id=course_id,
            params=json.dumps(params),
            status="waiting",
            claims=0,
            done=0,
            total=0,
            created_at=Now(),
        )
    )
    return job_id


def find_job(connection: Connection, who: Identity, job_id: str) -> JobRow | None:
    """A job that the user may see."""
    return value_of(
        JobRow,
        connection.execute(select(jobs).where(jobs.c.id == job_id, visible_to(who, jobs))).first(),
    )


def list_jobs(
    connection: Connection, who: Identity, limit: int, after: str = ""
) -> Portion[JobRow]:
    """The jobs that the user may see, newest first."""
    statement = select(jobs).where(visible_to(who, jobs))
    return portion_of(
        JobRow, connection, statement, jobs.c.id, limit=limit, after=after, newest_first=True
    )


def jobs_about(
    connection: Connection, who: Identity, assignment_id: str, limit: int
) -> list[JobRow]:
    """The jobs about an assignment that the user may see, newest first."""
    about = jobs.c.params.contains(f'"assignment_id": "{assignment_id}"', autoescape=True)
    statement = select(jobs).where(about, visible_to(who, jobs))
    rows = connection.execute(statement.order_by(jobs.c.id.desc()).limit(limit))
    return values_of(JobRow, rows)


def claim_job(store: Store) -> JobRow | None:
    """The oldest job that waits, or whose worker is gone; None if there is none."""
    ready = (jobs.c.status == "waiting") | (
        (jobs.c.status == "running") & (jobs.c.lease_until < Now())
    )
    with store.read() as connection:
        if connection.execute(select(jobs.c.id).where(ready).limit(1)).first() is None:
            return None
    with store.write() as connection:
        connection.execute(
            update(jobs)
            .where(ready, jobs.c.claims >= MAX_CLAIMS)
            .values(status="error", error="its worker died each time", ended_at=Now())
        )
        picked = (
            select(jobs.c.id)
            .where(ready)
            .order_by(jobs.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
            .cte("picked")
        )
        row = connection.execute(
            update(jobs)
            .where(jobs.c.id.in_(select(picked.c.id)))
            .values(status="running", claims=jobs.c.claims + 1, lease_until=Now() + LEASE)
            .returning(*jobs.c)
        ).first()
    return value_of(JobRow, row)


def report(store: Store, job: JobRow, done: int, total: int) -> bool:
    """Whether the job is still ours, after its progress was written and its lease renewed."""
    return _change(store, job, done=done, total=total, lease_until=Now() + LEASE)


def renew_job(store: Store, job: JobRow) -> bool:
    """Whether the job is still ours, after its lease was renewed."""
    return _change(store, job, lease_until=Now() + LEASE)


def end_job(
    store: Store,
    job: JobRow,
    *,
    result: Mapping[str, object] | None = None,
    file: str | None = None,
    error: str | None = None,
) -> bool:
    """Whether the job was still ours, and has ended now."""
    return _change(
        store,
        job,
        status="error" if error else "done",
        result=None if result is None else json.dumps(result),
        file=file,
        error=error,
        ended_at=Now(),
        lease_until=None,
    )


def _change(store: Store, job: JobRow, **values: object) -> bool:
    with store.write() as connection:
        changed = connection.execute(
            update(jobs)
            .where(jobs.c.id == job.id, jobs.c.status == "running", jobs.c.claims == job.claims)
            .values(**values)
        )
    return changed.rowcount == 1
