"""The store is locked, slow or gone between a claim and its verdict: each keeps its own."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from threading import Timer

import pytest

from service.queue.claim import QueueRules
from service.queue.drain import DrainCounts, drain
from service.queue.marker import Marker
from service.queue.sweep import sweep
from service.queue.work import MarkAll, MarkingResult, Work
from service.store.engine import Store, StoreBusyError
from service.store.migrating import migrate
from tests.service.world.load import Figure
from tests.service.world.locked import locked, make_impatient
from tests.service.world.rows import (
    expire_leases,
    mistaken,
    put_class,
    statuses,
    verdict_counts,
)
from tests.service.world.servers import Postgres, postgres_folder, running

# A lease so short that what was marked is written after each slice.
IN_GROUPS = QueueRules(batch=64, lease_seconds=0)
STEPS = ("before the claim", "before a group is written", "before the rest's leases are renewed")
COUNT = 20


def drain_with(
    store: Store, mark: MarkAll, step: str, trouble: Callable[[], object]
) -> DrainCounts:
    """Grade, and let trouble come once, at a step of the first batch."""
    troubles = [trouble]

    def at(now: str) -> None:
        if now == step and troubles:
            troubles.pop()()

    def marked(works: Sequence[Work]) -> list[MarkingResult]:
        outcomes = mark(works)
        at(STEPS[1])
        return outcomes

    at(STEPS[0])
    return drain(store, marked, IN_GROUPS, ended=lambda _: at(STEPS[2]))


def each_has_its_own(store: Store, mark: MarkAll, count: int) -> None:
    """After the leases everything is graded, once, and each verdict is about its own answers."""
    expire_leases(store)
    sweep(store, IN_GROUPS)
    drain(store, mark)
    assert {"graded": count} == statuses(store)
    assert {1} == verdict_counts(store)
    assert [] == mistaken(store)


@pytest.mark.parametrize("step", STEPS)
def test_a_locked_database_mistakes_nobody(store: Store, marker: Marker, step: str) -> None:
    """Whoever finds the database locked gives up, and nobody gets another's verdict."""
    make_impatient(store)
    put_class(store, COUNT)
    with ExitStack() as held, pytest.raises(StoreBusyError):
        drain_with(store, marker, step, lambda: held.enter_context(locked(store)))

    each_has_its_own(store, marker, COUNT)


def test_a_lock_in_mid_batch_and_slow_marking(store: Store, marker: Marker, figure: Figure) -> None:
    """Marking takes over a third of a lease, then there is no writing: sixty get their own."""
    make_impatient(store)
    put_class(store, 60, "sleep 0.02")
    rules = QueueRules(batch=64, lease_seconds=1)
    marked: list[int] = []
    with ExitStack() as held:

        def mark(works: Sequence[Work]) -> list[MarkingResult]:
            if not marked:
                held.enter_context(locked(store))
            marked.append(len(works))
            return marker(works)

        with pytest.raises(StoreBusyError):
            drain(store, mark, rules)
        assert {"grading": 60} == statuses(store)

    assert 0 < sum(marked) < 60
    each_has_its_own(store, marker, 60)
    figure("database locked in mid-batch; of 60 students each has their own verdict", 1, None)


@pytest.mark.parametrize("step", STEPS)
def test_a_slow_database_is_waited_for(store: Store, marker: Marker, step: str) -> None:
    """A lock that is let go in time delays the verdicts and changes none."""
    put_class(store, COUNT)
    with ExitStack() as held:

        def lock_for_a_while() -> None:
            held.enter_context(locked(store))
            Timer(0.3, held.close).start()

        done = drain_with(store, marker, step, lock_for_a_while)

    assert DrainCounts(COUNT, COUNT) == done
    each_has_its_own(store, marker, COUNT)


@pytest.fixture
def postgres_of_ours() -> Iterator[Postgres]:
    """A PostgreSQL server that may be killed."""
    with postgres_folder() as folder:
        server = Postgres(folder)
        server.create()
        with running(server):
            server.wait()
            yield server


@pytest.mark.servers
def test_a_database_that_goes_away_mistakes_nobody(
    postgres_of_ours: Postgres, marker: Marker, figure: Figure
) -> None:
    """PostgreSQL is killed at each step in turn: all is graded once, each with its own verdict."""
    store = Store(postgres_of_ours.database("gradeck"))
    migrate(store)
    for number, step in enumerate(STEPS, start=1):
        put_class(store, COUNT)
        with pytest.raises(StoreBusyError):
            drain_with(store, marker, step, postgres_of_ours.kill)
        postgres_of_ours.start()
        postgres_of_ours.wait()
        each_has_its_own(store, marker, number * COUNT)
    store.close()
    figure("PostgreSQL killed (-9) before the claim, before and between the writes", 3, None)


def test_sources_that_cannot_be_read_fail_nobody(
    database: str, marker_of: Callable[[str], Marker]
) -> None:
    """The marker wants a source and the versions are locked: later there is a verdict for all."""
    store = Store(database)
    migrate(store)
    make_impatient(store)
    put_class(store, COUNT)
    forgetful = marker_of("open_forgetful")
    with locked(store, "question_versions", "ACCESS EXCLUSIVE"), pytest.raises(StoreBusyError):
        drain(store, forgetful)

    each_has_its_own(store, forgetful, COUNT)
    store.close()
