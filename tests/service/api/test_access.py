"""Who may do what: every route with every role, and the test fails on a route not listed."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.app import GradeckApp
from service.auth.identity import Scope
from service.queue.drain import DrainCounts
from tests.service.world.walk import Headers, Walk, at, start

PEOPLE = ("nobody", "guest", "stranger", "ann", "bob", "assistant", "teacher", "admin")
NEW = {
    "title": "New",
    "questions": [{"question": "sums/two"}],
    "opens_at": "2026-01-01T00:00:00Z",
    "due_at": "2026-02-01T00:00:00Z",
}
EXAM = {"plan": "midterm", "opens_at": NEW["opens_at"], "due_at": NEW["due_at"]}
CSV = {"data": b"id,name\n77,Zoe\n", "content_type": "text/csv"}
JOIN = {"token": "gdk_none", "login": "zoe", "name": "Zoe", "password": "a long password"}
SUM = {"question": "sums/one"}

# What each of PEOPLE is answered. Ann owns {variant}, {submission} and {token}; bob is a
# student of another section; the stranger and the guest are in no course.
ROUTES: list[tuple[str, str, dict[str, Any], str]] = [
    ("GET", "/questions", {}, "200 200 200 200 200 200 200 200"),
    ("GET", "/questions/sums/one", {}, "200 200 200 200 200 200 200 200"),
    ("GET", "/openapi.json", {}, "200 200 200 200 200 200 200 200"),
    ("POST", "/guests", {}, "201 201 201 201 201 201 201 201"),
    ("POST", "/sessions", {"json": {"login": "x", "password": "y"}},
     "401 401 401 401 401 401 401 401"),
    ("DELETE", "/sessions", {}, "401 409 409 409 409 409 409 409"),
    ("GET", "/me", {}, "401 200 200 200 200 200 200 200"),
    ("PUT", "/me/password", {"json": {"old": "x", "new": "a long password"}},
     "401 403 403 403 403 403 403 403"),
    ("POST", "/tokens", {"json": {"name": "t", "scopes": ["read"]}},
     "401 403 201 201 201 201 201 201"),
    ("GET", "/tokens", {}, "401 403 200 200 200 200 200 200"),
    ("DELETE", "/tokens/{token}", {}, "401 403 404 204 404 404 404 404"),
    ("POST", "/variants", {"json": SUM}, "401 201 201 201 201 201 201 201"),
    ("GET", "/variants/{variant}", {}, "401 404 404 200 404 200 200 200"),
    ("PUT", "/variants/{variant}/draft", {"json": {"answers": {}}},
     "401 404 404 200 404 404 404 404"),
    ("GET", "/variants/{variant}/draft", {}, "401 404 404 404 404 404 404 404"),
    ("GET", "/variants/{variant}/solution", {}, "401 404 404 403 404 200 200 200"),
    ("POST", "/submissions", {"json": {"variant": "{variant}", "answers": {"sum": "1"}}},
     "401 404 404 202 404 404 404 404"),
    ("GET", "/submissions", {}, "401 200 200 200 200 200 200 200"),
    ("GET", "/submissions/{submission}", {}, "401 404 404 200 404 200 200 200"),
    ("POST", "/submissions/{submission}/requeue", {}, "401 403 404 403 404 409 409 409"),
    ("PUT", "/submissions/{submission}/parts/{part}", {"json": {"outcome": "right"}},
     "401 403 404 403 404 409 409 409"),
    ("POST", "/courses", {"json": {"title": "x"}}, "401 403 403 403 403 403 403 201"),
    ("GET", "/courses", {}, "401 403 200 200 200 200 200 200"),
    ("GET", "/courses/{course}", {}, "401 403 404 200 200 200 200 200"),
    ("PATCH", "/courses/{course}", {"json": {"title": "y"}}, "401 403 404 403 403 403 200 200"),
    ("GET", "/courses/{course}/members", {}, "401 403 404 200 200 200 200 200"),
    ("DELETE", "/courses/{course}/members/{bob}", {}, "401 403 404 403 403 403 204 404"),
    ("POST", "/courses/{course}/roster", CSV, "401 403 404 403 403 403 200 200"),
    ("POST", "/courses/{course}/invites", {"json": {}}, "401 403 404 403 403 403 201 201"),
    ("DELETE", "/courses/{course}/invites", {}, "401 403 404 403 403 403 204 204"),
    ("GET", "/courses/{course}/audit", {}, "401 403 404 403 403 403 200 200"),
    ("GET", "/courses/{course}/quarantine", {}, "401 403 404 403 403 200 200 200"),
    ("GET", "/courses/{course}/held", {}, "401 403 404 403 403 200 200 200"),
    ("POST", "/courses/{course}/exams", {"json": EXAM}, "401 403 404 403 403 403 201 201"),
    ("POST", "/assignments/{assignment}/papers", {"json": {}}, "401 403 404 403 403 403 409 409"),
    ("GET", "/assignments/{assignment}/papers", {}, "401 403 404 403 403 403 409 409"),
    ("POST", "/assignments/{assignment}/scans", {}, "401 403 404 403 403 403 409 409"),
    ("POST", "/assignments/{assignment}/marks", {"json": {"results": "id"}},
     "401 403 404 403 403 403 409 409"),
    ("GET", "/assignments/{assignment}/papers/{ann}/returned", {},
     "401 403 404 409 409 409 409 409"),
    ("POST", "/courses/{course}/assignments", {"json": NEW}, "401 403 404 403 403 403 201 201"),
    ("GET", "/courses/{course}/assignments", {}, "401 403 404 200 200 200 200 200"),
    ("POST", "/invites/accept", {"json": {"token": "gdk_none"}}, "401 403 404 404 404 404 404 404"),
    ("POST", "/invites/join", {"json": JOIN}, "404 404 404 404 404 404 404 404"),
    ("GET", "/assignments/{assignment}", {}, "401 403 404 200 200 200 200 200"),
    ("PATCH", "/assignments/{assignment}", {"json": {"title": "z"}},
     "401 403 404 403 403 403 200 200"),
    ("PUT",
     "/assignments/{assignment}/extensions/{ann}", {"json": {"due_at": "2030-01-01T00:00:00Z"}},
     "401 403 404 403 403 403 204 204"),
    ("DELETE", "/assignments/{assignment}/extensions/{ann}", {}, "401 403 404 403 403 403 404 404"),
    ("POST", "/assignments/{assignment}/variants", {"json": SUM},
     "401 403 404 200 201 201 201 201"),
    ("GET", "/assignments/{assignment}/gradebook", {}, "401 403 404 200 200 200 200 200"),
    ("GET", "/assignments/{assignment}/statistics", {}, "401 403 404 403 403 403 200 200"),
    ("POST", "/assignments/{assignment}/statistics", {}, "401 403 404 403 403 403 202 202"),
    ("POST", "/assignments/{assignment}/regrades", {"json": SUM},
     "401 403 404 403 403 403 202 202"),
    ("POST", "/decks", {"json": {}}, "401 403 403 403 403 202 202 202"),
    ("POST", "/exports", {"json": {"format": "moodle"}}, "401 403 403 403 403 202 202 202"),
    ("POST", "/exports", {"json": {"format": "moodle", "plan": "p"}},
     "401 403 403 403 403 403 202 202"),
    ("GET", "/jobs", {}, "401 403 200 200 200 200 200 200"),
    ("GET", "/jobs/{job}", {}, "401 403 404 404 404 404 200 200"),
    ("GET", "/jobs/{job}/file", {}, "401 403 404 404 404 404 404 404"),
]  # fmt: skip

ANSWER = {"data": {"answer.sum": "1"}}
REGRADE = {"data": {"question": "sums/one", "do": "preview"}}
SET_EXAM = {"data": {"course": "{course}", "plan": "midterm",
                     "opens_at": "2026-01-01T08:00", "due_at": "2026-01-01T09:00"}}  # fmt: skip
DECK = {"data": {"kind": "deck", "lang": "en", "tag": ""}}
TOKEN = {"data": {"name": "t", "scope": "read", "days": "7"}}
# The same of the pages: 303 leads on, to the sign-in where somebody has to sign in first.
PAGES: list[tuple[str, str, dict[str, Any], str]] = [
    ("GET", "/", {}, "200 200 200 200 200 200 200 200"),
    ("POST", "/practice", {}, "303 303 303 303 303 303 303 303"),
    ("POST", "/practice/sums/one", {}, "303 303 303 303 303 303 303 303"),
    ("GET", "/variants/{variant}", {}, "303 404 404 200 404 200 200 200"),
    ("POST", "/variants/{variant}", ANSWER, "401 404 404 303 404 404 404 404"),
    ("POST", "/variants/{variant}/hint", {}, "401 404 404 303 404 404 404 404"),
    ("POST", "/variants/{variant}/rating", {"data": {"rating": "3"}},
     "401 404 404 404 404 404 404 404"),
    ("GET", "/progress", {}, "303 200 200 200 200 200 200 200"),
    ("GET", "/homework", {}, "303 403 200 200 200 200 200 200"),
    ("GET", "/homework/{assignment}", {}, "303 403 404 200 200 200 200 200"),
    ("GET", "/homework/{assignment}/sums/one", {}, "303 403 404 303 303 303 303 303"),
    ("POST", "/homework/{assignment}/sums/one", {}, "401 403 404 303 303 303 303 303"),
    ("GET", "/account", {}, "303 403 200 200 200 200 200 200"),
    ("POST", "/account/tokens", TOKEN, "401 403 201 201 201 201 201 201"),
    ("POST", "/account/tokens/{token}/revoke", {}, "401 403 404 303 404 404 404 404"),
    ("POST", "/account/password", {"data": {"old": "x", "new": "a long password"}},
     "401 403 403 403 403 403 403 403"),
    ("GET", "/join/gdk_none", {}, "404 404 404 404 404 404 404 404"),
    ("POST", "/join/gdk_none", {}, "404 404 404 404 404 404 404 404"),
    ("GET", "/sign-in", {}, "200 200 200 200 200 200 200 200"),
    ("POST", "/sign-in", {"data": {"login": "x", "password": "y"}},
     "401 401 401 401 401 401 401 401"),
    ("POST", "/sign-out", {}, "401 303 303 303 303 303 303 303"),
    ("GET", "/teaching", {}, "303 403 200 200 200 200 200 200"),
    ("GET", "/teaching/jobs", {}, "303 403 403 403 403 200 200 200"),
    ("POST", "/teaching/jobs", DECK, "401 403 403 403 403 303 303 303"),
    ("GET", "/teaching/jobs/{job}/file", {}, "303 403 404 404 404 404 404 404"),
    ("GET", "/teaching/{assignment}/statistics", {}, "303 403 404 403 403 403 200 200"),
    ("GET", "/teaching/{assignment}/gradebook", {}, "303 403 404 403 403 200 200 200"),
    ("GET", "/teaching/{assignment}/regrade", {}, "303 403 404 403 403 403 200 200"),
    ("POST", "/teaching/{assignment}/regrade", REGRADE, "401 403 404 403 403 403 303 303"),
    ("GET", "/teaching/{assignment}/solutions", {}, "303 403 404 403 403 403 200 200"),
    ("POST", "/teaching/{assignment}/solutions", {"data": {"do": "release"}},
     "401 403 404 403 403 403 303 303"),
    ("GET", "/homework/{assignment}/returned", {}, "303 403 404 409 409 409 409 409"),
    ("GET", "/teaching/exams", {}, "303 403 200 200 200 200 200 200"),
    ("POST", "/teaching/exams", SET_EXAM, "401 403 404 403 403 403 303 303"),
    ("GET", "/teaching/{assignment}/exam", {}, "303 403 404 403 403 403 409 409"),
    ("POST", "/teaching/{assignment}/papers", {}, "401 403 404 403 403 403 409 409"),
    ("POST", "/teaching/{assignment}/scans", {}, "401 403 404 403 403 403 409 409"),
    ("POST", "/teaching/{assignment}/marks", {"data": {"results": "id"}},
     "401 403 404 403 403 403 409 409"),
    ("GET", "/teaching/{assignment}/doubts/{job}", {}, "303 403 404 403 403 403 409 409"),
    ("POST", "/teaching/{assignment}/doubts/{job}", {}, "401 403 404 404 404 404 404 404"),
    ("GET", "/teaching/{assignment}/returned/{ann}", {}, "303 403 404 409 409 409 409 409"),
    ("GET", "/healthz", {}, "200 200 200 200 200 200 200 200"),
    ("GET", "/readyz", {}, "200 200 200 200 200 200 200 200"),
    ("GET", "/metrics", {}, "401 403 403 403 403 403 403 200"),
]  # fmt: skip


@pytest.fixture
def places(walk: Walk) -> dict[str, str]:
    """Rows for the paths: ann's variant, submission and token, the teacher's job."""
    assignment = walk.assignment()
    variant = walk.variant("ann", assignment)
    submission = walk.submit("ann", variant, {"sum": "1"}).get_json()
    token = walk.call("ann", "POST", "/tokens", json={"name": "t", "scopes": ["read"]}).get_json()
    job = walk.call(
        "teacher", "POST", f"/assignments/{assignment['id']}/statistics"
    ).get_json()  # fmt: skip
    guest = walk.call("", "POST", "/guests").get_json()
    walk.people["guest"] = {"Authorization": f"Bearer {guest['token']}"}
    return {
        "course": walk.course,
        "assignment": assignment["id"],
        "variant": variant["id"],
        "submission": submission["id"],
        "part": "sum",
        "token": token["id"],
        "job": job["id"],
        "ann": walk.users["ann"],
        "bob": walk.users["bob"],
    }


@pytest.mark.parametrize(
    ("method", "path", "given", "expected"), ROUTES, ids=[f"{row[0]} {row[1]}" for row in ROUTES]
)
def test_each_role_gets_its_answer(
    walk: Walk,
    places: dict[str, str],
    method: str,
    path: str,
    given: dict[str, Any],
    expected: str,
) -> None:
    """Every route answers every role as the table says: from nobody to administrators."""
    json = given.get("json")
    if isinstance(json, dict):
        filled = {
            name: value.format(**places) if isinstance(value, str) else value
            for name, value in json.items()
        }
        given = {**given, "json": filled}
    answered = [
        str(walk.call(name, method, path.format(**places), **given).status_code) for name in PEOPLE
    ]

    assert dict(zip(PEOPLE, expected.split(), strict=True)) == dict(
        zip(PEOPLE, answered, strict=True)
    )


@pytest.mark.parametrize(
    ("method", "path", "given", "expected"), PAGES, ids=[f"{row[0]} {row[1]}" for row in PAGES]
)
def test_each_role_gets_its_page(
    walk: Walk,
    places: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    path: str,
    given: dict[str, Any],
    expected: str,
) -> None:
    """Every page answers every role as the table says."""
    monkeypatch.setattr("service.pages.question.WAIT_SECONDS", 0)
    address = path.format(**places)
    form = {name: text.format(**places) for name, text in given.get("data", {}).items()}
    answered = []
    for name in PEOPLE:
        headers = walk.people.get(name, {})
        client = walk.client.application.test_client()
        answered.append(
            str(client.open(address, method=method, headers=headers, data=form).status_code)
        )

    assert dict(zip(PEOPLE, expected.split(), strict=True)) == dict(
        zip(PEOPLE, answered, strict=True)
    )


def test_every_page_is_listed(app: GradeckApp) -> None:
    """A page that the table does not know fails here."""
    listed = {(method, _page_shape(path)) for method, path, _, _ in PAGES}
    served = {
        (method, _page_shape(rule.rule))
        for rule in app.url_map.iter_rules()
        if not rule.rule.startswith(("/api/v1/", "/static/"))
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }

    assert listed == served


def _page_shape(path: str) -> str:
    named = path.replace("/sums/one", "/<q>").replace("gdk_none", "<t>")
    return "/".join("*" if part[:1] in {"{", "<"} else part for part in named.split("/"))


def test_every_route_is_listed(app: GradeckApp) -> None:
    """A route of the API that the table does not know fails here."""
    listed = {(method, _shape(path)) for method, path, _, _ in ROUTES}
    served = {
        (method, _shape(rule.rule.removeprefix("/api/v1")))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }

    assert listed == served


def test_every_route_has_a_rule(app: GradeckApp) -> None:
    """Pages and the API alike: a view without a rule is open by accident."""
    open_by_design = {"static", "openapi.spec"}
    bare = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if not hasattr(app.view_functions[rule.endpoint], "rule")
    }

    assert open_by_design == bare


def _shape(path: str) -> str:
    if path.startswith("/questions/"):
        return "/questions/*"
    return "/".join("*" if part[:1] in {"{", "<"} else part for part in path.split("/"))


@pytest.mark.parametrize(
    ("scope", "method", "path", "status"),
    [
        (Scope.READ, "GET", "/me", 200),
        (Scope.READ, "POST", "/variants", 403),
        (Scope.SUBMIT, "GET", "/me", 403),
        (Scope.SUBMIT, "POST", "/variants", 201),
        (Scope.TEACH, "POST", "/variants", 403),
    ],
)
def test_a_token_does_what_its_scopes_say(
    client: FlaskClient,
    token_for: Callable[..., Headers],
    scope: Scope,
    method: str,
    path: str,
    status: int,
) -> None:
    """A token with one scope is refused everything else."""
    headers = token_for("ada", scope)
    json = {"question": "sums/one"} if method == "POST" else None

    answer = client.open(f"/api/v1{path}", method=method, headers=headers, json=json)

    assert status == answer.status_code


def test_a_revoked_token_is_worth_nothing(
    client: FlaskClient, token_for: Callable[..., Headers]
) -> None:
    """From the moment a token is revoked it is answered 401."""
    ada = token_for("ada")
    given = {"name": "t", "scopes": ["read"]}
    made = client.post("/api/v1/tokens", json=given, headers=ada).get_json()
    headers = {"Authorization": f"Bearer {made['token']}"}
    before = client.get("/api/v1/me", headers=headers)
    client.delete(f"/api/v1/tokens/{made['id']}", headers=ada)
    after = client.get("/api/v1/me", headers=headers)

    assert (200, 401) == (before.status_code, after.status_code)


def test_a_token_gives_no_more_than_its_maker_has(
    client: FlaskClient, token_for: Callable[..., Headers]
) -> None:
    """A token for reading cannot make one for submitting, and only admins make admin tokens."""
    reader = token_for("reader", Scope.READ)
    ada = token_for("ada")
    for headers, scopes in ((reader, ["submit"]), (ada, ["admin"])):
        given = {"name": "t", "scopes": scopes}
        assert 403 == client.post("/api/v1/tokens", json=given, headers=headers).status_code


def test_somebody_who_left_the_course_sees_it_no_more(walk: Walk) -> None:
    """A removed member finds no course or assignment, hands in no more; what they did is kept."""
    assignment = walk.assignment()
    variant = walk.variant("ann", assignment)
    assert 202 == walk.submit("ann", variant).status_code
    walk.call("teacher", "DELETE", f"/courses/{walk.course}/members/{walk.users['ann']}")

    assert 404 == walk.call("ann", "GET", f"/assignments/{assignment['id']}").status_code
    refused = walk.submit("ann", variant)
    assert (403, "not allowed") == (refused.status_code, refused.get_json()["title"])
    assert (
        202
        == walk.submit(
            "ann", walk.call("ann", "POST", "/variants", json={"question": "sums/one"}).get_json()
        ).status_code
    )  # practice is everybody's
    assert 2 == len(walk.call("ann", "GET", "/submissions").get_json()["items"])


def test_two_courses_do_not_mix(
    client: FlaskClient,
    walk: Walk,
    token_for: Callable[..., Headers],
    grade: Callable[[], DrainCounts],
) -> None:
    """A teacher of one course sees nothing of another, not even through a shared student."""
    other = client.post("/api/v1/courses", json={"title": "B"}, headers=walk.people["admin"])
    course = other.get_json()["id"]
    invite = walk.call("admin", "POST", f"/courses/{course}/invites", json={"role": "teacher"})
    walk.call("other", "POST", "/invites/accept", json=invite.get_json())
    shared = walk.call("other", "POST", f"/courses/{course}/invites", json={})
    walk.call("ann", "POST", "/invites/accept", json=shared.get_json())
    assignment = walk.assignment(due_at=at(3))
    submission = walk.submit("ann", walk.variant("ann", assignment))
    grade()

    place = submission.headers["Location"][7:]
    assert 404 == walk.call("other", "GET", place).status_code
    assert 200 == walk.call("teacher", "GET", place).status_code


def test_a_walk_starts_clean(client: FlaskClient, token_for: Callable[..., Headers]) -> None:
    """The people of these tests have the roles that the table takes for granted."""
    walk = start(client, token_for)
    members = walk.call("teacher", "GET", f"/courses/{walk.course}/members").get_json()["items"]

    roles = {one["login"]: (one["role"], one["section"]) for one in members}
    assert {
        "admin": ("teacher", ""),
        "teacher": ("teacher", ""),
        "assistant": ("assistant", "A"),
        "ann": ("student", "A"),
        "bob": ("student", "B"),
    } == roles
