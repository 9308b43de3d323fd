"""Printing for jobs: the Anki package of a bank, the papers of an exam."""

import zipfile
from collections.abc import Callable
from itertools import count
from pathlib import Path

from sqlalchemy import select

from cards.deck.building import write_deck
from cards.deck.lock import read_lock
from cards.deck.note import DeckNote
from cards.deck.notes import notes_of, tagged
from cards.exam.dealing import deal_exam
from cards.exam.fairness import checked
from cards.exam.files import exam_files
from cards.exam.formats.table import FORMATS
from cards.exam.plan_file import load_plan
from cards.exam.record import Exam
from cards.exam.roster import Student, sound_students
from grader.errors import UnknownNameError
from service.auth.roles import Role
from service.bank.folders import exam_plans, load, lock_of
from service.config import Config
from service.store.engine import Store
from service.store.schema import enrolments, users

Progress = Callable[[int, int], bool]
LANGUAGES = {"en": ("en",), "zh": ("zh",), "both": ("en", "zh")}
STEP = 20
FOUNDED = (1980, 1, 1, 0, 0, 0)


def print_deck(
    folders: tuple[Path, ...], path: Path, *, language: str, tag: str, progress: Progress
) -> dict[str, object]:
    """Write the package of the questions with this tag, or of all; how many notes and cards."""
    bank = load(folders)
    questions = tagged(bank.values(), tag)
    if not questions:
        known = {tag for question in bank.values() for tag in question.tags}
        raise UnknownNameError("tag", tag, known)
    notes: list[DeckNote] = []
    for number, question in enumerate(questions, start=1):
        notes += notes_of(question, LANGUAGES[language])
        if number % STEP == 0 or number == len(questions):
            progress(number, len(questions))
    # The record of what was handed out is the authors': a copy made here never changes it.
    built = write_deck(path, notes, read_lock(lock_of(folders)))
    return {"notes": built.notes, "cards": built.cards}


def print_exam(
    store: Store,
    config: Config,
    path: Path,
    *,
    plan: str,
    course_id: str,
    progress: Progress,
) -> dict[str, object]:
    """Write the papers and keys of a course's students as a zip; how many there are."""
    bank = load(config.bank)
    plans = exam_plans(config.bank)
    if plan not in plans:
        raise UnknownNameError("exam plan", plan, plans)
    students = _students(store, course_id)
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


def _students(store: Store, course_id: str) -> tuple[Student, ...]:
    with store.read() as connection:
        rows = connection.execute(
            select(enrolments.c.student_id, enrolments.c.section, users.c.login, users.c.name)
            .join(users, users.c.id == enrolments.c.user_id)
            .where(enrolments.c.course_id == course_id, enrolments.c.role == Role.STUDENT)
            .order_by(users.c.login)
        )
        return sound_students(
            Student(row.student_id or row.login, row.name, section=row.section) for row in rows
        )
