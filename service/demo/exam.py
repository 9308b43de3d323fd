"""The demo's exam: a midterm of last week that some of the class sat.

Its papers are printed and marked by the demo's own worker, once it runs: two jobs wait for it.
What the students wrote is known before, since the same plan, class and secret deal the same.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final

from cards.exam.papers.key import named
from cards.exam.record import Exam
from cards.exam.results import Answers, results_csv
from cards.exam.roster import read_roster
from cards.exam.sitting import Sitting
from grader.errors import UnknownNameError
from service.auth.identity import Identity
from service.bank.exams import deal_more, secret_of
from service.classroom.assigning import change_assignment
from service.classroom.exams import exam_for, kept, set_exam
from service.classroom.refusals import Refusal
from service.demo.answering import likely_answers
from service.jobs.marks import ask_marks
from service.jobs.papers import ask_papers
from service.running import Service
from service.store.grades import EnrolledStudent, all_students

PLAN: Final = "midterm"
SIT: Final = 6
ROW: Final = 3  # seats
ABSENT: Final = 4  # who of them wasn't there


def add_demo_exam(service: Service, teacher: Identity, course_id: str) -> None:
    """Set the exam and ask for its papers and marks; a bank without the plan has no exam."""
    held = datetime.now(UTC).replace(hour=8, minute=0, second=0, microsecond=0) - timedelta(days=6)
    ends = held + timedelta(minutes=50)
    with suppress(UnknownNameError, Refusal):
        exam_id = set_exam(service, teacher, course_id, PLAN, opens_at=held, due_at=ends)
        with service.store.read() as connection:
            enrolled = all_students(connection, course_id)
            have = kept(connection, *exam_for(connection, teacher, exam_id))
        # The demo's student, by login the last, and the first of the others.
        roster = _roster([*enrolled[-1:], *enrolled[: SIT - 1]])
        secret = secret_of(service.secret, exam_id)
        dealt = deal_more(have.exam, read_roster(roster.encode(), "roster"), secret)
        ask_papers(service, teacher, exam_id, roster)
        ask_marks(service, teacher, exam_id, _results(dealt))
        change_assignment(service, teacher, exam_id, {"released": True})


def _roster(students: Sequence[EnrolledStudent]) -> str:
    lines = ["id,name,seat_row,seat_column,language"]
    for place, one in enumerate(students):
        row, column = divmod(place, ROW)
        language = "zh" if place % 3 == 2 else "en"
        lines.append(f"{one.student_id},{one.name},{row},{column},{language}")
    return "\n".join(lines)


def _results(exam: Exam) -> str:
    """What the students wrote, as a table."""
    answers = [
        Answers(sitting, None if number == ABSENT else _texts(sitting, number))
        for number, sitting in enumerate(exam.sittings)
    ]
    return results_csv(exam, answers).decode("utf-8-sig")


def _texts(sitting: Sitting, number: int) -> dict[str, str]:
    texts: dict[str, str] = {}
    for place, (one, names) in enumerate(named(sitting)):
        raw = dict(likely_answers(one.with_key()["parts"], number, place))
        texts |= {names[part]: text for part, text in raw.items() if part in names}
    return texts
