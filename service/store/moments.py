"""Moments: whole milliseconds since 1970 (UTC), read from the database's clock.

Leases, due times and expiries are compared by one clock, the database's, so that a web or
worker host whose clock is an hour off neither steals a lease nor closes an assignment early.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, Connection, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

SECOND = 1000
DAY = 86_400 * SECOND
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = 253_402_300_799_999


class Now(FunctionElement[int]):
    """The database's present moment in milliseconds; moves on within a transaction."""

    type = BigInteger()
    inherit_cache = True
    name = "gradeck_now"


@compiles(Now, "sqlite")
def _now_in_sqlite(_element: Now, _compiler: SQLCompiler, **_options: object) -> str:
    return "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"


@compiles(Now, "postgresql")
def _now_in_postgresql(_element: Now, _compiler: SQLCompiler, **_options: object) -> str:
    # now() stands still for the length of a transaction, and a lease must not start in the past.
    return "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)"


def now(connection: Connection) -> int:
    """The present moment, by the database's clock."""
    return connection.execute(select(Now())).scalar_one()


def as_text(moment: int | None) -> str | None:
    """A moment as RFC 3339 text in UTC, or None.

    >>> as_text(1_700_000_000_123)
    '2023-11-14T22:13:20.123Z'
    """
    if moment is None:
        return None
    then = datetime.fromtimestamp(moment // SECOND, UTC)
    return f"{then:%Y-%m-%dT%H:%M:%S}.{moment % SECOND:03d}Z"


def from_datetime(then: datetime) -> int:
    """The moment of an aware datetime, 1970 for what is earlier and 9999 for what is later.

    >>> from_datetime(datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC))
    1700000000000
    """
    milliseconds = (then - _EPOCH) // timedelta(milliseconds=1)
    return min(max(milliseconds, 0), _LAST)
