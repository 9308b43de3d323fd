"""Lists whole: each row once whatever the page's size, data that is JSON once, held by a column."""

import json
from typing import Any

import pytest
from sqlalchemy import select, text, update

from service.auth.identity import Identity
from service.running import Service
from service.store.people import find_user
from service.store.reading import held_in
from service.store.schema import audit, submissions
from tests.service.store.test_statements import counted
from tests.service.world.walk import Walk

ROWS = 7
SIZES = (1, 2, 3, 6, 7, 8)
HELD = {"parts": [{"id": "sum", "raw": "x", "outcome": "held"}], "score": "0", "out_of": "4"}
# Who lists what, and how many rows there are at the least.
LISTS = [
    ("teacher", "/questions", 1),
    ("teacher", "/jobs", ROWS),
    ("admin", "/courses", ROWS),
    ("teacher", "/courses/{course}/assignments", ROWS),
    ("teacher", "/courses/{course}/members", ROWS),
    ("teacher", "/courses/{course}/audit", ROWS),
    ("teacher", "/courses/{course}/quarantine", ROWS),
    ("teacher", "/courses/{course}/held", ROWS),
    ("ann", "/submissions", 2 * ROWS),
]


@pytest.fixture
def full(walk: Walk, service: Service) -> Walk:
    """A course with seven rows and more in each list."""
    roster = "id,name\n" + "".join(f"{number},N\n" for number in range(1, ROWS + 1))
    for number in range(ROWS):
        walk.call("admin", "POST", "/courses", json={"title": f"Course {number}"})
        walk.call("teacher", "POST", "/exports", json={"format": "moodle"})
        for status in ("error", "graded"):
            answer = walk.submit("ann", walk.variant("ann", walk.assignment()))
            name = answer.get_json()["id"]
            held = {"held": True, "verdict": json.dumps(HELD), "score": "0", "out_of": "4"}
            with service.store.write() as connection:
                connection.execute(
                    update(submissions)
                    .where(submissions.c.id == name)
                    .values(status=status, **(held if status == "graded" else {}))
                )
    path = f"/courses/{walk.course}/roster"
    walk.call("teacher", "POST", path, data=roster.encode(), content_type="text/csv")
    return walk


def listed(walk: Walk, who: str, path: str, limit: int) -> list[Any]:
    """A list's rows, page by page."""
    rows: list[Any] = []
    after: str | None = ""
    while after is not None:
        query = {"limit": str(limit), "after": after}
        answer = walk.call(who, "GET", path.format(course=walk.course), query_string=query)
        assert 200 == answer.status_code, answer.text
        page = answer.get_json()
        assert len(page["items"]) <= limit
        rows += page["items"]
        after = page["next"]
    return rows


def test_every_list_gives_each_row_once_in_pages_of_any_size(full: Walk) -> None:
    """The pages joined are the whole list in its order, nothing twice and nothing left out."""
    for who, path, least in LISTS:
        whole = listed(full, who, path, 200)
        assert least <= len(whole), path
        assert len(whole) == len({json.dumps(row, sort_keys=True) for row in whole}), path
        for size in SIZES:
            assert whole == listed(full, who, path, size), (path, size)


def test_the_logs_data_is_json_once(full: Walk, service: Service) -> None:
    """What is stored is read as JSON once and holds no JSON as a text; the API shows the same."""
    full.call("teacher", "PATCH", f"/assignments/{full.assignment()['id']}", json={"title": "B"})
    with service.store.read() as connection:
        statement = select(audit.c.id, audit.c.data).where(audit.c.course_id == full.course)
        stored = {row.id: json.loads(row.data) for row in connection.execute(statement)}
    shown = {row["id"]: row["data"] for row in listed(full, "teacher", LISTS[5][1], 200)}

    assert stored == shown
    assert {dict} == {type(data) for data in stored.values()}
    values = [value for data in stored.values() for value in data.values()]
    assert values
    assert not [one for one in values if isinstance(one, str) and one[:1] in {"{", "[", '"'}]


def test_held_answers_are_found_by_their_column(full: Walk, service: Service) -> None:
    """The statement asks the column held, never the verdict's text; its index can serve it."""
    with counted(service) as told, service.store.read() as connection:
        row = find_user(connection, "teacher")
        assert row is not None
        who = Identity(row.id, row.login, row.name, admin=False, guest=False, scopes=frozenset())
        found = held_in(connection, who, full.course, 200, "")
        plan = connection.execute(
            text("EXPLAIN QUERY PLAN SELECT variant_id FROM submissions WHERE held")
        ).all()

    (statement,) = [one for one in told if "submissions.held" in one and "EXPLAIN" not in one]
    assert ROWS == len(found.items)
    assert "LIKE" not in statement.upper()
    assert "json" not in statement
    assert "ix_submissions_held" in str(plan)
