"""Joining by a link, one's tokens and password, and background work, as pages."""

import html
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.auth.secrets_kept import password_hash
from service.config import Config
from service.processes.tasks import Workbench, in_place, run_jobs
from service.queue.marker import Marker
from service.running import Service
from service.store.people import find_user, set_password
from tests.service.world.walk import Walk

PASSWORD = "correct horse battery"


@pytest.fixture
def link(walk: Walk) -> Callable[..., str]:
    """A function: what an invitation is for -> the page of its link."""

    def make(**given: object) -> str:
        made = walk.call("teacher", "POST", f"/courses/{walk.course}/invites", json=given)
        return f"/join/{made.get_json()['token']}"

    return make


@pytest.fixture
def visitor(walk: Walk) -> FlaskClient:
    """A browser that is nobody yet."""
    return walk.client.application.test_client()


@pytest.fixture
def ann(walk: Walk, service: Service, visitor: FlaskClient) -> FlaskClient:
    """Ann's browser, signed in."""
    with service.store.write() as connection:
        user = find_user(connection, "ann")
        assert user is not None
        set_password(connection, user.id, password_hash(PASSWORD))
    visitor.post("/sign-in", data={"login": "ann", "password": PASSWORD})
    return visitor


def token_of(page: TestResponse) -> dict[str, str]:
    """The form's CSRF token."""
    found = re.search(r'name="csrf_token" value="([^"]*)"', page.text)
    assert found
    return {"csrf_token": html.unescape(found[1])}


def test_a_link_makes_an_account_and_signs_in(
    visitor: FlaskClient, link: Callable[..., str], walk: Walk
) -> None:
    """Login, name, password: then one is in the course, signed in, and sees its homework."""
    walk.assignment(title="First sums")
    address = link(section="A")
    page = visitor.get(address)
    form = {"login": "zoe", "name": "Zoe", "password": PASSWORD}
    joined = visitor.post(address, data=form, follow_redirects=True)

    assert "Join “CNN”" in page.text
    assert "First sums" in joined.text
    assert 404 == visitor.application.test_client().get(address).status_code


@pytest.mark.parametrize(
    ("form", "status", "says"),
    [
        ({"login": "z z", "name": "", "password": "short"}, 422, "A login has 2 to 100"),
        ({"login": "z z", "name": "", "password": "short"}, 422, "A password has 10 characters"),
        ({"login": "ann", "name": "Zoe", "password": PASSWORD}, 409, "choose another"),
        ({}, 422, "A name has 1 to 200"),
    ],
)
def test_a_wrong_form_says_so_and_keeps_the_rest(
    visitor: FlaskClient,
    link: Callable[..., str],
    form: dict[str, str],
    status: int,
    says: str,
) -> None:
    """Every fault in a sentence; login and name stay, the password does not; the link is unused."""
    address = link()
    page = visitor.post(address, data=form)

    assert status == page.status_code
    assert says in page.text
    assert f'value="{form.get("login", "")}"' in page.text
    assert form.get("password", "battery") not in page.text.replace('name="password"', "")
    good = {"login": "zoe", "name": "Zoe", "password": PASSWORD}
    assert 303 == visitor.post(address, data=good).status_code


def test_who_has_an_account_joins_with_it(
    visitor: FlaskClient, service: Service, link: Callable[..., str], walk: Walk
) -> None:
    """Signed in, one button is enough."""
    with service.store.write() as connection:
        user = find_user(connection, "stranger")
        assert user is not None
        set_password(connection, user.id, password_hash(PASSWORD))
    visitor.post("/sign-in", data={"login": "stranger", "password": PASSWORD})
    address = link()
    page = visitor.get(address)
    done = visitor.post(address, data={**token_of(page), "do": "accept"})

    assert "Join as Stranger" in page.text
    assert "/homework" == done.location
    assert 200 == walk.call("stranger", "GET", f"/courses/{walk.course}").status_code


def test_the_account_of_a_roster_is_claimed(visitor: FlaskClient, walk: Walk) -> None:
    """A roster's link asks for a password alone, and names the login."""
    roster = {"data": b"id,name\n1001,Ada\n", "content_type": "text/csv"}
    made = walk.call("teacher", "POST", f"/courses/{walk.course}/roster", **roster)
    address = f"/join/{made.get_json()['invites']['1001']}"
    page = visitor.get(address)
    done = visitor.post(address, data={"password": PASSWORD})

    assert "Its login is 1001" in page.text
    assert 'name="login"' not in page.text
    assert "/homework" == done.location


def test_a_token_is_made_shown_once_and_revoked(ann: FlaskClient) -> None:
    """The token stands on the answer alone; what it may do and until when stays listed."""
    page = ann.get("/account")
    form = {**token_of(page), "name": "my script", "scope": ["read"], "days": "7"}
    made = ann.post("/account/tokens", data=form)
    found = re.search(r"gdk_[\w-]+", made.text)
    assert found
    headers = {"Authorization": f"Bearer {found[0]}"}
    other = ann.application.test_client()
    listed = ann.get("/account").text
    works = other.get("/api/v1/me", headers=headers).status_code
    place = re.search(r"/account/tokens/\w+/revoke", listed)
    assert place
    ann.post(place[0], data=token_of(page))

    assert "my script" in listed
    assert found[0] not in listed
    assert (200, 401) == (works, other.get("/api/v1/me", headers=headers).status_code)


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"scope": []}, {"days": "4000"}, {"scope": ["all"]}, {"name": "x" * 150}],
)
def test_a_wrong_token_form_is_told_and_kept(ann: FlaskClient, wrong: dict[str, object]) -> None:
    """What was typed stands in the form again."""
    page = ann.get("/account")
    form = {**token_of(page), "name": "my script", "scope": ["read"], "days": "7", **wrong}
    refused = ann.post("/account/tokens", data=form)

    assert 422 == refused.status_code
    assert "Say what the token is for" in refused.text
    assert f'value="{form["name"]}"' in refused.text


