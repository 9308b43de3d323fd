"""Release gives no points away: a solution waits for its student's own last moment."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from sqlalchemy import update

from service.classroom.releasing import held_back, is_try
from service.queue.drain import DrainCounts
from service.running import Service
from service.store.courses import enrol
from service.store.people import add_user
from service.store.schema import assignments, extensions, submissions
from tests.service.world.walk import Walk, at

GOES_ON = {"late_until": at(2), "late_credit": "1/2", "due_at": at(-1)}


@pytest.fixture(autouse=True)
def _no_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing grades in the background here, so no page waits for it."""
    monkeypatch.setattr("service.pages.question.WAIT_SECONDS", 0)


def release(walk: Walk, assignment: Mapping[str, Any]) -> dict[str, Any]:
    """What a teacher is told on releasing."""
    path = f"/assignments/{assignment['id']}"
    answer = walk.call("teacher", "PATCH", path, json={"released": True})
    assert 200 == answer.status_code, answer.text
    shown: dict[str, Any] = answer.get_json()
    return shown


def extend(walk: Walk, assignment: Mapping[str, Any], who: str, hours: float) -> int:
    """How an extension of so many hours from now is answered."""
    path = f"/assignments/{assignment['id']}/extensions/{walk.users[who]}"
    return walk.call("teacher", "PUT", path, json={"due_at": at(hours)}).status_code


def looks(walk: Walk, who: str, variant: Mapping[str, Any]) -> tuple[int, bool]:
    """How the API answers for the solution, and whether the page shows it."""
    page = walk.client.get(f"/variants/{variant['id']}", headers=walk.people[who]).text
    answer = walk.call(who, "GET", f"/variants/{variant['id']}/solution")
    return answer.status_code, 'class="solution"' in page or "Worked solution" in page


def let_pass(service: Service, assignment: Mapping[str, Any]) -> None:
    """All times of an assignment are over, as if hours had passed."""
    with service.store.write() as connection:
        connection.execute(
            update(assignments)
            .where(assignments.c.id == assignment["id"])
            .values(due_at=assignments.c.opens_at + 1, late_until=assignments.c.opens_at + 2)
        )
        connection.execute(update(extensions).values(due_at=1))


OPEN, CLOSED = (200, True), (403, False)


@pytest.mark.parametrize(
    ("why", "times", "ann", "bob"),
    [
        ("before the due time nobody sees it", {"due_at": at(1)}, CLOSED, CLOSED),
        ("after it everybody does", {"due_at": at(-1)}, OPEN, OPEN),
        ("late hand-in that earns points keeps it closed", GOES_ON, CLOSED, CLOSED),
        ("late hand-in that earns none does not", {**GOES_ON, "late_credit": "0.0"}, OPEN, OPEN),
    ],
)
def test_a_released_solution_waits_for_who_can_still_earn_points(
    walk: Walk, why: str, times: dict[str, str], ann: tuple[int, bool], bob: tuple[int, bool]
) -> None:
    """By the API and on the page, for each student by the same rule."""
    assignment = walk.assignment(**times)
    variants = {}
    for name in ("ann", "bob"):
        variants[name] = walk.variant(name, assignment)
    release(walk, assignment)

    assert {"ann": ann, "bob": bob} == {
        name: looks(walk, name, variant) for name, variant in variants.items()
    }


def test_an_extension_keeps_one_students_solution_closed(walk: Walk, service: Service) -> None:
    """Ann has until later: bob sees his, she sees hers when her own time is over."""
    assignment = walk.assignment(due_at=at(-1))
    variants = {name: walk.variant(name, assignment) for name in ("ann", "bob")}
    assert 204 == extend(walk, assignment, "ann", 1)
    told = release(walk, assignment)
    before = {name: looks(walk, name, variant) for name, variant in variants.items()}
    handed_in = walk.submit("ann", variants["ann"])
    let_pass(service, assignment)

    assert {"ann": CLOSED, "bob": OPEN} == before
    assert ["ann"] == [one["login"] for one in told["solution_waits"]]
    assert (202, False) == (handed_in.status_code, handed_in.get_json()["late"])
    assert OPEN == looks(walk, "ann", variants["ann"])


