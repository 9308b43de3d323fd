"""The demo's exercise: the course's own numbers, and what its page says of a forgotten bias."""

import re
from contextlib import closing
from pathlib import Path

import pytest

from service.app import create_app
from service.config import read_config
from service.demo.exercise import add_exercise
from service.demo.preparing import DEMO_PASSWORD, SETTINGS, prepare_demo
from service.processes.serving import prepare
from service.processes.tasks import open_marker
from service.queue.drain import drain
from service.running import EXTENSION


def test_the_page_says_that_the_bias_was_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """902,700 for 903,400 is read and diagnosed; a demo started again finds the same variant."""
    for name, value in {**SETTINGS, "GRADECK_DATA": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("service.pages.question.WAIT_SECONDS", 0)
    config = read_config()
    prepare(config, "demo")
    prepare_demo(config)
    variant_id = add_exercise(config, "student")
    assert variant_id == add_exercise(config, "student")
    app = create_app(config)
    client = app.test_client()
    login = {"login": "student", "password": DEMO_PASSWORD, "to": "/"}
    client.post("/sign-in", data={**login, "csrf_token": _field(client.get("/sign-in").text)})
    page = client.get(f"/variants/{variant_id}").text
    assert "The lowest has 100 filters" in page
    answers = {"answer.first": "2800", "answer.total": "902,700"}
    hidden = {"csrf_token": _field(page), "key": _field(page, "key")}

    client.post(f"/variants/{variant_id}", data={**answers, **hidden})
    with closing(open_marker(config)) as marker:
        drain(app.extensions[EXTENSION].store, marker)
    found = client.get(f"/variants/{variant_id}").text

    assert "902,700" in found
    assert "the bias was forgotten" in found
    assert "903,400" not in found


def _field(page: str, name: str = "csrf_token") -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return found[1] if found else ""
