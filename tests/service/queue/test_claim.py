"""Claims row by row: what is taken, in which order, and what is written when it ends."""

import json
from collections.abc import Sequence

import pytest
from sqlalchemy import select, update

from service.queue.claim import Claim, QueueRules, claim, finish, keep
from service.queue.sweep import sweep
from service.queue.work import Failed, Marked, Work
from service.store.engine import Store
from service.store.moments import now
from service.store.schema import practice, submissions, variants, verdicts
from service.store.submissions import NewSubmission, receive
from tests.service.world.rows import (
    add_sum,
    correct,
    expire_leases,
    right_answers,
    row,
    submission,
)

# Batches of three, leases of half a minute, three tries.
RULES = QueueRules(3, 30, 3)
LEASE = 30_000


@pytest.fixture
def store(small_store: Store) -> Store:
    """One store is enough for what is written."""
    return small_store


def given(store: Store, *received_at: int, owner: tuple[str, str] | None = None) -> list[str]:
    """The ids of submissions that wait since these moments."""
    owner = owner or add_sum(store)
    items = [submission(*owner, received_at=moment) for moment in received_at]
    with store.write() as connection:
        receive(connection, items)
    return [item.id for item in items]


def ids(claims: Sequence[Claim]) -> set[str]:
    """Which submissions were claimed."""
    return {claimed.id for claimed in claims}


def verdict(score: float = 1, outcome: str = "right") -> dict[str, object]:
    """A verdict of one part."""
    return {"score": score, "out_of": 2, "parts": [{"id": "sum", "outcome": outcome}]}


def lapse(store: Store) -> None:
    """All leases are over, and what was under them waits again."""
    expire_leases(store)
    sweep(store, RULES)


def used(store: Store, variant_id: str) -> int:
    """How many attempts at a variant are used."""
    with store.read() as connection:
        found = select(variants.c.used).where(variants.c.id == variant_id)
        return int(connection.execute(found).scalar_one())


def test_a_lease_is_counted_in_milliseconds() -> None:
    """Parts of a second too."""
    assert 1500 == QueueRules(lease_seconds=1.5).lease


def test_a_claim_holds_all_that_there_is_to_mark(store: Store) -> None:
    """Its number, its variant and the work, under the version that it counts under now."""
    user_id, variant_id = add_sum(store)
    (name,) = given(store, 5, owner=(user_id, variant_id))
    with store.read() as connection:
        variant = connection.execute(select(variants)).one()

    raw = {"sum": "1", "product": "2"}
    dealt = variant.content_hash
    work = Work("sums/one", dealt, variant.seed, raw, dealt_hash=dealt)
    assert [Claim(name, 1, 1, variant_id, work)] == claim(store, RULES)
    assert [] == claim(store, RULES)


def test_a_claim_lasts_as_long_as_its_lease(store: Store) -> None:
    """By the database's clock; a renewed one from now on, if it is still the same claim."""
    first, second = given(store, 5, 6)
    with store.read() as connection:
        start = now(connection)
    claims = {claimed.id: claimed for claimed in claim(store, RULES)}
    with store.read() as connection:
        end = now(connection)
    assert start + LEASE <= row(store, first).lease_until <= end + LEASE
    assert "grading" == row(store, first).status

    expire_leases(store)
    keep(store, RULES, [claims[first]])
    with store.read() as connection:
        later = now(connection)
    assert start + LEASE <= row(store, first).lease_until <= later + LEASE
    assert later >= row(store, second).lease_until

    lapse(store)
    (again,) = claim(store, RULES)
    expire_leases(store)
    keep(store, RULES, [claims[again.id]])
    assert later >= row(store, again.id).lease_until - LEASE
    assert "grading" == row(store, again.id).status
    assert row(store, again.id).lease_until < start + LEASE


def test_the_oldest_come_first(store: Store) -> None:
    """In batches, by the moment of handing in; of one moment by their ids."""
    names = given(store, 9, 2, 7, 5, 5)
    early = {names[1], *sorted(names[3:])}
    one, other = sorted(given(store, 100, 100))

    assert early == ids(claim(store, RULES))
    assert {names[0], names[2], one} == ids(claim(store, RULES))
    assert {other} == ids(claim(store, RULES))


@pytest.mark.parametrize("retries_first", [False, True])
def test_first_timers_come_in_a_batch_whoever_is_looked_for_first(
    store: Store, *, retries_first: bool
) -> None:
    """Where nothing failed before, all first-timers are taken at once."""
    names = given(store, 1, 2)

    assert set(names) == ids(claim(store, RULES, retries_first=retries_first))


@pytest.mark.parametrize("retries_first", [False, True])
def test_who_failed_before_comes_alone_and_when_asked_for(
    store: Store, *, retries_first: bool
) -> None:
    """Before or after the first-timers, as the claim says; a batch is of one kind."""
    failed = given(store, 1, 2)
    claim(store, RULES)
    lapse(store)
    fresh = given(store, 3, 4)
    kinds = [{failed[0]}, set(fresh)]
    first = claim(store, RULES, retries_first=retries_first)
    then = claim(store, RULES, retries_first=not retries_first)

    assert (kinds if retries_first else kinds[::-1]) == [ids(first), ids(then)]
    (last,) = claim(store, RULES)
    assert Claim(failed[1], 2, 2, last.variant_id, last.work) == last


