"""Practice: the log of how variants went, from which each question's schedule is replayed."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects import postgresql, sqlite

from service.store.moments import Now
from service.store.schema import practice


def reveal_hint(connection: Connection, variant: Row[Any], most: int) -> int:
    """How many hints of a practised variant are open, with one more, up to `most`."""
    _keep(connection, variant)
    connection.execute(
        update(practice)
        .where(practice.c.variant_id == variant.id, practice.c.hints < most)
        .values(hints=practice.c.hints + 1)
    )
    return int(
        connection.execute(
            select(practice.c.hints).where(practice.c.variant_id == variant.id)
        ).scalar_one()
    )


def rate(
    connection: Connection, variant: Row[Any], day: str, rating: int, *, again: bool = False
) -> None:
    """Keep how a variant went, on which study day; only the first time, unless `again`.

    `again` is the student's own word on how it went: the day stays.
    """
    _keep(connection, variant)
    unrated = practice.c.rating.is_(None)
    statement = update(practice).where(practice.c.variant_id == variant.id)
    if again:
        connection.execute(statement.where(~unrated).values(rating=rating))
    else:
        connection.execute(statement.where(unrated).values(day=day, rating=rating, rated_at=Now()))


def practised(connection: Connection, variant_id: str) -> Row[Any] | None:
    """What is kept of a practised variant."""
    return connection.execute(select(practice).where(practice.c.variant_id == variant_id)).first()


def review_log(connection: Connection, user_id: str) -> Sequence[Row[Any]]:
    """A user's rated variants, in the order in which they were answered."""
    return connection.execute(
        select(practice)
        .where(practice.c.user_id == user_id, practice.c.rating.is_not(None))
        .order_by(practice.c.day, practice.c.rated_at, practice.c.variant_id)
    ).all()


def _keep(connection: Connection, variant: Row[Any]) -> None:
    """A line for the variant, if it has none."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(practice).values(
        variant_id=variant.id, user_id=variant.user_id, question_id=variant.question_id, hints=0
    )
    connection.execute(statement.on_conflict_do_nothing(index_elements=[practice.c.variant_id]))