def test_a_password_is_changed_by_who_knows_it(ann: FlaskClient) -> None:
    """A wrong present password and a short new one are refused; the rest of the sessions end."""
    other = ann.application.test_client()
    other.post("/sign-in", data={"login": "ann", "password": PASSWORD})
    form = token_of(ann.get("/account"))
    new = "another horse battery"
    wrong = ann.post("/account/password", data={**form, "old": "guess", "new": new})
    short = ann.post("/account/password", data={**form, "old": PASSWORD, "new": "short"})
    good = ann.post(
        "/account/password", data={**form, "old": PASSWORD, "new": new}, follow_redirects=True
    )

    assert (403, 422, 200) == (wrong.status_code, short.status_code, good.status_code)
    assert "The present password is another one." in wrong.text
    assert "The password is changed" in good.text
    assert "/sign-in?to=/homework" == other.get("/homework").location


EXPORT = {"kind": "export", "which": "tag cnn::pooling", "variants": "1"}


def test_background_work_is_started_watched_and_fetched(
    walk: Walk, service: Service, config: Config, marker: Marker
) -> None:
    """A teacher starts each kind on a page; it waits, is done, and its file is there."""
    assignment = walk.assignment()
    headers, client = walk.people["teacher"], walk.client
    for form in (
        {"kind": "statistics", "assignment": assignment["id"]},
        {"kind": "deck", "lang": "en", "tag": "cnn::pooling"},
        {**EXPORT, "format": "moodle", "lang": "both"},
    ):
        assert 303 == client.post("/teaching/jobs", data=form, headers=headers).status_code
    waiting = client.get("/teaching/jobs", headers=headers)
    in_place(Workbench(config, service.store, marker), run_jobs)()
    done = client.get("/teaching/jobs", headers=headers)
    files = re.findall(r"/teaching/jobs/\w+/file", done.text)
    fetched = [client.get(place, headers=headers).data for place in files]

    assert "http-equiv" in waiting.text
    assert "waiting" in waiting.text
    assert "http-equiv" not in done.text
    assert re.search(r"Moodle · Pooling · \d+ questions · \d+ variants", done.text)
    assert "a later answer that is worked correctly" in done.text
    headers = {**headers, "Accept-Language": "zh"}
    chinese = client.get("/teaching/jobs", headers=headers).text
    assert re.search(r"Moodle · 池化 · \d+ 道题 · \d+ 个变式", chinese)
    assert "沿用前一问的结果" in chinese
    assert 3 == len(fetched)
    assert any(b"<quiz>" in data for data in fetched)
    assert any(b"question,n,mean,right" in data for data in fetched)
    assert any(data.startswith(b"PK") for data in fetched)


def test_an_assignments_questions_are_exported_from_its_page(
    walk: Walk, service: Service, config: Config, marker: Marker
) -> None:
    """The page of an assignment's statistics has a form whose file holds its questions alone."""
    assignment = walk.assignment()
    headers, client = walk.people["teacher"], walk.client
    page = client.get(f"/teaching/{assignment['id']}/statistics", headers=headers).text
    questions = re.findall(r'name="question" value="([^"]+)"', page)
    assert [one["question"] for one in assignment["questions"]] == questions

    # The questions of this world are sums; what a file is made of is the bank.
    chosen = ["cnn/pooled-size", "cnn/multiply-adds"]
    form = {"kind": "export", "question": chosen, "variants": "2"}
    sent = client.post(
        "/teaching/jobs", data={**form, "format": "moodle", "lang": "en"}, headers=headers
    )
    assert 303 == sent.status_code
    in_place(Workbench(config, service.store, marker), run_jobs)()
    done = client.get("/teaching/jobs", headers=headers).text
    (place,) = re.findall(r"/teaching/jobs/\w+/file", done)
    written = client.get(place, headers=headers).text
    found = set(re.findall(r"cnn/[a-z0-9-]+", written))
    assert set(chosen) <= found
    assert "cnn/size-same" not in found


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"kind": "deck", "lang": "fr", "tag": ""}, 422),
        ({**EXPORT, "format": "canvas", "lang": "both"}, 422),
        ({**EXPORT, "format": "word", "lang": "en"}, 422),
        ({**EXPORT, "format": "qti21", "lang": "en", "variants": "51"}, 422),
        ({**EXPORT, "format": "qti21", "lang": "en", "variants": "-1"}, 422),
        ({"kind": "magic"}, 422),
        ({"kind": "deck"}, 400),
        ({"kind": "exam", "course": "0" * 32, "plan": "x"}, 422),
    ],
)
def test_a_job_that_is_none_is_refused(walk: Walk, form: dict[str, str], status: int) -> None:
    """A form that was tampered with starts nothing and breaks nothing."""
    page = walk.client.post("/teaching/jobs", data=form, headers=walk.people["teacher"])

    assert (status, "text/html") == (page.status_code, page.mimetype)
