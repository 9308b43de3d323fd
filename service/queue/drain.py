"""Drain: claim, mark, write once, until nothing waits. The one function that grades."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from service.queue.claim import Claimed, QueueRules, claim, finish, keep
from service.queue.work import Failed, Mark, Marked, SourceWanted
from service.store.engine import Store
from service.store.versions import version_source


@dataclass(frozen=True, slots=True)
class Drained:
    """How many submissions were claimed, and how many reached their final state."""

    claimed: int = 0
    ended: int = 0


def drain(
    store: Store,
    mark: Mark,
    rules: QueueRules | None = None,
    *,
    seconds: float = float("inf"),
    pause: float = 0,
    stop: Callable[[], bool] = lambda: False,
    ended: Callable[[Sequence[str]], None] = lambda _: None,
) -> Drained:
    """Grade what waits; any number of processes may drain the same store at once.

    Marking happens outside of any transaction. `stop` and `seconds` are looked at between
    batches, `ended` is told the ids that reached their final state. A batch that was not full is
    followed by a `pause`, so that those who come one by one share the next.
    """
    rules = rules or QueueRules()
    end = time.monotonic() + seconds
    total = Drained()
    retries_first = False
    while not stop() and time.monotonic() < end:
        claims = claim(store, rules, retries_first=retries_first)
        if not claims:
            break
        retries_first = not retries_first
        count = 0
        for results in _groups(store, mark, rules, claims):
            ids = finish(store, rules, results)
            count += len(ids)
            ended(ids)
        total = Drained(total.claimed + len(claims), total.ended + count)
        if len(claims) < rules.batch and claims[0].attempts == 1:
            time.sleep(pause)
    return total


def _groups(
    store: Store, mark: Mark, rules: QueueRules, claims: Sequence[Claimed]
) -> Iterator[list[tuple[Claimed, Marked | Failed]]]:
    """Results in groups: all at once, or every third of a lease when marking is slow."""
    group: list[tuple[Claimed, Marked | Failed]] = []
    since = time.monotonic()
    outcomes = iter(mark([held.work for held in claims]))
    for place, held in enumerate(claims):
        outcome = next(outcomes, Failed("the marker gave no outcome"))
        if isinstance(outcome, SourceWanted):
            outcome = _with_source(store, mark, held)
        group.append((held, outcome))
        if time.monotonic() - since > rules.lease_seconds / 3:
            yield group
            group = []
            keep(store, rules, claims[place + 1 :])
            since = time.monotonic()
    if group:
        yield group


def _with_source(store: Store, mark: Mark, held: Claimed) -> Marked | Failed:
    work = held.work
    with store.read() as connection:
        work = replace(
            work,
            source=version_source(connection, work.content_hash),
            dealt_source=version_source(connection, work.dealt_hash),
        )
    outcome = next(iter(mark([work])), None)
    if isinstance(outcome, Marked | Failed):
        return outcome
    return Failed("this version of the question is not stored")
