"""Whose account a roster's student is, and which logins nobody may choose."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from service.running import Service
from service.store.people import add_user
from tests.service.world.walk import Walk

PASSWORD = "a long password"


def roster(walk: Walk, text: str, course: str = "", **query: str) -> dict[str, Any]:
    """What a roster of a course changes."""
    answer = walk.call(
        "admin", "POST", f"/courses/{course or walk.course}/roster",
        data=text.encode(), content_type="text/csv", query_string=query,
    )  # fmt: skip
    assert 200 == answer.status_code, answer.text
    shown: dict[str, Any] = answer.get_json()
    return shown


def join(walk: Walk, login: str, token: str = "") -> TestResponse:
    """Somebody who joins by a link, the course's own unless one is given."""
    if not token:
        made = walk.call("admin", "POST", f"/courses/{walk.course}/invites", json={})
        token = made.get_json()["token"]
    given = {"token": token, "login": login, "name": "Somebody", "password": PASSWORD}
    return walk.call("", "POST", "/invites/join", json=given)


def members(walk: Walk, course: str) -> set[str]:
    """The logins in a course."""
    items = walk.call("admin", "GET", f"/courses/{course}/members").get_json()["items"]
    return {one["login"] for one in items}


@pytest.fixture
def other(walk: Walk) -> str:
    """Another course."""
    return str(walk.call("admin", "POST", "/courses", json={"title": "B"}).get_json()["id"])


def test_a_login_taken_early_becomes_nobody_else(walk: Walk, other: str) -> None:
    """Who chose a student's number as login isn't that student in a roster; the owner confirms."""
    assert 201 == join(walk, "2026001").status_code
    shown = roster(walk, "id,name,section\n2026001,Ann,A\n2026002,Bo,B\n", other)

    assert (["2026002"], ["2026001"]) == (shown["added"], shown["unconfirmed"])
    assert {"admin", "2026002"} == members(walk, other)
    client = walk.client.application.test_client()
    client.post("/sign-in", data={"login": "2026001", "password": PASSWORD})
    link = dict(shown["invites"])["2026001"]
    pages = [
        one.get(f"/join/{link}").text for one in (client, walk.client.application.test_client())
    ]

    assert [True, False] == ['value="accept"' in page for page in pages]
    assert [False, True] == ['name="password"' in page for page in pages]


def test_the_owner_confirms(walk: Walk, other: str) -> None:
    """With the link that the teacher sent, an account of one's own choice is the student's."""
    shown = roster(walk, "id,name,section\nann,Ann,A\n", other)
    token = dict(shown["invites"])["ann"]
    stranger = walk.call("bob", "POST", "/invites/accept", json={"token": token})
    again = dict(roster(walk, "id,name,section\nann,Ann,A\n", other)["invites"])["ann"]
    old = walk.call("ann", "POST", "/invites/accept", json={"token": token})
    owner = walk.call("ann", "POST", "/invites/accept", json={"token": again})

    assert (404, 404, 201) == (stranger.status_code, old.status_code, owner.status_code)
    items = walk.call("admin", "GET", f"/courses/{other}/members").get_json()["items"]
    assert ("A", "ann") in {(one["section"], one["student_id"]) for one in items}
    assert 1 == roster(walk, "id,name,section\nann,Ann,A\n", other)["unchanged"]


def test_a_rosters_account_is_the_same_in_another_course(walk: Walk, other: str) -> None:
    """It is enrolled and named as one that was there; its link stays its first course's."""
    text = "id,name\n7,Ann\n"
    first, second = roster(walk, text), roster(walk, text, other)

    assert (["7"], [], ["7"]) == (second["added"], second["unconfirmed"], second["was_there"])
    assert ({"7"}, {}) == (set(dict(first["invites"])), second["invites"])


def test_a_lost_link_comes_again(walk: Walk) -> None:
    """The same roster gives each unclaimed account a new link, and ends the one before."""
    text = "id,name\n7,Ann\n8,Bo\n"
    first = dict(roster(walk, text)["invites"])
    walk.call("admin", "DELETE", f"/courses/{walk.course}/invites")
    second = dict(roster(walk, text)["invites"])
    old, new = join(walk, "any", first["7"]), join(walk, "any", second["7"])
    third = roster(walk, text)["invites"]

    assert (404, 201) == (old.status_code, new.status_code)
    assert {"8"} == set(dict(third))


def test_who_was_taken_out_claims_nothing(walk: Walk) -> None:
    """A removed member's link is worth nothing."""
    link = dict(roster(walk, "id,name\n7,Ann\n")["invites"])["7"]
    items = walk.call("admin", "GET", f"/courses/{walk.course}/members").get_json()["items"]
    user = next(one["user"] for one in items if one["login"] == "7")
    walk.call("admin", "DELETE", f"/courses/{walk.course}/members/{user}")

    assert 404 == join(walk, "any", link).status_code


@pytest.mark.parametrize(
    ("login", "status"),
    [
        ("zoe", 201), ("z.o-e_1+x@home.org", 201),
        ("Ann", 409), ("ANN", 409), ("аnn", 422), ("ａnn", 422), ("..", 422), (".zoe", 422),
        ("zoe.", 422), ("a..b", 409), ("con", 409), ("aux.x", 409), ("admin", 409),
        ("Teacher", 409), ("guest-1", 409), ("spare-1", 409),
    ],
)  # fmt: skip
def test_a_login_passes_for_nobody_else(
    walk: Walk, service: Service, login: str, status: int
) -> None:
    """No other alphabet's letters, no capitals' twin, no file's or device's or service's name."""
    with service.store.write() as connection:
        add_user(connection, "guest-0", "guest", guest=True)

    assert status == join(walk, login).status_code
