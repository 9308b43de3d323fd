"""Sessions, CSRF, headers, rates, logs, spreadsheets and the limit of attempts."""

import json
import re
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from service.app import GradeckApp, create_app
from service.auth.secrets_kept import is_password, password_hash
from service.classroom.spreadsheet import safe_cell
from service.config import Config, ConfigError, read_config
from service.processes.tasks import grade_waiting, run_jobs
from service.processes.worker import make_celery
from service.running import EXTENSION, Service
from service.store.migrating import migrate
from service.store.people import add_user
from service.store.schema import sessions, tokens, users
from tests.service.world.sums import Sums
from tests.service.world.walk import Headers, Walk

PASSWORD = "a long password"


@pytest.fixture
def signed_in(client: FlaskClient, service: Service) -> Headers:
    """The CSRF header of ada, signed in with a cookie."""
    with service.store.write() as connection:
        add_user(connection, "ada", "Ada", password=password_hash(PASSWORD))
    answer = client.post("/api/v1/sessions", json={"login": "ada", "password": PASSWORD})
    return {"X-CSRF-Token": answer.get_json()["csrf"]}


def test_a_cookie_needs_the_csrf_token(client: FlaskClient, signed_in: Headers) -> None:
    """With a cookie alone nothing can be changed: another site could have sent the request."""
    given = {"question": "sums/one"}

    assert 200 == client.get("/api/v1/me").status_code
    assert 403 == client.post("/api/v1/variants", json=given).status_code
    wrong = {"X-CSRF-Token": "x"}
    assert 403 == client.post("/api/v1/variants", json=given, headers=wrong).status_code
    assert 201 == client.post("/api/v1/variants", json=given, headers=signed_in).status_code


def test_signing_out_ends_the_session(client: FlaskClient, signed_in: Headers) -> None:
    """After signing out the same cookie, sent again, is worth nothing: it was on the server."""
    cookie = client.get_cookie("gradeck")
    assert cookie is not None
    client.delete("/api/v1/sessions", headers=signed_in)
    client.set_cookie("gradeck", cookie.value)

    assert 401 == client.get("/api/v1/me").status_code


def test_the_cookie_is_guarded(client: FlaskClient, app: GradeckApp, config: Config) -> None:
    """HttpOnly, SameSite and, over HTTPS, the __Host- prefix with Secure."""
    secure = config.model_copy(update={"secure_cookies": True})
    served = create_app(secure, Sums())
    service: Service = served.extensions[EXTENSION]
    with service.store.write() as connection:
        add_user(connection, "ada", "Ada", password=password_hash(PASSWORD))
    given = {"login": "ada", "password": PASSWORD}
    cookie = served.test_client().post("/api/v1/sessions", json=given).headers["Set-Cookie"]
    service.close()

    assert cookie.startswith("__Host-gradeck=")
    for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert word in cookie
    assert "Domain" not in cookie


def test_a_wrong_password_and_an_unknown_login_look_the_same(
    client: FlaskClient, signed_in: Headers
) -> None:
    """The refusal does not tell whether the login exists."""
    answers = [
        client.post("/api/v1/sessions", json={"login": login, "password": "wrong"})
        for login in ("ada", "nobody")
    ]

    assert 1 == len({(answer.status_code, answer.get_json()["detail"]) for answer in answers})


def test_passwords_are_kept_as_argon2id() -> None:
    """19 MiB, two passes, one lane; nobody's password matches nothing."""
    kept = password_hash(PASSWORD)

    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert is_password(kept, PASSWORD)
    assert not is_password(kept, PASSWORD + " ")
    assert not is_password(None, PASSWORD)
    assert not is_password("not a hash", PASSWORD)


def test_no_secret_stands_in_the_database(
    client: FlaskClient, service: Service, signed_in: Headers, ada_token: str
) -> None:
    """Tokens, cookies and passwords are kept as hashes only."""
    cookie = client.get_cookie("gradeck")
    assert cookie is not None
    with service.store.read() as connection:
        kept = [
            str(row)
            for table in (users, sessions, tokens)
            for row in connection.execute(select(table))
        ]

    for secret in (PASSWORD, cookie.value, ada_token):
        assert all(secret not in row for row in kept)


@pytest.fixture
def ada_token(client: FlaskClient, signed_in: Headers) -> str:
    """A token of ada's."""
    given = {"name": "t", "scopes": ["read"]}
    made = client.post("/api/v1/tokens", json=given, headers=signed_in).get_json()
    return str(made["token"])


