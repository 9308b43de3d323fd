"""The job that deals the papers and keys of an exam to a course's students."""

import zipfile
from collections.abc import Sequence
from itertools import count
from pathlib import Path

from cards.documents.entry import nearest
from cards.exam.dealing import deal_exam
from cards.exam.fairness import checked
from cards.exam.files import exam_files
from cards.exam.formats.table import FORMATS
from cards.exam.plan_file import load_plan
from cards.exam.record import Exam
from cards.exam.roster import Student, read_roster, sound_students
from grader.errors import Fault, QuestionError, UnknownNameError
from service.auth.identity import Identity
from service.auth.roles import TEACHER
from service.bank.folders import exam_plans, load
from service.classroom.access import course_for
from service.classroom.refusals import Refusal
from service.config import Config
from service.jobs.job import STEP, Done, Job, Progress
from service.running import Service
from service.store.audit_log import note
from service.store.engine import Store
from service.store.grades import EnrolledStudent, all_students
from service.store.jobs import add_job

PLAN_NAME = r"^[a-z0-9][a-z0-9_-]*$"
FOUNDED = (1980, 1, 1, 0, 0, 0)  # the date of every file in the zip, so that it depends on nothing


def ask_exam(service: Service, who: Identity, course_id: str, plan: str, roster: str = "") -> str:
    """The id of a job that deals a course's papers and keys.

    `roster` is a CSV text that says who sits the exam, where, in which language and type, and with
    how much more time; without it all students of the course do. A Refusal has all its faults.
    """
    with service.store.write() as connection:
        course_for(connection, who, course_id, TEACHER)
        enrolled = all_students(connection, course_id)
        try:
            seated(enrolled, roster)
        except QuestionError as error:
            faults = [{"where": fault.where, "message": str(fault)} for fault in error.faults]
            raise Refusal("faults", str(error), errors=faults) from error
        params = {"plan": plan, "course_id": course_id, "roster": roster}
        job_id = add_job(connection, who, "exam", params, course_id)
        note(connection, who, course_id, "exam asked", plan, job=job_id)
    service.work_waits()
    return job_id


def seated(enrolled: Sequence[EnrolledStudent], roster: str) -> tuple[Student, ...]:
    """The students who sit the exam: those of the roster, or all of the course.

    Raises QuestionError for a roster that can't be read or has somebody who is not in the course.
    """
    known = {row.student_id or row.login: row for row in enrolled}
    if not roster.strip():
        return sound_students(
            Student(name, row.name, section=row.section) for name, row in known.items()
        )
    students = read_roster(roster.encode(), "roster")
    strangers = [
        Fault(
            "a student of the course",
            student.id,
            nearest(student.id, known) or "enrol them first",
            file="roster",
            field="id",
        )
        for student in students
        if student.id not in known
    ]
    if strangers:
        raise QuestionError(strangers)
    return students


def do_exam(job: Job) -> Done:
    """How many papers and files there are, and the zip's name."""
    path = job.file(".zip")
    made = print_exam(
        job.store,
        job.config,
        path,
        plan=job.params["plan"],
        course_id=job.params["course_id"],
        roster=job.params.get("roster", ""),
        progress=job.progress,
    )
    return made, path.name


def print_exam(
    store: Store,
    config: Config,
    path: Path,
    *,
    plan: str,
    course_id: str,
    roster: str,
    progress: Progress,
) -> dict[str, object]:
    """Write the papers and keys of a course's students as a zip; how many there are."""
    bank = load(config.bank)
    plans = exam_plans(config.bank)
    if plan not in plans:
        raise UnknownNameError("exam plan", plan, plans)
    with store.read() as connection:
        students = seated(all_students(connection, course_id), roster)
    done, total = count(1), (1 + len(FORMATS)) * len(students)

    def advance() -> None:
        if (number := next(done)) % STEP == 0 or number == total:
            progress(number, total)

    read = load_plan(plans[plan], bank)
    secret = config.seed_secret()
    exam = checked(Exam(read, deal_exam(read, students, secret, on_sitting=advance)))
    files = 0
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in exam_files(exam, secret, on_paper=advance):
            archive.writestr(zipfile.ZipInfo(name, FOUNDED), content)
            files += 1
    return {"papers": len(students), "files": files}
