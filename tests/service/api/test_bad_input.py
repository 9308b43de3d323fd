"""Bad requests: each is refused with a sentence and stored nowhere; none is a 500."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from service.running import Service
from service.store.schema import submissions

Headers = dict[str, str]
ID = "0" * 32

BODIES: list[tuple[str, bytes, int, str, str]] = [
    ("no body", b"", 400, "bad-json", "line 1, column 1"),
    ("no JSON", b"{", 400, "bad-json", "line 1, column 2"),
    ("NaN", b'{"variant": NaN}', 400, "bad-json", "NaN is no number in JSON"),
    ("-Infinity", b"[-Infinity]", 400, "bad-json", "-Infinity"),
    ("1e999", b'{"variant": 1e999}', 400, "bad-json", "1e999 is beyond"),
    ("5000 digits", b"[" + b"9" * 5000 + b"]", 400, "bad-json", "too many digits"),
    ("deep lists", b"[" * 100_000, 400, "bad-json", "at most 20 levels"),
    ("deep objects", b'{"a":' * 50_000, 400, "bad-json", "at most 20 levels"),
    ("a name twice", b'{"variant": "a", "variant": "b"}', 400, "bad-json", "stands twice"),
    ("no UTF-8", b'{"variant": "\xff"}', 400, "bad-json", "not UTF-8"),
    ("quotes only", b'"' + b'\\"' * 100_000, 400, "bad-json", "Unterminated"),
    ("a list", b"[]", 422, "bad-values", "the body: expected an object, got a list of 0"),
    ("a string", b'"x"', 422, "bad-values", "expected an object, got a text of 1 character"),
    ("null", b"null", 422, "bad-values", "expected an object, got null"),
    ("a number for text", b'{"variant": 1, "answers": {"a": "1"}}', 422, "bad-values", "variant"),
    ("an unknown name", json.dumps({"variant": ID, "answers": {"a": "1"}, "x": 1}).encode(),
     422, "bad-values", "x: expected a known name; there are variant, zone, answers"),
    ("a misspelt name", json.dumps({"varaint": ID, "answers": {"a": "1"}}).encode(), 422,
     "bad-values", "varaint: expected a known name; did you mean 'variant'?"),
    ("no id", json.dumps({"variant": "hush", "answers": {"a": "1"}}).encode(),
     422, "bad-values", "variant: expected 32 hexadecimal digits, got another text"),
    ("a number as answer", json.dumps({"variant": ID, "answers": {"a": 1}}).encode(),
     422, "bad-values", "answers.a: expected a text, got a number"),
    ("no answers", json.dumps({"variant": ID, "answers": {}}).encode(),
     422, "bad-values", "answers: expected at least 1, got an object of 0 names"),
    ("65 parts", json.dumps({"variant": ID, "answers": {str(n): "" for n in range(65)}}).encode(),
     422, "bad-values", "answers: expected at most 64, got an object of 65 names"),
    ("a long answer", json.dumps({"variant": ID, "answers": {"a": "9" * 2001}}).encode(),
     422, "bad-values", "at most 2,000 characters, got a text of 2,001 characters"),
    ("half a pair", b'{"variant": "' + ID.encode() + b'", "answers": {"a": "\\ud800"}}',
     400, "bad-json", "half of a surrogate pair"),
    ("no such variant", json.dumps({"variant": ID, "answers": {"a": "1"}}).encode(),
     404, "not-found", ID),
    ("too large", b'{"variant": "' + b"x" * 300_000 + b'"}', 413, "request-entity-too-large",
     "expected a body of at most 262,144 bytes, got more"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "status", "kind", "says"), [row[1:] for row in BODIES], ids=[row[0] for row in BODIES]
)
def test_a_bad_body_is_refused_in_a_sentence(
    client: FlaskClient,
    service: Service,
    ada: Headers,
    body: bytes,
    status: int,
    kind: str,
    says: str,
) -> None:
    """The answer is problem+json with what is wrong, and nothing was stored."""
    answer = client.post(
        "/api/v1/submissions", data=body, content_type="application/json", headers=ada
    )

    assert status == answer.status_code, answer.text
    assert "application/problem+json" == answer.content_type
    assert f"urn:gradeck:{kind}" == answer.get_json()["type"]
    assert says in answer.get_json()["detail"]
    with service.store.read() as connection:
        assert 0 == connection.execute(select(func.count()).select_from(submissions)).scalar()


def test_another_type_of_body_is_refused(client: FlaskClient, ada: Headers) -> None:
    """JSON has to be declared as such: 415 says what came."""
    answer = client.post("/api/v1/submissions", data="{}", content_type="text/xml", headers=ada)

    assert 415 == answer.status_code
    assert "text/xml" in answer.get_json()["detail"]


def test_an_unknown_question_names_the_nearest(client: FlaskClient, ada: Headers) -> None:
    """A wrong id is answered with the right one that is most like it."""
    for answer in (
        client.post("/api/v1/variants", json={"question": "sums/onw"}, headers=ada),
        client.get("/api/v1/questions/sums/onw"),
    ):
        assert 404 == answer.status_code
        assert "'sums/one'" in answer.get_json()["detail"]


def test_an_unknown_part_names_the_nearest(
    client: FlaskClient, ada: Headers, dealt: dict[str, Any]
) -> None:
    """An answer to a part that does not exist is refused before it is stored."""
    given = {"variant": dealt["id"], "answers": {"som": "1"}}
    answer = client.post("/api/v1/submissions", json=given, headers=ada)

    assert 404 == answer.status_code
    assert "'sum'" in answer.get_json()["detail"]


@pytest.mark.parametrize("key", ["x" * 201, "tab\there", "é"])
def test_a_bad_idempotency_key_is_refused(
    client: FlaskClient, ada: Headers, dealt: dict[str, Any], key: str
) -> None:
    """A key is at most 200 printable ASCII characters."""
    given = {"variant": dealt["id"], "answers": {"sum": "1"}}
    headers = {**ada, "Idempotency-Key": key}

    assert 400 == client.post("/api/v1/submissions", json=given, headers=headers).status_code


@pytest.mark.parametrize(
    ("text", "applied"),
    [
        ("wait=0", None),
        ("respond-async, wait=1", "wait=1"),
        ('wait="1"', "wait=1"),
        ("wait=-1", None),
        ("wait=many", None),
        ("waiting=5", None),
    ],
)
def test_prefer_wait_is_read_as_the_standard_says(
    client: FlaskClient, ada: Headers, dealt: dict[str, Any], text: str, applied: str | None
) -> None:
    """`Prefer: wait=N` (RFC 7240) waits; anything else is ignored, never an error."""
    given = {"variant": dealt["id"], "answers": {"sum": "1"}}
    answer = client.post("/api/v1/submissions", json=given, headers={**ada, "Prefer": text})

    assert (202, applied) == (answer.status_code, answer.headers.get("Preference-Applied"))


@pytest.mark.parametrize("token", ["", "x", "gdk_x", "gdk_\u00e9", "a b c"])
def test_a_bad_token_is_unknown(client: FlaskClient, token: str) -> None:
    """A token that is not good is 401 with a challenge, whatever it looks like."""
    answer = client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})

    assert 401 == answer.status_code
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(("method", "path"), [("PUT", "/questions"), ("DELETE", "/submissions")])
def test_another_method_says_which_are_allowed(
    client: FlaskClient, ada: Headers, method: str, path: str
) -> None:
    """405 comes as a problem with the Allow header."""
    answer = client.open(f"/api/v1{path}", method=method, headers=ada)

    assert 405 == answer.status_code
    assert "GET" in answer.headers["Allow"]
    assert f"{method} is not done here; there is" in answer.get_json()["detail"]
    assert "application/problem+json" == answer.content_type


def test_a_page_that_is_no_number_is_refused(client: FlaskClient) -> None:
    """Paging is checked as bodies are."""
    for query in ("limit=0", "limit=x", "limit=1000", "page=2"):
        assert 422 == client.get(f"/api/v1/questions?{query}").status_code


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("limit=0", "limit: expected 1 or more, got less"),
        ("limit=x", "limit: expected a whole number, got a text of 1 character"),
        ("limit=201", "limit: expected 200 or less, got more"),
        ("limt=5", "limt: expected a known name; did you mean 'limit'?"),
    ],
)
def test_a_fault_of_a_query_is_a_sentence(client: FlaskClient, query: str, says: str) -> None:
    """What was expected, what came and what is there, in the words of all other faults."""
    assert says == client.get(f"/api/v1/questions?{query}").get_json()["detail"]


def test_of_many_faults_the_first_are_told(client: FlaskClient, ada: Headers) -> None:
    """20,000 unknown names, or a long one, come back as a short answer that counts the rest."""
    many = client.post(
        "/api/v1/submissions", json={f"n{number}": 0 for number in range(20_000)}, headers=ada
    )
    long = client.post("/api/v1/submissions", json={"x" * 200_000: 0}, headers=ada)

    assert (422, 100) == (many.status_code, len(many.get_json()["errors"]))
    # `variant` and `answers` are missing besides
    assert many.get_json()["detail"].endswith("; and 19,902 more")
    assert 422 == long.status_code
    assert max(len(many.data), len(long.data)) < 20_000
