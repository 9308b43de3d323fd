"""What each person sees, row by row: one world, every kind of row, everybody in it."""

from typing import Final

import pytest
from sqlalchemy import insert, select
from sqlalchemy.sql.schema import Table

from service.auth.identity import Identity
from service.store.engine import Store
from service.store.schema import (
    assignments,
    courses,
    enrolments,
    jobs,
    question_versions,
    submissions,
    users,
    variants,
)
from service.store.visibility import teaches, visible_to

LATER: Final = 1 << 50
# Two courses: who is in them, as what, in which section. "gone" has left the first for the second.
PEOPLE: Final = {
    "teacher": ("one", "teacher", ""),
    "assistant": ("one", "assistant", "A"),
    "aide": ("one", "assistant", "A"),
    "ann": ("one", "student", "A"),
    "abe": ("one", "student", "A"),
    "bob": ("one", "student", "B"),
    "other": ("two", "teacher", ""),
    "cat": ("two", "student", "A"),
    "gone": ("two", "student", "A"),
}
ALONE: Final = ("stranger",)
EVERYBODY: Final = {*PEOPLE, *ALONE}
# A variant and its submission: whose it is, and of which homework ("" for practice).
VARIANTS: Final = {
    "ann's": ("ann", "open one"),
    "bob's": ("bob", "open one"),
    "teacher's": ("teacher", "open one"),
    "assistant's": ("assistant", "open one"),
    "aide's": ("aide", "open one"),
    "gone's": ("gone", "open one"),
    "cat's": ("cat", "open two"),
    "ann's practice": ("ann", ""),
    "stranger's practice": ("stranger", ""),
}
# A job: who asked for it, and in which course.
JOBS: Final = {
    "teacher's job": ("teacher", "one"),
    "ann's job": ("ann", "one"),
    "ann's own job": ("ann", None),
    "other's job": ("other", "two"),
}

OF_ONE: Final = {"teacher", "assistant", "aide", "ann", "abe", "bob"}
IN_ONE: Final = {"ann's", "bob's", "teacher's", "assistant's", "aide's"}
OPEN_ONE, LATER_ONE, OPEN_TWO = {"open one"}, {"later one"}, {"open two"}
EXPECTED: Final[dict[str, dict[str, set[str]]]] = {
    "courses": {
        **{name: {"one"} for name in OF_ONE},
        **{name: {"two"} for name in ("other", "cat", "gone")},
        **{name: set() for name in ALONE},
    },
    "assignments": {
        **dict.fromkeys(("teacher", "assistant", "aide"), OPEN_ONE | LATER_ONE),
        **dict.fromkeys(("ann", "abe", "bob"), OPEN_ONE),
        **dict.fromkeys(("other", "cat", "gone"), OPEN_TWO),
        **{name: set() for name in ALONE},
    },
    "enrolments": {
        "teacher": OF_ONE,
        "assistant": {"assistant", "ann", "abe"},
        "aide": {"aide", "ann", "abe"},
        "other": {"other", "cat", "gone"},
        **{name: {name} for name in ("ann", "abe", "bob", "cat", "gone")},
        **{name: set() for name in ALONE},
    },
    "users": {
        "teacher": OF_ONE,
        "assistant": {"assistant", "ann", "abe"},
        "aide": {"aide", "ann", "abe"},
        "other": {"other", "cat", "gone"},
        **{name: {name} for name in ("ann", "abe", "bob", "cat", "gone", *ALONE)},
    },
    "variants": {
        "teacher": IN_ONE,
        "assistant": {"assistant's", "ann's"},
        "aide": {"aide's", "ann's"},
        "ann": {"ann's", "ann's practice"},
        "bob": {"bob's"},
        "abe": set(),
        "other": {"cat's"},
        "cat": {"cat's"},
        "stranger": {"stranger's practice"},
        "gone": set(),
    },
    "submissions": {
        "teacher": IN_ONE,
        "assistant": {"assistant's", "ann's"},
        "aide": {"aide's", "ann's"},
        "ann": {"ann's", "ann's practice"},
        "bob": {"bob's"},
        "abe": set(),
        "other": {"cat's"},
        "cat": {"cat's"},
        "stranger": {"stranger's practice"},
        "gone": {"gone's"},
    },
    "jobs": {
        "teacher": {"teacher's job", "ann's job"},
        "ann": {"ann's own job"},
        "other": {"other's job"},
        **{name: set() for name in ("assistant", "aide", "abe", "bob", "cat", "gone", *ALONE)},
    },
}
TABLES: Final = {
    table.name: table
    for table in (courses, assignments, enrolments, users, variants, submissions, jobs)
}


