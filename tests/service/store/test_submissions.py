"""Submissions row by row: stored once, an attempt each, repeated under the same key, counted."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select, update
from sqlalchemy.exc import DBAPIError

from service.store import submissions as stored
from service.store.engine import Store
from service.store.moments import now
from service.store.schema import submissions, variants
from service.store.submissions import (
    HandInResult,
    KeyReused,
    NewSubmission,
    NoAttemptsLeft,
    Received,
    check_tables,
    oldest_waiting,
    receive,
    waiting_by_status,
)
from tests.service.world.rows import add_sum, row, submission


@pytest.fixture
def store(small_store: Store) -> Store:
    """One store is enough for what is written."""
    return small_store


def received(store: Store, *items: NewSubmission) -> list[HandInResult]:
    """What became of each, in one transaction."""
    with store.write() as connection:
        return receive(connection, items)


def used(store: Store) -> dict[str, int]:
    """How many attempts are used, by variant."""
    with store.read() as connection:
        rows = connection.execute(select(variants.c.id, variants.c.used))
        return {found.id: found.used for found in rows}


def test_a_submission_waits_as_it_was_handed_in(store: Store) -> None:
    """All that is known of it is kept, and nothing was done with it yet."""
    user_id, variant_id = add_sum(store)
    item = NewSubmission("one", variant_id, user_id, "key", '{"sum": "1"}', True, 77, "2026-03-02")

    assert [Received("one", repeated=False)] == received(store, item)
    kept = row(store, "one")
    assert (variant_id, user_id, "key", '{"sum": "1"}') == (
        kept.variant_id,
        kept.user_id,
        kept.idempotency_key,
        kept.raw,
    )
    assert (True, 77, "2026-03-02") == (kept.late, kept.received_at, kept.study_day)
    assert ("waiting", 0, 0) == (kept.status, kept.claims, kept.strikes)
    assert (None, None) == (kept.verdict, kept.error)


def test_outcomes_come_in_the_order_of_the_items(store: Store) -> None:
    """Whatever each is, and of whichever variant; an attempt for what is stored only."""
    free, spent = add_sum(store), add_sum(store, allowed=0)
    items = [
        submission(*free, key="a"),
        submission(*spent),
        submission(*free, key="b"),
        submission(*free, key="a"),
    ]

    assert [
        Received(items[0].id),
        NoAttemptsLeft(),
        Received(items[2].id),
        Received(items[0].id, repeated=True),
    ] == received(store, *items)
    assert {free[1]: 2, spent[1]: 0} == used(store)
    assert [] == received(store)


def test_a_repetition_takes_no_attempt(store: Store) -> None:
    """In the same transaction or a later one, also where the only attempt is used."""
    owner = add_sum(store, allowed=1)
    first, again, later = (submission(*owner, key="k") for _ in range(3))

    assert [Received(first.id), Received(first.id, repeated=True)] == received(store, first, again)
    assert [Received(first.id, repeated=True)] == received(store, later)
    assert {owner[1]: 1} == used(store)


def test_a_key_is_its_users_and_for_one_content(store: Store) -> None:
    """Another user's is another; other answers or another variant under it are refused."""
    owner, other = add_sum(store), add_sum(store)
    first = submission(*owner, key="k")
    received(store, first)
    theirs = submission(*other, key="k")

    assert [Received(theirs.id)] == received(store, theirs)
    assert [KeyReused()] == received(store, submission(*owner, {"sum": "9"}, key="k"))
    assert [KeyReused()] == received(store, submission(owner[0], other[1], key="k"))
    assert {owner[1]: 1, other[1]: 1} == used(store)


def test_variants_are_locked_in_one_order(store: Store) -> None:
    """By their ids, whatever the order of the items: two processes never wait for each other."""
    user_id, one = add_sum(store)
    low, high = sorted([one, add_sum(store)[1]])
    late, early = submission(user_id, high, key="k"), submission(user_id, low, key="k")

    assert [KeyReused(), Received(early.id)] == received(store, late, early)


@pytest.mark.parametrize("raw", ["the same", "another"])
def test_who_comes_a_moment_too_late_gives_the_attempt_back(
    store: Store, monkeypatch: pytest.MonkeyPatch, raw: str
) -> None:
    """The key was stored by another process between the look and the write."""
    owner, other = add_sum(store), add_sum(store)
    first = replace(submission(*owner, key="k"), raw="the same")
    received(store, first)
    known = stored._known
    blind = chain([lambda *_: {}], repeat(known))

    def outrun(connection: Connection, items: Sequence[NewSubmission]) -> Any:  # noqa: ANN401 - as the real one
        return next(blind)(connection, items)

    monkeypatch.setattr(stored, "_known", outrun)
    too_late = replace(submission(*owner, key="k"), raw=raw)
    mine = submission(*other)
    expected = Received(first.id, repeated=True) if raw == first.raw else KeyReused()

    assert [expected, Received(mine.id)] == received(store, too_late, mine)
    assert {owner[1]: 1, other[1]: 1} == used(store)


def test_what_has_no_verdict_is_counted(store: Store) -> None:
    """By status, and how long the oldest waits; graded and put aside ones count no more."""
    owner = add_sum(store)
    with store.read() as connection:
        assert ({}, 0) == (waiting_by_status(connection), oldest_waiting(connection))
        start = now(connection)
    ages = (9000, 8000, 7000, 6000, 5000)
    items = [submission(*owner, received_at=start - age) for age in ages]
    received(store, *items)
    statuses = ("graded", "error", "grading", "waiting", "waiting")
    with store.write() as connection:
        for item, status in zip(items, statuses, strict=True):
            mine = submissions.c.id == item.id
            connection.execute(update(submissions).where(mine).values(status=status))

    with store.read() as connection:
        assert {"grading": 1, "waiting": 2} == waiting_by_status(connection)
        age = oldest_waiting(connection)
        assert 7000 <= age <= 7000 + now(connection) - start


def test_a_database_without_tables_is_not_ready(store: Store, tmp_path: Path) -> None:
    """Asked for a row it says so; one with tables says nothing."""
    empty = Store(f"sqlite:///{tmp_path / 'empty.sqlite'}")
    with store.read() as connection:
        check_tables(connection)
    with pytest.raises(DBAPIError, match="no such table"), empty.read() as connection:
        check_tables(connection)
    empty.close()
