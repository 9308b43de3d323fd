"""Paging: a list in parts, each with the key at which the next begins."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Select
from sqlalchemy.sql.elements import ColumnElement

from service.store.values import values_of

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Portion(Generic[Value]):
    """Some of a list, and the `after` of what follows; None where nothing does."""

    items: Sequence[Value]
    next: str | None


def portion_in(
    items: Sequence[Value], key: Callable[[Value], str], *, limit: int, after: str = ""
) -> Portion[Value]:
    """The items of a sorted list that come after a key.

    >>> portion_in(["a", "b", "c"], str, limit=1, after="a")
    Portion(items=['b'], next='b')
    """
    later = [one for one in items if key(one) > after]
    return Portion(later[:limit], key(later[limit - 1]) if len(later) > limit else None)


def portion_of(
    kind: type[Value],
    connection: Connection,
    statement: Select[Any],
    key: ColumnElement[str],
    *,
    limit: int,
    after: str = "",
    newest_first: bool = False,
) -> Portion[Value]:
    """The rows of a statement that come after a key, by that key, as values of this kind."""
    if after:
        statement = statement.where(key < after if newest_first else key > after)
    order = key.desc() if newest_first else key
    rows = connection.execute(statement.order_by(order).limit(limit + 1)).all()
    more = rows[limit - 1].id if len(rows) > limit else None
    return Portion(values_of(kind, rows[:limit]), more)
