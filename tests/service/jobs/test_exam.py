"""An exam of the service: set, dealt, marked, released; and what is refused on the way."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from service.config import Config
from service.store.schema import submissions, verdicts
from tests.service.world.exam_room import PLAN, RIGHT_BOX, ExamRoom, key_of, open_room


@pytest.fixture
def room(tmp_path: Path, config: Config) -> Iterator[ExamRoom]:
    """A class and its exam's bank."""
    with open_room(tmp_path, config) as made:
        yield made


def answers(papers: zipfile.ZipFile, student: str, *, slip: bool = False) -> list[str]:
    """What a student writes: all that the key says, or from a slip in the first part onwards."""
    key = key_of(papers, student)
    area, volume, last = (part["answer"]["exact"] for part in key.values())
    if slip:
        area = key["demo/box#area"]["mistakes"][0]["exact"]
        volume = str(int(area) * key["demo/box#area"]["numbers"]["depth"] + 1)
    return [area, volume, last]


def table(**rows: list[str]) -> str:
    """A table of results."""
    lines = [["id", "1a", "1b", "2"], *([student, *cells] for student, cells in rows.items())]
    return "\n".join(",".join(line) for line in lines)


def stored(room: ExamRoom) -> tuple[int, int]:
    """How many submissions and verdicts there are."""
    with room.service.store.read() as connection:
        counted = [
            connection.execute(select(func.count()).select_from(one)).scalar_one()
            for one in (submissions, verdicts)
        ]
    return counted[0], counted[1]


def test_a_slip_is_carried_and_named_at_the_plans_shares(room: ExamRoom) -> None:
    """A named mistake earns a quarter of its part, what follows from it half, as the plan says."""
    exam = room.exam()
    papers = room.papers(exam)
    slip, right = answers(papers, "ann", slip=True), answers(papers, "bob")
    ended = room.mark(exam, table(ann=slip, bob=right))
    book = room.walk.call("teacher", "GET", f"/assignments/{exam['id']}/gradebook").get_json()

    assert ("exam", "8", "Quiz · 测验") == (exam["kind"], exam["points"], exam["title"])
    assert (2, 0, 4, []) == tuple(
        ended["result"][name] for name in ("papers", "absent", "answers", "without")
    )
    # 2 / 4 for the area's mistake, 4 / 2 for the volume, 2 for the rest.
    assert {"ann": "4.5", "bob": "8"} == room.totals(exam)
    assert "8" == book["out_of"]


def test_students_see_nothing_before_the_release(room: ExamRoom) -> None:
    """No question, number, verdict or point; afterwards their own, and nobody else's."""
    exam = room.exam()
    papers = room.papers(exam)
    room.mark(exam, table(ann=answers(papers, "ann"), bob=answers(papers, "bob")))
    place, ann = f"/assignments/{exam['id']}", room.walk.users["ann"]
    listed = room.walk.call("teacher", "GET", f"{place}/papers").get_json()["items"]

    def seen(who: str) -> list[Any]:
        returned = f"{place}/papers/{ann}/returned"
        return [
            len(room.walk.call(who, "GET", place).get_json()["questions"]),
            room.walk.call(who, "GET", f"{place}/gradebook").status_code,
            room.walk.call(who, "GET", returned).status_code,
            len(room.walk.call(who, "GET", "/submissions").get_json()["items"]),
            room.walk.call(who, "GET", f"{place}/papers").status_code,
        ]

    with room.service.store.read() as connection:
        mine = connection.execute(
            select(submissions.c.id, submissions.c.variant_id).where(submissions.c.user_id == ann)
        ).all()
    paths = [f"/submissions/{mine[0].id}", f"/variants/{mine[0].variant_id}"]
    paths.append(f"{paths[1]}/solution")
    before = [room.walk.call("ann", "GET", path).status_code for path in paths]
    closed = seen("ann")
    asked = room.walk.call("ann", "POST", f"{place}/variants", json={"question": "demo/box"})
    room.release(exam)

    assert [0, 403, 403, 0, 403] == closed
    assert [404, 404, 404] == before
    assert 409 == asked.status_code
    assert [2, 200, 200, 2, 403] == seen("ann")
    assert [2, 200, 404, 2, 403] == seen("bob")
    assert [200, 200, 200] == [room.walk.call("ann", "GET", path).status_code for path in paths]
    assert ["marked", "marked"] == [paper["state"] for paper in listed]
    assert 404 == room.walk.call("stranger", "GET", place).status_code


