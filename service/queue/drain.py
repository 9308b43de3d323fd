"""Drain: claim, mark, write once, until nothing waits. The one function that grades."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from service.queue.claim import Claim, QueueRules, claim, finish, keep
from service.queue.work import Failed, MarkAll, Marked, SourceWanted, Work
from service.store.engine import Store
from service.store.versions import version_source

SLICE = 8
NOT_STORED = Failed("this version of the question is not stored")


@dataclass(frozen=True, slots=True)
class DrainCounts:
    """How many submissions were claimed, and how many reached their final state."""

    claimed: int = 0
    ended: int = 0


def drain(
    store: Store,
    mark: MarkAll,
    rules: QueueRules | None = None,
    *,
    seconds: float = float("inf"),
    pause: float = 0,
    stop: Callable[[], bool] = lambda: False,
    ended: Callable[[Sequence[str]], None] = lambda _: None,
) -> DrainCounts:
    """Grade what waits; any number of processes may drain the same store at once.

    Marking happens outside of any transaction. `stop` and `seconds` are looked at between
    batches, `ended` is told the ids that reached their final state. A batch that was not full is
    followed by a `pause`, so that those who come one by one share the next.
    """
    rules = rules or QueueRules()
    end = time.monotonic() + seconds
    total = DrainCounts()
    retries_first = False
    while not stop() and time.monotonic() < end:
        claims = claim(store, rules, retries_first=retries_first)
        if not claims:
            break
        retries_first = not retries_first
        count = _grade(store, mark, rules, claims, ended)
        total = DrainCounts(total.claimed + len(claims), total.ended + count)
        if len(claims) < rules.batch and claims[0].claims == 1:
            time.sleep(pause)
    return total


def _grade(
    store: Store,
    mark: MarkAll,
    rules: QueueRules,
    claims: Sequence[Claim],
    ended: Callable[[Sequence[str]], None],
) -> int:
    """How many of the claims reached their final state.

    All are written together; where marking is slow, every third of a lease, and those that are
    not marked yet keep their lease meanwhile.
    """
    count = 0
    since = time.monotonic()
    results: list[tuple[Claim, Marked | Failed]] = []
    for end in range(SLICE, len(claims) + SLICE, SLICE):
        results += _marked(store, mark, claims[end - SLICE : end])
        rest = claims[end:]
        if rest and time.monotonic() - since < rules.lease_seconds / 3:
            continue
        ids = finish(store, rules, results)
        ended(ids)
        count += len(ids)
        if rest:
            keep(store, rules, rest)
        since = time.monotonic()
        results = []
    return count


def _marked(
    store: Store, mark: MarkAll, claims: Sequence[Claim]
) -> list[tuple[Claim, Marked | Failed]]:
    """Each claim's outcome; what the marker does not have goes to it again, with the sources."""
    works = [claimed.work for claimed in claims]
    outcomes = mark(works)
    wanting = [index for index, one in enumerate(outcomes) if isinstance(one, SourceWanted)]
    if wanting:
        again = mark(_with_sources(store, [works[index] for index in wanting]))
        for index, outcome in zip(wanting, again, strict=True):
            outcomes[index] = outcome
    return [
        (claimed, NOT_STORED if isinstance(outcome, SourceWanted) else outcome)
        for claimed, outcome in zip(claims, outcomes, strict=True)
    ]


def _with_sources(store: Store, works: Sequence[Work]) -> list[Work]:
    versions = {version for work in works for version in (work.content_hash, work.dealt_hash)}
    with store.read() as connection:
        sources = {version: version_source(connection, version) for version in versions}
    return [
        replace(work, source=sources[work.content_hash], dealt_source=sources[work.dealt_hash])
        for work in works
    ]
