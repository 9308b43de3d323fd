"""Inserts that may meet their own row, which somebody else may be writing at this moment.

To look first and then to insert is a race: two who look at once both insert, and one of them
fails on the unique constraint. Here the database decides, in one statement.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import Column, Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_once(connection: Connection, table: Table, **values: object) -> bool:
    """Whether a row was added; it is not, where one with the same unique values is there."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table).values(**values).on_conflict_do_nothing()
    return connection.execute(statement.returning(*table.primary_key)).first() is not None


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
