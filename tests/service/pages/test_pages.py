"""The pages as a browser without scripts asks for them: what they show, refuse and keep back."""

import html
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from service.app import GradeckApp, create_app
from service.auth.secrets_kept import password_hash
from service.config import read_config
from service.running import EXTENSION, Service
from service.store.migrating import migrate
from service.store.people import add_user
from service.store.practice import review_log
from service.store.schema import submissions, users
from service.web.limits import LIMITS, TooMany
from tests.service.world.sums import Sums, right_for

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _no_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing grades in the background here, so no page waits for it."""
    monkeypatch.setattr("service.pages.question.WAIT_SECONDS", 0)


def form_field(page: TestResponse, name: str) -> str:
    """A hidden field's value."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found, name
    return html.unescape(found[1])


def begin(client: FlaskClient, question: str = "sums/one") -> TestResponse:
    """A guest's fresh variant, as a page."""
    page = client.get("/")
    data = {"csrf_token": form_field(page, "csrf_token")} if "csrf_token" in page.text else {}
    return client.post(f"/practice/{question}", data=data, follow_redirects=True)


def send(client: FlaskClient, page: TestResponse, **answers: str) -> TestResponse:
    """The page after answers were handed in; they are not graded yet."""
    data = {f"answer.{part}": text for part, text in answers.items()}
    data |= {name: form_field(page, name) for name in ("csrf_token", "key")}
    return client.post(page.request.path, data=data, follow_redirects=True)


def right_answers(page: TestResponse) -> dict[str, str]:
    """The sum and the product of the numbers on the page."""
    words = re.search(r"<p>(\d+ and \d+)</p>", page.text)
    assert words
    return right_for(words[1])


def ratings(service: Service) -> list[int]:
    """All ratings that are kept, of whoever there is."""
    with service.store.read() as connection:
        people = [row.id for row in connection.execute(users.select())]
        return [row.rating or 0 for one in people for row in review_log(connection, one)]


def test_a_guest_practises_from_the_first_page(
    client: FlaskClient, grade: Callable[[], object]
) -> None:
    """Start, answer, and read what was found: no account and no script are needed."""
    page = begin(client)
    assert 'for="answer-sum"' in page.text
    waiting = send(client, page, sum="1", product="x1")
    assert "Being graded" in waiting.text
    assert 'http-equiv="refresh"' in waiting.text
    grade()
    found = client.get(page.request.path)

    assert "Not yet." in found.text
    assert 'value="x1"' in found.text
    assert "http-equiv" not in found.text


def test_looking_at_the_first_page_makes_nobody(client: FlaskClient, service: Service) -> None:
    """A guest is made when somebody starts, not for every crawler that comes by."""
    for _ in range(3):
        client.get("/")
    with service.store.read() as connection:
        assert [] == connection.execute(users.select()).all()


def test_without_open_practice_one_signs_in(tmp_path: Path) -> None:
    """A service for a class sends nobody further than to its sign-in."""
    app = create_app(read_config(data=tmp_path, secure_cookies=False), Sums())
    service: Service = app.extensions[EXTENSION]
    migrate(service.store)
    client = app.test_client()

    assert client.get("/").location == "/sign-in"
    assert client.get("/progress").location == "/sign-in?to=/progress"
    assert client.post("/practice").status_code == 401
    service.close()


def test_no_answer_is_on_the_page_before_it_is_given(
    client: FlaskClient, grade: Callable[[], object]
) -> None:
    """Neither the right results nor the solution leave before a try, whatever is asked for."""
    page = begin(client)
    right = right_answers(page)
    for address in (page.request.path, f"{page.request.path}?solution=1"):
        shown = client.get(address).text
        assert "Worked solution" not in shown
        assert not any(re.search(rf"\b{value}\b", shown) for value in right.values())
    send(client, page, sum="0", product=right["product"])
    grade()
    tried = client.get(page.request.path).text
    revealed = client.get(f"{page.request.path}?solution=1").text

    assert f"<p>{right['product']}</p>" in tried
    assert f"<p>{right['sum']}</p>" not in tried
    assert f"<p>{right['sum']}</p>" in revealed


