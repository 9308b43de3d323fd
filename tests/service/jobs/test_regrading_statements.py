"""A statement whose truth was wrong: hands that were dealt keep their letters, and are marked anew.

A hand of which nothing holds any more can't be marked; it blocks nobody else.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from service.config import Config
from service.store.schema import audit, verdicts
from tests.service.world.school import Class, open_school

HOLDS = {"s1": True, "s2": True, "s3": False, "s4": False, "s5": False}
STUDENTS = ("ann", "bob")
HANDS = 20


def pool(holds: dict[str, bool], right: str = "[1, 2]", more: str = "") -> str:
    """The question with these truth values."""
    listed = "".join(
        f"  - {{id: {name}, holds: {str(truth).lower()}, says: {{en: {name}, zh: {name}}}, "
        f"reason: {{en: r {name}, zh: r {name}}}}}\n"
        for name, truth in holds.items()
    )
    return (
        "id: demo/area\ntitle: {en: Which, zh: 哪些}\nkind: choice\n"
        f"text: {{en: Which?, zh: 哪些？}}\npick: 3\nright: {right}\n{more}statements:\n{listed}"
    )


WRONG = pool(HOLDS)
MENDED = pool(HOLDS | {"s1": False, "s3": True})


@pytest.fixture
def school(tmp_path: Path, config: Config, migrated: Path) -> Iterator[Class]:
    """The service with a pool of statements, one of them said to hold that doesn't."""
    with open_school(tmp_path, config, migrated, WRONG) as made:
        yield made


@pytest.fixture
def assignment(school: Class) -> dict[str, Any]:
    """An assignment with many variants of that question."""
    question = {"question": "demo/area", "points": "4"}
    return school.walk.assignment(questions=[question], attempts=None)


Hand = dict[str, str]


def hand_in(school: Class, assignment: dict[str, Any]) -> dict[str, Hand]:
    """Each student's hand (letter by statement), after naming all that was said to hold."""
    hands = {}
    for who in STUDENTS:
        path = f"/assignments/{assignment['id']}/variants"
        variant = school.walk.call(who, "POST", path, json={"question": "demo/area"}).get_json()
        options = variant["parts"][0]["options"]
        hand = {option["says"]["en"]: option["letter"] for option in options}
        named = ", ".join(letter for name, letter in hand.items() if HOLDS[name])
        assert 202 == school.walk.submit(who, variant, {"choice": named}).status_code
        hands[who] = hand
    school.grade()
    return hands


def share(hand: Hand, holds: dict[str, bool]) -> float:
    """What naming all that was said to hold is worth when `holds` is the truth."""
    named = [holds[name] for name in hand if HOLDS[name]]
    right = sum(holds[name] for name in hand)
    return max(sum(named) - (len(named) - sum(named)), 0) / right


def test_a_corrected_statement_is_marked_with_the_hand_that_was_dealt(
    school: Class, assignment: dict[str, Any]
) -> None:
    """Whoever's hand still has a true statement gets the points of the new truth."""
    truth = HOLDS | {"s3": True}
    hands = hand_in(school, assignment)
    school.edit(pool(truth))
    result = school.regrade(assignment, apply=True, never_lower=False)
    totals = school.totals(assignment)

    assert (True, 0, []) == (result["applied"], result["failed"], result["unmarked"])
    for who, hand in hands.items():
        assert pytest.approx(4 * share(hand, truth), abs=1e-3) == float(totals[who])


def unmarkable(hand: Hand, truth: dict[str, bool]) -> bool:
    """Whether nothing of a hand holds."""
    return not any(truth[name] for name in hand)


@pytest.fixture
def split(school: Class) -> tuple[dict[str, Any], str, str]:
    """An assignment in which one student's hand can't be marked under MENDED, and one's can."""
    truth = HOLDS | {"s1": False, "s2": False, "s3": True}
    for _ in range(HANDS):
        question = {"question": "demo/area", "points": "4"}
        assignment = school.walk.assignment(questions=[question])
        hands = hand_in(school, assignment)
        lost = [who for who in STUDENTS if unmarkable(hands[who], truth)]
        if len(lost) == 1:
            school.edit(pool({**truth, "s6": True}))
            other = next(who for who in STUDENTS if who not in lost)
            return assignment, lost[0], other
    pytest.fail("in no assignment exactly one of the two hands lost all that holds")


