"""Courses, rosters, invitations, assignments, grades: what teachers and students do."""

from collections.abc import Callable
from datetime import datetime

import pytest

from cards.lms.grades import read_marks
from cards.lms.spreadsheet import read_spreadsheet
from service.auth.identity import Identity
from service.queue.drain import DrainCounts
from service.running import Service
from service.store.audit_log import note
from service.store.people import find_user
from tests.service.world.walk import Walk, at

ROSTER = "id,name,section\n1001,Ada,A\n1002,陈一,B\n"


def test_a_dry_run_changes_nothing(walk: Walk) -> None:
    """A roster's dry run says what would change; afterwards the course is as it was."""
    path = f"/courses/{walk.course}/roster"
    given = {"data": ROSTER.encode(), "content_type": "text/csv"}

    dry = walk.call("teacher", "POST", path, query_string={"dry_run": "true"}, **given)
    real = walk.call("teacher", "POST", path, **given)
    again = walk.call("teacher", "POST", path, **given)

    assert ["1001", "1002"] == dry.get_json()["added"] == real.get_json()["added"]
    assert ({}, 2) == (dry.get_json()["invites"], len(real.get_json()["invites"]))
    assert ([], 2) == (again.get_json()["added"], again.get_json()["unchanged"])


def test_a_student_claims_the_account_of_the_roster(walk: Walk) -> None:
    """The link of a roster's new account sets its password once; then one can sign in."""
    path = f"/courses/{walk.course}/roster"
    made = walk.call("teacher", "POST", path, data=ROSTER.encode(), content_type="text/csv")
    given = {
        "token": made.get_json()["invites"]["1001"],
        "login": "ignored",
        "name": "Ada",
        "password": "a long password",
    }

    first = walk.call("", "POST", "/invites/join", json=given)
    second = walk.call("", "POST", "/invites/join", json=given)
    signed = walk.call(
        "", "POST", "/sessions", json={"login": "1001", "password": "a long password"}
    )

    assert (201, 404, 201) == (first.status_code, second.status_code, signed.status_code)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"id,nom\n1,Ada\n", "name"),
        (b"id,name\n1,Ada\n1,Bo\n", "roster:3"),
        (b"id,name\n,Ada\n", "id"),
        (b"id,name\n\xff,Ada\n", "UTF-8"),
        (b"", "id"),
    ],
)
def test_a_bad_roster_is_refused_with_its_line(walk: Walk, text: bytes, says: str) -> None:
    """Faults of a roster come all at once, with the line and what was expected."""
    path = f"/courses/{walk.course}/roster"
    answer = walk.call("teacher", "POST", path, data=text, content_type="text/csv")

    assert 422 == answer.status_code
    assert says in answer.get_json()["detail"]


def test_an_invitation_is_used_up(walk: Walk) -> None:
    """A link for one person takes one, and none after it was ended."""
    path = f"/courses/{walk.course}/invites"
    once = walk.call("teacher", "POST", path, json={}).get_json()
    many = walk.call("teacher", "POST", path, json={"uses": 50}).get_json()
    ended = walk.call("teacher", "DELETE", path)

    assert 204 == ended.status_code
    for token in (once["token"], many["token"], "gdk_unknown"):
        answer = walk.call("stranger", "POST", "/invites/accept", json={"token": token})
        assert 404 == answer.status_code


def test_homework_from_variant_to_gradebook(walk: Walk, grade: Callable[[], DrainCounts]) -> None:
    """A right answer in time earns all points, and stands in the gradebook and its CSV."""
    assignment = walk.assignment()
    walk.submit("ann", walk.variant("ann", assignment))
    grade()
    path = f"/assignments/{assignment['id']}/gradebook"

    book = walk.call("teacher", "GET", path).get_json()
    text = walk.call("teacher", "GET", path, headers={"Accept": "text/csv"}).text

    assert {"Ann": "4", "Bob": "0"} == {row["name"]: row["total"] for row in book["rows"]}
    assert "ann,Ann,A,4,4" in text
    assert text.startswith("\ufeffid,name,section,sums/one,total")
    marks = read_marks(read_spreadsheet(text.encode(), "gradebook.csv"))
    assert {"ann": 4, "bob": 0} == {mark.id: mark.points for mark in marks}


def test_late_answers_earn_their_share(walk: Walk, grade: Callable[[], DrainCounts]) -> None:
    """After the due time the share counts, and after the last moment nothing is taken."""
    late = walk.assignment(due_at=at(-1), late_until=at(1), late_credit="1/2")
    closed = walk.assignment(due_at=at(-1))
    answer = walk.submit("ann", walk.variant("ann", late))
    refused = walk.submit("ann", walk.variant("ann", closed))
    grade()
    book = walk.call("ann", "GET", f"/assignments/{late['id']}/gradebook").get_json()

    assert answer.get_json()["late"]
    assert ["2"] == [row["total"] for row in book["rows"]]
    assert (409, "urn:gradeck:closed") == (refused.status_code, refused.get_json()["type"])