@pytest.mark.parametrize(
    ("why", "tries", "hints", "kept"),
    [
        ("right at once is Good", ["right"], 0, [3]),
        ("right after a hint is Hard", ["right"], 1, [2]),
        ("wrong is Again", ["wrong"], 0, [1]),
        ("the first try counts, whatever follows", ["wrong", "right"], 0, [1]),
        ("what cannot be read counts for nothing", ["unreadable", "right"], 0, [3]),
        ("half an answer counts for nothing", ["half"], 0, []),
    ],
)
def test_an_answer_drives_the_schedule(
    client: FlaskClient,
    service: Service,
    grade: Callable[[], object],
    why: str,
    tries: list[str],
    hints: int,
    kept: list[int],
) -> None:
    """How a variant went is kept once, as the schedule's rating."""
    page = begin(client)
    right = right_answers(page)
    for _ in range(hints):
        data = {"csrf_token": form_field(page, "csrf_token")}
        page = client.post(f"{page.request.path}/hint", data=data, follow_redirects=True)
        assert "Add them up." in page.text
    answers = {
        "right": right,
        "wrong": {**right, "sum": "0"},
        "unreadable": {**right, "sum": "unreadable"},
        "half": {"sum": right["sum"]},
    }
    for one in tries:
        page = client.get(page.request.path)
        send(client, page, **answers[one])
        grade()

    assert kept == ratings(service)


def test_the_student_has_the_last_word_on_the_rating(
    client: FlaskClient, service: Service, grade: Callable[[], object]
) -> None:
    """A rating can be changed after the answer, and not before it."""
    page = begin(client)
    data = {"csrf_token": form_field(page, "csrf_token"), "rating": "4"}
    address = f"{page.request.path}/rating"

    assert client.post(address, data=data).status_code == 409
    send(client, page, **right_answers(page))
    grade()
    assert "We counted this as Good." in client.get(page.request.path).text
    assert "We counted this as Easy." in client.post(address, data=data, follow_redirects=True).text
    assert client.post(address, data={**data, "rating": "5"}).status_code == 422
    assert [4] == ratings(service)


def test_missed_questions_come_back_at_the_end(
    client: FlaskClient, grade: Callable[[], object]
) -> None:
    """After a miss the other question comes first, then the missed one with new numbers."""

    def go_on(answer: dict[str, str] | None, page: TestResponse) -> TestResponse:
        send(client, page, **(answer or right_answers(page)))
        grade()
        data = {"csrf_token": form_field(page, "csrf_token")}
        return client.post("/practice", data=data, follow_redirects=True)

    first = begin(client, "sums/one")
    second = go_on({"sum": "0", "product": "0"}, first)
    third = go_on(None, second)
    last = go_on(None, third)

    assert right_answers(first) != right_answers(third)
    assert "Done for today" in last.text
    assert last.request.path == "/"


def test_a_form_that_is_sent_twice_is_stored_once(client: FlaskClient, service: Service) -> None:
    """A double click or a reload of the answer page makes one submission."""
    page = begin(client)
    send(client, page, sum="1")
    send(client, page, sum="1")
    with service.store.read() as connection:
        assert 1 == len(connection.execute(submissions.select()).all())


def test_an_empty_form_is_not_handed_in(client: FlaskClient, service: Service) -> None:
    """Without any answer the page says so and uses no try."""
    page = send(client, begin(client), sum="  ")

    assert page.status_code == 422
    assert "Type an answer first." in page.text
    with service.store.read() as connection:
        assert [] == connection.execute(submissions.select()).all()


def test_typed_text_stays_text(client: FlaskClient, grade: Callable[[], object]) -> None:
    """Markup in an answer is shown as it was typed and does nothing."""
    page = begin(client)
    send(client, page, sum='"><script>alert(1)</script>')
    grade()
    shown = client.get(page.request.path).text

    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)" in shown


def test_a_variant_is_its_owners(app: GradeckApp, client: FlaskClient) -> None:
    """Somebody else's question is not found, to look at, to answer or to rate."""
    page = begin(client)
    other = app.test_client()
    theirs = begin(other)
    data = {"csrf_token": form_field(theirs, "csrf_token"), "answer.sum": "1", "rating": "3"}
    path = page.request.path

    assert other.get(path).status_code == 404
    for address in (path, f"{path}/hint", f"{path}/rating"):
        assert other.post(address, data=data).status_code == 404, address


def test_a_form_needs_its_token(client: FlaskClient) -> None:
    """A form from elsewhere is refused, with a page that says what to do."""
    page = begin(client)
    answer = client.post(page.request.path, data={"answer.sum": "1"})

    assert answer.status_code == 403
    assert "reload" in answer.text
    assert answer.mimetype == "text/html"


@pytest.fixture
def people(service: Service) -> None:
    """A student with a password."""
    with service.store.write() as connection:
        add_user(connection, "mia", "Mia", password=password_hash(PASSWORD))


