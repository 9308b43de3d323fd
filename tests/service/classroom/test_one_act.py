"""One act, one transaction with its line in the log: where the line fails, nothing was done."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text, update

from service.config import Config
from service.store.engine import Store
from service.store.schema import metadata, submissions
from tests.service.api.test_held import QUESTION as WORDS
from tests.service.world.school import Class, open_school
from tests.service.world.walk import at

CSV = {"data": b"id,name,section\n77,Zoe,B\n", "content_type": "text/csv"}
SET = {
    "title": "New",
    "questions": [{"question": "demo/remedies"}],
    "opens_at": at(-1),
    "due_at": at(1),
}
EXAM = {"plan": "final", "opens_at": at(1), "due_at": at(2)}
PLAN = "id: final\ntitle: {en: Final, zh: 期末}\nquestions: [demo/remedies]\n"
ACTS: dict[str, tuple[str, str, str, dict[str, Any]]] = {
    "settle": ("assistant", "PUT", "/submissions/{held}/parts/batch",
               {"json": {"outcome": "right"}}),
    "requeue": ("assistant", "POST", "/submissions/{broken}/requeue", {}),
    "make a course": ("admin", "POST", "/courses", {"json": {"title": "B"}}),
    "rename it": ("teacher", "PATCH", "/courses/{course}", {"json": {"title": "B"}}),
    "remove a member": ("teacher", "DELETE", "/courses/{course}/members/{bob}", {}),
    "take in a roster": ("teacher", "POST", "/courses/{course}/roster", CSV),
    "invite": ("teacher", "POST", "/courses/{course}/invites", {"json": {}}),
    "end invitations": ("teacher", "DELETE", "/courses/{course}/invites", {}),
    "accept one": ("stranger", "POST", "/invites/accept", {"json": {"token": "{token}"}}),
    "set an assignment": ("teacher", "POST", "/courses/{course}/assignments", {"json": SET}),
    "release": ("teacher", "PATCH", "/assignments/{assignment}", {"json": {"released": True}}),
    "extend": ("teacher", "PUT", "/assignments/{assignment}/extensions/{bob}",
               {"json": {"due_at": at(9)}}),
    "end an extension": ("teacher", "DELETE", "/assignments/{assignment}/extensions/{ann}", {}),
    "ask for a regrade": ("teacher", "POST", "/assignments/{assignment}/regrades",
                          {"json": {"question": "demo/remedies"}}),
    "set an exam": ("teacher", "POST", "/courses/{course}/exams", {"json": EXAM}),
    "ask for papers": ("teacher", "POST", "/assignments/{exam}/papers", {"json": {}}),
    "ask for marks": ("teacher", "POST", "/assignments/{exam}/marks",
                      {"json": {"results": "id"}}),
}  # fmt: skip


def all_rows(store: Store, *but: str) -> dict[str, set[Any]]:
    """Every row of every table, without some."""
    with store.read() as connection:
        return {
            table.name: set(connection.execute(select(table)))
            for table in metadata.sorted_tables
            if table.name not in but
        }


def refuse_lines(store: Store) -> None:
    """From now on nothing can be written down in the log."""
    with store.write() as connection:
        connection.execute(
            text("CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END")
        )


@pytest.fixture
def school(tmp_path: Path, config: Config, migrated: Path) -> Iterator[Class]:
    """A class whose question is answered in words."""
    (tmp_path / "exams").mkdir()
    (tmp_path / "exams" / "final.yaml").write_text(PLAN, encoding="utf-8")
    with open_school(tmp_path, config, migrated, WORDS) as made:
        yield made


@pytest.fixture
def named(school: Class) -> dict[str, str]:
    """Rows for the paths: a held submission, one in error, an extension, an open invitation."""
    walk = school.walk
    assignment = walk.assignment(questions=[{"question": "demo/remedies"}])["id"]
    path = f"/assignments/{assignment}/variants"
    variant = walk.call("ann", "POST", path, json={"question": "demo/remedies"}).get_json()
    ids = [
        walk.submit("ann", variant, {"batch": "fewer pictures at once"}).get_json()["id"]
        for _ in range(2)
    ]
    school.grade()
    with school.service.store.write() as connection:
        connection.execute(
            update(submissions).where(submissions.c.id == ids[1]).values(status="error")
        )
    given = {"due_at": at(5)}
    walk.call(
        "teacher", "PUT", f"/assignments/{assignment}/extensions/{walk.users['ann']}", json=given
    )
    invite = walk.call("teacher", "POST", f"/courses/{walk.course}/invites", json={}).get_json()
    exam = walk.call("teacher", "POST", f"/courses/{walk.course}/exams", json=EXAM).get_json()
    return {
        "exam": exam["id"],
        "held": ids[0],
        "broken": ids[1],
        "course": walk.course,
        "assignment": assignment,
        "token": invite["token"],
        "ann": walk.users["ann"],
        "bob": walk.users["bob"],
    }


@pytest.mark.parametrize("act", ACTS)
def test_an_act_without_its_line_is_not_done(
    school: Class, named: dict[str, str], act: str
) -> None:
    """Each act of staff, while the log takes no line: an error, and not a row is different."""
    who, method, path, given = ACTS[act]
    if "token" in given.get("json", {}):
        given = {"json": {"token": named["token"]}}
    refuse_lines(school.service.store)
    before = all_rows(school.service.store)
    answer = school.walk.call(who, method, path.format(**named), **given)

    assert 500 == answer.status_code, answer.text
    assert before == all_rows(school.service.store)
