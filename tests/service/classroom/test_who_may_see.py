"""Times and solutions, case by case: whose is open, who waits, and what a verdict holds back."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update

from service.auth.identity import Identity
from service.classroom.refusals import Refusal
from service.classroom.releasing import (
    LATER,
    held_back,
    is_try,
    nobody_reopened,
    shown_verdict,
    solution_is_open,
    who_waits,
)
from service.store.deadlines import Deadline, deadline, deadlines
from service.store.engine import Store
from service.store.moments import now
from service.store.reading import WholeSubmission
from service.store.schema import assignments, courses, enrolments, extensions, users, variants
from service.store.submissions import receive
from service.store.variants import FoundVariant
from tests.service.world.rows import add_sum, submission

HOUR = 3_600_000
NAMES = ("ann", "bob", "cat", "dan", "eve", "fay")


def identity(user_id: str) -> Identity:
    """Somebody who is no administrator."""
    return Identity(user_id, user_id, user_id, admin=False, guest=False, scopes=frozenset())


def add_homework(store: Store, name: str, *, released: bool = True) -> int:
    """The present moment; in a new course, homework of this name that was due an hour ago.

    Six students, a teacher and an assistant are in it; their ids are made of the course's name.
    """
    with store.write() as connection:
        moment = now(connection)
        connection.execute(insert(courses).values(id=name, title=name, created_at=1))
        roles = dict.fromkeys(NAMES, "student") | {"tom": "teacher", "asa": "assistant"}
        # In another order than that of their logins.
        for who in sorted(roles, reverse=True):
            user_id = f"{name} {who}"
            values = {"id": user_id, "login": user_id, "name": who.title(), "created_at": 1}
            connection.execute(insert(users).values(values))
            connection.execute(
                insert(enrolments).values(
                    id=user_id, course_id=name, user_id=user_id, role=roles[who], created_at=1
                )
            )
        connection.execute(
            insert(assignments).values(
                id=name,
                course_id=name,
                title=name,
                opens_at=1,
                due_at=moment - HOUR,
                late_credit="1/2",
                released_at=moment - HOUR if released else None,
                created_at=1,
            )
        )
    return moment


def give_time(connection: Connection, name: str, hours: Mapping[str, float]) -> None:
    """Give people due times of their own, so many hours from now."""
    moment = now(connection)
    for who, more in hours.items():
        user_id = f"{name} {who}"
        values = {"id": user_id, "assignment_id": name, "user_id": user_id, "created_at": 1}
        due_at = moment + round(more * HOUR)
        connection.execute(insert(extensions).values(due_at=due_at, **values))


def extend(store: Store, name: str, **hours: float) -> None:
    """Give people due times of their own, and keep them."""
    with store.write() as connection:
        give_time(connection, name, hours)


@pytest.fixture
def store(small_store: Store) -> Store:
    """A store with the homework of two courses, `one` and `two`."""
    for name in ("one", "two"):
        add_homework(small_store, name)
    return small_store


@pytest.mark.parametrize(
    ("times", "last"),
    [
        ((10, None, "1/2"), 10),
        ((10, 20, "1/2"), 20),
        ((10, 20, "0.0"), 10),
        ((30, 20, "1"), 30),
    ],
)
def test_a_solution_opens_after_the_last_moment_that_earns_points(
    times: tuple[int, int | None, str], last: int
) -> None:
    """And not before the release; at that moment exactly."""
    assert last == Deadline("c", 5, *times, 0).last
    assert last + 1 == Deadline("c", 5, *times, 0).solution_from
    assert 99 == Deadline("c", 99, *times, 0).solution_from
    assert Deadline("c", None, *times, 1000).solution_from is None
    opened = [Deadline("c", 5, *times, last + more).solution_is_open for more in (0, 1, 2)]
    assert [False, True, True] == opened
    assert not Deadline("c", None, *times, 1000).solution_is_open


def test_times_are_each_students_own(store: Store) -> None:
    """By login, of this homework's students alone, with this homework's extensions."""
    due = add_homework(store, "three") - HOUR
    extend(store, "three", cat=-9)
    extend(store, "two", bob=7)
    with store.read() as connection:
        listed = deadlines(connection, "three")
        start = now(connection)
        single = deadline(connection, "three", "three cat")
        plain = deadline(connection, "three", "three bob")

    assert [f"three {name}" for name in NAMES] == [one.login for one in listed]
    assert [(one.user_id, one.name) for one in listed] == [
        (f"three {name}", name.title()) for name in NAMES
    ]
    dues = {one.name: one.times.due_at for one in listed}
    assert {**dict.fromkeys(map(str.title, NAMES), due), "Cat": single.due_at} == dues
    assert due == plain.due_at
    assert single.due_at < due - 7 * HOUR
    assert ("three", due, None, "1/2") == (
        single.course_id, single.released_at, single.late_until, single.late_credit,
    )  # fmt: skip
    assert start <= single.now <= start + HOUR
    assert {"three"} == {one.times.course_id for one in listed}


def test_who_can_still_earn_points_waits(store: Store) -> None:
    """Those whose time is not over, the first to end first, then by login."""
    extend(store, "one", eve=2, bob=-2)
    with store.write() as connection:
        same = now(connection) + 3 * HOUR
        for who in ("fay", "ann"):
            give_time(connection, "one", {who: 3})
        mine = extensions.c.user_id.in_(["one fay", "one ann"])
        connection.execute(update(extensions).where(mine).values(due_at=same))
    with store.read() as connection:
        assert ["Eve", "Ann", "Fay"] == [one.name for one in who_waits(connection, "one")]
        assert [] == who_waits(connection, "two")


@pytest.mark.parametrize(
    ("count", "names"),
    [(1, "Ann"), (5, "Ann, Bob, Cat, Dan, Eve"), (6, "Ann, Bob, Cat, Dan, Eve, ...")],
)
def test_points_with_an_open_solution_are_refused(store: Store, count: int, names: str) -> None:
    """With the names of those who saw it, five at most, and what to do."""
    said = (
        f"the solution is open to {names}, who could now earn points with it; take the release "
        "back first (released: false) if that is meant"
    )
    with (
        pytest.raises(Refusal) as refused,
        store.write() as connection,
        nobody_reopened(connection, "one"),
    ):
        give_time(connection, "one", dict.fromkeys(NAMES[:count], 1))
    assert ("solution-seen", said) == (refused.value.kind, refused.value.detail)


def test_who_saw_nothing_or_sees_nothing_any_more_may_get_time(store: Store) -> None:
    """A release that is taken back, one that never was, and who still had time before."""
    moment = add_homework(store, "closed", released=False)
    later = update(assignments).values(due_at=moment + HOUR)
    with store.write() as connection:
        with nobody_reopened(connection, "closed"):
            connection.execute(later.where(assignments.c.id == "closed").values(released_at=moment))
        with nobody_reopened(connection, "one"):
            connection.execute(later.where(assignments.c.id == "one").values(released_at=None))
        with nobody_reopened(connection, "two"):
            pass


def test_a_practice_solution_opens_with_the_first_try(store: Store) -> None:
    """An answer that could be read; what could not opens nothing."""
    user_id, variant_id = add_sum(store)
    found = found_variant(store, variant_id)
    assert not opened(store, user_id, found)
    item = submission(user_id, variant_id)
    with store.write() as connection:
        receive(connection, [item])
    assert not opened(store, user_id, found)

    assert not is_try({"parts": [{"outcome": "unreadable"}, {"outcome": "unreadable"}]})
    assert is_try({"parts": [{"outcome": "unreadable"}, {"outcome": "wrong"}]})


@pytest.mark.parametrize(
    ("who", "before", "after"),
    [("one ann", False, True), ("one tom", True, True), ("one asa", True, True),
     ("two tom", False, True)],
)  # fmt: skip
def test_a_homework_solution_opens_for_staff_at_once(
    store: Store, who: str, before: bool, after: bool
) -> None:
    """For its student when their own time is over; staff is who is staff in that course."""
    _, variant_id = add_sum(store)
    with store.write() as connection:
        connection.execute(
            update(variants)
            .where(variants.c.id == variant_id)
            .values(assignment_id="one", user_id="one ann")
        )
    found = found_variant(store, variant_id)
    assert after == opened(store, who, found)
    extend(store, "one", ann=1)
    assert before == opened(store, who, found)


def found_variant(store: Store, variant_id: str) -> FoundVariant:
    """A variant as it is found."""
    with store.read() as connection:
        row = connection.execute(select(variants).where(variants.c.id == variant_id)).one()
    values = {name: value for name, value in row._mapping.items() if name in COLUMNS}
    return FoundVariant(**values, version_now=row.content_hash)


COLUMNS = (
    "id", "user_id", "assignment_id", "question_id", "content_hash", "number", "seed", "used",
    "allowed",
)  # fmt: skip


def opened(store: Store, who: str, found: FoundVariant) -> bool:
    """Whether somebody may see the solution."""
    with store.read() as connection:
        return solution_is_open(connection, identity(who), found)


def part(name: str, outcome: str) -> dict[str, Any]:
    """A part of a verdict that names a mistake."""
    return {"id": name, "outcome": outcome, "points": 0, "mistakes": ["s1"], "feedback": "why"}


VERDICT = {
    "score": 0,
    "parts": [part("choice", "wrong"), part("choice", "right"), part("sum", "wrong")],
}
HELD: Mapping[str, Any] = {
    "score": 0,
    "parts": [
        {
            "id": "choice",
            "outcome": "wrong",
            "points": 0,
            "mistakes": [],
            "feedback": LATER.as_dict(),
        },
        part("choice", "right"),
        part("sum", "wrong"),
    ],
}


def test_only_misjudged_statements_are_held_back() -> None:
    """Their reasons are the answer key; points, numbers and what was right are told."""
    assert HELD == held_back(VERDICT)


@pytest.mark.parametrize(
    ("who", "homework", "released", "shown"),
    [
        ("ann", "one", None, HELD),
        ("ann", "one", 5, VERDICT),
        ("ann", None, None, VERDICT),
        ("tom", "one", None, VERDICT),
    ],
)
def test_a_verdict_is_shown_as_far_as_the_solution_is(
    who: str, homework: str | None, released: int | None, shown: Mapping[str, Any]
) -> None:
    """To its student before and after release and in practice; to staff always."""
    row = WholeSubmission(
        "s", "v", "ann", "{}", False, 1, "graded", "0", json.dumps(VERDICT), None, 2,
        "sums/one", homework, "one", released, 10, None, "0", 100,
    )  # fmt: skip

    assert shown == shown_verdict(identity(who), row)


def test_what_is_not_graded_has_no_verdict() -> None:
    """Neither for its student nor for staff."""
    row = WholeSubmission(
        "s", "v", "ann", "{}", False, 1, "waiting", None, None, None, None, "sums/one", None,
    )  # fmt: skip

    assert [None, None] == [shown_verdict(identity(who), row) for who in ("ann", "tom")]