def identity(name: str, *, admin: bool = False) -> Identity:
    """Somebody whose id is the login."""
    return Identity(name, name, name.title(), admin, guest=False, scopes=frozenset())


@pytest.fixture
def store(small_store: Store) -> Store:
    """The world in one store; each row's id is its name above."""
    homework = {"open one": ("one", 1), "later one": ("one", LATER), "open two": ("two", 1)}
    rows: dict[Table, list[dict[str, object]]] = {
        users: [{"id": name, "login": name, "name": name} for name in sorted(EVERYBODY)],
        courses: [{"id": name, "title": name} for name in ("one", "two")],
        enrolments: [
            {"id": name, "user_id": name, "course_id": course, "role": role, "section": section}
            for name, (course, role, section) in PEOPLE.items()
        ],
        assignments: [
            {"id": name, "course_id": course, "title": name, "opens_at": opens, "due_at": LATER}
            for name, (course, opens) in homework.items()
        ],
        question_versions: [{"content_hash": "hash", "question_id": "q", "source": "{}"}],
        variants: [
            {
                "id": name,
                "user_id": who,
                "assignment_id": of or None,
                "purpose": "practice",
                "question_id": "q",
                "content_hash": "hash",
                "number": 0,
                "seed": name,
            }
            for name, (who, of) in VARIANTS.items()
        ],
        submissions: [
            {
                "id": name,
                "variant_id": name,
                "user_id": who,
                "idempotency_key": name,
                "raw": "{}",
                "received_at": 1,
            }
            for name, (who, _) in VARIANTS.items()
        ],
        jobs: [
            {"id": name, "kind": "exam", "user_id": who, "course_id": course, "params": "{}"}
            for name, (who, course) in JOBS.items()
        ],
    }
    with small_store.write() as connection:
        for table, values in rows.items():
            moment = {"created_at": 1} if "created_at" in table.c else {}
            connection.execute(insert(table), [{**value, **moment} for value in values])
    return small_store


def seen(store: Store, who: Identity, table: Table) -> set[str]:
    """The ids of the rows of a table that somebody sees."""
    with store.read() as connection:
        return set(connection.execute(select(table.c.id).where(visible_to(who, table))).scalars())


@pytest.mark.parametrize("table", TABLES)
def test_each_sees_the_own_rows_and_those_of_their_students(store: Store, table: str) -> None:
    """Nothing of another course, of another section, before it opens, or after one has left."""
    assert EVERYBODY == EXPECTED[table].keys()
    assert EXPECTED[table] == {
        name: seen(store, identity(name), TABLES[table]) for name in EVERYBODY
    }


def test_a_submission_is_seen_beside_its_variant(store: Store) -> None:
    """Also where the query around holds the variants: the clause has a copy of its own."""
    query = (
        select(submissions.c.id)
        .join(variants, variants.c.id == submissions.c.variant_id)
        .where(visible_to(identity("assistant"), submissions))
    )
    with store.read() as connection:
        assert {"assistant's", "ann's"} == set(connection.execute(query).scalars())


@pytest.mark.parametrize("table", TABLES)
def test_an_administrator_sees_all(store: Store, table: str) -> None:
    """Of every kind, being in no course."""
    with store.read() as connection:
        everything = set(connection.execute(select(TABLES[table].c.id)).scalars())

    assert everything == seen(store, identity("stranger", admin=True), TABLES[table])


def test_only_a_courses_teachers_teach_it(store: Store) -> None:
    """By its id or by a column; and administrators."""

    def taught(who: Identity) -> tuple[set[str], bool]:
        with store.read() as connection:
            by_column = select(courses.c.id).where(teaches(who, courses.c.id))
            by_id = select(courses.c.id).where(teaches(who, "one"))
            found = set(connection.execute(by_column).scalars())
            return found, connection.execute(by_id).first() is not None

    assert ({"one"}, True) == taught(identity("teacher"))
    assert ({"two"}, False) == taught(identity("other"))
    for name in EVERYBODY - {"teacher", "other"}:
        assert (set(), False) == taught(identity(name))
    assert ({"one", "two"}, True) == taught(identity("stranger", admin=True))