def test_an_exam_takes_no_answers_over_the_wire(room: ExamRoom) -> None:
    """Neither before nor after the release; and it has no extensions and nothing late."""
    exam = room.exam()
    papers = room.papers(exam)
    room.mark(exam, table(ann=answers(papers, "ann")))
    room.release(exam)
    place, ann = f"/assignments/{exam['id']}", room.walk.users["ann"]
    (sent, *_) = room.walk.call("ann", "GET", "/submissions").get_json()["items"]
    given = {"variant": sent["variant"], "answers": {"x": "1"}}
    due = {"due_at": "2030-01-01T00:00:00Z"}
    refused = [
        room.walk.call("ann", "POST", "/submissions", json=given),
        room.walk.call("teacher", "PUT", f"{place}/extensions/{ann}", json=due),
        room.walk.call("teacher", "PATCH", place, json={"late_credit": "1/2"}),
    ]

    assert [409, 409, 409] == [one.status_code for one in refused]
    assert all("exam" in one.get_json()["detail"] for one in refused)


def test_a_corrected_table_takes_the_place_of_the_first(room: ExamRoom) -> None:
    """What was typed wrong counts no more, even where it earned more; all of it is kept."""
    exam = room.exam()
    papers = room.papers(exam)
    right = answers(papers, "ann")
    room.mark(exam, table(ann=right, bob=right))
    again = room.mark(exam, table(ann=right))
    same = stored(room)
    room.mark(exam, table(ann=[right[0], "", right[2]], bob=["absent"] * 3))

    assert (0, (4, 4)) == (again["result"]["answers"], same)
    assert (5, 5) == stored(room)
    assert {"ann": "4", "bob": "0"} == room.totals(exam)
    listed = room.walk.call("teacher", "GET", f"/assignments/{exam['id']}/papers").get_json()
    assert ["marked", "absent"] == [paper["state"] for paper in listed["items"]]


def test_a_table_with_faults_is_refused_whole(room: ExamRoom) -> None:
    """Unknown and repeated students, what waits for a person, another exam's papers: in words."""
    exam, other = room.exam(), room.exam()
    papers = room.papers(exam)
    room.papers(other)
    right = answers(papers, "ann")
    listed = room.walk.call("teacher", "GET", f"/assignments/{other['id']}/papers").get_json()
    stray = listed["items"][0]["paper"]
    faulty = f"{table(ann=right, zoe=right)}\nann,1,1,1\nbob,?,1,1\n"
    ended = room.mark(exam, faulty)
    strange = room.mark(exam, f"id,paper,1a,1b,2\nann,{stray},1,2,3\n")
    shapeless = room.mark(exam, "name;9z\nAnn;1\n")

    assert "error" == ended["status"] == strange["status"] == shapeless["status"]
    for words in ("'zoe'", "ann again", "waits for a person"):
        assert words in ended["error"]
    assert f"{stray}, a paper of another exam" in strange["error"]
    assert "the column id" in shapeless["error"]
    assert "'9z'" in shapeless["error"]
    assert (0, 0) == stored(room)


