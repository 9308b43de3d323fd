"""Asking after jobs: the file that one made, for those who may see it."""

from dataclasses import dataclass
from pathlib import Path

from service.auth.identity import Identity
from service.classroom.access import job_for
from service.classroom.refusals import Refusal
from service.jobs.job import folder_of
from service.running import Service

ENDED = frozenset({"done", "error"})


@dataclass(frozen=True, slots=True)
class JobFile:
    """A file that a job made, and the name under which it is handed out."""

    path: Path
    name: str


def file_of(service: Service, who: Identity, job_id: str) -> JobFile:
    """The file of a job that the user may see."""
    with service.store.read() as connection:
        job = job_for(connection, who, job_id)
    path = folder_of(service.config) / str(job.file)
    if job.file is None or not path.is_file():
        raise Refusal("no-file", f"this {job.kind} job is {job.status} and has no file")
    return JobFile(path, f"{job.kind}{path.suffix}")
