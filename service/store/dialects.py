"""What SQLite and PostgreSQL say each in its own way: inserts that may meet their own row, locks.

To look first and then to insert is a race: two who look at once both insert, and one of them
fails on the unique constraint. Here the database decides, in one statement.
"""

from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Generic, TypeVar

from sqlalchemy import Column, Connection, Table, func, literal_column, select
from sqlalchemy.dialects import postgresql, sqlite

Statement = TypeVar("Statement")


class StatementByDialect(Generic[Statement]):
    """A statement that is composed once for each database, since it runs with every answer."""

    def __init__(self, compose: Callable[[ModuleType], Statement]) -> None:
        """`compose` is given SQLAlchemy's module of a database, whose `insert` knows upserts."""
        self._statements = {"sqlite": compose(sqlite), "postgresql": compose(postgresql)}

    def on(self, connection: Connection) -> Statement:
        """The statement in the words of this connection's database."""
        return self._statements[connection.dialect.name]


def insert_once(connection: Connection, table: Table, **values: object) -> bool:
    """Whether a row was added; it is not, where one with the same unique values is there."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table).values(**values).on_conflict_do_nothing()
    return connection.execute(statement.returning(*table.primary_key)).first() is not None


def insert_each(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, object]], **same: object
) -> set[str]:
    """The ids of the rows that were added; not of those whose unique values were there.

    `same` are the values that all of them share.
    """
    if not rows:
        return set()
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table).values({**dict.fromkeys(rows[0]), **same})
    statement = statement.on_conflict_do_nothing().returning(table.c.id)
    return set(connection.execute(statement, list(rows)).scalars())


def insert_or_change(
    connection: Connection,
    table: Table,
    unique: Sequence[Column[str]],
    changed: Mapping[str, object],
    **values: object,
) -> None:
    """Add a row, or change what is there under its unique columns."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table).values(**values, **changed)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=unique,
            set_={name: statement.excluded[name] for name in changed},
        )
    )


def lock(connection: Connection, name: str) -> None:
    """Wait until no other transaction holds this name; SQLite writes one after the other anyway."""
    if connection.dialect.name == "postgresql":
        key = func.hashtextextended(name, literal_column("0"))
        connection.execute(select(func.pg_advisory_xact_lock(key)))
