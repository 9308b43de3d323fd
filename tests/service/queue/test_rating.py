"""Practice counts with its verdict: from a page or the API, looked at or not, embedded or not."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from cards.schedule import study_day
from service.queue.claim import QueueRules
from service.queue.drain import drain
from service.queue.marker import Marker, MarkerRules
from service.queue.sweep import sweep
from service.running import Service
from service.store.engine import Store
from service.store.schema import practice, submissions
from tests.service.world.rows import (
    add_sum,
    expire_leases,
    hand_in,
    right_answers,
    row,
    statuses,
    submission,
    verdict_counts,
)
from tests.service.world.sums import right_for
from tests.service.world.system import System

DAY = "2026-03-02"
# What makes the store refuse a rating: a statement for each database.
REFUSE = {
    "sqlite": """CREATE TRIGGER refuse BEFORE INSERT ON practice
        BEGIN SELECT RAISE(ABORT, 'refused'); END""",
    "postgresql": """CREATE TRIGGER refuse BEFORE INSERT ON practice
        FOR EACH ROW EXECUTE FUNCTION gradeck_refuse()""",
}
ALLOW = {"sqlite": "DROP TRIGGER refuse", "postgresql": "DROP TRIGGER refuse ON practice"}


@pytest.fixture
def marker() -> Iterator[Marker]:
    """The real marking process, over the bank of sums."""
    marker = Marker(MarkerRules("tests.service.world.sums:open_sums", seconds=10))
    yield marker
    marker.close()


def kept(store: Store) -> list[tuple[str | None, int | None]]:
    """The study day and the rating of every practised variant."""
    with store.read() as connection:
        return [tuple(found) for found in connection.execute(
            select(practice.c.day, practice.c.rating)
        )]  # fmt: skip


@pytest.mark.parametrize(
    ("why", "tries", "rating"),
    [
        ("right is Good", ["right"], 3),
        ("wrong is Again, whatever follows", ["wrong", "right"], 1),
        ("what cannot be read counts for nothing", ["unreadable", "right"], 3),
        ("one wrong part is wrong, if the other is missing too", ["half wrong"], 1),
        ("half of it right is not rated yet", ["half right"], None),
    ],
)
def test_the_first_full_verdict_rates_a_variant(
    store: Store, marker: Marker, why: str, tries: list[str], rating: int | None
) -> None:
    """On both stores, by the real marker: once it is graded the schedule knows how it went."""
    user_id, variant_id = add_sum(store)
    right = right_answers(user_id)
    answers = {
        "right": right,
        "wrong": {**right, "sum": "0"},
        "unreadable": {**right, "sum": "no"},
        "half wrong": {"sum": "0"},
        "half right": {"sum": right["sum"]},
    }
    for one in tries:
        hand_in(store, submission(user_id, variant_id, answers[one], study_day=DAY))
        drain(store, marker)

    assert ([(DAY, rating)] if rating else []) == kept(store)


def test_homework_is_not_rated(store: Store, marker: Marker) -> None:
    """A submission without a study day drives no schedule."""
    user_id, variant_id = add_sum(store)
    hand_in(store, submission(user_id, variant_id, right_answers(user_id)))
    drain(store, marker)

    assert {"graded": 1} == statuses(store)
    assert [] == kept(store)


def test_a_verdict_and_its_rating_are_written_together(store: Store, marker: Marker) -> None:
    """Where the rating cannot be stored there is no verdict either; later both come, once each."""
    user_id, variant_id = add_sum(store)
    given = submission(user_id, variant_id, right_answers(user_id), study_day=DAY)
    hand_in(store, given)
    dialect = store.engine.dialect.name
    with store.write() as connection:
        connection.execute(text(REFUSE[dialect]))
    with pytest.raises(DBAPIError):
        drain(store, marker)
    between = (row(store, given.id).status, row(store, given.id).verdict, kept(store))
    with store.write() as connection:
        connection.execute(text(ALLOW[dialect]))
    expire_leases(store)
    sweep(store, QueueRules())
    drain(store, marker)

    assert ("grading", None, []) == between
    assert [(DAY, 3)] == kept(store)
    assert {1} == verdict_counts(store)


def practise_by_api(system: System) -> None:
    """Wrong, then right, then looked at: it was wrong, on the day that it was where I am."""
    far = "Pacific/Kiritimati"  # 14 hours before UTC: for most of a day it is tomorrow there
    with system.student() as student:
        variant = student.deal()
        right = right_for(variant["text"]["en"])
        for answers in ({**right, "sum": "0"}, right):
            given = {"variant": variant["id"], "answers": answers, "zone": far}
            done = student.client.post(
                "/api/v1/submissions", json=given, headers={"Prefer": "wait=20"}
            )
            assert "graded" == done.json()["status"]
        assert student.client.get(f"/variants/{variant['id']}").is_success
    store = Store(system.database)
    with store.read() as connection:
        first = connection.execute(select(submissions.c.received_at)).scalars().first()
    found = kept(store)
    store.close()
    moment = datetime.fromtimestamp((first or 0) / 1000, UTC)
    assert [(study_day(moment, ZoneInfo(far)).isoformat(), 1)] == found


@pytest.mark.servers
def test_practice_by_api_counts_with_a_worker(distributed: System) -> None:
    """PostgreSQL, Valkey, a Celery worker: the worker that writes the verdict writes the rating."""
    practise_by_api(distributed)


@pytest.mark.servers
def test_practice_by_api_counts_embedded(embedded: System) -> None:
    """The same in the one process with SQLite."""
    practise_by_api(embedded)


def test_an_unknown_zone_is_refused(
    client: FlaskClient, ada: dict[str, str], dealt: dict[str, Any]
) -> None:
    """A zone that is none is named, with the nearest one."""
    for zone in ("Asia/Shanghi", "../../etc/passwd", ""):
        given = {"variant": dealt["id"], "answers": {"sum": "1"}, "zone": zone}
        answer = client.post("/api/v1/submissions", json=given, headers=ada)
        assert (404, "unknown name") == (answer.status_code, answer.get_json()["title"])
        assert f"there is no time zone {zone!r}" in answer.get_json()["detail"]


def test_a_practised_day_begins_at_four_in_the_morning_where_the_student_is(
    client: FlaskClient, service: Service, ada: dict[str, str], dealt: dict[str, Any]
) -> None:
    """Zones a day apart at one moment: each answer keeps the study day of its own."""
    days = set()
    for zone in ("Pacific/Kiritimati", "Etc/GMT+12"):
        given = {"variant": dealt["id"], "answers": {"sum": "1"}, "zone": zone}
        assert 202 == client.post("/api/v1/submissions", json=given, headers=ada).status_code
    with service.store.read() as connection:
        days = {date.fromisoformat(day) for (day,) in connection.execute(
            select(submissions.c.study_day)
        )}  # fmt: skip

    assert timedelta(days=1) <= max(days) - min(days) <= timedelta(days=2)