def test_who_joins_later_gets_a_paper_and_nobody_else_another(room: ExamRoom) -> None:
    """A second printing has the new student alone; the first is printed again byte for byte."""
    exam = room.exam()
    place = f"/assignments/{exam['id']}/papers"
    first = room.papers(exam, roster="id,name,seat_row,seat_column\nann,Ann 安,0,3\n")
    room.write("exams/quiz.yaml", PLAN.replace("points: 6", "points: 5").replace("8", "7"))
    room.write("questions/box.yaml", RIGHT_BOX)
    second = room.papers(exam)
    nobody = room.walk.call("teacher", "POST", place, json={})
    again = room.papers(exam, printing=1)

    assert {"papers/ann.pdf"} == {
        n for n in first.namelist() if n.startswith("papers/") and "pdf" in n
    }
    assert {"papers/bob.pdf"} == {
        n for n in second.namelist() if n.startswith("papers/") and "pdf" in n
    }
    assert 8 == json.loads(second.read("manifest.json"))["sittings"][0]["out_of"]
    assert (409, "everybody") == (nobody.status_code, nobody.get_json()["detail"][:9])
    assert {n: first.read(n) for n in first.namelist()} == {
        n: again.read(n) for n in again.namelist()
    }
    assert 404 == room.walk.call("teacher", "POST", place, json={"printing": 9}).status_code


def test_the_paper_of_who_left_is_listed_and_left_alone(room: ExamRoom) -> None:
    """Marks of somebody who isn't in the course any more are told and not written."""
    exam = room.exam()
    papers = room.papers(exam)
    bob = f"/courses/{room.walk.course}/members/{room.walk.users['bob']}"
    assert 204 == room.walk.call("teacher", "DELETE", bob).status_code
    ended = room.mark(exam, table(bob=answers(papers, "bob")))

    assert (["Bob"], ["Ann"], 0) == tuple(
        ended["result"][name] for name in ("left", "without", "papers")
    )
    assert (0, 0) == stored(room)


def test_a_regrade_keeps_to_the_plans_shares(room: ExamRoom) -> None:
    """The corrected question gives the point back; what is carried still earns half of it."""
    exam = room.exam()
    papers = room.papers(exam)
    key = key_of(papers, "ann")
    area = key["demo/box#area"]["mistakes"][0]["exact"]
    volume = str(int(area) * key["demo/box#area"]["numbers"]["depth"])
    last = list(key.values())[-1]["answer"]["exact"]
    room.mark(exam, table(ann=[area, volume, last]))
    before = room.totals(exam)
    room.write("questions/box.yaml", RIGHT_BOX)
    wish = {"question": "demo/box"}
    preview = room.done(f"/assignments/{exam['id']}/regrades", json=wish)
    untouched = room.totals(exam)
    room.done(f"/assignments/{exam['id']}/regrades", json={**wish, "apply": True})

    assert {"ann": "2.5", "bob": "0"} == before == untouched
    assert [("ann", True)] == [(one["login"], one["raised"]) for one in preview["changes"]]
    assert {"ann": "4.5", "bob": "0"} == room.totals(exam)


def test_what_all_papers_have_can_be_dropped(room: ExamRoom) -> None:
    """The exam is then out of less; what only some have is refused, with the way that is fair."""
    exam = room.exam()
    papers = room.papers(exam)
    room.mark(exam, table(ann=answers(papers, "ann"), bob=answers(papers, "bob")))
    path = f"/assignments/{exam['id']}/regrades"
    drawn = next(name.partition("#")[0] for name in key_of(papers, "ann") if "box" not in name)
    wish = {"question": drawn, "way": "drop", "apply": True}
    refused = room.walk.call("teacher", "POST", path, json=wish)
    room.done(path, json={**wish, "question": "demo/box"})
    shown = room.walk.call("teacher", "GET", f"/assignments/{exam['id']}").get_json()

    assert 409 == refused.status_code
    assert "credit" in refused.get_json()["detail"]
    assert ("2", {"ann": "2", "bob": "2"}) == (shown["points"], room.totals(exam))


