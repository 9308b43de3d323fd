"""The job that reads scanned answer sheets: a table of results, and the doubts for a person."""

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import Any, Final, Protocol

from cards.exam.files import MANIFEST
from cards.exam.formats.papers_json import json_file
from cards.exam.formats.sheets_pdf import SHEETS
from cards.exam.keys import QUESTIONS
from cards.exam.record import exam_record
from cards.exam.results import UNSETTLED
from grader.errors import GradeckError
from service.auth.identity import Identity
from service.auth.roles import TEACHER
from service.classroom.access import job_for
from service.classroom.exams import KeptExam, exam_for, kept
from service.classroom.refusals import Refusal, not_found
from service.config import Config
from service.jobs.asking import file_of
from service.jobs.job import Done, Job, JobTakenError, written
from service.jobs.marks import RESULTS
from service.jobs.scan_child import DOUBTS
from service.running import Service
from service.store.audit_log import note
from service.store.exams import printings_of
from service.store.ids import new_id
from service.store.jobs import add_job

MOST_FILES: Final = 500
PAGE_SECONDS: Final = 120  # in which a page must be read
MOST_PIXELS: Final = 120_000_000  # of a picture; an A3 page at 600 dots an inch has 70 million
_STRANGE: Final = re.compile(r"[^\w.\- ]+")


class Upload(Protocol):
    """A file that was sent."""

    @property
    def filename(self) -> str | None:
        """What its sender calls it."""

    def save(self, dst: Path) -> None:
        """Write it into a file."""

    def close(self) -> None:
        """Let go of it."""


@dataclass(frozen=True, slots=True)
class SheetsRead:
    """What a job read: the table, `?` where a person must say, and each doubt as JSON."""

    table: list[list[str]]
    doubts: Sequence[Mapping[str, Any]]
    result: Mapping[str, Any]


def scans_of(config: Config) -> Path:
    """Where scans wait to be read; they are gone afterwards."""
    return config.data / "scans"


def ask_scans(service: Service, who: Identity, assignment_id: str, files: Sequence[Upload]) -> str:
    """The id of a job that reads these files; they are kept until they are read."""
    named = [file for file in files if file.filename]
    with service.store.read() as connection:
        assignment, _ = exam_for(connection, who, assignment_id, TEACHER)
        sheets = printings_of(connection, assignment_id)
    if not any(sheets.values()):
        raise Refusal("no-sheets", "no papers with answer sheets were printed for this exam")
    if not 1 <= len(named) <= MOST_FILES:
        raise Refusal("nothing-scanned", f"expected 1 to {MOST_FILES} files, got {len(named)}")
    folder = scans_of(service.config) / new_id()
    try:
        _save(named, folder / "scans")
        with service.store.write() as connection:
            params = {"assignment_id": assignment_id, "scans": folder.name}
            job_id = add_job(connection, who, "scans", params, assignment.course_id)
            told = {"job": job_id, "files": len(named)}
            note(connection, who, assignment.course_id, "scans sent", assignment_id, **told)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise Refusal("no-room", f"the files could not be stored: {error.strerror}") from error
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    service.work_waits()
    return job_id


def _save(files: Sequence[Upload], folder: Path) -> None:
    for number, file in enumerate(files, start=1):
        name = _STRANGE.sub("_", Path(str(file.filename)).name).lstrip(".")[-80:] or "scan"
        own = folder / f"{number:03}"
        own.mkdir(parents=True, mode=0o700)
        file.save(own / name)
        file.close()


def do_scans(job: Job) -> Done:
    """What was read, put aside and not seen, and the zip of the table and its doubts."""
    folder = scans_of(job.config) / job.params["scans"]
    if not folder.is_dir():
        raise GradeckError("the scans are not there any more; send them again")
    with suppress(FileExistsError):
        (folder / "exam").mkdir()
    try:
        with job.store.read() as connection:
            row = exam_for(connection, job.who(), job.params["assignment_id"], TEACHER)
            have = kept(connection, *row)
            sheets = printings_of(connection, job.params["assignment_id"])
        with written(folder / "exam" / MANIFEST):
            for name, content in _exam_files(have, sheets.values()):
                (folder / "exam" / name).write_bytes(content)
        result = _read(job, folder, len(have.papers))
        path = job.file(".zip")
        with written(path), zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in (RESULTS, "results.doubts.html", DOUBTS):
                archive.write(folder / name, name)
        job.progress(result["pages"], result["pages"])  # who took it over needs the scans still
    except JobTakenError:
        raise
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    shutil.rmtree(folder, ignore_errors=True)
    return result, path.name


