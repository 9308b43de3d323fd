"""No answer key, seed or right answer leaves before its time: every question, every answer."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cards.loading.bank import Bank, load_bank
from cards.variant import make_variant
from service.app import GradeckApp, create_app
from service.auth.identity import Scope
from service.config import read_config
from service.grading import ANSWERED, open_grader
from service.queue.drain import drain
from service.running import EXTENSION, Service
from service.store.migrating import migrate
from service.store.people import add_token, add_user
from service.store.schema import variants

SECRET_NAMES = frozenset({
    "answer", "answers_key", "cells", "exact", "display", "holds", "key", "reason", "seed",
    "secret", "steps", "with_key", "mistakes_numbers",
})  # fmt: skip
BANK = load_bank()
ASKED = sorted(name for name, one in BANK.items() if one.kind in ANSWERED and not one.retired)
LONG = 4


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[GradeckApp, dict[str, str]]]:
    """The application over the real bank, and a student's headers."""
    many = "1000000/hour"
    config = read_config(
        data=tmp_path_factory.mktemp("leaks"),
        rate_submit=many,
        rate_default=many,
        secure_cookies=False,
    )
    app = create_app(config)
    service: Service = app.extensions[EXTENSION]
    migrate(service.store)
    with service.store.write() as connection:
        user_id = add_user(connection, "student", "Student")
        _, token = add_token(connection, user_id, "t", [Scope.READ, Scope.SUBMIT], days=1)
    yield app, {"Authorization": f"Bearer {token}"}
    service.stop()


@pytest.fixture(scope="module")
def mark() -> Any:  # noqa: ANN401 - a marker's type
    """The real marker, in this process."""
    return open_grader()


@pytest.mark.parametrize("name", ASKED)
def test_nothing_right_is_told(
    served: tuple[GradeckApp, dict[str, str]],
    mark: Any,  # noqa: ANN401 - a marker's type
    name: str,
) -> None:
    """The list, the variant and the verdict on a wrong answer hold no key, no seed, no answer."""
    app, headers = served
    client = app.test_client()
    service: Service = app.extensions[EXTENSION]
    dealt = client.post("/api/v1/variants", json={"question": name}, headers=headers)
    shown = dealt.get_json()
    wrong = {part["id"]: "987654321" for part in shown["parts"]}
    given = {"variant": shown["id"], "answers": wrong}
    handed = client.post("/api/v1/submissions", json=given, headers=headers)
    drain(service.store, mark)
    verdict = client.get(handed.headers["Location"], headers=headers)
    listed = client.get(f"/api/v1/questions/{name}", headers=headers)
    seed = _seed(service, shown["id"])

    assert "graded" == verdict.get_json()["status"], verdict.text
    for answer in (dealt, handed, verdict, listed):
        assert not SECRET_NAMES & set(_names(answer.get_json()))
        assert seed not in answer.text
    told = json.dumps([dealt.get_json(), listed.get_json(), _feedback(verdict.get_json())])
    assert not _right_numbers(BANK, name, seed) & _numbers(told)


def test_the_solution_of_homework_is_closed(
    served: tuple[GradeckApp, dict[str, str]],
) -> None:
    """A practice variant's solution is closed until it was tried."""
    app, headers = served
    client = app.test_client()
    dealt = client.post("/api/v1/variants", json={"question": ASKED[0]}, headers=headers)
    place = f"/api/v1/variants/{dealt.get_json()['id']}/solution"

    assert 403 == client.get(place, headers=headers).status_code


def test_the_secret_is_in_no_file_that_is_served(
    served: tuple[GradeckApp, dict[str, str]],
) -> None:
    """The data folder's secret lies outside of everything that a route can send."""
    app, headers = served
    client = app.test_client()
    data: Path = app.extensions[EXTENSION].config.data
    for path in ("../secret", "..%2fsecret", f"..{data}/secret"):
        assert 404 == client.get(f"/static/{path}", headers=headers).status_code


def _seed(service: Service, variant_id: str) -> str:
    with service.store.read() as connection:
        found = variants.select().where(variants.c.id == variant_id)
        return str(connection.execute(found).one().seed)


def _names(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from _names(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _names(inner)


def _feedback(shown: dict[str, Any]) -> list[object]:
    return [part["feedback"] for part in shown["verdict"]["parts"]]


def _right_numbers(bank: Bank, name: str, seed: str) -> set[str]:
    """Right answers of some length that the text does not name by itself."""
    variant = make_variant(bank[name], bytes.fromhex(seed))
    given = _numbers(json.dumps(variant.numbers, default=str) + variant.text.en + variant.text.zh)
    right = {
        text.replace(",", "")
        for part in variant.with_key()["parts"]
        for text in part["answer"].values()
        if re.fullmatch(r"[0-9,.]+", text)
    }
    return {text for text in right if len(text) >= LONG} - given


def _numbers(text: str) -> set[str]:
    return set(re.findall(r"[0-9]+(?:\.[0-9]+)?", re.sub(r"(?<=[0-9]),(?=[0-9])", "", text)))
