"""Background jobs: regrades, statistics, decks and exams, with progress and an end."""

import json
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select, update

from grader.wording import both
from service.config import Config
from service.jobs.kinds import KindOfJob
from service.processes.tasks import Workbench, in_place, run_jobs
from service.queue.drain import DrainCounts, drain
from service.queue.marker import Marker
from service.queue.work import MarkAll
from service.running import Service
from service.store.jobs import claim_job, end_job, report
from service.store.moments import Now
from service.store.schema import jobs, verdicts
from tests.service.world.rows import verdict_counts
from tests.service.world.servers import until
from tests.service.world.walk import Walk, at


def run(service: Service, mark: MarkAll, config: Config) -> None:
    """Do all jobs that wait, here and now."""
    in_place(Workbench(config, service.store, mark), run_jobs)()


def regrade(walk: Walk, assignment: dict[str, Any], **given: object) -> str:
    """The place of a regrade that was asked for."""
    path = f"/assignments/{assignment['id']}/regrades"
    answer = walk.call("teacher", "POST", path, json={"question": "sums/one", **given})
    assert 202 == answer.status_code
    return answer.headers["Location"][7:]


def test_a_regrade_says_first_and_then_does(
    walk: Walk,
    service: Service,
    config: Config,
    grade: Callable[[], DrainCounts],
    marker_of: Callable[[str], Marker],
) -> None:
    """A dry run names who changes by how much; applying writes a second verdict and the log."""
    assignment = walk.assignment()
    walk.submit("ann", walk.variant("ann", assignment), {"sum": "0", "product": "0"})
    walk.submit("bob", walk.variant("bob", assignment))
    grade()
    place = regrade(walk, assignment)
    run(service, marker_of("open_corrected"), config)
    dry = walk.call("teacher", "GET", place).get_json()
    untouched = verdict_counts(service.store)
    regrade(walk, assignment, apply=True)
    run(service, marker_of("open_corrected"), config)
    book = walk.call("teacher", "GET", f"/assignments/{assignment['id']}/gradebook").get_json()

    assert [("ann", "0/2", "1/2")] == [
        (one["login"], one["before"], one["after"]) for one in dry["result"]["changes"]
    ]
    assert ("done", 2, {1}) == (dry["status"], dry["total"], untouched)
    assert {1, 2} == verdict_counts(service.store)
    assert {"Ann": "2", "Bob": "4"} == {row["name"]: row["total"] for row in book["rows"]}


def test_never_lower_spares_everybody(
    walk: Walk,
    service: Service,
    config: Config,
    grade: Callable[[], DrainCounts],
    marker_of: Callable[[str], Marker],
) -> None:
    """With never-lower a stricter question takes no points; without, it does and says so."""
    assignment = walk.assignment()
    walk.submit("ann", walk.variant("ann", assignment))
    grade()
    results = []
    for spare in (True, False):
        place = regrade(walk, assignment, never_lower=spare, apply=True)
        run(service, marker_of("open_stricter"), config)
        results.append(walk.call("teacher", "GET", place).get_json()["result"])

    assert [0, 1] == [result["lowered"] for result in results]


def test_a_regrade_that_is_done_twice_changes_once(
    walk: Walk,
    service: Service,
    config: Config,
    grade: Callable[[], DrainCounts],
    marker_of: Callable[[str], Marker],
) -> None:
    """Applying again finds nothing to change: a job whose worker died can be repeated."""
    assignment = walk.assignment()
    walk.submit("ann", walk.variant("ann", assignment), {"sum": "0", "product": "0"})
    grade()
    for _ in range(2):
        regrade(walk, assignment, apply=True)
        run(service, marker_of("open_corrected"), config)

    assert {2} == verdict_counts(service.store)
    with service.store.read() as connection:
        causes = connection.execute(select(verdicts.c.cause).order_by(verdicts.c.number)).scalars()
        assert ["graded", "regrade"] == [cause.split()[0] for cause in causes]


def test_a_job_that_was_taken_over_is_left_alone(walk: Walk, service: Service) -> None:
    """A worker whose lease lapsed cannot report or end the job that another has now."""
    place = regrade(walk, walk.assignment())
    stale = claim_job(service.store)
    with service.store.write() as connection:
        connection.execute(update(jobs).values(lease_until=Now() - 1))
    fresh = claim_job(service.store)

    assert stale is not None
    assert fresh is not None
    assert not report(service.store, stale, 1, 2)
    assert not end_job(service.store, stale, error="late")
    assert end_job(service.store, fresh, result={})
    assert "done" == walk.call("teacher", "GET", place).get_json()["status"]


