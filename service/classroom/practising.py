"""Practice: which questions are due for somebody today, and when one comes back.

The log of rated variants is the truth; where a student stands is replayed from it.
"""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from sqlalchemy import Connection

from cards.schedule import (
    Plan,
    Rating,
    Review,
    ReviewState,
    due_first,
    intervals,
    next_question,
    recall,
    replay,
    study_day,
)
from service.auth.identity import Identity
from service.classroom.access import own_variant
from service.classroom.refusals import Refusal, not_found
from service.running import Service
from service.store.own_work import latest_submission
from service.store.practice import PracticeRow, practised, rate, reveal_hint, review_log
from service.store.variants import VariantRow

NEW_A_DAY = 10
MOST_HINTS = 100


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands today: each question's state, what waits, what is done."""

    day: date
    states: Mapping[str, ReviewState]
    queue: tuple[str, ...]
    missed: tuple[str, ...]
    done: int
    last: str | None

    @property
    def waiting(self) -> int:
        """How many questions wait today, those missed included."""
        return len(self.queue) + len(self.missed)

    @property
    def next(self) -> str | None:
        """The question that comes next, None when all is done."""
        return next_question(self.queue, self.missed, self.last)

    def recall(self, question_id: str) -> float | None:
        """The chance that a question would be answered right today; None for an unseen one."""
        state = self.states.get(question_id)
        return None if state is None else recall(state, self.day)


def today_of(zone: tzinfo, now: datetime) -> date:
    """The study day of a student in that zone."""
    return study_day(now, zone)


def standing(service: Service, connection: Connection, who: Identity | None, day: date) -> Standing:
    """Where somebody stands on a day; a person unknown so far has seen nothing."""
    known = [question.id for question in service.questions.listed()]
    known.sort(key=lambda name: (service.questions.find(name).level, name))
    log = review_log(connection, who.user_id) if who else ()
    reviews = _reviews(log)
    states = {
        name: state
        for name, kept in reviews.items()
        if (state := replay(kept, _plan(service, who, name))) is not None
    }
    today = [row for row in log if row.day == day.isoformat()]
    latest = {row.question_id: row.rating for row in today}
    introduced = sum(1 for name in latest if reviews[name][0].day == day)
    queue = due_first(states, known, day, new=max(NEW_A_DAY - introduced, 0))
    return Standing(
        day=day,
        states=states,
        queue=tuple(name for name in queue if name not in latest),
        missed=tuple(
            name for name, rating in latest.items() if rating == Rating.AGAIN and name in known
        ),
        done=sum(1 for rating in latest.values() if rating != Rating.AGAIN),
        last=today[-1].question_id if today else None,
    )


def waits(
    service: Service, connection: Connection, who: Identity, variant: VariantRow, day: date
) -> Mapping[Rating, int]:
    """The days until a question comes back, by how its variant of today would be rated."""
    log = [
        row
        for row in review_log(connection, who.user_id)
        if row.question_id == variant.question_id and row.variant_id != variant.id
    ]
    plan = _plan(service, who, variant.question_id)
    before = replay(_reviews(log).get(variant.question_id, []), plan)
    return intervals(before, max(day, before.last) if before else day, plan)


def open_hint(service: Service, who: Identity, variant_id: str) -> None:
    """Open one more hint; in practice a right answer after it counts as Hard."""
    with service.store.write() as connection:
        reveal_hint(connection, own_variant(connection, who, variant_id), MOST_HINTS)


def rate_own(service: Service, who: Identity, variant_id: str, rating: Rating, day: date) -> None:
    """The student's own word on how a practised variant went, once it has a verdict."""
    with service.store.write() as connection:
        variant = own_variant(connection, who, variant_id)
        if variant.assignment_id is not None:
            raise not_found("practised variant", variant_id)
        submission = latest_submission(connection, who, variant_id)
        if submission is None or submission.status != "graded":
            raise Refusal("not-answered", "answer the question first")
        kept = practised(connection, variant_id)
        again = kept is not None and kept.is_rated
        rate(connection, variant, day.isoformat(), rating, again=again)


def _reviews(log: Sequence[PracticeRow]) -> dict[str, list[Review]]:
    """The reviews of each question, oldest first."""
    reviews: dict[str, list[Review]] = {}
    for row in log:
        if row.day is not None and row.rating is not None:
            review = Review(date.fromisoformat(row.day), Rating(row.rating))
            reviews.setdefault(row.question_id, []).append(review)
    return reviews


def _plan(service: Service, who: Identity | None, question_id: str) -> Plan:
    name = f"schedule {who.user_id if who else ''} {question_id}"
    return Plan(key=hmac.digest(service.secret, name.encode(), "sha256"))
