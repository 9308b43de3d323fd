"""The review schedule: one pure step, in study days, that can always be replayed."""

import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import fsrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.schedule import (
    Plan,
    Rating,
    Review,
    ReviewState,
    ScheduleError,
    after_review,
    due_first,
    intervals,
    next_question,
    rating_of,
    recall,
    replay,
    spread,
    study_day,
)

MONDAY = date(2026, 3, 2)
FAR = Plan(longest=10_000)

# Days that were told to students.
SPREAD = [88, 93, 90, 92, 94, 87, 90, 94]

LOGS = st.lists(
    st.tuples(st.integers(0, 60), st.sampled_from(Rating)), min_size=1, max_size=25
).map(
    lambda rows: [
        Review(MONDAY + timedelta(days=sum(gap for gap, _ in rows[: index + 1])), rating)
        for index, (_, rating) in enumerate(rows)
    ]
)


@given(LOGS)
def test_a_log_replays_to_what_the_library_makes_of_it(log: list[Review]) -> None:
    """Stability and difficulty are FSRS's own, review by review."""
    scheduler = fsrs.Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
    card = fsrs.Card(card_id=1)
    for review in log:
        then = datetime.combine(review.day, time(), UTC)
        card, _ = scheduler.review_card(card, fsrs.Rating(review.rating), then)
    state = replay(log, FAR)

    assert state is not None
    assert (card.stability, card.difficulty) == (state.stability, state.difficulty)
    assert (card.due.date(), log[-1].day) == (state.due, state.last)


@given(LOGS, st.integers(0, 24))
def test_a_state_is_a_summary_of_its_log(log: list[Review], cut: int) -> None:
    """Going on from a kept state is the same as replaying the whole log."""
    plan = Plan(key=b"ada cnn/stack", exam=date(2026, 7, 1))
    kept = replay(log[:cut], plan)
    for review in log[cut:]:
        kept = after_review(kept, review, plan)

    assert replay(log, plan) == kept
    assert kept is not None
    assert len(log) == kept.reviews
    assert sum(review.rating is Rating.AGAIN for review in log) == kept.lapses


def test_an_empty_log_has_no_state() -> None:
    """Nobody stands anywhere before the first review."""
    assert replay([], FAR) is None


@given(LOGS)
def test_a_better_rating_never_comes_back_sooner(log: list[Review]) -> None:
    """Again, Hard, Good and Easy lead to intervals that don't shrink in this order."""
    days = list(intervals(replay(log, FAR), log[-1].day + timedelta(days=3), FAR).values())

    assert sorted(days) == days
    assert min(days) >= 1


