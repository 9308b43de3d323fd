"""When to practise a question again: review state + rating + study day -> review state.

One review is one pure step of FSRS-6 in whole study days; a study day begins at 4 in the
morning. There are no steps of minutes: what was missed comes back at the session's end. The log
of reviews is the truth and a state only its summary, which `replay` makes again.
"""

import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import IntEnum
from functools import lru_cache
from typing import Final

import fsrs

from grader.errors import GradeckError

DAY_BEGINS: Final = timedelta(hours=4)
SHORTEST_SPREAD: Final = 3  # shorter intervals are not spread
SPREADS: Final = ((20, 0.05), (7, 0.10), (SHORTEST_SPREAD, 0.15))  # from so many days on: share


class ScheduleError(GradeckError):
    """Reviews that can't follow each other."""


class Rating(IntEnum):
    """How an answer went."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


@dataclass(frozen=True, slots=True)
class Review:
    """One line of the log: on which study day, and how it went."""

    day: date
    rating: Rating


@dataclass(frozen=True, slots=True)
class ReviewState:
    """Where one person stands with one question: FSRS's two numbers and two study days."""

    stability: float
    difficulty: float
    last: date
    due: date
    reviews: int = 1
    lapses: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """How reviews are laid out: the share to be remembered, the exam, the longest interval.

    `key` spreads due days, so that what was learnt together doesn't come back together; it is
    one person's and question's own, and without it nothing is spread.
    """

    exam: date | None = None
    retention: float = 0.9
    longest: int = 30
    key: bytes = b""

    def cap(self, day: date) -> int:
        """The longest interval from `day` on: half the time to the exam at most.

        >>> Plan(exam=date(2026, 12, 20)).cap(date(2026, 12, 10))
        5
        """
        if self.exam is None or self.exam <= day:
            return self.longest
        return max(1, min(self.longest, (self.exam - day).days // 2))


def rating_of(*, right: bool, hinted: bool = False) -> Rating:
    """How an answer counts: wrong is Again, right after a hint is Hard, right is Good.

    Easy is for the student to say. A wrong answer never counts as Hard, which would grow the
    interval of something that isn't known.

    >>> rating_of(right=True, hinted=True).name
    'HARD'
    """
    if not right:
        return Rating.AGAIN
    return Rating.HARD if hinted else Rating.GOOD


def study_day(moment: datetime, zone: tzinfo) -> date:
    """The study day of an aware moment where the student is: it lasts until 4 in the morning.

    >>> study_day(datetime(2026, 3, 2, 3, 59, tzinfo=UTC), UTC)
    datetime.date(2026, 3, 1)
    """
    if moment.tzinfo is None:
        message = f"expected a moment with a time zone, got {moment.isoformat()}"
        raise ScheduleError(message)
    return (moment.astimezone(zone) - DAY_BEGINS).date()


def after_review(state: ReviewState | None, review: Review, plan: Plan) -> ReviewState:
    """The state after a review; `state` is None before the first one.

    Raises ScheduleError for a review before the last one.

    >>> first = after_review(None, Review(date(2026, 3, 2), Rating.GOOD), Plan())
    >>> (first.due - first.last).days
    2
    """
    if state is not None and review.day < state.last:
        message = f"expected a review on {state.last} or later, got one on {review.day}"
        raise ScheduleError(message)
    card, _ = _scheduler(plan.retention).review_card(
        _card(state), fsrs.Rating(review.rating), _noon(review.day)
    )
    if card.stability is None or card.difficulty is None:
        message = f"a review rated {review.rating.name} left no stability"
        raise ScheduleError(message)
    reviews = 1 if state is None else state.reviews + 1
    lapses = (state.lapses if state else 0) + (review.rating is Rating.AGAIN)
    interval = min((card.due - _noon(review.day)).days, plan.cap(review.day))
    interval = spread(interval, plan.cap(review.day), plan.key, reviews)
    due = review.day + timedelta(days=interval)
    return ReviewState(card.stability, card.difficulty, review.day, due, reviews, lapses)


def replay(reviews: Iterable[Review], plan: Plan) -> ReviewState | None:
    """The state that a log leads to, None for an empty one; reviews in the order of their days.

    >>> log = [Review(date(2026, 3, 2), Rating.GOOD), Review(date(2026, 3, 4), Rating.AGAIN)]
    >>> replay(log, Plan()).lapses
    1
    """
    state = None
    for review in reviews:
        state = after_review(state, review, plan)
    return state


def intervals(state: ReviewState | None, day: date, plan: Plan) -> Mapping[Rating, int]:
    """The days until the next review that each rating would lead to.

    >>> list(intervals(None, date(2026, 3, 2), Plan()).values())
    [1, 1, 2, 8]
    """
    return {
        rating: (after_review(state, Review(day, rating), plan).due - day).days for rating in Rating
    }


def recall(state: ReviewState, day: date) -> float:
    """The share, 0 to 1, of such questions that would be answered right on a day.

    >>> state = ReviewState(10.0, 5.0, last=date(2026, 3, 2), due=date(2026, 3, 12))
    >>> round(recall(state, date(2026, 3, 12)), 2)
    0.9
    """
    return _scheduler(0.9).get_card_retrievability(_card(state), _noon(max(day, state.last)))


def spread(interval: int, cap: int, key: bytes, number: int) -> int:
    """An interval moved by a few days, the same for the same key and number of the review.

    >>> sorted({spread(20, 30, b"ada", number) for number in range(50)})
    [19, 20, 21]
    """
    share = next((share for least, share in SPREADS if interval >= least), 0.0)
    width = round(interval * share)
    if not key or not width:
        return interval
    block = hmac.digest(key, f"spread {number}".encode(), "sha256")
    moved = interval - width + int.from_bytes(block[:8], "big") % (2 * width + 1)
    return max(1, min(moved, cap))


def due_first(
    states: Mapping[str, ReviewState], known: Sequence[str], day: date, *, new: int
) -> list[str]:
    """Today's questions: those due, the least remembered first, then up to `new` unseen ones.

    >>> due_first({}, ["a", "b", "c"], date(2026, 3, 2), new=2)
    ['a', 'b']
    """
    due = [name for name in known if name in states and states[name].due <= day]
    due.sort(key=lambda name: (recall(states[name], day), name))
    unseen = [name for name in known if name not in states]
    return [*due, *unseen[:new]]


def next_question(queue: Sequence[str], missed: Sequence[str], last: str | None) -> str | None:
    """What comes next in a session: the queue, then what was missed, never `last` again at once.

    A question that is all that is left does follow itself.

    >>> next_question(["a", "b"], [], last="a"), next_question([], ["a"], last="a")
    ('b', 'a')
    """
    waiting = [*queue, *missed]
    return next((name for name in waiting if name != last), waiting[0] if waiting else None)


@lru_cache
def _scheduler(retention: float) -> fsrs.Scheduler:
    # Fuzz would draw from Python's global random numbers; steps would count minutes.
    return fsrs.Scheduler(
        desired_retention=retention,
        learning_steps=(),
        relearning_steps=(),
        enable_fuzzing=False,
    )


def _card(state: ReviewState | None) -> fsrs.Card:
    """The state as the library holds it; the id spares the millisecond it sleeps to make one."""
    if state is None:
        return fsrs.Card(card_id=0)
    return fsrs.Card(
        card_id=0,
        state=fsrs.State.Review,
        stability=state.stability,
        difficulty=state.difficulty,
        due=_noon(state.due),
        last_review=_noon(state.last),
    )


def _noon(day: date) -> datetime:
    """A study day as the moment that stands for it: the library counts whole 24 hours."""
    return datetime.combine(day, time(12), UTC)