def test_logs_hold_no_answers_and_no_tokens(
    capfd: pytest.CaptureFixture[str],
    client: FlaskClient,
    service: Service,
    signed_in: Headers,
    ada_token: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An unforeseen error is logged with its places; answers, tokens and secrets are not."""

    def burst(*_: object) -> None:
        message = "the answer 123454321 of the student"
        raise RuntimeError(message)

    monkeypatch.setattr(Sums, "find", burst)
    headers = {"Authorization": f"Bearer {ada_token}"}
    answer = client.get("/api/v1/questions/987656789", headers=headers)
    text = capfd.readouterr().err

    assert 500 == answer.status_code
    assert "RuntimeError" in text
    secret = service.secret.decode()
    for hidden in ("123454321", "987656789", ada_token, secret, signed_in["X-CSRF-Token"]):
        assert hidden not in text.replace(answer.headers["X-Request-Id"], "")
        assert hidden not in answer.text.replace('"/api/v1/questions/987656789"', "")
    assert all(json.loads(line) for line in text.splitlines())


def test_every_answer_has_the_headers(client: FlaskClient) -> None:
    """Pages, API and errors alike: no inline code, no sniffing, no framing."""
    for path in ("/api/v1/questions", "/api/v1/none", "/healthz", "/"):
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe-inline" not in policy
        assert "unsafe-eval" not in policy
        assert ("nosniff", "DENY") == (
            headers["X-Content-Type-Options"],
            headers["X-Frame-Options"],
        )


def test_forty_parallel_submits_against_three_attempts(
    walk: Walk, app: GradeckApp, service: Service
) -> None:
    """However many come at once, a limit of three attempts stores three submissions."""
    variant = walk.variant("ann", walk.assignment(attempts=3))
    given = {"variant": variant["id"], "answers": {"sum": "1"}}
    start = threading.Barrier(40)

    def submit(_: int) -> int:
        start.wait()
        client = app.test_client()
        return client.post(
            "/api/v1/submissions", json=given, headers=walk.people["ann"]
        ).status_code

    with ThreadPoolExecutor(40) as pool:
        answers = sorted(pool.map(submit, range(40)))

    assert [202] * 3 + [409] * 37 == answers


def test_forty_parallel_repeats_are_one_submission(
    walk: Walk, app: GradeckApp, service: Service
) -> None:
    """The same key at the same moment, forty times: one submission, forty times its id."""
    variant = walk.variant("ann", walk.assignment(attempts=3))
    given = {"variant": variant["id"], "answers": {"sum": "1"}}
    headers = {**walk.people["ann"], "Idempotency-Key": "k"}
    start = threading.Barrier(40)

    def submit(_: int) -> str:
        start.wait()
        answer = app.test_client().post("/api/v1/submissions", json=given, headers=headers)
        return str(answer.get_json()["id"])

    with ThreadPoolExecutor(40) as pool:
        assert 1 == len(set(pool.map(submit, range(40))))


def test_too_many_requests_are_told_when_to_come_again(config: Config) -> None:
    """Beyond the rate the answer is 429 with Retry-After, counted here without Redis."""
    slow = config.model_copy(update={"rate_login": "2 per minute"})
    app = create_app(slow, Sums())
    service: Service = app.extensions[EXTENSION]
    migrate(service.store)
    given = {"login": "x", "password": "y"}
    answers = [app.test_client().post("/api/v1/sessions", json=given) for _ in range(3)]
    service.close()

    assert [401, 401, 429] == [answer.status_code for answer in answers]
    assert 1 <= int(answers[2].headers["Retry-After"]) <= 60


@pytest.mark.parametrize(("proxies", "statuses"), [(1, [401, 401, 401]), (0, [401, 401, 429])])
def test_an_address_is_believed_from_a_trusted_proxy_only(
    config: Config, proxies: int, statuses: list[int]
) -> None:
    """Behind a proxy each address counts by itself; without one nobody makes up addresses."""
    slow = config.model_copy(update={"rate_failed": "2 per minute", "trusted_proxies": proxies})
    app = create_app(slow, Sums())
    service: Service = app.extensions[EXTENSION]
    migrate(service.store)
    given = {"login": "x", "password": "y"}
    answers = [
        app.test_client().post(
            "/api/v1/sessions", json=given, headers={"X-Forwarded-For": f"192.0.2.{number}"}
        )
        for number in range(3)
    ]
    service.close()

    assert statuses == [answer.status_code for answer in answers]


def test_rates_are_counted_here_when_redis_is_away(tmp_path: object, config: Config) -> None:
    """With a Redis that does not answer, requests are still taken and still limited."""
    away = config.model_copy(
        update={
            "redis_url": "redis://127.0.0.1:9/0",
            "database_url": config.store_url(),
            "rate_login": "2 per minute",
            "secret": read_config(secret="s" * 32).secret,
        }
    )
    app = create_app(away, Sums())
    service: Service = app.extensions[EXTENSION]
    migrate(service.store)
    given = {"login": "x", "password": "y"}
    answers = [app.test_client().post("/api/v1/sessions", json=given) for _ in range(3)]
    service.close()

    assert [401, 401, 429] == [answer.status_code for answer in answers]


def test_celery_reads_nothing_but_json(config: Config) -> None:
    """No pickle, no results, no remote control: a message can make a worker look, no more."""
    conf = make_celery(config).conf

    assert (["json"], "json") == (conf.accept_content, conf.task_serializer)
    assert conf.result_backend is None
    assert conf.task_ignore_result
    assert not conf.worker_enable_remote_control
    for task in (grade_waiting, run_jobs):
        assert task.ignore_result
        assert 0 == task.run.__code__.co_argcount


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＋1", "－1", "＠A", " =1", "　＝1"],
)
def test_no_cell_is_a_formula(text: str) -> None:
    """Whatever a spreadsheet, half or full width, would run is text in the gradebook."""
    assert f"'{text}" == safe_cell(text)


@pytest.mark.parametrize("text", ["Bob;=1+1", "Bob; +1", "Bob\t=1", "Bob|＝1"])
def test_no_half_of_a_cell_is_a_formula(text: str) -> None:
    """Where lists are separated by a semicolon a name's second half would begin a cell."""
    assert re.search(r"[;\t|] ?'[=+＝]", safe_cell(text))
    assert "Ann; Bob" == safe_cell("Ann; Bob")


def test_the_cookie_goes_as_it_came(client: FlaskClient, signed_in: Headers) -> None:
    """Over HTTP a browser would not take a deletion that says Secure, and keep the cookie."""
    ended = client.delete("/api/v1/sessions", headers=signed_in)

    assert "Secure" not in ended.headers["Set-Cookie"]
    assert client.get_cookie("gradeck") is None


def test_a_name_in_the_gradebook_is_no_formula(walk: Walk) -> None:
    """A student who is called like a formula stands in the CSV as text."""
    roster = b'id,name\n1,"=HYPERLINK(""http://x"")"\n'
    path = f"/courses/{walk.course}/roster"
    walk.call("teacher", "POST", path, data=roster, content_type="text/csv")
    assignment = walk.assignment()
    path = f"/assignments/{assignment['id']}/gradebook"
    text = walk.call("teacher", "GET", path, headers={"Accept": "text/csv"}).text

    assert "'=HYPERLINK" in text
    assert ",=HYPERLINK" not in text


def test_the_secret_is_made_once_and_ones_own(config: Config) -> None:
    """The embedded default makes its secret at the first start, readable by its owner only."""
    first = config.seed_secret()
    path = config.data / "secret"

    assert first == config.seed_secret()
    assert 64 == len(first)
    assert 0o600 == path.stat().st_mode & 0o777


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"database_url": "postgresql+psycopg://x@y/z"}, "no secret"),
        ({"redis_url": "redis://x"}, "GRADECK_DATABASE_URL"),
        ({"secret": "short"}, "32 characters or more, got 5"),
        ({"batch": 0}, "GRADECK_BATCH"),
        ({"secret_file": "/nowhere"}, "cannot read /nowhere"),
    ],
)
def test_wrong_settings_are_refused_at_the_start(given: dict[str, object], says: str) -> None:
    """There is no default secret, and a setting that cannot be used names itself."""
    with pytest.raises(ConfigError, match=says):
        read_config(**given).seed_secret()


