"""A course with people in every role, made through the API, as tests start from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.service.world.sums import right_for

Headers = dict[str, str]
HOUR = timedelta(hours=1)


def at(hours: float) -> str:
    """So many hours from now."""
    return (datetime.now(UTC) + hours * HOUR).isoformat()


@dataclass
class Walk:
    """A course, its people's headers, and the steps that tests repeat."""

    client: FlaskClient
    course: str
    people: dict[str, Headers]
    users: dict[str, str]

    def call(self, who: str, method: str, path: str, **given: Any) -> TestResponse:  # noqa: ANN401 - Flask's options
        """A request of one of the people; `json`, `data`, `query_string` as Flask takes them."""
        headers = {**self.people.get(who, {}), **given.pop("headers", {})}
        return self.client.open(f"/api/v1{path}", method=method, headers=headers, **given)

    def assignment(self, **given: object) -> dict[str, Any]:
        """A new assignment that is open."""
        values: dict[str, object] = {
            "title": "Sums",
            "questions": [{"question": "sums/one", "points": "4"}],
            "opens_at": at(-2),
            "due_at": at(1),
            **given,
        }
        answer = self.call("teacher", "POST", f"/courses/{self.course}/assignments", json=values)
        assert 201 == answer.status_code, answer.text
        shown: dict[str, Any] = answer.get_json()
        return shown

    def variant(self, who: str, assignment: Mapping[str, Any]) -> dict[str, Any]:
        """Somebody's variant of the assignment's first question."""
        path = f"/assignments/{assignment['id']}/variants"
        answer = self.call(who, "POST", path, json={"question": "sums/one"})
        assert answer.status_code in {200, 201}, answer.text
        shown: dict[str, Any] = answer.get_json()
        return shown

    def submit(
        self, who: str, variant: Mapping[str, Any], answers: Mapping[str, str] | None = None
    ) -> TestResponse:
        """Hand in answers, the right ones unless others are given."""
        given = {
            "variant": variant["id"],
            "answers": dict(answers or right_for(variant["text"]["en"])),
        }
        return self.call(who, "POST", "/submissions", json=given)


def start(client: FlaskClient, token_for: Callable[..., Headers]) -> Walk:
    """A course with a teacher, an assistant of section A, students in A and B, and strangers."""
    people = {"admin": token_for("admin", admin=True)}
    for name in ("teacher", "assistant", "ann", "bob", "stranger", "other"):
        people[name] = token_for(name)
    made = client.post("/api/v1/courses", json={"title": "CNN"}, headers=people["admin"])
    walk = Walk(client, made.get_json()["id"], people, {})
    for name, role, section in (
        ("teacher", "teacher", ""),
        ("assistant", "assistant", "A"),
        ("ann", "student", "A"),
        ("bob", "student", "B"),
    ):
        invite = walk.call(
            "admin", "POST", f"/courses/{walk.course}/invites",
            json={"role": role, "section": section},
        )  # fmt: skip
        given = {"token": invite.get_json()["token"]}
        assert 201 == walk.call(name, "POST", "/invites/accept", json=given).status_code
    for name in people:
        walk.users[name] = walk.call(name, "GET", "/me").get_json()["id"]
    return walk
