"""A question that was wrong: corrected in its file, regraded, and right from then on."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from service.config import Config
from service.store.jobs import claim_job
from tests.service.world.school import Class, open_school
from tests.service.world.walk import at

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


@pytest.fixture
def school(tmp_path: Path, config: Config, migrated: Path) -> Iterator[Class]:
    """The service with the wrong question, an assignment's class, and a way to correct it."""
    with open_school(tmp_path, config, migrated, WRONG) as made:
        yield made


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
    assert 1 == log[0]["data"]["raised"]


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
    assert [("other-draws", 1)] == [(one["reason"], one["count"]) for one in result["unmarked"]]
    assert "not drawn then: depth" in result["unmarked"][0]["says"]["en"]
    assert "4" == school.totals(assignment)["ann"]
    assert variant["numbers"] == shown["numbers"]


def test_a_corrected_file_is_read_without_a_restart(
    school: Class, assignment: dict[str, Any]
) -> None:
    """The preview marks by the file as it is now; so does the marker that was running before."""
    variant = dealt(school, "ann", assignment)
    school.answer("ann", variant, area(variant))
    school.grade()
    same = school.regrade(assignment)
    school.edit(MENDED)
    preview = school.regrade(assignment)
    applied = school.regrade(assignment, apply=True, content_hash=preview["content_hash"])

    assert [] == same["changes"]
    assert [("0/1", "1/1")] == [(one["before"], one["after"]) for one in preview["changes"]]
    assert same["content_hash"] != preview["content_hash"] == applied["content_hash"]
    assert {"ann": "4"}.items() <= school.totals(assignment).items()


def test_another_version_than_the_previewed_is_not_applied(
    school: Class, assignment: dict[str, Any]
) -> None:
    """Who corrects again after the preview previews again."""
    dealt(school, "ann", assignment)
    preview = school.regrade(assignment)
    school.edit(MENDED)
    given = {"question": "demo/area", "apply": True, "content_hash": preview["content_hash"]}
    path = f"/assignments/{assignment['id']}/regrades"
    answer = school.walk.call("teacher", "POST", path, json=given)

    assert (409, "urn:gradeck:question-changed") == (answer.status_code, answer.get_json()["type"])


BROKEN = {
    "no YAML": "id: [",
    "a fault": MENDED.replace("width * height", "width * heigth"),
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_a_file_that_is_broken_now_is_told(
    school: Class, assignment: dict[str, Any], text: str
) -> None:
    """A preview says what is wrong with the file, and where; nothing waits to be done."""
    school.edit(text)
    path = f"/assignments/{assignment['id']}/regrades"
    answer = school.walk.call("teacher", "POST", path, json={"question": "demo/area"})

    assert (422, "urn:gradeck:file-broken") == (answer.status_code, answer.get_json()["type"])
    assert "area.yaml" in answer.get_json()["errors"][0]["message"]
    assert claim_job(school.service.store) is None


def test_a_fault_in_another_file_is_no_matter(school: Class, assignment: dict[str, Any]) -> None:
    """The question's own file counts; another one may be half written."""
    (school.bank.parent / "other.yaml").write_text("id: [", encoding="utf-8")

    assert 0 == school.regrade(assignment)["failed"]


def test_a_question_that_is_gone_can_still_be_credited(
    school: Class, assignment: dict[str, Any]
) -> None:
    """Without its file nothing is marked again, but everybody can be given the points."""
    variant = dealt(school, "ann", assignment)
    school.answer("ann", variant, 1)
    school.grade()
    school.edit(MENDED.replace("demo/area", "demo/other"))
    path = f"/assignments/{assignment['id']}/regrades"
    answer = school.walk.call("teacher", "POST", path, json={"question": "demo/area"})
    credited = school.regrade(assignment, way="credit-all", apply=True)

    assert (409, "urn:gradeck:question-gone") == (answer.status_code, answer.get_json()["type"])
    assert (True, 1, 1) == tuple(credited[name] for name in ("applied", "credited", "raised"))
    assert "4" == school.totals(assignment)["ann"]


def test_a_question_set_again_deals_the_corrected_version(
    school: Class, assignment: dict[str, Any]
) -> None:
    """A new assignment takes the present version; its variants meet the tighter constraint."""
    school.correct(MENDED)
    later = school.walk.assignment(questions=[{"question": "demo/area"}], due_at=at(3))
    numbers = dealt(school, "ann", later)["numbers"]

    assert Fraction(numbers["width"]) > Fraction(numbers["height"])
