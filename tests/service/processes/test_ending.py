"""A Celery worker that is told to end, at the moments when it would rather not."""

import os
import signal
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import select

from service.auth.identity import ALL_SCOPES, Identity
from service.config import read_config
from service.processes.worker import HINT, hints_waiting, make_celery
from service.store.courses import add_course, enrol
from service.store.engine import Store
from service.store.jobs import add_job
from service.store.migrating import migrate
from service.store.people import add_user
from service.store.schema import jobs
from tests.service.world.load import Figure
from tests.service.world.rows import put
from tests.service.world.servers import PATIENCE, Process, Valkey, children, running, until
from tests.service.world.system import System

pytestmark = pytest.mark.servers


@pytest.fixture
def system(tmp_path: Path, database: str, valkey: Valkey) -> System:
    """A distributed service whose database is there, and of which nothing runs yet."""
    with valkey.client() as client:
        client.flushall()
    app = "tests.service.world.loud_worker"
    system = System(tmp_path, database=database, redis_url=valkey.url, app=app)
    store = Store(database)
    migrate(store)
    store.close()
    return system


def is_told(worker: Process) -> bool:
    """Whether the worker has written that it ends."""
    return "Warm shutdown" in worker.log.read_text(encoding="utf-8")


def thread_count(worker: Process) -> int:
    """How many threads its main process has."""
    return len(list(Path(f"/proc/{worker.pid}/task").iterdir()))


def test_told_to_end_with_a_task_on_its_way(system: System, valkey: Valkey, figure: Figure) -> None:
    """What was handed to a process that has not begun it is done, and nobody waits in vain.

    Celery alone forgets such a task, and the process that did it waits 30 s to be asked for it:
    as long as docker-compose.yml gives a worker to end.
    """
    config = read_config(redis_url=valkey.url, database_url=system.database, secret="s" * 32)
    celery = make_celery(config)
    store = Store(system.database)
    with running(system.worker):
        put(store)
        celery.send_task(HINT)
        system.wait_until_graded(PATIENCE)
        threads = thread_count(system.worker)
        for child in children(system.worker.pid):
            os.kill(child, signal.SIGSTOP)
        # At least one of the two processes is idle, and takes what it is handed when it goes on.
        celery.send_task(HINT)
        celery.send_task(HINT)
        until(lambda: hints_waiting(celery) < 2)
        os.kill(system.worker.pid, signal.SIGTERM)
        # It waits for its processes now: meanwhile a thread of Celery's keeps the timers going.
        until(lambda: thread_count(system.worker) > threads)
        assert 0 == system.worker.stop(), system.logs()
    celery.close()
    store.close()

    assert is_told(system.worker)
    assert "could not ensure all messages were consumed" not in system.logs()
    figure("worker told to end while a task is on its way to a process", 1, None)


def jobs_that_wait_for_readers(store: Store, folder: Path, count: int) -> list[Path]:
    """Where so many jobs that wait will put their files: pipes, which wait for somebody to read."""
    with store.write() as connection:
        teacher = add_user(connection, "teacher", "Teacher")
        course = add_course(connection, "CNN")
        enrol(connection, course, teacher, "teacher")
        who = Identity(teacher, "teacher", "Teacher", admin=False, guest=False, scopes=ALL_SCOPES)
        wanted = {"assignment_id": "none"}
        names = [add_job(connection, who, "statistics", wanted, course) for _ in range(count)]
    pipes = [folder / "jobs" / f"{name}-1.csv" for name in names]
    pipes[0].parent.mkdir()
    for pipe in pipes:
        os.mkfifo(pipe)
    return pipes


def ends(store: Store) -> list[str]:
    """How far each job is, in the order in which they were asked for."""
    with store.read() as connection:
        return list(connection.execute(select(jobs.c.status).order_by(jobs.c.id)).scalars())


def test_told_to_end_with_jobs_left(system: System, tmp_path: Path, figure: Figure) -> None:
    """Its two processes finish the jobs that they are at, and leave the others to the next one."""
    store = Store(system.database)
    pipes = jobs_that_wait_for_readers(store, tmp_path, 5)
    with running(system.worker, system.beat), ExitStack() as readers:
        until(lambda: "running" in ends(store))
        os.kill(system.worker.pid, signal.SIGTERM)
        until(lambda: is_told(system.worker))
        for pipe in pipes:
            readers.callback(os.close, os.open(pipe, os.O_RDONLY | os.O_NONBLOCK))
        assert 0 == system.worker.stop(), system.logs()
        left = ends(store)
        system.worker.start()
        until(lambda: {"done"} == set(ends(store)))
    store.close()

    assert {"done", "waiting"} == set(left)
    assert left.count("done") <= 2
    figure("worker told to end with jobs waiting", 1, None)
