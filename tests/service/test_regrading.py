"""A question that was wrong: corrected in its file, regraded, and right from then on."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from service.app import GradeckApp, create_app
from service.config import Config
from service.grading import open_grader
from service.jobs.doing import do_job
from service.queue.drain import drain
from service.running import EXTENSION, Service
from service.store.jobs import claim_job
from service.store.people import add_token, add_user
from tests.service.walk import Walk, at, start

QUESTION = """\
id: demo/area
title: {en: Area, zh: 面积}
kind: numeric
draw:
  width: {from: 2, to: 40}
  height: {from: 2, to: 40}
require: [REQUIRED]
lines:
  area: FORMULA
text: {en: "{width} by {height}", zh: "{width} 乘 {height}"}
parts:
  - {id: area, ask: {en: area, zh: 面积}, answer: area}
"""
WRONG = QUESTION.replace("FORMULA", "width + height").replace("REQUIRED", "width != height")
# Tighter too: the same seeds dealt again would have other numbers.
MENDED = QUESTION.replace("FORMULA", "width * height").replace("REQUIRED", "width > height")
OTHER = MENDED.replace("width", "depth")


@dataclass
class Class:
    """A service over a bank of one question, which can be corrected."""

    config: Config
    bank: Path
    app: GradeckApp
    walk: Walk

    @property
    def service(self) -> Service:
        """The application's service."""
        service: Service = self.app.extensions[EXTENSION]
        return service

    def correct(self, text: str) -> None:
        """The question's file changes, and the service starts again."""
        self.service.stop()
        self.bank.write_text(text, encoding="utf-8")
        self.app = create_app(self.config)
        self.walk.client = self.app.test_client()

    def grade(self) -> None:
        """Grade what waits."""
        drain(self.service.store, open_grader(str(self.bank.parent)))

    def regrade(self, assignment: dict[str, Any], **given: object) -> dict[str, Any]:
        """The result of a regrade."""
        path = f"/assignments/{assignment['id']}/regrades"
        asked = self.walk.call("teacher", "POST", path, json={"question": "demo/area", **given})
        assert 202 == asked.status_code, asked.text
        job = claim_job(self.service.store)
        assert job is not None
        do_job(self.service.store, open_grader(str(self.bank.parent)), self.config, job)
        done = self.walk.call("teacher", "GET", asked.headers["Location"][7:]).get_json()
        assert "done" == done["status"], done
        result: dict[str, Any] = done["result"]
        return result

    def answer(self, who: str, variant: dict[str, Any], answer: int) -> None:
        """Hand in an answer."""
        done = self.walk.submit(who, variant, {"area": str(answer)})
        assert 202 == done.status_code, done.text

    def totals(self, assignment: dict[str, Any]) -> dict[str, str]:
        """Everybody's points."""
        path = f"/assignments/{assignment['id']}/gradebook"
        book = self.walk.call("teacher", "GET", path).get_json()
        return {row["login"]: row["total"] for row in book["rows"]}


@pytest.fixture
def school(tmp_path: Path, config: Config, migrated: Path) -> Iterator[Class]:
    """The service with the wrong question, an assignment's class, and a way to correct it."""
    shutil.copy(migrated, config.data / migrated.name)
    bank = tmp_path / "bank" / "area.yaml"
    bank.parent.mkdir()
    bank.write_text(WRONG, encoding="utf-8")
    config = config.model_copy(update={"bank": (bank.parent,)})
    app = create_app(config)
    service: Service = app.extensions[EXTENSION]

    def token_for(login: str, *, admin: bool = False) -> dict[str, str]:
        with service.store.write() as connection:
            user_id = add_user(connection, login, login.title(), admin=admin)
            scopes = ["read", "submit", "teach", "admin"]
            _, token = add_token(connection, user_id, "test", scopes, days=1)  # type: ignore[arg-type]  # scopes are texts
        return {"Authorization": f"Bearer {token}"}

    made = Class(config, bank, app, start(app.test_client(), token_for))
    yield made
    made.service.stop()


@pytest.fixture
def assignment(school: Class) -> dict[str, Any]:
    """An assignment with the wrong question."""
    return school.walk.assignment(questions=[{"question": "demo/area", "points": "4"}])


