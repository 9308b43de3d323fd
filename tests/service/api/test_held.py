"""Answers in words that wait for a person: who may decide, what it earns, and that it stays."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from service.config import Config
from tests.service.world.school import Class, open_school

QUESTION = """\
id: demo/remedies
title: {en: Remedies, zh: 办法}
kind: list
text: {en: What helps against a full memory?, zh: 内存不足怎么办？}
items:
  - id: batch
    cue: {en: What of the data?, zh: 数据方面？}
    answer: {en: A smaller mini-batch., zh: 减小批量。}
  - id: layers
    cue: {en: What of the network?, zh: 网络方面？}
    answer: {en: Fewer layers., zh: 减少层数。}
"""
ACCEPTED = QUESTION.replace(
    "    answer: {en: A smaller mini-batch., zh: 减小批量。}",
    "    answer: {en: A smaller mini-batch., zh: 减小批量。}\n"
    "    accept: {en: [fewer pictures at once]}",
)


@pytest.fixture
def school(tmp_path: Path, config: Config, migrated: Path) -> Iterator[Class]:
    """The service with a question that is answered in words."""
    with open_school(tmp_path, config, migrated, QUESTION) as made:
        yield made


@pytest.fixture
def assignment(school: Class) -> dict[str, Any]:
    """An assignment with it, for four points."""
    return school.walk.assignment(questions=[{"question": "demo/remedies", "points": "4"}])


@pytest.fixture
def submission(school: Class, assignment: dict[str, Any]) -> str:
    """Ann's submission: one part right, one that the key points can't decide."""
    path = f"/assignments/{assignment['id']}/variants"
    variant = school.walk.call("ann", "POST", path, json={"question": "demo/remedies"}).get_json()
    answers = {"batch": "fewer pictures at once", "layers": "fewer layers"}
    done = school.walk.submit("ann", variant, answers)
    school.grade()
    name: str = done.get_json()["id"]
    return name


def held(school: Class, who: str = "teacher") -> list[tuple[str, str]]:
    """What waits for a person: part and text."""
    path = f"/courses/{school.walk.course}/held"
    items = school.walk.call(who, "GET", path).get_json()["items"]
    return [(item["part"], item["raw"]) for item in items]


def decide(school: Class, submission: str, outcome: str, who: str = "teacher") -> int:
    """Decide the first part; the answer's status."""
    path = f"/submissions/{submission}/parts/batch"
    return school.walk.call(who, "PUT", path, json={"outcome": outcome}).status_code


def test_what_is_held_is_listed_until_it_is_settled(
    school: Class, assignment: dict[str, Any], submission: str
) -> None:
    """A settled part earns what it is worth, leaves the list, and stands in the audit log."""
    waiting, before = held(school), school.totals(assignment)
    status = decide(school, submission, "right")

    assert [("batch", "fewer pictures at once")] == waiting
    assert "2" == before["ann"]
    assert 204 == status
    assert ("4", []) == (school.totals(assignment)["ann"], held(school))
    log = school.walk.call("teacher", "GET", f"/courses/{school.walk.course}/audit").get_json()
    assert "part settled" == log["items"][0]["action"]


def test_a_decision_can_be_changed(
    school: Class, assignment: dict[str, Any], submission: str
) -> None:
    """Who decided wrongly decides again, and repeating a decision changes nothing."""
    decided = [decide(school, submission, outcome) for outcome in ("right", "right", "wrong")]
    verdict = school.walk.call("ann", "GET", f"/submissions/{submission}").get_json()["verdict"]

    assert [204, 204, 204] == decided
    assert "2" == school.totals(assignment)["ann"]
    assert "A person read this: not yet." == verdict["parts"][0]["feedback"]["en"]


def test_only_what_is_held_waits_for_a_person(school: Class, submission: str) -> None:
    """What was marked by itself isn't settled, an unknown part is named, others may not."""
    base = f"/submissions/{submission}/parts"
    marked = school.walk.call("teacher", "PUT", f"{base}/layers", json={"outcome": "wrong"})
    unknown = school.walk.call("teacher", "PUT", f"{base}/batches", json={"outcome": "wrong"})
    wrong = school.walk.call("teacher", "PUT", f"{base}/batch", json={"outcome": "held"})

    assert (409, 404, 422) == (marked.status_code, unknown.status_code, wrong.status_code)
    assert "only what is held" in marked.get_json()["detail"]
    assert "the nearest is 'batch'" in unknown.get_json()["detail"]
    statuses = [decide(school, submission, "right", who) for who in ("ann", "bob", "stranger")]
    assert [403, 404, 404] == statuses


def test_an_assistant_settles_in_the_own_section(school: Class, submission: str) -> None:
    """Ann is in the assistant's section, so the assistant sees and decides."""
    assert [("batch", "fewer pictures at once")] == held(school, "assistant")
    assert 204 == decide(school, submission, "right", "assistant")


def test_a_regrade_keeps_what_a_person_decided(
    school: Class, assignment: dict[str, Any], submission: str
) -> None:
    """Marked anew, a part that still can't be decided keeps the person's word."""
    decide(school, submission, "right")
    school.correct(QUESTION.replace("en: Remedies", "en: What helps"))
    result = school.regrade(assignment, "demo/remedies", apply=True, never_lower=False)

    assert (True, 0) == (result["applied"], result["raised"])
    kept = school.walk.call("ann", "GET", f"/submissions/{submission}").get_json()["verdict"]
    assert "right" == kept["parts"][0]["outcome"]


def test_a_regrade_that_can_decide_does(
    school: Class, assignment: dict[str, Any], submission: str
) -> None:
    """A wording that is accepted by now counts, whatever a person said before."""
    decide(school, submission, "wrong")
    school.correct(ACCEPTED)
    school.regrade(assignment, "demo/remedies", apply=True)

    assert "4" == school.totals(assignment)["ann"]