def test_an_extension_is_one_students(walk: Walk) -> None:
    """With an extension one student may still hand in, and nobody else."""
    closed = walk.assignment(due_at=at(-1))
    path = f"/assignments/{closed['id']}/extensions/{walk.users['ann']}"

    given = walk.call("teacher", "PUT", path, json={"due_at": at(1)})

    assert 204 == given.status_code
    assert 202 == walk.submit("ann", walk.variant("ann", closed)).status_code
    assert 409 == walk.submit("bob", walk.variant("bob", closed)).status_code


def test_students_see_nothing_before_it_opens(walk: Walk) -> None:
    """An assignment that has not opened does not exist for students."""
    early = walk.assignment(opens_at=at(1), due_at=at(2))

    assert 404 == walk.call("ann", "GET", f"/assignments/{early['id']}").status_code
    assert 200 == walk.call("teacher", "GET", f"/assignments/{early['id']}").status_code


def test_a_new_variant_comes_when_the_attempts_are_used(walk: Walk) -> None:
    """The same variant until its attempts are used up, then another, then none."""
    assignment = walk.assignment(attempts=1, variants=2)
    first = walk.variant("ann", assignment)
    same = walk.variant("ann", assignment)
    walk.submit("ann", first)
    second = walk.variant("ann", assignment)
    walk.submit("ann", second)
    path = f"/assignments/{assignment['id']}/variants"
    none = walk.call("ann", "POST", path, json={"question": "sums/one"})

    assert first["id"] == same["id"] != second["id"]
    assert first["text"] != second["text"]
    assert (409, "urn:gradeck:no-variants-left") == (none.status_code, none.get_json()["type"])


def test_solutions_wait_for_the_release(walk: Walk) -> None:
    """Students see right answers once the teacher released them; staff always."""
    assignment = walk.assignment(due_at=at(-1))
    variant = walk.variant("ann", assignment)
    path = f"/variants/{variant['id']}/solution"

    before = walk.call("ann", "GET", path)
    staff = walk.call("teacher", "GET", path)
    walk.call("teacher", "PATCH", f"/assignments/{assignment['id']}", json={"released": True})
    after = walk.call("ann", "GET", path)

    assert (403, 200, 200) == (before.status_code, staff.status_code, after.status_code)
    assert 404 == walk.call("bob", "GET", path).status_code


def test_a_draft_is_kept_and_ones_own(walk: Walk) -> None:
    """A draft is kept as typed, overwritten by the next, and shown to nobody else."""
    variant = walk.variant("ann", walk.assignment())
    path = f"/variants/{variant['id']}/draft"
    for text in ("1", "１２ +"):
        walk.call("ann", "PUT", path, json={"answers": {"sum": text}})

    assert {"sum": "１２ +"} == walk.call("ann", "GET", path).get_json()["answers"]
    for name in ("bob", "teacher", "assistant"):
        assert 404 == walk.call(name, "GET", path).status_code


def test_a_change_needs_the_version_it_was_made_from(walk: Walk) -> None:
    """A change is made for the tag that was read, and its answer has the tag of the next one."""
    for path in (f"/assignments/{walk.assignment()['id']}", f"/courses/{walk.course}"):
        tag = walk.call("teacher", "GET", path).headers["ETag"]
        given = {"json": {"title": "B"}, "headers": {"If-Match": tag}}
        good = walk.call("teacher", "PATCH", path, **given)
        stale = walk.call("teacher", "PATCH", path, **given)
        given["headers"] = {"If-Match": good.headers["ETag"]}

        assert (200, 2, 412) == (good.status_code, good.get_json()["version"], stale.status_code)
        assert walk.call("teacher", "GET", path).headers["ETag"] == good.headers["ETag"] != tag
        assert 200 == walk.call("teacher", "PATCH", path, **given).status_code


def test_a_role_is_part_of_what_a_tag_stands_for(walk: Walk) -> None:
    """Somebody with another role never gets 304 for what another one read."""
    path = f"/courses/{walk.course}"
    tag = walk.call("ann", "GET", path).headers["ETag"]

    assert 200 == walk.call("teacher", "GET", path, headers={"If-None-Match": tag}).status_code


def test_only_what_is_given_changes(walk: Walk) -> None:
    """A late time is taken away by null, credit counts at once; what is not named stays."""
    assignment = walk.assignment(late_until=at(2), late_credit="1/2")
    path = f"/assignments/{assignment['id']}"
    changed = walk.call(
        "teacher", "PATCH", path, json={"late_until": None, "late_credit": "3/4"}
    ).get_json()
    for wrong in ({"title": None}, {"due_at": None}, {"title": ""}, {"released": None}):
        assert 422 == walk.call("teacher", "PATCH", path, json=wrong).status_code

    wanted = {**assignment, "late_until": None, "late_credit": "3/4", "version": 2}
    assert [] == changed.pop("solution_waits")
    assert wanted == changed == walk.call("teacher", "GET", path).get_json()


def test_an_unchanged_answer_is_not_sent_again(walk: Walk) -> None:
    """A GET with the ETag of an unchanged answer is answered 304 without a body."""
    path = f"/courses/{walk.course}"
    tag = walk.call("ann", "GET", path).headers["ETag"]
    again = walk.call("ann", "GET", path, headers={"If-None-Match": tag})

    assert (304, b"") == (again.status_code, again.data)


