"""Guessing passwords and tokens, tokens that outlive what should end them, foreign forms."""

from collections.abc import Callable, Iterator

import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient

from service.app import GradeckApp, create_app
from service.auth.identity import Scope
from service.auth.secrets_kept import password_hash
from service.config import read_config
from service.queue.drain import DrainCounts
from service.running import EXTENSION, Service
from service.store.migrating import migrate
from service.store.people import add_user
from tests.service.world.sums import Sums
from tests.service.world.walk import Headers, Walk

PASSWORD = "a long password"
HALL = 300


@pytest.fixture
def strict(tmp_path: object) -> Iterator[GradeckApp]:
    """An application with the rates that the settings have by themselves."""
    app = create_app(read_config(data=tmp_path, secure_cookies=False), Sums())
    service: Service = app.extensions[EXTENSION]
    migrate(service.store)
    # One cheap hash for all: how long argon2id takes is not the question here.
    kept = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with service.store.write() as connection:
        for number in range(HALL):
            add_user(connection, f"s{number}", "Student", password=kept)
    yield app
    service.close()


def sign_in(app: GradeckApp, login: str, password: str = PASSWORD, address: str = "::1") -> int:
    """The status of a sign-in from an address, by a browser of its own."""
    given = {"login": login, "password": password}
    client = app.test_client()
    where = {"REMOTE_ADDR": address}
    return client.post("/api/v1/sessions", json=given, environ_base=where).status_code


def test_a_lecture_hall_signs_in_at_once(strict: GradeckApp) -> None:
    """Three hundred students behind one address all get in, some after a wrong password."""
    statuses = [sign_in(strict, f"s{number}", "wrong password") for number in range(0, HALL, 6)]
    statuses += [sign_in(strict, f"s{number}") for number in range(HALL)]

    assert [401] * 50 + [201] * HALL == statuses


def test_one_accounts_password_is_not_guessed(strict: GradeckApp) -> None:
    """Ten guesses a minute at an account, from however many addresses; then not even the right."""
    statuses = [
        sign_in(strict, "s1", f"guess {number}", f"192.0.2.{number}") for number in range(12)
    ]

    assert [401] * 10 + [429] * 2 == statuses
    assert 429 == sign_in(strict, "s1")
    assert 201 == sign_in(strict, "s2")


def test_one_password_is_not_tried_everywhere(strict: GradeckApp) -> None:
    """Sixty failures a minute of one address; who is elsewhere signs in meanwhile."""
    statuses = [sign_in(strict, f"s{number}", "password123") for number in range(62)]

    assert [401] * 60 + [429] * 2 == statuses
    assert 201 == sign_in(strict, "s1", address="192.0.2.1")


def test_bad_tokens_are_counted(strict: GradeckApp) -> None:
    """Guessed tokens are refused, then refused for their number; a good one goes on working."""
    client = strict.test_client()
    given = {"login": "s1", "password": PASSWORD}
    csrf = client.post("/api/v1/sessions", json=given).get_json()
    _, good = make(client, {"X-CSRF-Token": csrf["csrf"]}, "read")

    def me(headers: Headers) -> int:
        return strict.test_client().get("/api/v1/me", headers=headers).status_code

    assert [401] * 60 + [429] * 2 == [
        me({"Authorization": f"Bearer gdk_{number}"}) for number in range(62)
    ]
    assert 200 == me(good)


ACCOUNT = [
    ("GET", "/tokens", None),
    ("POST", "/tokens", {"name": "t", "scopes": ["read"], "days": 400}),
    ("DELETE", f"/tokens/{'0' * 32}", None),
    ("PUT", "/me/password", {"old": PASSWORD, "new": "another long password"}),
    ("POST", "/invites/accept", {"token": "gdk_x"}),
]


@pytest.mark.parametrize(("method", "path", "given"), ACCOUNT)
def test_a_token_for_work_leaves_the_account_alone(
    client: FlaskClient,
    token_for: Callable[..., Headers],
    method: str,
    path: str,
    given: dict[str, object] | None,
) -> None:
    """Tokens, the password and invitations need a session, or the scope that says so."""
    every = [scope for scope in Scope if scope is not Scope.ACCOUNT]
    headers = token_for("ada", *every)
    answer = client.open(f"/api/v1{path}", method=method, json=given, headers=headers)

    assert (403, "scope missing") == (answer.status_code, answer.get_json()["title"])


