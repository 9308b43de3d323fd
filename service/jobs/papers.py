"""The job that deals and prints the papers of an exam: once, or again as they were."""

import json
import zipfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

from sqlalchemy import Connection

from cards.exam.files import exam_files
from cards.exam.formats.sheets_pdf import SHEETS
from cards.exam.formats.table import FORMATS
from cards.exam.record import Exam
from cards.exam.roster import Student
from grader.errors import GradeckError, QuestionError
from service.auth.identity import Identity
from service.auth.roles import TEACHER
from service.bank.exams import deal_more, secret_of, sitting_texts
from service.classroom.exams import KeptExam, exam_for, kept, known_as, seated, without_paper
from service.classroom.refusals import Refusal, faulty
from service.jobs.job import STEP, Done, Job, written
from service.running import Service
from service.store.audit_log import note
from service.store.exams import NewPaper, add_printing, lock_exam, papers_of, printings_of
from service.store.grades import EnrolledStudent, all_students
from service.store.jobs import add_job
from service.store.variants import NewVariant, add_variant

FOUNDED = (1980, 1, 1, 0, 0, 0)  # the date of every file in the zip, so that it depends on nothing


def ask_papers(
    service: Service, who: Identity, assignment_id: str, roster: str = "", printing: int = 0
) -> str:
    """The id of a job that deals papers to who has none yet, or prints a printing once more.

    `roster` is a CSV text that says who sits the exam, where, in which language and type, and with
    how much more time; without it all students of the course do. A Refusal has all its faults.
    """
    with service.store.write() as connection:
        assignment, _ = exam_for(connection, who, assignment_id, TEACHER)
        if printing and printing not in printings_of(connection, assignment_id):
            raise Refusal("unknown-name", f"this exam has no printing {printing}")
        try:
            students = seated(all_students(connection, assignment.course_id), roster)
            newcomers = without_paper(papers_of(connection, assignment_id), students)
        except QuestionError as error:
            raise faulty(error) from error
        if not printing and not newcomers:
            raise Refusal("nothing-to-print", "everybody of the class or roster has a paper")
        params = {"assignment_id": assignment_id, "roster": roster, "printing": printing}
        job_id = add_job(connection, who, "papers", params, assignment.course_id)
        note(connection, who, assignment.course_id, "papers asked", assignment_id, job=job_id)
    service.work_waits()
    return job_id


def do_papers(job: Job) -> Done:
    """How many papers and files there are, the printing's number, and the zip's name.

    The zip is there before the papers count as dealt: a job that fails deals nothing.
    """
    assignment_id, printing = job.params["assignment_id"], job.params["printing"]
    path = job.file(".zip")
    if printing:
        exam = _dealt(job, printing)
        made = print_exam(exam, _secret(job), path, _advance(job, len(FORMATS), exam))
        return {**made, "printing": printing}, path.name
    with job.store.read() as connection:
        have = _have(connection, job)
        enrolled = all_students(connection, have.assignment.course_id)
    students = without_paper(have.papers, seated(enrolled, job.params["roster"]))
    advance = _advance(job, 1 + len(FORMATS), students)
    exam = deal_more(have.exam, students, _secret(job), advance)
    made = print_exam(exam, _secret(job), path, advance)
    with zipfile.ZipFile(path) as archive:
        sheets = archive.read(SHEETS).decode() if SHEETS in archive.namelist() else None
    with job.store.write() as connection:
        lock_exam(connection, assignment_id)
        if {one.id for one in have.papers} != {one.id for one in _have(connection, job).papers}:
            raise GradeckError("other papers of this exam were dealt meanwhile; ask again")
        number = _keep(connection, have, exam, known_as(enrolled), sheets)
        told = {"papers": len(students), "printing": number}
        note(
            connection, job.who(), job.row.course_id, "papers dealt", assignment_id, **told
        )  # fmt: skip
    return {**made, "printing": number}, path.name


def print_exam(
    exam: Exam, secret: bytes, path: Path, on_paper: Callable[[], object]
) -> dict[str, object]:
    """Write an exam's papers and keys as a zip; how many there are."""
    files = 0
    with written(path), zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in exam_files(exam, secret, on_paper=on_paper):
            archive.writestr(zipfile.ZipInfo(name, FOUNDED), content)
            files += 1
    return {"papers": len(exam.sittings), "files": files}


def _have(connection: Connection, job: Job) -> KeptExam:
    return kept(connection, *exam_for(connection, job.who(), job.params["assignment_id"], TEACHER))


def _secret(job: Job) -> bytes:
    return secret_of(job.config.seed_secret(), job.params["assignment_id"])


def _dealt(job: Job, printing: int) -> Exam:
    """The papers of one printing, so that they are as they were: sheets hang on all of them."""
    with job.store.read() as connection:
        have = _have(connection, job)
    sittings = zip(have.papers, have.exam.sittings, strict=True)
    return Exam(have.exam.plan, tuple(s for paper, s in sittings if paper.printing == printing))


def _advance(job: Job, steps: int, papers: Exam | tuple[Student, ...]) -> Callable[[], None]:
    """What counts a step of each paper, and reports now and then."""
    done = count(1)
    total = steps * len(papers.sittings if isinstance(papers, Exam) else papers)

    def advance() -> None:
        if (number := next(done)) % STEP == 0 or number == total:
            job.progress(number, total)

    return advance


def _keep(
    connection: Connection,
    have: KeptExam,
    exam: Exam,
    known: dict[str, EnrolledStudent],
    sheets: str | None,
) -> int:
    """The number of the printing that is kept, with each student's variants."""
    assignment_id = have.assignment.id
    versions = json.loads(have.row.versions)
    dealt = []
    for sitting, text in zip(exam.sittings, sitting_texts(exam), strict=True):
        user_id = known[sitting.student.id].user_id
        dealt.append(NewPaper(user_id, sitting.paper, text))
        for variant in _variants(text, user_id, assignment_id, versions):
            add_variant(connection, variant)
    return add_printing(connection, assignment_id, sheets, dealt)


def _variants(
    sitting: str, user_id: str, assignment_id: str, versions: dict[str, str]
) -> Iterator[NewVariant]:
    for section in json.loads(sitting)["sections"]:
        for place in section:
            yield NewVariant(
                user_id,
                "exam",
                place["question"],
                versions[place["question"]],
                0,
                place["seed"],
                assignment_id=assignment_id,
                allowed=1,
            )
