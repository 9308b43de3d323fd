"""Two at once: on PostgreSQL, where transactions truly overlap, nobody gets a 500."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection, func, select

from service.app import GradeckApp, create_app
from service.auth.identity import Scope
from service.auth.roles import Role
from service.config import read_config
from service.running import EXTENSION, Service
from service.store.assignments import extend
from service.store.courses import enrol
from service.store.engine import Store
from service.store.migrating import migrate
from service.store.people import add_token, add_user, add_user_once
from service.store.schema import enrolments, extensions, users
from tests.service.conftest import RATES
from tests.service.world.sums import Sums
from tests.service.world.system import SETTINGS
from tests.service.world.walk import Walk, start

AT_ONCE = 8
Act = Callable[[Connection, Walk, str], object]


@pytest.fixture
def app(database: str, tmp_path: Path) -> Iterator[GradeckApp]:
    """An application over PostgreSQL, without background threads."""
    store = Store(database)
    migrate(store)
    store.close()
    config = read_config(
        data=tmp_path, database_url=database, secret=SETTINGS["GRADECK_SECRET"], **RATES
    )
    app = create_app(config, Sums())
    yield app
    service: Service = app.extensions[EXTENSION]
    service.close()


@pytest.fixture
def walk(app: GradeckApp) -> Walk:
    """A course with people in every role."""
    store = app.extensions[EXTENSION].store

    def token_for(login: str, *, admin: bool = False) -> dict[str, str]:
        with store.write() as connection:
            user_id = add_user(connection, login, login.title(), admin=admin)
            _, token = add_token(connection, user_id, "test", list(Scope), days=1)
        return {"Authorization": f"Bearer {token}"}

    return start(app.test_client(), token_for)


def together(act: Callable[[int], Any]) -> list[Any]:
    """What comes of an act that so many do at one moment, each in a thread."""
    barrier = Barrier(AT_ONCE, timeout=30)

    def begin(number: int) -> Any:  # noqa: ANN401 - whatever the act gives
        barrier.wait()
        return act(number)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(begin, range(AT_ONCE)))


ACTS: dict[str, tuple[Act, Any]] = {
    "enrol": (
        lambda connection, walk, _: enrol(
            connection, walk.course, walk.users["stranger"], Role.STUDENT
        ),
        enrolments.c.user_id,
    ),
    "extend": (
        lambda connection, walk, assignment: extend(
            connection, assignment, walk.users["stranger"], 1
        ),
        extensions.c.user_id,
    ),
    "add a user": (
        lambda connection, _, __: add_user_once(connection, "zoe", "Zoe"),
        users.c.login,
    ),
}


@pytest.mark.servers
@pytest.mark.parametrize("name", ACTS)
def test_the_same_act_in_overlapping_transactions(walk: Walk, app: GradeckApp, name: str) -> None:
    """Eight transactions that are open at once: one row, and no error but for nobody."""
    act, column = ACTS[name]
    assignment = walk.assignment()["id"]
    store: Store = app.extensions[EXTENSION].store
    both_open = Barrier(AT_ONCE, timeout=30)

    def do(_: int) -> object:
        with store.write() as connection:
            connection.execute(select(func.count()).select_from(users))
            both_open.wait()
            return act(connection, walk, assignment)

    given = together(do)
    wanted = "zoe" if name == "add a user" else walk.users["stranger"]
    with store.read() as connection:
        counted = select(func.count()).where(column == wanted)
        assert 1 == connection.execute(counted).scalar()
    assert 7 == sum(one is None for one in given) or name != "add a user"


def asked(app: GradeckApp, walk: Walk, who: str, path: str, **given: Any) -> int:  # noqa: ANN401 - Flask's options
    """The status of a POST or PUT in a client of its own."""
    client: FlaskClient = app.test_client()
    method = given.pop("method", "POST")
    headers = walk.people.get(who, {})
    return client.open(f"/api/v1{path}", method=method, headers=headers, **given).status_code


def invites(walk: Walk) -> list[Any]:
    """A link for each: the row of a single one would make them queue."""
    path = f"/courses/{walk.course}/invites"
    return [walk.call("teacher", "POST", path, json={}).get_json() for _ in range(AT_ONCE)]


@pytest.mark.servers
def test_one_login_is_given_once(walk: Walk, app: GradeckApp) -> None:
    """Eight people join with the same login: one gets it, and the others are told it is taken."""
    given = {"login": "zoe", "name": "Zoe", "password": "a long password"}
    links = invites(walk)

    statuses = together(
        lambda number: asked(app, walk, "", "/invites/join", json={**given, **links[number]})
    )

    assert [201, *[409] * 7] == sorted(statuses)


@pytest.mark.servers
def test_links_are_followed_at_once(walk: Walk, app: GradeckApp) -> None:
    """Whoever follows eight links of one course at once is in it once."""
    links = invites(walk)

    statuses = together(
        lambda number: asked(app, walk, "stranger", "/invites/accept", json=links[number])
    )

    assert {201} == set(statuses)


@pytest.mark.servers
def test_a_roster_is_taken_in_twice_at_once(walk: Walk, app: GradeckApp) -> None:
    """Eight imports of one roster, and in other orders: everybody is there once."""
    lines = [f"s{number:03},Student {number}" for number in range(60)]
    rosters = ["\n".join(["id,name", *order]) for order in (lines, lines[::-1])]
    path = f"/courses/{walk.course}/roster"

    statuses = together(
        lambda number: asked(
            app, walk, "teacher", path, data=rosters[number % 2], content_type="text/csv"
        )
    )
    listed = walk.call("teacher", "GET", f"/courses/{walk.course}/members?limit=200").get_json()

    assert {200} == set(statuses)
    assert 60 == sum(one["student_id"].startswith("s") for one in listed["items"])


@pytest.mark.servers
def test_an_extension_is_given_twice_at_once(walk: Walk, app: GradeckApp) -> None:
    """Eight clicks give one extension."""
    assignment = walk.assignment()["id"]
    path = f"/assignments/{assignment}/extensions/{walk.users['ann']}"
    given = {"due_at": "2030-01-01T00:00:00Z"}

    statuses = together(lambda _: asked(app, walk, "teacher", path, method="PUT", json=given))

    assert {204} == set(statuses)
