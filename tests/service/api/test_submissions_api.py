"""POST and GET /api/v1/submissions: stored first, graded soon, answered in plain words."""

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from service.queue.drain import DrainCounts
from tests.service.world.sums import right_for

Headers = dict[str, str]


def test_a_submission_is_stored_then_graded(
    client: FlaskClient, ada: Headers, dealt: dict[str, Any], grade: Callable[[], DrainCounts]
) -> None:
    """Without a verdict the answer is 202 with a Location, where the verdict appears."""
    given = {"variant": dealt["id"], "answers": right_for(dealt["text"]["en"])}

    answer = client.post("/api/v1/submissions", json=given, headers=ada)
    grade()
    later = client.get(answer.headers["Location"], headers=ada)

    assert 202 == answer.status_code
    assert "waiting" == answer.get_json()["status"]
    assert ("graded", 2) == (later.get_json()["status"], later.get_json()["verdict"]["score"])


def test_the_same_key_is_stored_once(
    client: FlaskClient, ada: Headers, dealt: dict[str, Any]
) -> None:
    """A repeated request with the same Idempotency-Key finds the first one's submission."""
    given = {"variant": dealt["id"], "answers": {"sum": "1"}}
    headers = {**ada, "Idempotency-Key": "one"}

    first = client.post("/api/v1/submissions", json=given, headers=headers)
    second = client.post("/api/v1/submissions", json=given, headers=headers)

    assert first.get_json()["id"] == second.get_json()["id"]
    assert "true" == second.headers["Idempotency-Replayed"]
    assert 1 == len(client.get("/api/v1/submissions", headers=ada).get_json()["items"])


def test_a_key_with_other_answers_is_refused(
    client: FlaskClient, ada: Headers, dealt: dict[str, Any]
) -> None:
    """A key stands for one request: other answers under it are a mistake of the client."""
    headers = {**ada, "Idempotency-Key": "one"}
    for text, status in (("1", 202), ("2", 422)):
        given = {"variant": dealt["id"], "answers": {"sum": text}}
        answer = client.post("/api/v1/submissions", json=given, headers=headers)
        assert status == answer.status_code


def test_another_users_variant_is_not_there(
    client: FlaskClient, dealt: dict[str, Any], token_for: Callable[..., Headers]
) -> None:
    """Nobody answers, or even sees, somebody else's variant."""
    eve = token_for("eve")
    given = {"variant": dealt["id"], "answers": {"sum": "1"}}

    assert 404 == client.post("/api/v1/submissions", json=given, headers=eve).status_code
    assert 404 == client.get(f"/api/v1/variants/{dealt['id']}", headers=eve).status_code
