"""What real processes write down when something fails: where, and nothing about anybody."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from service.auth.identity import ALL_SCOPES, Identity
from service.classroom.exams import set_exam
from service.config import read_config
from service.jobs.papers import ask_papers
from service.running import build
from service.store.courses import add_course, enrol
from service.store.engine import Store
from service.store.people import add_user
from service.store.schema import jobs, variants
from tests.service.world.load import Figure
from tests.service.world.rows import add_sum, put
from tests.service.world.servers import Valkey, running, until
from tests.service.world.sums import Sums
from tests.service.world.system import SETTINGS, System

pytestmark = pytest.mark.servers

PLAN = "convolutional_networks"
NAME = "Wilhelmina Quatermain"
ANSWER = "47114711"
# Whoever is told that a row cannot be written is told the row too.
NO_VERDICTS = "ALTER TABLE submissions ADD CONSTRAINT none CHECK (status <> 'graded')"


@pytest.fixture
def system(tmp_path: Path, database: str, valkey: Valkey) -> System:
    """A distributed service, not yet started."""
    with valkey.client() as client:
        client.flushall()
    return System(tmp_path, database=database, redis_url=valkey.url)


def exam_that_fails(store: Store, folder: Path) -> str:
    """A job that fails with secret and names at hand: where its file goes there is a folder."""
    with store.write() as connection:
        teacher = add_user(connection, "teacher", "Teacher")
        course = add_course(connection, "CNN")
        enrol(connection, course, teacher, "teacher")
        enrol(connection, course, add_user(connection, "mina", NAME), "student")
        who = Identity(teacher, "teacher", "Teacher", admin=False, guest=False, scopes=ALL_SCOPES)
    service = replace(build(read_config(data=folder), Sums()), store=store)
    held = datetime(2026, 1, 1, 8, tzinfo=UTC)
    exam = set_exam(service, who, course, PLAN, opens_at=held, due_at=held + timedelta(hours=1))
    job = ask_papers(service, who, exam)
    (folder / "jobs" / f"{job}-1.zip").mkdir(parents=True)
    return job


def test_what_fails_is_logged_without_secrets(
    system: System, tmp_path: Path, figure: Figure
) -> None:
    """A job and a task fail in a worker: the logs say where, and hold nobody's name or answer."""
    store = Store(system.database)
    with running(system.web):
        system.web.wait()
        owner = add_sum(store)
        put(store, 1, {"sum": ANSWER}, owner)
        with store.write() as connection:
            connection.execute(text(NO_VERDICTS))
        job = exam_that_fails(store, tmp_path)
        with running(system.worker, system.beat):
            until(lambda: "job failed" in system.logs() and "IntegrityError" in system.logs())
            assert 0 == system.worker.stop()
    with store.read() as connection:
        ended = connection.execute(select(jobs).where(jobs.c.id == job)).one()
        seed = connection.execute(select(variants.c.seed)).scalar_one()
    store.close()
    logs = system.logs()
    lines = [json.loads(line) for line in logs.splitlines() if line.startswith("{")]
    failed = next(line for line in lines if line["event"] == "job failed")
    refused = next(line for line in lines if line.get("exception") == "IntegrityError")

    assert ("error", "this should not have happened: IsADirectoryError") == (
        ended.status, ended.error,
    )  # fmt: skip
    assert ("IsADirectoryError", job) == (failed["exception"], failed["job"])
    assert any("print_exam" in place for place in failed["places"])
    assert any("grade_waiting" in place for place in refused["places"])
    for told in (NAME, ANSWER, SETTINGS["GRADECK_SECRET"], seed, "locals"):
        assert told not in logs
    figure("a job and a task fail with names, an answer and the secret at hand", 2, None)
