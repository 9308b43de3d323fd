"""Errors as pages, in the visitor's language, whatever went wrong."""

import html

import pytest
from flask.testing import FlaskClient

from grader.errors import Fault, QuestionError, UnknownNameError
from service.running import Service
from service.store.engine import StoreBusyError
from service.web.kinds import KINDS


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_bad_token_is_a_page_too(client: FlaskClient, language: str) -> None:
    """Whoever sends a page a token that is none is told so, and nothing breaks."""
    headers = {"Authorization": "Bearer x"}
    page = client.post(f"/practice?lang={language}", headers=headers)

    assert (401, "text/html") == (page.status_code, page.mimetype)
    assert 303 == client.get("/", headers=headers).status_code


@pytest.mark.parametrize("language", ["en", "zh"])
def test_errors_are_pages_for_people(
    client: FlaskClient, service: Service, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    """A wrong method, a database that is away, a fault of ours: each a page, in one's language."""
    found = [client.get(f"/practice?lang={language}")]
    for error in (StoreBusyError("gone"), RuntimeError("secret 4711")):

        def fail(*_: object, error: Exception = error) -> None:
            raise error

        monkeypatch.setattr("service.pages.today.standing", fail)
        found.append(client.get(f"/?lang={language}"))

    assert [405, 503, 500] == [one.status_code for one in found]
    assert all(one.mimetype == "text/html" for one in found)
    assert not any("4711" in one.text for one in found)
    kinds = ("method-not-allowed", "store-busy", "unforeseen")
    for one, kind in zip(found, kinds, strict=True):
        assert html.escape(KINDS[kind].wording.in_(language)) in one.text.replace("&#39;", "'")
    assert "2" == found[1].headers["Retry-After"]


def test_what_the_rooms_below_refuse_is_said_in_ones_language(
    client: FlaskClient, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that nobody has and a broken file have the sentences of their kinds, as in the API."""
    errors = (
        UnknownNameError("question", "x/y", ["x/z"]),
        QuestionError([Fault("a number", "'x'", "write one", file="q.yaml")]),
    )
    found = []
    for error in errors:

        def fail(*_: object, error: Exception = error) -> None:
            raise error

        monkeypatch.setattr("service.pages.today.standing", fail)
        found.append(client.get("/?lang=zh"))

    assert [404, 422] == [one.status_code for one in found]
    assert ["没有这个名称：", "文件有误："] == [
        html.unescape(one.text).partition(said)[1]
        for one, said in zip(found, ["没有这个名称：", "文件有误："], strict=True)
    ]