def test_a_long_step_keeps_its_lease(
    walk: Walk, service: Service, config: Config, monkeypatch: pytest.MonkeyPatch, marker: Marker
) -> None:
    """While a job is done without a word, its lease is renewed, and nobody takes it over."""
    place = regrade(walk, walk.assignment())
    taken: list[object] = []

    def long_step(*_: object) -> tuple[dict[str, object], None]:
        with service.store.write() as connection:
            connection.execute(update(jobs).values(lease_until=Now() - 1))
        until(lambda: _is_held(service), 30)
        taken.append(claim_job(service.store))
        return {}, None

    monkeypatch.setattr("service.jobs.doing.RENEW_SECONDS", 0.02)
    monkeypatch.setattr(
        "service.jobs.doing.KINDS", {"regrade": KindOfJob(both("regrade"), long_step)}
    )
    run(service, marker, config)

    assert [None] == taken
    assert "done" == walk.call("teacher", "GET", place).get_json()["status"]


def _is_held(service: Service) -> bool:
    with service.store.read() as connection:
        return connection.execute(select(jobs.c.lease_until > Now())).scalar_one()


def test_a_job_that_fails_says_why(
    walk: Walk, service: Service, config: Config, marker: Marker
) -> None:
    """A tag that no question has ends the job with the nearest one."""
    answer = walk.call("teacher", "POST", "/decks", json={"tag": "cnn::poling"})
    run(service, marker, config)
    job = walk.call("teacher", "GET", answer.headers["Location"][7:]).get_json()

    assert "error" == job["status"]
    assert "cnn::pooling" in job["error"]


ROSTER = (
    "id;name;seat_row;seat_column;language;extra_time;large_print\n"
    "ann;Ann 安;0;3;zh;25;yes\nbob;Bob;0;4;;;\n"
)


def test_an_exam_is_printed_for_the_seats_of_a_roster(
    walk: Walk, service: Service, config: Config, marker: Marker
) -> None:
    """Seat, language, extra time and large print are on the paper; the whole set is in the zip."""
    given = {"plan": "convolutional_networks", "opens_at": at(1), "due_at": at(2)}
    exam = walk.call("teacher", "POST", f"/courses/{walk.course}/exams", json=given).get_json()
    wanted = {"roster": ROSTER}
    answer = walk.call("teacher", "POST", f"/assignments/{exam['id']}/papers", json=wanted)
    place = answer.headers["Location"][7:]
    run(service, marker, config)
    job = walk.call("teacher", "GET", place).get_json()
    file = walk.call("teacher", "GET", f"{place}/file")

    assert ("done", 2, job["total"]) == (job["status"], job["result"]["papers"], job["done"]), job
    with zipfile.ZipFile(BytesIO(file.data)) as archive:
        names = set(archive.namelist())
        paper = json.loads(archive.read("papers/ann.json"))
    whole = {"papers.pdf", "keys.pdf", "marking.pdf", "fairness.html", "manifest.json"}
    assert whole | {"papers/ann.pdf", "keys/bob.pdf", "questions.json"} <= names
    assert ("zh", 75, 1, 3) == (
        paper["student"]["language"], paper["minutes"],
        paper["student"]["seat_row"], paper["student"]["seat_column"],
    )  # fmt: skip


def test_statistics_count_first_attempts(
    walk: Walk, service: Service, config: Config, grade: Callable[[], DrainCounts], marker: Marker
) -> None:
    """A second, right attempt does not count; the job says the same as the page's answer."""
    assignment = walk.assignment()
    variant = walk.variant("ann", assignment)
    walk.submit("ann", variant, {"sum": "0", "product": "0"})
    grade()
    walk.submit("ann", variant)
    grade()
    path = f"/assignments/{assignment['id']}/statistics"
    now = walk.call("teacher", "GET", path).get_json()["items"]["sums/one"]
    place = walk.call("teacher", "POST", path).headers["Location"][7:]
    run(service, marker, config)
    later = walk.call("teacher", "GET", place).get_json()["result"]["items"]["sums/one"]

    assert (1, 0, 0.0) == (now["n"], now["right"], now["mean"])
    assert now == later


def test_what_is_no_first_attempt_counts_nowhere(
    walk: Walk, grade: Callable[[], DrainCounts]
) -> None:
    """Staff's own tries, what could not be read, and a second try while the first one waits."""
    assignment = walk.assignment()
    path = f"/assignments/{assignment['id']}/statistics"
    walk.submit("teacher", walk.variant("teacher", assignment))
    variant = walk.variant("ann", assignment)
    walk.submit("ann", variant, {"sum": "unreadable"})
    grade()
    none = walk.call("teacher", "GET", path).get_json()["items"]
    walk.submit("ann", variant, {"sum": "0", "product": "0"})
    waiting = walk.call("teacher", "GET", path).get_json()["items"]
    grade()
    walk.submit("ann", variant)
    grade()
    first = walk.call("teacher", "GET", path).get_json()["items"]["sums/one"]

    assert {} == none == waiting
    assert (1, 0, 0.0) == (first["n"], first["right"], first["mean"])


