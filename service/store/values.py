"""Rows as frozen values: what leaves the store has a type, with a field for each column."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any, TypeVar

from sqlalchemy import FromClause
from sqlalchemy.sql.elements import ColumnElement

Value = TypeVar("Value")


def columns_of(kind: type[Any], table: FromClause) -> list[ColumnElement[Any]]:
    """The columns of a table that a kind of value has fields for."""
    return [table.c[field.name] for field in fields(kind) if field.name in table.c]


def value_of(kind: type[Value], row: object) -> Value | None:
    """A row as a value of this kind, field by column's name; None for no row."""
    return None if row is None else _made(kind, row)


def values_of(kind: type[Value], rows: Iterable[Any]) -> list[Value]:
    """Rows as values of this kind."""
    return [_made(kind, row) for row in rows]


def _made(kind: type[Value], row: object) -> Value:
    return kind(**{field.name: getattr(row, field.name) for field in fields(kind)})  # type: ignore[arg-type]  # a dataclass
