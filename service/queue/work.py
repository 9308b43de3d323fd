"""What passes between the queue and whoever marks: work out, outcomes back."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Verdict = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Work:
    """One submission to mark: which variant, and what the student typed.

    `content_hash` is the version that it is marked under, `dealt_hash` the one that the numbers
    were dealt from: another one, once the question was corrected.
    """

    question_id: str
    content_hash: str
    seed: str
    raw: Mapping[str, str]
    source: str | None = None
    dealt_hash: str = ""
    dealt_source: str | None = None


@dataclass(frozen=True, slots=True)
class Marked:
    """A verdict, in the form of the command's JSON."""

    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Failed:
    """No verdict: a sentence for staff, free of answers."""

    reason: str


@dataclass(frozen=True, slots=True)
class SourceWanted:
    """The marker does not hold this version of the question: send its source along."""


Outcome = Marked | Failed | SourceWanted
Mark = Callable[[Sequence[Work]], Iterable[Outcome]]
"""Marks work in order; yields one outcome for each."""


def each(mark_one: Callable[[Work], Verdict | Outcome]) -> Mark:
    """A Mark from a function for one submission; an exception is that submission's failure."""

    def mark(works: Sequence[Work]) -> Iterator[Outcome]:
        for work in works:
            yield outcome_of(mark_one, work)

    return mark


def outcome_of(mark_one: Callable[[Work], Verdict | Outcome], work: Work) -> Outcome:
    """What `mark_one` makes of the work, any exception as a Failed."""
    try:
        made = mark_one(work)
    except Exception as error:  # noqa: BLE001 - one submission's failure stays its own
        # The message may quote an answer; the kind of error never does.
        return Failed(f"marking raised {type(error).__name__}")
    return made if isinstance(made, Marked | Failed | SourceWanted) else Marked(made)
