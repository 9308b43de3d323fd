"""No answer key, seed or right answer leaves before its time: every question, every answer."""

import html
import json
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from cards.loading.bank import Bank, load_bank
from cards.variants.dealing import make_variant
from cards.variants.variant import VariantPart
from grader.wording import LANGUAGES
from service.app import GradeckApp, create_app
from service.auth.identity import Scope
from service.config import read_config
from service.queue.drain import DrainCounts, drain
from service.queue.marker import Marker, MarkerRules
from service.running import EXTENSION, Service
from service.store.assignments import add_assignment, add_assignment_question
from service.store.courses import add_course, enrol
from service.store.migrating import migrate
from service.store.moments import DAY, now
from service.store.people import add_token, add_user, find_user
from service.store.schema import variants
from service.store.versions import keep_version
from tests.service.world.walk import Walk

SECRET_NAMES = frozenset({
    "answer", "answers_key", "cells", "exact", "display", "holds", "key", "reason", "seed",
    "secret", "steps", "with_key", "mistakes_numbers",
})  # fmt: skip
BANK = load_bank()
ASKED = sorted(name for name, one in BANK.items() if one.content.marked and not one.retired)
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
    service.close()


@pytest.fixture(scope="module")
def mark() -> Iterator[Marker]:
    """The marking process of the whole bank."""
    with closing(Marker(MarkerRules())) as marker:
        yield marker


@pytest.mark.parametrize("name", ASKED)
def test_nothing_right_is_told(
    served: tuple[GradeckApp, dict[str, str]],
    mark: Marker,
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


@pytest.fixture(scope="module")
def homework(served: tuple[GradeckApp, dict[str, str]]) -> str:
    """An assignment with every question, open and not released, in which the student is."""
    service: Service = served[0].extensions[EXTENSION]
    with service.store.write() as connection:
        student = find_user(connection, "student")
        assert student is not None
        course = add_course(connection, "CNN")
        enrol(connection, course, student.id, "student")
        today = now(connection)
        times = {"opens_at": today - DAY, "due_at": today + DAY}
        assignment = add_assignment(connection, course, {"title": "All", "variants": 1, **times})
        for place, name in enumerate(ASKED):
            question = service.questions.find(name)
            keep_version(connection, question.content_hash, name, question.source)
            add_assignment_question(connection, assignment, place, question.pinned, "1")
    return assignment


@pytest.mark.parametrize("name", ASKED)
def test_homework_tells_nothing_before_release(
    served: tuple[GradeckApp, dict[str, str]],
    mark: Marker,
    homework: str,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    """Pages in both languages and the API, hints open, after a wrong answer: no right one."""
    monkeypatch.setattr("service.pages.question.WAIT_SECONDS", 0)
    app, headers = served
    client = app.test_client()
    service: Service = app.extensions[EXTENSION]
    dealt = client.post(f"/homework/{homework}/{name}", headers=headers).location
    variant = make_variant(BANK[name], bytes.fromhex(_seed(service, dealt.rpartition("/")[2])))
    wrong = {
        f"answer.{part.id}": _wrong_letter(part) if part.options else "987654321"
        for part in variant.parts
    }
    for _ in range(len(variant.hints)):
        client.post(f"{dealt}/hint", headers=headers)
    client.post(dealt, data=wrong, headers=headers)
    drain(service.store, mark)
    asked = f"{dealt}?solution=1&lang="
    pages = [client.get(asked + language, headers=headers).text for language in LANGUAGES]
    listed = client.get("/api/v1/submissions?limit=1", headers=headers).get_json()["items"][0]
    feedback = json.dumps(_feedback(listed), ensure_ascii=False)
    told = [*(_visible(page) for page in pages), feedback]

    assert "graded" == listed["status"]
    assert not SECRET_NAMES & set(_names(listed))
    given = _numbers(" ".join(hint.in_("en") + hint.in_("zh") for hint in variant.hints))
    for text in told:
        assert variant.seed.hex() not in text
        assert not (_right_numbers(BANK, name, variant.seed.hex()) - given) & _numbers(text)
        for option in (option for part in variant.parts for option in part.options):
            for reason in (option.reason.in_("en"), option.reason.in_("zh")):
                assert _letters(reason) not in _letters(text)
            assert option.id not in text
    assert not any(re.search(r'class="(solution|option (holds|fails))"', page) for page in pages)


def _wrong_letter(part: VariantPart) -> str:
    """A readable choice that is not the right one: all the others."""
    return ", ".join(option.letter for option in part.options if not option.holds) or "A"


def _visible(page: str) -> str:
    """What stands in the page's main part, attributes included, without the form's keys."""
    main = page.partition("<main")[2].partition("</main>")[0]
    return html.unescape(re.sub(r'(value|action|href|name|id|for|aria-[a-z]+)="[^"]*"', "", main))


def _letters(text: str) -> str:
    """Letters and digits alone: markup and mathematics are written in several ways."""
    return re.sub(r"\W+|<[^>]*>", "", text)


def test_the_solution_of_homework_is_closed(
    served: tuple[GradeckApp, dict[str, str]],
) -> None:
    """A practice variant's solution is closed until it was tried."""
    app, headers = served
    client = app.test_client()
    dealt = client.post("/api/v1/variants", json={"question": ASKED[0]}, headers=headers)
    place = f"/api/v1/variants/{dealt.get_json()['id']}/solution"

    assert 403 == client.get(place, headers=headers).status_code


def test_an_unreadable_answer_opens_no_solution(
    walk: Walk, grade: Callable[[], DrainCounts]
) -> None:
    """A question mark is no try: the solution opens with the first answer that could be read."""
    variant = walk.call("ann", "POST", "/variants", json={"question": "sums/one"}).get_json()
    place = f"/variants/{variant['id']}/solution"
    page = f"/variants/{variant['id']}?solution=1"
    opened = []
    for answer in ("?", "1"):
        walk.submit("ann", variant, {"sum": answer})
        grade()
        shown = walk.client.get(page, headers=walk.people["ann"]).text
        opened.append((walk.call("ann", "GET", place).status_code, "Worked solution" in shown))

    assert [(403, False), (200, True)] == opened


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
    given = _numbers(
        json.dumps(variant.numbers, default=str) + variant.text.in_("en") + variant.text.in_("zh")
    )
    right = {
        text.replace(",", "")
        for part in variant.with_key()["parts"]
        for text in part["answer"].values()
        if re.fullmatch(r"[0-9,.]+", text)
    }
    return {text for text in right if len(text) >= LONG} - given


def _numbers(text: str) -> set[str]:
    return set(re.findall(r"[0-9]+(?:\.[0-9]+)?", re.sub(r"(?<=[0-9]),(?=[0-9])", "", text)))