def test_a_deck_is_made_and_fetched(
    walk: Walk, service: Service, config: Config, marker: Marker
) -> None:
    """A deck job gives an Anki package, to the one who asked and to nobody else."""
    answer = walk.call("teacher", "POST", "/decks", json={"lang": "en", "tag": "cnn::pooling"})
    place = answer.headers["Location"][7:]
    run(service, marker, config)
    job = walk.call("teacher", "GET", place).get_json()
    file = walk.call("teacher", "GET", f"{place}/file")

    assert ("done", True) == (job["status"], job["has_file"]), job
    assert "collection.anki2" in zipfile.ZipFile(BytesIO(file.data)).namelist()
    assert 404 == walk.call("ann", "GET", f"{place}/file").status_code


def test_questions_are_exported_and_fetched(
    walk: Walk, service: Service, config: Config, marker: Marker
) -> None:
    """An export job gives the file of its format, and says what each question loses there."""
    asked = {"format": "moodle", "tag": "cnn::pooling", "variants": 2, "lang": "both"}
    answer = walk.call("teacher", "POST", "/exports", json=asked)
    place = answer.headers["Location"][7:]
    run(service, marker, config)
    job = walk.call("teacher", "GET", place).get_json()
    file = walk.call("teacher", "GET", f"{place}/file")

    assert ("done", True) == (job["status"], job["has_file"]), job
    assert job["result"]["questions"] <= job["result"]["variants"]
    assert "fresh-numbers" in {name for of in job["result"]["losses"].values() for name in of}
    assert job["result"]["variants"] == file.data.count(b"<idnumber>")
    assert b"zh_cn" in file.data
    assert 404 == walk.call("ann", "GET", f"{place}/file").status_code


def test_an_exams_plan_is_exported_with_its_points(
    walk: Walk, service: Service, config: Config, marker: Marker
) -> None:
    """A plan's questions go out with the plan's title and points; one that isn't there is told."""
    places = [
        walk.call("teacher", "POST", "/exports", json={"format": "canvas", "plan": plan}).headers[
            "Location"
        ][7:]
        for plan in ("midterm", "midtrem")
    ]
    both = {"format": "canvas", "plan": "midterm", "tag": "cnn"}
    mixed = walk.call("teacher", "POST", "/exports", json=both)
    run(service, marker, config)
    done, missing = (walk.call("teacher", "GET", place).get_json() for place in places)
    content = walk.call("teacher", "GET", f"{places[0]}/file").data
    archive = zipfile.ZipFile(BytesIO(content))
    quiz = "".join(archive.read(name).decode() for name in archive.namelist() if "xml" in name)

    assert "done" == done["status"], done
    # Five places, of which two draw from two questions each.
    assert 7 == done["result"]["questions"]
    assert "Midterm: convolutional networks" in quiz
    assert 422 == mixed.status_code
    assert "midterm" in missing["error"]


def test_an_export_that_cannot_be_is_refused_or_says_why(
    walk: Walk, service: Service, config: Config, marker: Marker
) -> None:
    """Two languages for Canvas are refused at once; an unknown question ends the job in words."""
    both = walk.call("teacher", "POST", "/exports", json={"format": "canvas", "lang": "both"})
    wish = {"format": "qti30", "questions": ["cnn/multiply-ads"]}
    place = walk.call("teacher", "POST", "/exports", json=wish).headers["Location"][7:]
    run(service, marker, config)

    assert 422 == both.status_code
    assert "cnn/multiply-adds" in walk.call("teacher", "GET", place).get_json()["error"]


def test_marking_that_stops_halfway_is_counted(
    walk: Walk,
    service: Service,
    config: Config,
    grade: Callable[[], DrainCounts],
    marker_of: Callable[[str], Marker],
    marker: Marker,
) -> None:
    """A marker without a verdict leaves the old one, and the report counts it."""
    assignment = walk.assignment()
    walk.submit("ann", walk.variant("ann", assignment))
    grade()
    place = regrade(walk, assignment, apply=True)

    run(service, marker_of("open_refusing"), config)
    result = walk.call("teacher", "GET", place).get_json()["result"]

    assert (1, 1, []) == (result["submissions"], result["failed"], result["changes"])
    assert 0 == drain(service.store, marker).claimed