@given(LOGS, st.integers(1, 400))
def test_intervals_are_capped_while_a_course_runs(log: list[Review], until: int) -> None:
    """No interval is longer than 30 days or half the time to the exam, spread or not."""
    exam = log[-1].day + timedelta(days=until)
    state = replay(log, Plan(exam=exam, key=b"ada"))

    assert state is not None
    assert 1 <= (state.due - state.last).days <= max(1, min(30, until // 2))


def test_the_cap_ends_with_the_exam() -> None:
    """After the exam's day the longest interval is the plan's own."""
    plan = Plan(exam=MONDAY, longest=90)

    assert [45, 90] == [plan.cap(MONDAY - timedelta(days=90)), plan.cap(MONDAY)]


def test_wrong_never_counts_as_hard() -> None:
    """Wrong is Again whether or not there was a hint; right after a hint is Hard."""
    assert rating_of(right=False, hinted=True) is Rating.AGAIN
    assert rating_of(right=False) is Rating.AGAIN
    assert rating_of(right=True, hinted=True) is Rating.HARD
    assert rating_of(right=True) is Rating.GOOD


BERLIN, SHANGHAI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")
DAYS = [
    ("before 4 it is still the day before", "2026-03-02T03:59:59+01:00", BERLIN, "2026-03-01"),
    ("at 4 the new day begins", "2026-03-02T04:00:00+01:00", BERLIN, "2026-03-02"),
    ("the student's zone counts", "2026-03-01T20:30:00+00:00", SHANGHAI, "2026-03-02"),
    ("the night the clock jumps ahead", "2026-03-29T01:30:00+00:00", BERLIN, "2026-03-28"),
    ("half an hour later", "2026-03-29T02:00:00+00:00", BERLIN, "2026-03-29"),
    ("the night the clock falls back", "2026-10-25T02:59:00+00:00", BERLIN, "2026-10-24"),
    ("a minute later", "2026-10-25T03:00:00+00:00", BERLIN, "2026-10-25"),
]


@pytest.mark.parametrize(("why", "moment", "zone", "day"), DAYS, ids=[row[0] for row in DAYS])
def test_a_study_day_begins_at_four(why: str, moment: str, zone: ZoneInfo, day: str) -> None:
    """The day of a review is read off the student's clock, four hours behind."""
    assert date.fromisoformat(day) == study_day(datetime.fromisoformat(moment), zone)


def test_a_moment_without_a_zone_is_refused() -> None:
    """Nobody knows on which day a bare time lies."""
    with pytest.raises(ScheduleError, match="with a time zone"):
        study_day(datetime(2026, 3, 2, 12, 0), UTC)  # noqa: DTZ001 - on purpose


def test_two_evenings_are_a_day_apart_whatever_the_hour() -> None:
    """Reviews at 23:00 and at 20:00 the next day count as one day, not as none."""
    evenings = [datetime(2026, 3, 2, 23, tzinfo=BERLIN), datetime(2026, 3, 3, 20, tzinfo=BERLIN)]
    first, second = (Review(study_day(moment, BERLIN), Rating.GOOD) for moment in evenings)
    late = replay([first, second], FAR)

    assert late == replay([Review(MONDAY, Rating.GOOD),
                           Review(MONDAY + timedelta(days=1), Rating.GOOD)], FAR)  # fmt: skip


def test_a_review_before_the_last_one_is_refused() -> None:
    """The log can't run backwards."""
    state = replay([Review(MONDAY, Rating.GOOD)], FAR)

    with pytest.raises(ScheduleError, match="expected a review on 2026-03-02 or later"):
        after_review(state, Review(MONDAY - timedelta(days=1), Rating.GOOD), FAR)


def test_spreading_needs_no_dice() -> None:
    """Python's random numbers are neither read nor moved, and the same review has the same day."""
    log = [Review(MONDAY, Rating.EASY), Review(MONDAY + timedelta(days=8), Rating.EASY)]
    before = random.getstate()
    first, second = (replay(log, Plan(key=b"ada", longest=365)) for _ in range(2))

    assert first == second
    assert before == random.getstate()


def test_spreading_parts_what_was_learnt_together() -> None:
    """Thirty questions of one day come back on several days, all near the plain interval."""
    days = [spread(20, 30, f"question {number}".encode(), 2) for number in range(30)]

    assert len(set(days)) > 1
    assert set(days) <= {19, 20, 21}
    assert [2] == [spread(2, 30, b"ada", 1)]


@given(LOGS)
def test_a_due_day_is_the_plain_one_spread(log: list[Review]) -> None:
    """The key moves a due day by the spread of this review's number and nothing else."""
    plain, spaced = replay(log, FAR), replay(log, Plan(longest=10_000, key=b"ada"))

    assert plain is not None
    assert spaced is not None
    days = spread((plain.due - plain.last).days, 10_000, b"ada", len(log))
    assert spaced.due == spaced.last + timedelta(days=days)
    assert (plain.stability, plain.reviews) == (spaced.stability, spaced.reviews)


@given(LOGS)
def test_the_days_that_are_announced_are_those_that_follow(log: list[Review]) -> None:
    """What each rating would lead to is what a review of that rating does lead to."""
    state, day = replay(log, FAR), log[-1].day + timedelta(days=2)
    announced = intervals(state, day, FAR)

    for rating in Rating:
        assert announced[rating] == (after_review(state, Review(day, rating), FAR).due - day).days


def test_a_spread_is_the_same_for_ever() -> None:
    """A new version moves nobody's due days; no spread goes beyond the cap or below a day."""
    assert SPREAD == [spread(90, 365, b"ada", number) for number in range(8)]
    assert [1] == [spread(4, 1, b"ada", 1)]


def test_what_is_due_comes_before_what_is_new() -> None:
    """The least remembered of the due ones is first; unseen ones follow, as many as asked for."""

    def state(stability: float, due: int) -> ReviewState:
        day = MONDAY + timedelta(days=due)
        return ReviewState(stability, 5.0, MONDAY - timedelta(days=9), day)

    states = {"strong": state(50.0, 0), "weak": state(3.0, -2), "later": state(9.0, 1)}
    known = ["strong", "weak", "later", "new 1", "new 2", "new 3"]

    assert ["weak", "strong", "new 1", "new 2"] == due_first(states, known, MONDAY, new=2)


def test_recall_falls_with_the_days() -> None:
    """It is certain on the review's day, and nine in ten after as many days as the stability."""
    state = ReviewState(7.0, 5.0, MONDAY, MONDAY + timedelta(days=7))
    shares = [recall(state, MONDAY + timedelta(days=gap)) for gap in range(30)]

    assert sorted(shares, reverse=True) == shares
    assert (1.0, 0.9) == (shares[0], round(shares[7], 9))
    assert recall(state, MONDAY - timedelta(days=5)) == 1.0


def test_missed_questions_return_at_the_end_and_never_at_once() -> None:
    """A question isn't asked twice in a row while another one waits."""
    assert next_question(["b"], ["a"], last="a") == "b"
    assert next_question([], ["a", "c"], last="a") == "c"
    assert next_question([], ["a"], last="a") == "a"
    assert next_question([], [], last="a") is None
