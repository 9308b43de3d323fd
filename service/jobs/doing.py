"""Doing a job: what each kind does, with progress; whatever goes wrong ends up on its row."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any, Final

import structlog
from sqlalchemy import Connection, Row, select

from grader.errors import GradeckError
from service.auth.identity import ALL_SCOPES, Identity
from service.config import Config
from service.jobs.printing import print_deck, print_exam
from service.jobs.regrading import Regrade, regrade
from service.jobs.statistics import statistics_csv, statistics_of
from service.queue.work import Mark
from service.store.audit_log import note
from service.store.engine import Store
from service.store.jobs import LEASE, end_job, renew_job, report
from service.store.moments import SECOND
from service.store.schema import users

log = structlog.get_logger()
RENEW_SECONDS = LEASE / SECOND / 4


class JobTakenError(Exception):
    """Another worker has this job now: its lease had lapsed."""


class Job:
    """A job that is being done: its row, and what it may use."""

    def __init__(self, store: Store, mark: Mark, config: Config, row: Row[Any]) -> None:
        """The row was claimed by us."""
        self.store = store
        self.mark = mark
        self.config = config
        self.row = row
        self.params: Mapping[str, Any] = json.loads(row.params)
        self.folder: Path = config.data / "jobs"

    def progress(self, done: int, total: int) -> bool:
        """Write down how far we are; JobTakenError if the job is not ours any more."""
        if not report(self.store, self.row, done, total):
            raise JobTakenError(self.row.id)
        return True

    def who(self) -> Identity:
        """Whoever asked for the job, with their rights of today."""
        with self.store.read() as connection:
            user = connection.execute(select(users).where(users.c.id == self.row.user_id)).one()
        return Identity(user.id, user.login, user.name, user.admin, user.guest, ALL_SCOPES)


Done = tuple[dict[str, object], str | None]
"""A result, and the name of a file in the jobs folder."""


def _regrade(job: Job) -> Done:
    plan = Regrade(**job.params)
    who = job.who()

    def record(connection: Connection, counts: Mapping[str, object]) -> None:
        note(
            connection, who, job.row.course_id, "regrade applied", plan.assignment_id,
            job=job.row.id, question=plan.question_id, content_hash=plan.content_hash,
            way=plan.way, **counts,
        )  # fmt: skip

    cause = f"regrade {job.row.id}"
    made = regrade(job.store, job.mark, plan, cause, progress=job.progress, record=record)
    return made, None


def _statistics(job: Job) -> Done:
    found = statistics_of(job.store, job.who(), job.params["assignment_id"])
    name = f"{job.row.id}.csv"
    (_room(job.folder) / name).write_text(statistics_csv(found), encoding="utf-8", newline="")
    return found, name


def _deck(job: Job) -> Done:
    name = f"{job.row.id}.apkg"
    made = print_deck(
        job.config.bank,
        _room(job.folder) / name,
        language=job.params["lang"],
        tag=job.params["tag"],
        progress=job.progress,
    )
    return made, name


def _exam(job: Job) -> Done:
    name = f"{job.row.id}.zip"
    made = print_exam(
        job.store,
        job.config,
        _room(job.folder) / name,
        plan=job.params["plan"],
        course_id=job.params["course_id"],
        progress=job.progress,
    )
    return made, name


KINDS: Final[Mapping[str, Callable[[Job], Done]]] = {
    "regrade": _regrade,
    "statistics": _statistics,
    "deck": _deck,
    "exam": _exam,
}


def do_job(store: Store, mark: Mark, config: Config, row: Row[Any]) -> None:
    """Do a claimed job and write its end; a job that another worker took over is left alone."""
    try:
        with _kept(store, row):
            result, file = KINDS[row.kind](Job(store, mark, config, row))
    except JobTakenError:
        log.warning("job taken over", job=row.id, kind=row.kind)
    except GradeckError as error:
        end_job(store, row, error=str(error)[:2000])
    except Exception as error:
        log.exception("job failed", job=row.id, kind=row.kind)
        end_job(store, row, error=f"this should not have happened: {type(error).__name__}")
    else:
        end_job(store, row, result=result, file=file)


@contextmanager
def _kept(store: Store, row: Row[Any]) -> Iterator[None]:
    """Renew the job's lease while it is done: a long step reports nothing for minutes."""
    done = Event()

    def renew() -> None:
        while not done.wait(RENEW_SECONDS):
            try:
                if not renew_job(store, row):
                    return
            except GradeckError as error:
                log.warning("job's lease not renewed", job=row.id, error=type(error).__name__)

    thread = Thread(target=renew, name=f"job {row.id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _room(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