def test_a_corrected_question_is_marked_as_it_is_now(store: Store) -> None:
    """The work names the version that was dealt and the one that it counts under."""
    user_id, variant_id = add_sum(store)
    other = add_sum(store)
    correct(store, variant_id)
    with store.read() as connection:
        dealt = connection.execute(select(variants.c.content_hash).limit(1)).scalar_one()
    given(store, 1, owner=(user_id, variant_id))
    given(store, 2, owner=other)
    works = {claimed.variant_id: claimed.work for claimed in claim(store, RULES)}

    assert ("corrected", dealt) == (works[variant_id].content_hash, works[variant_id].dealt_hash)
    assert (dealt, dealt) == (works[other[1]].content_hash, works[other[1]].dealt_hash)
    assert works[variant_id].seed != works[other[1]].seed


def test_a_verdict_is_written_whole(store: Store) -> None:
    """The submission's columns and one line of the log, of one moment; the lease is over."""
    owner = add_sum(store)
    (name,) = given(store, 1, owner=owner)
    with store.write() as connection:
        connection.execute(update(submissions).values(error="an earlier failure"))
    claims = claim(store, RULES)

    assert [name] == finish(store, RULES, [(claims[0], Marked(verdict(1.5)))])
    kept = row(store, name)
    assert ("graded", None, None) == (kept.status, kept.lease_until, kept.error)
    assert ("1.5", "2", verdict(1.5)) == (kept.score, kept.out_of, json.loads(kept.verdict))
    with store.read() as connection:
        (logged,) = connection.execute(select(verdicts)).mappings().all()
    written = {
        "submission_id": name,
        "number": 0,
        "content_hash": claims[0].work.content_hash,
        "verdict": kept.verdict,
        "score": "1.5",
        "cause": "graded",
        "at": kept.graded_at,
    }
    assert written == {column: logged[column] for column in written}
    assert 1 == used(store, owner[1])


def test_only_what_nobody_could_read_gives_its_attempt_back(store: Store) -> None:
    """To its own variant; the others keep theirs."""
    owners = [add_sum(store) for _ in range(2)]
    for owner in owners:
        given(store, 1, owner=owner)
    claims = {claimed.variant_id: claimed for claimed in claim(store, RULES)}
    unread, wrong = (claims[variant_id] for _, variant_id in owners)
    finish(
        store,
        RULES,
        [(unread, Marked(verdict(0, "unreadable"))), (wrong, Marked(verdict(0, "wrong")))],
    )

    assert [0, 1] == [used(store, variant_id) for _, variant_id in owners]


def test_practice_is_rated_by_its_verdict(store: Store) -> None:
    """In the same transaction, each variant by its own verdict."""
    owners = [add_sum(store) for _ in range(2)]
    with store.write() as connection:
        items = [
            NewSubmission(user, variant, user, user, "{}", False, 1, "2026-03-02")
            for user, variant in owners
        ]
        receive(connection, items)
    claims = {claimed.variant_id: claimed for claimed in claim(store, RULES)}
    outcomes = zip(owners, ("right", "wrong"), strict=True)
    finish(
        store,
        RULES,
        [(claims[variant], Marked(verdict(1, outcome))) for (_, variant), outcome in outcomes],
    )

    with store.read() as connection:
        rated = connection.execute(select(practice.c.variant_id, practice.c.rating)).all()
    assert {owners[0][1]: 3, owners[1][1]: 1} == dict(rated)


def test_what_ended_is_told_by_variant(store: Store) -> None:
    """Rows are locked in the order of their variants, so that two processes never cross."""
    for moment in range(3):
        given(store, moment)
    claims = sorted(claim(store, RULES), key=lambda claimed: claimed.variant_id)
    marked = Marked(verdict())

    assert [claimed.id for claimed in claims] == finish(
        store, RULES, [(claims[place], marked) for place in (1, 2, 0)]
    )


def test_a_failure_waits_again_until_the_last(store: Store) -> None:
    """Twice it comes back with its reason; the third time it is put aside, and that is told."""
    (name,) = given(store, 1)
    told = []
    kept = []
    for _ in range(3):
        told.append(finish(store, RULES, [(claim(store, RULES)[0], Failed("why"))]))
        found = row(store, name)
        kept.append((found.status, found.error, found.lease_until))

    assert [[], [], [name]] == told
    assert [("waiting", "why", None), ("waiting", "why", None), ("error", "why", None)] == kept


def test_a_failure_of_a_lapsed_claim_changes_nothing(store: Store) -> None:
    """Not even the last one; and the others of the list are still written."""
    stale_name, other = given(store, 1, 2)
    for _ in range(2):
        claim(store, RULES)
        lapse(store)
        claim(store, RULES)
        lapse(store)
    (name,) = given(store, 3)
    (fresh,) = claim(store, RULES)
    stale = Claim(stale_name, 3, 3, fresh.variant_id, fresh.work)

    assert [name] == finish(
        store,
        RULES,
        [(stale, Failed("late")), (stale, Marked(verdict())), (fresh, Marked(verdict()))],
    )
    assert [None, None] == [row(store, one).verdict for one in (stale_name, other)]
    assert "late" != row(store, stale_name).error


def test_right_answers_stay_as_they_were_typed(store: Store) -> None:
    """What is marked is what was stored."""
    owner = add_sum(store)
    answers = right_answers(owner[0])
    with store.write() as connection:
        receive(connection, [submission(*owner, answers)])

    assert answers == claim(store, RULES)[0].work.raw
