"""Doing a job: what its kind does, with progress; whatever goes wrong ends up on its row."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import structlog

from grader.errors import GradeckError
from service.config import Config
from service.jobs.job import Job, JobTakenError
from service.jobs.kinds import KINDS
from service.queue.work import MarkAll
from service.store.engine import Store
from service.store.jobs import LEASE, JobRow, end_job, renew_job
from service.store.moments import SECOND

log = structlog.get_logger()
RENEW_SECONDS = LEASE / SECOND / 4


def do_job(store: Store, mark: MarkAll, config: Config, row: JobRow) -> None:
    """Do a claimed job and write its end; a job that another worker took over is left alone."""
    try:
        with _kept(store, row):
            result, file = KINDS[row.kind].do(Job(store, mark, config, row))
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
def _kept(store: Store, row: JobRow) -> Iterator[None]:
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