@pytest.mark.usefixtures("people")
def test_signing_in_goes_where_one_wanted_to_go(client: FlaskClient) -> None:
    """After the right password the page that was asked for comes up; a session cookie stays."""
    asked = client.get("/homework")
    assert asked.location == "/sign-in?to=/homework"
    form = {"login": "mia", "password": PASSWORD, "to": "/homework"}
    answer = client.post("/sign-in", data=form)

    assert answer.location == "/homework"
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert "Sign out" in client.get("/homework").text


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("login", ["mia", "nobody"])
def test_a_wrong_password_says_no_more_than_that(client: FlaskClient, login: str) -> None:
    """Whether there is such a user doesn't show, and the login need not be typed again."""
    answer = client.post("/sign-in", data={"login": login, "password": "guess"})

    assert answer.status_code == 401
    assert "The login or the password is wrong." in answer.text
    assert f'value="{login}"' in answer.text


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    "to", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_nobody_is_sent_elsewhere(client: FlaskClient, to: str) -> None:
    """After sign-in only an address of this service is followed."""
    answer = client.post("/sign-in", data={"login": "mia", "password": PASSWORD, "to": to})

    assert answer.location == "/"


@pytest.mark.usefixtures("people")
def test_signing_out_ends_the_session(client: FlaskClient) -> None:
    """The cookie from before is worth nothing afterwards."""
    client.post("/sign-in", data={"login": "mia", "password": PASSWORD})
    cookie = client.get_cookie("gradeck")
    page = client.get("/homework")
    client.post("/sign-out", data={"csrf_token": form_field(page, "csrf_token")})
    assert cookie is not None
    client.set_cookie("gradeck", cookie.value)

    assert client.get("/homework").location == "/sign-in?to=/homework"


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("path", ["", "/x/statistics", "/x/gradebook", "/x/regrade"])
def test_teaching_is_not_for_students(client: FlaskClient, path: str) -> None:
    """A student sees no class of others, and the menu doesn't offer it."""
    client.post("/sign-in", data={"login": "mia", "password": PASSWORD})
    page = client.get(f"/teaching{path}")

    assert page.status_code in {200, 404}
    assert "<table" not in page.text
    assert 'href="/teaching"' not in client.get("/").text


def test_the_language_is_the_browsers_until_one_chooses(client: FlaskClient) -> None:
    """Chinese browsers get Chinese pages; the switch is kept."""
    chinese = {"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5"}

    assert 'lang="zh-Hans"' in client.get("/", headers=chinese).text
    assert "用新的数字练习" in client.get("/", headers=chinese).text
    client.get("/?lang=en", headers=chinese)
    assert "Practise with fresh numbers" in client.get("/", headers=chinese).text


def test_an_unknown_address_is_a_page_for_people(client: FlaskClient) -> None:
    """A wrong address gives a page; of the API it gives a problem."""
    page, problem = client.get("/nowhere"), client.get("/api/v1/nowhere")

    assert (404, "text/html") == (page.status_code, page.mimetype)
    assert (404, "application/problem+json") == (problem.status_code, problem.mimetype)


def test_what_was_typed_is_there_after_a_refusal(
    client: FlaskClient, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page out of date, too long a text, too many requests: the form comes up filled in."""
    page = begin(client)
    stale = {"answer.sum": "12 + 30", "answer.product": "7", "csrf_token": "old", "key": "k"}
    good = {**stale, "csrf_token": form_field(page, "csrf_token")}
    long = {**good, "answer.sum": "9" * 2001}
    refused = client.post(page.request.path, data=stale)
    too_long = client.post(page.request.path, data=long)
    monkeypatch.setattr(client.application.extensions[LIMITS], "hit", lambda *_: TooMany(7))
    too_many = client.post(page.request.path, data=good)

    assert [403, 422, 429] == [one.status_code for one in (refused, too_long, too_many)]
    for one in (refused, too_many):
        assert 'value="12 + 30"' in one.text
        assert 'value="7"' in one.text
    assert "9" * 2001 in too_long.text
    assert "7" == too_many.headers["Retry-After"]
    assert form_field(refused, "csrf_token") == good["csrf_token"]
    with service.store.read() as connection:
        assert [] == connection.execute(submissions.select()).all()


def test_an_unknown_question_names_the_nearest(client: FlaskClient) -> None:
    """A mistyped question is answered with the nearest name, as a page."""
    page = client.post("/practice/sums/ome")

    assert page.status_code == 404
    assert "sums/one" in html.unescape(page.text)


def test_a_verdict_without_words_in_ones_language_is_shown(
    client: FlaskClient, service: Service, grade: Callable[[], object]
) -> None:
    """A verdict that was given before a language was spoken is read in the one it has."""
    page = begin(client)
    send(client, page, sum="1")
    grade()
    with service.store.write() as connection:
        verdict = json.loads(connection.execute(select(submissions.c.verdict)).scalar_one())
        verdict["parts"][0]["feedback"] = {"en": "Add both."}
        connection.execute(submissions.update().values(verdict=json.dumps(verdict)))

    assert "Add both." in client.get(f"{page.request.path}?lang=zh").text