def test_lists_come_in_pages(walk: Walk) -> None:
    """`next` leads through all rows, each once."""
    for number in range(5):
        walk.assignment(title=f"Sums {number}")
    titles: list[str] = []
    after: str | None = ""
    while after is not None:
        query = {"limit": "2", "after": after}
        path = f"/courses/{walk.course}/assignments"
        page = walk.call("ann", "GET", path, query_string=query).get_json()
        titles += [one["title"] for one in page["items"]]
        after = page["next"]

    assert [f"Sums {number}" for number in range(5)] == titles


def test_an_assistant_sees_the_own_section(walk: Walk, grade: Callable[[], DrainCounts]) -> None:
    """An assistant of section A sees A's students and their submissions, not B's."""
    assignment = walk.assignment()
    seen = {}
    for name in ("ann", "bob"):
        answer = walk.submit(name, walk.variant(name, assignment))
        seen[name] = walk.call("assistant", "GET", answer.headers["Location"][7:]).status_code
    grade()
    book = walk.call("assistant", "GET", f"/assignments/{assignment['id']}/gradebook").get_json()

    assert {"ann": 200, "bob": 404} == seen
    assert ["Ann"] == [row["name"] for row in book["rows"]]


def test_what_staff_do_is_written_down(walk: Walk) -> None:
    """The audit log has every change by staff, newest first, and only teachers read it."""
    assignment = walk.assignment()
    walk.call("teacher", "PATCH", f"/assignments/{assignment['id']}", json={"title": "B"})
    log = walk.call("teacher", "GET", f"/courses/{walk.course}/audit").get_json()["items"]

    assert ["assignment changed", "assignment made"] == [entry["action"] for entry in log[:2]]
    assert 403 == walk.call("ann", "GET", f"/courses/{walk.course}/audit").status_code


@pytest.mark.parametrize("secret", ["password", "token"])
def test_a_change_of_a_secret_is_written_down_without_it(
    walk: Walk, service: Service, secret: str
) -> None:
    """The audit log tells that a password or token changed, and never to what."""
    with service.store.write() as connection:
        row = find_user(connection, "teacher")
        assert row is not None
        who = Identity(row.id, row.login, row.name, admin=False, guest=False, scopes=frozenset())
        note(connection, who, walk.course, "assignment changed", "x", **{secret: "hush", "n": 1})
    log = walk.call("teacher", "GET", f"/courses/{walk.course}/audit").get_json()["items"]

    assert {secret: "hidden", "n": 1} == log[0]["data"]


def test_a_refused_change_quotes_no_value(walk: Walk, capfd: pytest.CaptureFixture[str]) -> None:
    """A password sent where none belongs, or a wrong value, stands in no answer and in no log."""
    path = f"/assignments/{walk.assignment()['id']}"
    wrong = ("password", "title", "opens_at", "late_credit", "variants", "released")
    answers = [
        walk.call("teacher", "PATCH", path, json={name: value})
        for name in wrong
        for value in ("hush-" * 60, ["hush-"], {"password": "hush-"})
    ]
    log = walk.call("teacher", "GET", f"/courses/{walk.course}/audit")

    assert {422} == {answer.status_code for answer in answers}
    assert not [answer.text for answer in [*answers, log] if "hush" in answer.text]
    assert "hush" not in "".join(capfd.readouterr())


def test_a_seat_is_one_persons(walk: Walk) -> None:
    """Two people on one seat of a course's roster are told at the line of the second."""
    seated = "id,name,seat_row,seat_column\nann,Ann,1,2\nbob,Bob,1,2\n"
    path = f"/courses/{walk.course}/roster"
    answer = walk.call("teacher", "POST", path, data=seated, content_type="text/csv")

    told = "expected a seat of one's own, got row 1, column 2, which line 2 has"
    assert 422 == answer.status_code
    assert f"roster:3: seat_row: {told}" in answer.get_json()["errors"][0]["message"]


def test_times_that_do_not_follow_are_refused(walk: Walk) -> None:
    """An assignment that is due before it opens is refused, with every such fault."""
    values = {
        "title": "x",
        "questions": [{"question": "sums/one"}],
        "opens_at": at(2),
        "due_at": at(1),
        "late_until": at(0),
        "late_credit": "3/2",
    }
    answer = walk.call("teacher", "POST", f"/courses/{walk.course}/assignments", json=values)

    places = [fault["where"] for fault in answer.get_json()["errors"]]
    assert (422, ["due_at", "late_until", "late_credit"]) == (answer.status_code, places)


def test_a_receipt_is_the_same_whenever_it_is_asked(
    walk: Walk, grade: Callable[[], DrainCounts]
) -> None:
    """A submission's receipt stands from the first answer on, and grading does not change it."""
    answer = walk.submit("ann", walk.variant("ann", walk.assignment()))
    grade()
    later = walk.call("ann", "GET", answer.headers["Location"][7:]).get_json()

    assert answer.get_json()["receipt"] == later["receipt"]
    assert datetime.fromisoformat(later["received_at"]).tzinfo is not None