def test_an_unknown_host_is_refused(config: Config) -> None:
    """With hosts set, a request for another name is answered 400."""
    app = create_app(config.model_copy(update={"hosts": ("gradeck.example",)}), Sums())
    client = app.test_client()

    assert 400 == client.get("/healthz").status_code
    assert 200 == client.get("/healthz", base_url="http://gradeck.example:8000").status_code


def test_updates_are_not_lost_by_eight_writers(
    service: Service, config: Config, walk: Walk
) -> None:
    """SQLite with eight writing connections and threads: each of 800 updates is there."""
    path = config.data / "gradeck.sqlite"

    def add(_: int) -> None:
        for _ in range(100):
            with service.store.write() as connection:
                row = connection.execute(
                    select(users.c.name).where(users.c.login == "bob")
                ).scalar()
                count = int(str(row)) if str(row).isdigit() else 0
                connection.execute(
                    users.update().where(users.c.login == "bob").values(name=str(count + 1))
                )

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(8)))

    with sqlite3.connect(path) as connection:
        found = connection.execute("SELECT name FROM users WHERE login = 'bob'").fetchone()
    connection.close()
    assert ("800",) == found


def test_metrics_are_for_administrators(walk: Walk, client: FlaskClient) -> None:
    """/metrics tells the queue's state in Prometheus's form, to admins; probes are open."""
    walk.submit("ann", walk.variant("ann", walk.assignment()))
    text = client.get("/metrics", headers=walk.people["admin"]).text

    assert 'gradeck_queue_submissions{status="waiting"} 1.0' in text
    assert "gradeck_requests_total" in text
    assert 403 == client.get("/metrics", headers=walk.people["ann"]).status_code
    assert [200, 200] == [client.get(path).status_code for path in ("/healthz", "/readyz")]


def test_an_outcome_needs_somebody(token_for: Callable[..., Headers], client: FlaskClient) -> None:
    """A disabled account's token and session end at once."""
    headers = token_for("eve")
    app_service: Service = client.application.extensions[EXTENSION]
    with app_service.store.write() as connection:
        connection.execute(users.update().where(users.c.login == "eve").values(disabled=True))

    assert 401 == client.get("/api/v1/me", headers=headers).status_code
