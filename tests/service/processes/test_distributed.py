"""Web process, Valkey, Celery workers, PostgreSQL: the same task, in other processes."""

import pytest

from service.store.engine import Store
from tests.service.world.rows import statuses, verdict_counts
from tests.service.world.sums import right_for
from tests.service.world.system import System

pytestmark = pytest.mark.servers


def test_a_submission_is_graded_by_a_worker(distributed: System) -> None:
    """`Prefer: wait` brings the verdict of a Celery worker in one request."""
    with distributed.student() as student:
        variant = student.deal()
        answer = student.submit(variant, right_for(variant["text"]["en"]), wait=20)

    assert (201, "graded") == (answer.status_code, answer.json()["status"])
    assert 2 == answer.json()["verdict"]["score"]


def test_many_are_each_graded_once(distributed: System) -> None:
    """Two hundred submissions through two worker processes: one verdict each."""
    with distributed.student() as student:
        variant = student.deal()
        for number in range(200):
            assert 202 == student.submit(variant, {"sum": str(number)}).status_code

    distributed.wait_until_graded()
    store = Store(distributed.database)
    assert {"graded": 200} == statuses(store)
    assert {1} == verdict_counts(store)
    store.close()


def test_the_embedded_service_needs_no_server(embedded: System) -> None:
    """The same requests on SQLite, marked by the one process."""
    with embedded.student() as student:
        variant = student.deal()
        answer = student.submit(variant, right_for(variant["text"]["en"]), wait=20)

    assert (201, 2) == (answer.status_code, answer.json()["verdict"]["score"])