@pytest.fixture
def signed_in(client: FlaskClient, service: Service) -> Headers:
    """The CSRF header of zoe, signed in with a cookie."""
    with service.store.write() as connection:
        add_user(connection, "zoe", "Zoe", password=password_hash(PASSWORD))
    answer = client.post("/api/v1/sessions", json={"login": "zoe", "password": PASSWORD})
    return {"X-CSRF-Token": answer.get_json()["csrf"]}


def make(
    client: FlaskClient, headers: Headers, *scopes: str, days: int = 90
) -> tuple[str, Headers]:
    """A new token's id and its header."""
    given = {"name": "t", "scopes": list(scopes), "days": days}
    answer = client.post("/api/v1/tokens", json=given, headers=headers)
    assert 201 == answer.status_code, answer.text
    return answer.get_json()["id"], {"Authorization": f"Bearer {answer.get_json()['token']}"}


def test_what_a_token_makes_ends_with_it(client: FlaskClient, signed_in: Headers) -> None:
    """A child ends no later than its parent, is revoked with it, and makes no tokens."""
    parent_id, parent = make(client, signed_in, "read", "account", days=1)
    _, child = make(client, parent, "read", days=400)
    ends = [
        row["expires_at"]
        for row in client.get("/api/v1/tokens", headers=parent).get_json()["items"]
    ]
    given = {"name": "t", "scopes": ["account"]}
    grandchild = client.post("/api/v1/tokens", json=given, headers=parent)
    before = client.get("/api/v1/me", headers=child)
    client.delete(f"/api/v1/tokens/{parent_id}", headers=signed_in)

    assert 1 == len(set(ends))
    assert 403 == grandchild.status_code
    after = client.get("/api/v1/me", headers=child)
    assert (200, 401) == (before.status_code, after.status_code)


def test_a_new_password_ends_all_tokens(client: FlaskClient, signed_in: Headers) -> None:
    """Whoever changes the password because it got out shuts the scripts out too."""
    _, token = make(client, signed_in, "read")
    given = {"old": PASSWORD, "new": "another long password"}
    changed = client.put("/api/v1/me/password", json=given, headers=signed_in)

    assert (204, 401) == (changed.status_code, client.get("/api/v1/me", headers=token).status_code)
    assert 200 == client.get("/api/v1/me").status_code


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"Origin": "http://localhost"}, 303),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://behind.a.proxy"}, 303),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"}, 403),
    ],
)
def test_no_other_site_signs_anybody_in(
    client: FlaskClient, service: Service, headers: Headers, status: int
) -> None:
    """A form of another site is refused also where nobody is signed in: it would sign them in."""
    with service.store.write() as connection:
        add_user(connection, "eve", "Eve", password=password_hash(PASSWORD))
    form = {"login": "eve", "password": PASSWORD}

    answer = client.post("/sign-in", data=form, headers=headers)

    assert (status, status == 303) == (answer.status_code, "Set-Cookie" in answer.headers)


def test_who_left_has_no_files_and_no_questions(
    walk: Walk, grade: Callable[[], DrainCounts]
) -> None:
    """A removed teacher finds no job of the course, a removed student no question of it."""
    assignment = walk.assignment()
    variant = walk.variant("ann", assignment)
    job = walk.call("teacher", "POST", f"/assignments/{assignment['id']}/statistics").get_json()
    places = [("teacher", f"/jobs/{job['id']}"), ("ann", f"/variants/{variant['id']}")]
    before = [walk.call(who, "GET", place).status_code for who, place in places]
    for who, _ in places:
        walk.call("admin", "DELETE", f"/courses/{walk.course}/members/{walk.users[who]}")

    assert [200, 200] == before
    assert [404, 404] == [walk.call(who, "GET", place).status_code for who, place in places]
    assert [] == walk.call("teacher", "GET", "/jobs").get_json()["items"]
