"""What passes between the queue and whoever marks: work out, outcomes back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from service.store.verdicts import VerdictJson


@dataclass(frozen=True, slots=True)
class Work:
    """One submission to mark: which variant, and what the student typed.

    `content_hash` is the version that it is marked under, `dealt_hash` the one that the numbers
    were dealt from: another one, once the question was corrected. Where it can't take over what
    was dealt, what was dealt is marked as it was; of a `strict` work the reason is told instead.
    `carried_share` of a part's points is for what follows from a wrong answer, `mistake_share` for
    what a named mistake explains; both are fractions as text.
    """

    question_id: str
    content_hash: str
    seed: str
    raw: Mapping[str, str]
    source: str | None = None
    dealt_hash: str = ""
    dealt_source: str | None = None
    strict: bool = False
    carried_share: str = "1"
    mistake_share: str = "0"


@dataclass(frozen=True, slots=True)
class Marked:
    """A verdict, in the form of the command's JSON."""

    verdict: VerdictJson


@dataclass(frozen=True, slots=True)
class Failed:
    """No verdict: a sentence for staff, free of answers."""

    reason: str


@dataclass(frozen=True, slots=True)
class SourceWanted:
    """The marker does not hold this version of the question: send its source along."""


MarkingResult = Marked | Failed | SourceWanted
MarkAll = Callable[[Sequence[Work]], list[MarkingResult]]
"""Marks a list of work: one outcome for each, in order."""
MarkOne = Callable[[Work], VerdictJson | MarkingResult]
"""Marks one, inside the marking process; what it raises is that one's failure."""
