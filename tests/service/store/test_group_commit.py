"""Group commit: one item that the database refuses takes none of its neighbours along."""

import secrets
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from service.store.engine import Store, StoreBusyError
from service.store.group_commit import GroupCommit
from service.store.migrating import migrate
from service.store.submissions import HandInResult, NewSubmission, Received, receive
from tests.service.world.locked import locked, make_impatient
from tests.service.world.rows import add_sum, statuses, submission
from tests.service.world.servers import until

COUNT = 8


def test_a_row_too_large_for_its_index_fails_alone(database: str) -> None:
    """PostgreSQL refuses a key of 100 kB for good; who shared its transaction is stored."""
    store = Store(database)
    migrate(store)
    owner = add_sum(store)
    waiting = [submission(*owner) for _ in range(COUNT)]
    large = submission(*owner, key=secrets.token_hex(50_000))
    sizes: list[int] = []

    def apply(connection: Connection, items: Sequence[NewSubmission]) -> Sequence[HandInResult]:
        if not sizes:
            # The first to come leads alone; meanwhile all the others queue up behind it.
            until(lambda: len(group._queue) == COUNT)
        sizes.append(len(items))
        return receive(connection, items)

    group = GroupCommit(store, apply)
    with ThreadPoolExecutor(COUNT + 1) as pool:
        good = [pool.submit(group.write, item) for item in waiting]
        bad = pool.submit(group.write, large)
    stored = [future.result() for future in good]

    assert [1, COUNT] == sizes[:2]
    with pytest.raises(OperationalError, match="index row"):
        bad.result()
    assert [Received(item.id) for item in waiting] == stored
    assert {"waiting": COUNT} == statuses(store)
    store.close()


def test_a_locked_database_is_told_to_all_who_wait(store: Store) -> None:
    """What may pass by itself is nobody's fault: each is told to try again, and then stored."""
    make_impatient(store)
    group = GroupCommit(store, receive)
    item = submission(*add_sum(store))
    with locked(store), pytest.raises(StoreBusyError):
        group.write(item)

    assert Received(item.id) == group.write(item)
