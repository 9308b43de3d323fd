"""What a verdict does to the schedule: a practised variant is rated by its first full verdict.

It happens where the verdict is written, in the same transaction. So it makes no difference
whether the answer came from a page or through the API, nor whether anybody looks at it.
"""

from collections.abc import Iterable

from sqlalchemy import Connection

from cards.schedule import Rating, rating_of
from service.store.practice import rate_answered
from service.store.verdicts import VerdictJson


def rate_practice(connection: Connection, graded: Iterable[tuple[str, VerdictJson]]) -> None:
    """Rate the variants that these submissions, by id, were practice of; homework is left alone.

    Later verdicts on a variant change nothing, and hints that were opened make Good Hard.
    """
    for submission_id, verdict in graded:
        rating = first_rating(verdict)
        if rating is not None:
            hinted = rating_of(right=rating is not Rating.AGAIN, hinted=True)
            rate_answered(connection, submission_id, rating, hinted)


def first_rating(verdict: VerdictJson) -> Rating | None:
    """How a verdict counts where no hint was opened; None where it doesn't count yet.

    One wrong part is a wrong answer. Parts that are missing, could not be read or wait for a
    person count for nothing.

    >>> first_rating({"parts": [{"outcome": "right"}, {"outcome": "wrong"}]}).name
    'AGAIN'
    >>> first_rating({"parts": [{"outcome": "right"}, {"outcome": "unreadable"}]})
    """
    outcomes = {part["outcome"] for part in verdict["parts"]}
    if "wrong" in outcomes:
        return rating_of(right=False)
    return rating_of(right=True) if outcomes == {"right"} else None