def test_the_teacher_is_told_who_waits_and_until_when(walk: Walk) -> None:
    """On releasing by the API, and on the page before and after: names, moments, how many."""
    assignment = walk.assignment(**GOES_ON)
    extend(walk, assignment, "ann", 5)
    address = f"/teaching/{assignment['id']}/solutions"
    headers = walk.people["teacher"]
    before = walk.client.get(address, headers=headers).text
    told = release(walk, assignment)["solution_waits"]
    after = walk.client.get(address, headers=headers).text

    assert ["bob", "ann"] == [one["login"] for one in told]
    assert told[0]["until"] == assignment["late_until"]
    assert told[1]["until"] > told[0]["until"]
    assert "If you release them now, these will wait" in before
    assert "These still wait" in after
    for page in (before, after):
        waits = re.search(r'<ul class="list" id="waits">(.*?)</ul>', page, re.DOTALL)
        assert waits
        assert ["Bob", "Ann"] == re.findall(r"<small>(\w+)</small>", waits[1])


def test_the_page_releases_and_takes_back(walk: Walk) -> None:
    """The buttons do what `released` does, with its line in the log."""
    assignment = walk.assignment(due_at=at(-1))
    variant = walk.variant("ann", assignment)
    address = f"/teaching/{assignment['id']}/solutions"
    seen = []
    for button in ("release", "take back"):
        walk.client.post(address, data={"do": button}, headers=walk.people["teacher"])
        seen.append(looks(walk, "ann", variant))
    log = walk.call("teacher", "GET", f"/courses/{walk.course}/audit").get_json()["items"]

    assert [OPEN, CLOSED] == seen
    assert ["assignment changed"] * 2 == [line["action"] for line in log[:2]]
    assert [None, str] == [
        value and type(value) for value in (one["data"].get("released_at") for one in log[:2])
    ]


def test_who_has_seen_the_solution_gets_no_more_time(walk: Walk) -> None:
    """Time to earn points with an open solution has to be given on purpose: take it back first."""
    assignment = walk.assignment(due_at=at(-1))
    path = f"/assignments/{assignment['id']}"
    release(walk, assignment)
    later = [
        extend(walk, assignment, "ann", 1),
        walk.call("teacher", "PATCH", path, json={"due_at": at(1)}).status_code,
        walk.call(
            "teacher", "PATCH", path, json={"late_until": at(1), "late_credit": "1/2"}
        ).status_code,
    ]
    harmless = walk.call("teacher", "PATCH", path, json={"title": "x", "due_at": at(-0.5)})
    on_purpose = walk.call("teacher", "PATCH", path, json={"due_at": at(1), "released": False})

    assert [409, 409, 409] == later
    assert (200, 200) == (harmless.status_code, on_purpose.status_code)
    assert 204 == extend(walk, assignment, "ann", 2)


@pytest.mark.parametrize("more", [3, 4])
def test_who_would_get_more_time_is_named(walk: Walk, service: Service, more: int) -> None:
    """Up to five by name, in the order of their logins; and that there are more, if there are."""
    with service.store.write() as connection:
        for number in range(more):
            student = add_user(connection, f"student-{number}", f"Student {number}")
            enrol(connection, walk.course, student, "student")
    assignment = walk.assignment(due_at=at(-1))
    release(walk, assignment)
    later = walk.call(
        "teacher", "PATCH", f"/assignments/{assignment['id']}", json={"due_at": at(1)}
    )
    told: dict[str, Any] = later.get_json()
    names = "Ann, Bob, Student 0, Student 1, Student 2" + (", ..." if more > 3 else "")

    assert "urn:gradeck:solution-seen" == told["type"]
    assert (
        f"the solution is open to {names}, who could now earn points with it; take the release "
        "back first (released: false) if that is meant"
    ) == told["detail"]


def test_a_practised_solution_opens_with_a_try_that_could_be_read(
    walk: Walk, grade: Callable[[], DrainCounts]
) -> None:
    """Not before, and not by what could not be read; then it has the answers."""
    dealt = walk.call("ann", "POST", "/variants", json={"question": "sums/one"}).get_json()
    path = f"/variants/{dealt['id']}/solution"
    seen = []
    for text in (None, "?", "0"):
        if text is not None:
            walk.submit("ann", dealt, {"sum": text, "product": text})
            grade()
        seen.append(walk.call("ann", "GET", path))
    closed, unread, opened = seen

    assert [403, 403, 200] == [answer.status_code for answer in seen]
    assert "urn:gradeck:not-released" == closed.get_json()["type"] == unread.get_json()["type"]
    assert (
        "solutions are shown once they are released, or in practice once you tried"
        == closed.get_json()["detail"]
    )
    assert ["sum", "product"] == [part["id"] for part in opened.get_json()["parts"]]