def dealt(school: Class, who: str, assignment: dict[str, Any]) -> dict[str, Any]:
    """Somebody's variant."""
    path = f"/assignments/{assignment['id']}/variants"
    answer = school.walk.call(who, "POST", path, json={"question": "demo/area"})
    shown: dict[str, Any] = answer.get_json()
    return shown


def area(variant: dict[str, Any]) -> int:
    """The right answer to what the student was asked."""
    return int(variant["numbers"]["width"]) * int(variant["numbers"]["height"])


def test_old_numbers_are_marked_under_the_corrected_question(
    school: Class, assignment: dict[str, Any]
) -> None:
    """Who answered what was asked gets the points, whatever numbers the new version would deal."""
    people = {who: dealt(school, who, assignment) for who in ("ann", "bob")}
    school.answer("ann", people["ann"], area(people["ann"]))
    school.answer("bob", people["bob"], 1)
    school.grade()
    before = school.totals(assignment)
    school.correct(MENDED)
    dry = school.regrade(assignment)
    untouched = school.totals(assignment)
    applied = school.regrade(assignment, apply=True)

    assert {"ann": "0", "bob": "0"} == before == untouched
    changes = [(one["login"], one["before"], one["after"]) for one in dry["changes"]]
    assert [("ann", "0/1", "1/1")] == changes
    assert (True, 1, 0, 0) == tuple(
        applied[name] for name in ("applied", "raised", "lowered", "failed")
    )
    assert {"ann": "4", "bob": "0"} == school.totals(assignment)
    path = f"/courses/{school.walk.course}/audit"
    log = school.walk.call("teacher", "GET", path).get_json()["items"]
    assert ["regrade applied", "regrade asked", "regrade asked"] == [
        entry["action"] for entry in log[:3]
    ]
    assert '"raised": 1' in log[0]["data"]


def test_a_later_answer_to_an_old_variant_counts_under_the_corrected_question(
    school: Class, assignment: dict[str, Any]
) -> None:
    """After a regrade the variant keeps its numbers; marking and solution are the corrected."""
    variant = dealt(school, "ann", assignment)
    school.answer("ann", variant, 1)
    school.grade()
    school.correct(MENDED)
    school.regrade(assignment, apply=True)
    same = school.walk.call("ann", "GET", f"/variants/{variant['id']}").get_json()
    school.answer("ann", variant, area(variant))
    school.grade()
    solution = school.walk.call("teacher", "GET", f"/variants/{variant['id']}/solution").get_json()

    assert variant["numbers"] == same["numbers"] == solution["numbers"]
    assert str(area(variant)) == solution["parts"][0]["answer"]["exact"]
    assert "4" == school.totals(assignment)["ann"]


def test_nothing_is_changed_before_it_is_applied(school: Class, assignment: dict[str, Any]) -> None:
    """A corrected file alone changes no grade and no variant: answers count as before."""
    variant = dealt(school, "ann", assignment)
    school.correct(MENDED)
    school.answer("ann", variant, sum(int(one) for one in variant["numbers"].values()))
    school.grade()

    assert "4" == school.totals(assignment)["ann"]


def test_a_version_that_cannot_take_over_changes_nobody(
    school: Class, assignment: dict[str, Any]
) -> None:
    """Where old numbers don't fit the new version, nothing is written, and the result says so."""
    variant = dealt(school, "ann", assignment)
    school.answer("ann", variant, sum(int(one) for one in variant["numbers"].values()))
    school.grade()
    school.correct(OTHER)
    result = school.regrade(assignment, apply=True, never_lower=False)
    shown = school.walk.call("ann", "GET", f"/variants/{variant['id']}").get_json()

    assert (False, 1, []) == (result["applied"], result["failed"], result["changes"])
    assert "4" == school.totals(assignment)["ann"]
    assert variant["numbers"] == shown["numbers"]


def test_a_question_set_again_deals_the_corrected_version(
    school: Class, assignment: dict[str, Any]
) -> None:
    """A new assignment takes the present version; its variants meet the tighter constraint."""
    school.correct(MENDED)
    later = school.walk.assignment(questions=[{"question": "demo/area"}], due_at=at(3))
    numbers = dealt(school, "ann", later)["numbers"]

    assert Fraction(numbers["width"]) > Fraction(numbers["height"])
