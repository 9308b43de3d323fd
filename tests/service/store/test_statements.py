"""How many statements a list costs: few, and no more for a longer one."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from service.running import Service
from tests.service.world.walk import Walk


@contextmanager
def counted(service: Service) -> Iterator[list[str]]:
    """The statements that the block runs."""
    told: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        told.append(statement)

    event.listen(service.store.engine, "before_cursor_execute", note)
    try:
        yield told
    finally:
        event.remove(service.store.engine, "before_cursor_execute", note)


def test_a_long_roster_costs_as_much_as_a_short_one(walk: Walk, service: Service) -> None:
    """Five hundred students are taken in by a few dozen statements, each with a link."""
    roster = "id,name\n" + "".join(f"{number},Student {number}\n" for number in range(5000, 5500))
    given = {"data": roster.encode(), "content_type": "text/csv"}
    with counted(service) as told:
        made = walk.call("teacher", "POST", f"/courses/{walk.course}/roster", **given)
    again = walk.call("teacher", "POST", f"/courses/{walk.course}/roster", **given)

    assert 500 == len(made.get_json()["added"]) == len(set(made.get_json()["invites"].values()))
    assert 500 == again.get_json()["unchanged"]
    assert len(told) < 60


def test_more_homework_costs_no_more_statements(walk: Walk, service: Service) -> None:
    """The list of homework asks for all assignments together."""
    client = walk.client.application.test_client()
    counts = []
    for _ in range(2):
        walk.assignment()
        with counted(service) as told:
            page = client.get("/homework", headers=walk.people["ann"])
        assert page.status_code == 200
        counts.append(len(told))

    assert counts[0] == counts[1]