Split = tuple[dict[str, Any], str, str]


def test_what_cant_be_marked_blocks_nobody(school: Class, split: Split) -> None:
    """The others are marked; the one keeps the score, with the reason and how many."""
    assignment, lost, other = split
    result = school.regrade(assignment, apply=True, never_lower=False)
    totals = school.totals(assignment)

    assert (True, 1, 2) == tuple(result[name] for name in ("applied", "failed", "submissions"))
    assert [("none-holds", 1)] == [(one["reason"], one["count"]) for one in result["unmarked"]]
    assert "no answer would be right" in result["unmarked"][0]["says"]["en"]
    assert "怎样作答都不会对" in result["unmarked"][0]["says"]["zh"]
    assert ("4", "0") == (totals[lost], totals[other])


def test_what_cant_be_marked_can_be_credited(school: Class, split: Split) -> None:
    """With `credit` it gets full points, and the others what they earned."""
    assignment, lost, other = split
    result = school.regrade(assignment, apply=True, never_lower=False, way="credit")
    totals = school.totals(assignment)

    assert (True, 1) == (result["applied"], result["failed"])
    assert ("4", "0") == (totals[lost], totals[other])


def test_a_later_answer_to_such_a_hand_is_marked_as_it_was_dealt(
    school: Class, split: Split
) -> None:
    """What can't be taken over counts as dealt, on the page and in marking: no error for staff."""
    assignment, lost, _ = split
    school.regrade(assignment, apply=True)
    path = f"/assignments/{assignment['id']}/variants"
    variant = school.walk.call(lost, "POST", path, json={"question": "demo/area"}).get_json()
    sent = school.walk.submit(lost, variant, {"choice": "A"})
    school.grade()
    shown = school.walk.call(lost, "GET", sent.headers["Location"][7:]).get_json()

    assert "graded" == shown["status"]


def test_everybody_can_be_credited(school: Class, assignment: dict[str, Any]) -> None:
    """With `credit-all` every answer earns full points, also without a corrected file."""
    hand_in(school, assignment)
    school.edit(MENDED)
    school.regrade(assignment, apply=True, never_lower=False)
    result = school.regrade(assignment, apply=True, way="credit-all")

    assert (True, 0) == (result["applied"], result["failed"])
    assert dict.fromkeys(STUDENTS, "4") == school.totals(assignment)


def test_a_question_can_be_dropped(school: Class, assignment: dict[str, Any]) -> None:
    """A dropped question counts for nothing, a previewed one as before; the answers stay."""
    hand_in(school, assignment)
    preview = school.regrade(assignment, way="drop")
    before = school.totals(assignment)
    result = school.regrade(assignment, way="drop", apply=True)
    path = f"/assignments/{assignment['id']}/gradebook"
    book = school.walk.call("teacher", "GET", path).get_json()

    assert (False, True) == (preview["applied"], result["applied"])
    assert dict.fromkeys(STUDENTS, "4") == before
    assert dict.fromkeys(STUDENTS, "0") == {row["login"]: row["total"] for row in book["rows"]}
    with school.service.store.read() as connection:
        assert {0} == set(connection.execute(select(verdicts.c.number)).scalars())


def test_a_regrade_and_its_line_in_the_log_are_one(
    school: Class, assignment: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the log's line can't be written, no verdict is and no version is pinned."""
    hand_in(school, assignment)
    school.edit(MENDED)

    def broken(*_: object, **__: object) -> None:
        message = "the log is full"
        raise RuntimeError(message)

    before = school.totals(assignment)
    with monkeypatch.context() as patched:
        patched.setattr("service.jobs.regrades.note", broken)
        with pytest.raises(AssertionError):
            school.regrade(assignment, apply=True, way="credit-all")
        with pytest.raises(AssertionError):
            school.regrade(assignment, apply=True, never_lower=False)
    with school.service.store.read() as connection:
        assert {0} == set(connection.execute(select(verdicts.c.number)).scalars())
    assert before == school.totals(assignment)

    result = school.regrade(assignment, apply=True, never_lower=False)
    with school.service.store.read() as connection:
        line = connection.execute(
            select(audit.c.data).where(audit.c.action == "regrade applied")
        ).scalar_one()
    assert {"way": "keep", "failed": result["failed"]}.items() <= json.loads(line).items()
