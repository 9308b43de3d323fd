"""Practice: the log of how variants went, from which each question's schedule is replayed."""

from dataclasses import dataclass
from types import ModuleType

from sqlalchemy import (
    Connection,
    Insert,
    Integer,
    bindparam,
    case,
    cast,
    literal,
    select,
    update,
)

from service.store.dialects import StatementByDialect, insert_once
from service.store.moments import Now
from service.store.schema import practice, submissions, variants
from service.store.values import value_of, values_of
from service.store.variants import VariantRow

_ANSWERED = (
    select(
        variants.c.id,
        variants.c.user_id,
        variants.c.question_id,
        literal(0),
        submissions.c.study_day,
        cast(bindparam("unhinted"), Integer),
        Now(),
    )
    .join(submissions, submissions.c.variant_id == variants.c.id)
    .where(submissions.c.id == bindparam("submission"), submissions.c.study_day.is_not(None))
)
_RATED = ("variant_id", "user_id", "question_id", "hints", "day", "rating", "rated_at")


@dataclass(frozen=True, slots=True)
class PracticeRow:
    """What is kept of a practised variant; day and rating once it was answered."""

    variant_id: str
    question_id: str
    hints: int
    day: str | None
    rating: int | None

    @property
    def is_rated(self) -> bool:
        """Whether it was answered, and counts in the schedule."""
        return self.rating is not None


def _rating(dialect: ModuleType) -> Insert:
    insert = dialect.insert(practice).from_select(_RATED, _ANSWERED)
    new = insert.excluded
    rating = case((practice.c.hints > 0, cast(bindparam("hinted"), Integer)), else_=new.rating)
    statement: Insert = insert.on_conflict_do_update(
        index_elements=[practice.c.variant_id],
        set_={"day": new.day, "rating": rating, "rated_at": new.rated_at},
        where=practice.c.rating.is_(None),
    )
    return statement


_RATE = StatementByDialect(_rating)


def reveal_hint(connection: Connection, variant: VariantRow, most: int) -> int:
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
    connection: Connection, variant: VariantRow, day: str, rating: int, *, again: bool = False
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


def rate_answered(connection: Connection, submission_id: str, unhinted: int, hinted: int) -> None:
    """Rate the variant that a submission was practice of, unless it is rated; not homework.

    `hinted` is the rating where a hint was opened, `unhinted` the one where none was.
    """
    values = {"submission": submission_id, "unhinted": unhinted, "hinted": hinted}
    connection.execute(_RATE.on(connection), values)


def practised(connection: Connection, variant_id: str) -> PracticeRow | None:
    """What is kept of a practised variant."""
    return value_of(
        PracticeRow,
        connection.execute(select(practice).where(practice.c.variant_id == variant_id)).first(),
    )


def review_log(connection: Connection, user_id: str) -> list[PracticeRow]:
    """A user's rated variants, in the order in which they were answered."""
    return values_of(
        PracticeRow,
        connection.execute(
            select(practice)
            .where(practice.c.user_id == user_id, practice.c.rating.is_not(None))
            .order_by(practice.c.day, practice.c.rated_at, practice.c.variant_id)
        ).all(),
    )


def _keep(connection: Connection, variant: VariantRow) -> None:
    """A line for the variant, if it has none."""
    insert_once(
        connection,
        practice,
        variant_id=variant.id,
        user_id=variant.user_id,
        question_id=variant.question_id,
        hints=0,
    )