@pytest.mark.parametrize(
    ("who", "status"), [("teacher", 200), ("assistant", 200), ("stranger", 404), ("bob", 404)]
)
def test_staff_see_a_solution_before_its_release(walk: Walk, who: str, status: int) -> None:
    """Those who teach the student; nobody else learns that there is such a variant."""
    variant = walk.variant("ann", walk.assignment())
    assert status == walk.call(who, "GET", f"/variants/{variant['id']}/solution").status_code


STATEMENT = {"id": "choice", "outcome": "wrong", "mistakes": ["s1"], "feedback": {"en": "B: no."}}
NUMBER = {"id": "sum", "outcome": "wrong", "mistakes": ["slip"], "feedback": {"en": "Why?"}}


def test_only_a_misjudged_statement_is_held_back() -> None:
    """Its reason and the statement's name wait; numbers, right choices and points are told."""
    right = {**STATEMENT, "outcome": "right", "mistakes": [], "feedback": {"en": "Correct."}}
    verdict = {"score": 1, "out_of": 3, "parts": [STATEMENT, NUMBER, right]}
    later = {
        "en": "Some statement was misjudged. The reasons are shown once the solution is released.",
        "zh": "有的说法判断有误。公布解答之后会显示理由。",
    }

    assert {
        **verdict,
        "parts": [{**STATEMENT, "mistakes": [], "feedback": later}, NUMBER, right],
    } == held_back(verdict)


@pytest.mark.parametrize(
    ("outcomes", "tried"),
    [(("unreadable", "unreadable"), False), (("unreadable", "wrong"), True), (("held",), True)],
)
def test_a_try_is_what_could_be_read(outcomes: tuple[str, ...], *, tried: bool) -> None:
    """One answer that could be read is enough; what waits for a person was read."""
    assert tried == is_try({"parts": [{"outcome": outcome} for outcome in outcomes]})


def test_a_misjudged_statements_reason_waits_as_long(
    walk: Walk, grade: Callable[[], DrainCounts]
) -> None:
    """What a verdict holds back until the solution opens, it holds back for each student."""
    assignment = walk.assignment(**GOES_ON)
    variant = walk.variant("ann", assignment)
    walk.submit("ann", variant, {"sum": "0"})
    grade()
    release(walk, assignment)
    page = walk.client.get(f"/variants/{variant['id']}", headers=walk.people["ann"]).text

    assert "when you can earn no more points here" in page


def reads(walk: Walk, who: str, submission: str) -> Any:  # noqa: ANN401 - an answer of JSON
    """The verdict that the API shows of a submission."""
    return walk.call(who, "GET", f"/submissions/{submission}").get_json()["verdict"]


def test_only_the_student_waits_for_a_statements_reason(
    walk: Walk, service: Service, grade: Callable[[], DrainCounts]
) -> None:
    """Staff read it at once, its student with the solution, and in practice without waiting."""
    assignment = walk.assignment()
    practised = walk.call("ann", "POST", "/variants", json={"question": "sums/one"}).get_json()
    given = [
        walk.submit("ann", variant) for variant in (walk.variant("ann", assignment), practised)
    ]
    homework, practice = (answer.get_json()["id"] for answer in given)
    ungraded = [reads(walk, who, homework) for who in ("ann", "teacher")]
    grade()
    whole = {"score": 0, "out_of": 2, "parts": [STATEMENT, NUMBER]}
    with service.store.write() as connection:
        connection.execute(update(submissions).values(verdict=json.dumps(whole)))
    waiting = {who: reads(walk, who, homework) for who in ("ann", "teacher")}
    release(walk, assignment)
    still = reads(walk, "ann", homework)
    let_pass(service, assignment)

    assert [None, None] == ungraded
    assert {"ann": held_back(whole), "teacher": whole} == waiting
    assert held_back(whole) == still != whole
    assert whole == reads(walk, "ann", homework) == reads(walk, "ann", practice)
