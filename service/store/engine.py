"""The store: one database engine, reads and writes as short transactions.

SQLite needs three settings in this order, or it loses updates silently or answers
"database is locked": `busy_timeout` before anything that may wait, the driver's own
transactions switched off (`isolation_level=None`), and `BEGIN IMMEDIATE` for every
transaction that will write. Texts of errors never quote the values of a statement
(`hide_parameters`): these are answers, names and tokens.
"""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from grader.errors import GradeckError

BUSY_MS = 15_000
PASSING_IN_SQLITE = (
    "SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN",
    "SQLITE_READONLY",
)  # fmt: skip

# The class of SQLSTATE of what is too large, for an index say: that is refused each time.
PROGRAM_LIMIT = "54"


class StoreBusyError(GradeckError):
    """The database cannot take a write or answer a read at the moment."""


class Store:
    """A database and the way in: `read()` and `write()` each open one transaction."""

    def __init__(self, url: str, *, pool_size: int = 20) -> None:
        """Open the engine; nothing is connected before the first transaction."""
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine: Engine = _sqlite(url, pool_size) if self.is_sqlite else _server(url, pool_size)
        # PostgreSQL gives each statement a snapshot of its own anyway: without BEGIN and ROLLBACK
        # around it a read is one exchange instead of three.
        self._reads = (
            self.engine
            if self.is_sqlite
            else self.engine.execution_options(isolation_level="AUTOCOMMIT")
        )
        # SQLite waits for its write lock by sleeping up to 100 ms; threads of one process
        # queue here instead and are woken at once.
        self._writer = threading.RLock() if self.is_sqlite else None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that only reads; every error of the connection is a StoreBusyError."""
        with _clear_errors(), self._reads.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A connection whose transaction commits at the end of the block, or leaves no trace."""
        if self._writer is not None:
            self._writer.acquire()
        try:
            with (
                _clear_errors(),
                self.engine.connect().execution_options(gradeck_writes=True) as connection,
                connection.begin(),
            ):
                yield connection
        finally:
            if self._writer is not None:
                self._writer.release()

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


@contextmanager
def _clear_errors() -> Iterator[None]:
    try:
        yield
    except PoolTimeoutError as error:
        message = "all connections to the database are in use; try again"
        raise StoreBusyError(message) from error
    except DBAPIError as error:
        if _is_passing(error):
            message = f"the database did not answer ({type(error.orig).__name__}); try again"
            raise StoreBusyError(message) from error
        raise


def _is_passing(error: DBAPIError) -> bool:
    """Whether the same statement may succeed later: connection lost, disk full, lock held."""
    if isinstance(error.orig, sqlite3.Error):
        name = getattr(error.orig, "sqlite_errorname", "")
        return name.startswith(PASSING_IN_SQLITE)
    if error.connection_invalidated:
        return True
    return isinstance(error.orig, psycopg.OperationalError) and not (
        error.orig.sqlstate or ""
    ).startswith(PROGRAM_LIMIT)


def _sqlite(url: str, pool_size: int) -> Engine:
    path = make_url(url).database
    if path:
        Path(path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # SQLite's own files beside it take its rights over: answers and names are nobody else's.
        if not Path(path).exists():
            os.close(os.open(path, os.O_CREAT, 0o600))
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=40,
        hide_parameters=True,
        connect_args={"isolation_level": None, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("gradeck_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _server(url: str, pool_size: int) -> Engine:
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=20,
        hide_parameters=True,
        pool_timeout=5,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": 5,
            "keepalives_idle": 10,
            "keepalives_interval": 3,
            "keepalives_count": 3,
            "options": "-c statement_timeout=20000 -c idle_in_transaction_session_timeout=30000",
        },
    )