def test_a_full_disk_deals_nothing(room: ExamRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """The job says so in words; no half of a file, no paper is kept, and later it can be done."""
    exam = room.exam()
    place = f"/assignments/{exam['id']}/papers"
    monkeypatch.setattr("service.jobs.job.Job.file", lambda _job, _suffix: Path("/dev/full"))
    monkeypatch.setattr("pathlib.Path.unlink", lambda _path, missing_ok=False: None)  # noqa: ARG005 - Path's own
    ended = room.job(place, json={})
    monkeypatch.undo()
    kept = room.walk.call("teacher", "GET", place).get_json()["items"]

    assert "error" == ended["status"]
    assert "No space left on device" in ended["error"]
    assert [] == kept
    assert "papers/ann.pdf" in room.papers(exam).namelist()
    assert 2 == len(room.walk.call("teacher", "GET", place).get_json()["items"])


def test_a_plan_that_cannot_be_set_is_refused(room: ExamRoom) -> None:
    """An unknown name with the nearest; every fault of the plan's file; times that don't follow."""
    path = f"/courses/{room.walk.course}/exams"
    given = {"plan": "quizz", "opens_at": "2026-01-01T08:00:00Z", "due_at": "2026-01-01T09:00:00Z"}
    unknown = room.walk.call("teacher", "POST", path, json=given)
    late = {**given, "plan": "quiz", "due_at": given["opens_at"]}
    backward = room.walk.call("teacher", "POST", path, json=late)
    broken = PLAN.replace("points: 8", "points: 9").replace("demo/sum", "demo/sun")
    room.write("exams/quiz.yaml", broken)
    faulty = room.walk.call("teacher", "POST", path, json={**given, "plan": "quiz"})

    assert (404, 422, 422) == (unknown.status_code, backward.status_code, faulty.status_code)
    assert "'quiz'" in unknown.get_json()["detail"]
    assert "due_at" == backward.get_json()["errors"][0]["where"]
    assert any("demo/sun" in one["message"] for one in faulty.get_json()["errors"])


def test_a_newcomer_takes_nobodys_seat(room: ExamRoom) -> None:
    """A second roster's seat that somebody with a paper has is refused with both names."""
    exam = room.exam()
    head = "id,name,seat_row,seat_column\n"
    room.papers(exam, roster=f"{head}ann,Ann,1,2\n")
    path = f"/assignments/{exam['id']}/papers"
    asked = [
        room.walk.call("teacher", "POST", path, json={"roster": f"{head}bob,Bob,1,{column}\n"})
        for column in (2, 3)
    ]

    assert [422, 202] == [one.status_code for one in asked]
    told = "a seat of one's own for Bob, got row 1, column 2, where Ann (ann) sits"
    assert told in asked[0].get_json()["detail"]


def test_a_roster_with_faults_starts_no_job(room: ExamRoom) -> None:
    """Who is not in the course is named with the nearest who is; so is every fault of a row."""
    path = f"/assignments/{room.exam()['id']}/papers"
    wanted = {"roster": "id,name\nanne,Anne\nbob,Bob\n"}
    stranger = room.walk.call("teacher", "POST", path, json=wanted)
    wanted = {"roster": "id,name,language\nann,Ann,fr\nann,Ann,en\n"}
    faulty = room.walk.call("teacher", "POST", path, json=wanted)
    wanted = {"roster": "id,name,seat_row,seat_column\nann,Ann,1,2\nbob,Bob,1,2\n"}
    crowded = room.walk.call("teacher", "POST", path, json=wanted)

    assert 422 == crowded.status_code
    assert "roster:3: seat_row: expected a seat of one's own" in crowded.get_json()["detail"]
    assert (422, 422) == (stranger.status_code, faulty.status_code)
    assert "anne" in stranger.get_json()["detail"]
    assert "ann'" in stranger.get_json()["detail"]
    assert 2 == len(faulty.get_json()["errors"])
    assert [] == room.walk.call("teacher", "GET", "/jobs").get_json()["items"]
