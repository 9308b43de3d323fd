"""A job that is being done: its row, what it may use, and how it says how far it is."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from grader.errors import GradeckError
from service.auth.identity import Identity
from service.config import Config
from service.queue.work import MarkAll
from service.store.engine import Store
from service.store.jobs import JobRow, report
from service.store.people import identity_of

Progress = Callable[[int, int], object]
STEP = 20  # things that are made between two reports


class JobTakenError(Exception):
    """Another worker has this job now: its lease had lapsed."""


class Job:
    """A job that is being done: its row, and what it may use."""

    def __init__(self, store: Store, mark: MarkAll, config: Config, row: JobRow) -> None:
        """The row was claimed by us."""
        self.store = store
        self.mark = mark
        self.config = config
        self.row = row
        self.params: Mapping[str, Any] = json.loads(row.params)
        self.folder = folder_of(config)

    def progress(self, done: int, total: int) -> bool:
        """Write down how far we are; JobTakenError if the job is not ours any more."""
        if not report(self.store, self.row, done, total):
            raise JobTakenError(self.row.id)
        return True

    def who(self) -> Identity:
        """Whoever asked for the job, with their rights of today."""
        with self.store.read() as connection:
            return identity_of(connection, self.row.user_id)

    def file(self, suffix: str) -> Path:
        """The path of the file that this claim of the job makes, in a folder that is there.

        A worker that was thought dead, and goes on, writes into nobody else's file.
        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return self.folder / f"{self.row.id}-{self.row.claims}{suffix}"


@contextmanager
def written(path: Path) -> Iterator[None]:
    """Write a job's file in the block: whole, or not at all; GradeckError where it can't be."""
    try:
        yield
    except OSError as error:
        path.unlink(missing_ok=True)
        message = f"the file could not be written: {error.strerror}; nothing of it was kept"
        raise GradeckError(message) from error
    except BaseException:
        path.unlink(missing_ok=True)
        raise


Done = tuple[Mapping[str, object], str | None]
"""A result, and the name of a file in the jobs folder."""


def folder_of(config: Config) -> Path:
    """Where jobs put their files."""
    return config.data / "jobs"