def _exam_files(have: KeptExam, sheets: Iterable[str | None]) -> Iterator[tuple[str, bytes]]:
    """What a scanner must know of the exam, the layouts of all printings together."""
    documents = {name: one.document for name, one in have.exam.questions.items()}
    yield QUESTIONS, json_file(documents)
    yield MANIFEST, json_file({**exam_record(have.exam), "files": {}})
    papers: dict[str, int] = {}
    layouts: list[Any] = []
    for text in sheets:
        if text is not None:
            read = json.loads(text)
            papers |= {name: place + len(layouts) for name, place in read["papers"].items()}
            layouts += read["layouts"]
    yield SHEETS, json_file({"papers": papers, "layouts": layouts})


def _read(job: Job, folder: Path, papers: int) -> Mapping[str, Any]:
    """What the reading process says at last; GradeckError where it can't or dies."""
    command = [sys.executable, "-m", "service.jobs.scan_child", str(folder)]
    command += [str(job.config.scan_memory_mib), str(os.getpid())]
    environment = {**os.environ, "OPENCV_IO_MAX_IMAGE_PIXELS": str(MOST_PIXELS)}
    file = ""
    with subprocess.Popen(  # noqa: S603 - our own module
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, env=environment
    ) as child:
        try:
            for said in _lines(child):
                match said["what"]:
                    case "file":
                        file = said["name"]
                    case "page":
                        job.progress(said["done"], max(papers, said["done"]))
                    case "done":
                        return {name: value for name, value in said.items() if name != "what"}
                    case "failed":
                        raise GradeckError(f"{file}: {said['why']}" if file else said["why"])
        finally:
            child.kill()
    raise GradeckError(
        f"{file or 'the scans'}: reading it came to no end; it may be broken, or far too large"
    )


def _lines(child: "subprocess.Popen[str]") -> Iterator[Mapping[str, Any]]:
    """What the child says, line by line; it is ended where it says nothing for too long."""
    while True:
        clock = Timer(PAGE_SECONDS, child.kill)
        clock.start()
        try:
            line = child.stdout.readline() if child.stdout is not None else ""
        finally:
            clock.cancel()
        if not line:
            return
        if line.startswith("{"):
            yield json.loads(line)


def scanned(service: Service, who: Identity, assignment_id: str, job_id: str) -> SheetsRead:
    """What a job read of an exam, to be settled by a person."""
    path = file_of(service, who, job_id).path
    with service.store.read() as connection:
        job = job_for(connection, who, job_id)
    params = json.loads(job.params)
    if job.kind != "scans" or job.result is None or params["assignment_id"] != assignment_id:
        raise not_found("scans", job_id)
    with zipfile.ZipFile(path) as archive:
        text = archive.read(RESULTS).decode("utf-8-sig")
        doubts = json.loads(archive.read(DOUBTS))
    table = list(csv.reader(io.StringIO(text, newline="")))
    return SheetsRead(table, doubts, json.loads(job.result))


def settled(read: SheetsRead, says: Mapping[tuple[int, int], str]) -> str:
    """The table with what a person says of its doubts, by row and column; all of them.

    An empty text says that nothing was written.
    """
    table = [list(row) for row in read.table]
    open_ones = []
    for doubt in read.doubts:
        row, column = doubt["row"], doubt["column"]
        if (row, column) in says:
            table[row][column] = says[row, column]
        elif table[row][column] == UNSETTLED:
            open_ones.append(f"{doubt['student']}, {doubt['part']}")
    if open_ones:
        raise Refusal("not-settled", "; ".join(open_ones))
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(table)
    return out.getvalue()
