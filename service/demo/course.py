"""The demo's class: a course with a homework, and students whose answers are marked for real."""

from contextlib import closing
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from service.auth.identity import ALL_SCOPES, Identity
from service.bank.questions import Questions
from service.classroom.dealing import deal_homework, deal_practice
from service.config import Config
from service.demo.answering import chance, likely_answers
from service.demo.exam import add_demo_exam
from service.processes.tasks import open_marker
from service.queue.drain import drain
from service.running import Service, build
from service.store.assignments import add_assignment, add_assignment_question, questions_of
from service.store.courses import add_course, enrol, list_courses
from service.store.ids import new_id
from service.store.moments import DAY, now
from service.store.people import add_user, find_user
from service.store.practice import rate
from service.store.submissions import NewSubmission, raw_text, receive
from service.store.variants import find_variant, origin_of
from service.store.versions import keep_version

COURSE = "CNN basics · 卷积网络基础"
HOMEWORK = "Homework 1 · 作业一"
QUESTIONS = (
    ("cnn/size-valid", "2"),
    ("cnn/three-conv-parameters", "3"),
    ("cnn/pooled-size", "2"),
    ("cnn/max-pooled-values", "2"),
    ("cnn/three-conv-inference", "3"),
)
# Days ago and rating (1 to 4) of each review, for one question after the other.
PRACTISED: tuple[tuple[tuple[int, int], ...], ...] = (
    ((9, 3), (6, 3)),
    ((8, 1), (7, 3), (4, 3)),
    ((5, 2), (3, 3)),
    ((4, 3),),
)
FIRST = ("Ada", "Bo", "Chen 晨", "Dina", "Emil", "Fang 芳", "Gita", "Hugo", "Ines", "Jun 俊")
LAST = ("Alvarez", "Brandt", "Castro", "Diallo")


def add_demo_class(config: Config, questions: Questions) -> None:
    """Fill an empty store with the class; a store that has a course stays as it is."""
    service = build(config, questions)
    try:
        with service.store.write() as connection:
            teacher = _identity(connection, "teacher")
            if list_courses(connection, teacher, 1).items:
                return
            course_id, assignment_id, students = _enrol(connection, questions, teacher)
            demo_student = _identity(connection, "student")
        for number, student in enumerate(students):
            _hand_in(service, student, assignment_id, number)
        _hand_in(service, demo_student, assignment_id, len(students) + 3, most=2)
        _practise(service, demo_student)
        add_demo_exam(service, teacher, course_id)
        with closing(open_marker(config)) as marker:
            drain(service.store, marker)
    finally:
        service.store.close()


def _enrol(
    connection: Connection, questions: Questions, teacher: Identity
) -> tuple[str, str, list[Identity]]:
    """A new course, its homework and its made-up students."""
    course_id = add_course(connection, COURSE)
    enrol(connection, course_id, teacher.user_id, "teacher")
    student = find_user(connection, "student")
    if student is not None:
        enrol(connection, course_id, student.id, "student", section="A", student_id="s000")
    today = now(connection)
    values = {
        "title": HOMEWORK,
        "opens_at": today - 3 * DAY,
        "due_at": today + 5 * DAY,
        "late_until": today + 7 * DAY,
        "late_credit": "1/2",
        "attempts": 3,
        "variants": 2,
    }
    assignment_id = add_assignment(connection, course_id, values)
    known = {question.id: question for question in questions.listed()}
    for position, (name, points) in enumerate(QUESTIONS):
        question = known.get(name)
        if question is not None:
            keep_version(connection, question.content_hash, question.id, question.source)
            add_assignment_question(connection, assignment_id, position, question.pinned, points)
    students = []
    for number, (last, first) in enumerate((last, first) for last in LAST for first in FIRST):
        login, section = f"s{number + 1:03}", "AB"[number % 2]
        user_id = add_user(connection, login, f"{first} {last}")
        enrol(connection, course_id, user_id, "student", section=section, student_id=login)
        students.append(Identity(user_id, login, "", admin=False, guest=False, scopes=ALL_SCOPES))
    return course_id, assignment_id, students


def _identity(connection: Connection, login: str) -> Identity:
    row = find_user(connection, login)
    if row is None:
        raise LookupError(login)
    return Identity(row.id, row.login, row.name, admin=row.admin, guest=False, scopes=ALL_SCOPES)


def _practise(service: Service, student: Identity) -> None:
    """Reviews of the last days, so that the schedule and the progress page have something."""
    today = datetime.now(UTC).date()
    for place, question in enumerate(service.questions.listed()[::7]):
        for days_ago, rating in PRACTISED[place % len(PRACTISED)]:
            variant_id = deal_practice(service, student, question)
            with service.store.write() as connection:
                row = find_variant(connection, student, variant_id)
                if row is not None:
                    rate(connection, row, (today - timedelta(days_ago)).isoformat(), rating)


def _hand_in(
    service: Service, student: Identity, assignment_id: str, number: int, most: int = 99
) -> None:
    """One student's first submissions; some students leave questions out."""
    with service.store.read() as connection:
        listed = questions_of(connection, assignment_id)
    for place, question in enumerate(listed[:most]):
        if chance(number, place, "shown") > 0.97:
            continue
        variant_id, _ = deal_homework(service, student, assignment_id, question.question_id)
        with service.store.read() as connection:
            row = find_variant(connection, student, variant_id)
            if row is None:
                continue
            variant = origin_of(connection, row)
            received_at = now(connection)
        solved = service.questions.solution(variant)
        raw = dict(likely_answers(solved["parts"], number, place))
        given = NewSubmission(
            id=new_id(),
            variant_id=variant_id,
            user_id=student.user_id,
            key=f"demo-{question.question_id}",
            raw=raw_text(raw),
            late=False,
            received_at=received_at,
        )
        with service.store.write() as connection:
            receive(connection, [given])
