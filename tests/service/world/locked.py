"""A database that somebody else holds a lock in, and a store that soon gives up waiting for it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import event

from service.store.engine import Store

PATIENCE_MS = 50


def make_impatient(store: Store, milliseconds: int = PATIENCE_MS) -> None:
    """From now on the store's connections wait for a lock no longer than this."""
    name = "PRAGMA busy_timeout" if store.is_sqlite else "SET lock_timeout"

    @event.listens_for(store.engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - either driver's
        connection.cursor().execute(f"{name} = {milliseconds}")
        connection.commit()

    store.engine.dispose()


@contextmanager
def locked(store: Store, table: str = "submissions", mode: str = "EXCLUSIVE") -> Iterator[None]:
    """For the length of the block another connection holds the lock that writing needs."""
    other: Any
    if store.is_sqlite:
        # Let go by whichever thread comes to it.
        other = sqlite3.connect(
            str(store.url.database), isolation_level=None, check_same_thread=False
        )
        other.execute("BEGIN IMMEDIATE")
    else:
        url = store.url.set(drivername="postgresql")
        other = psycopg.connect(url.render_as_string(hide_password=False))
        other.execute(f"LOCK TABLE {table} IN {mode} MODE")
    try:
        yield
    finally:
        other.rollback()
        other.close()
