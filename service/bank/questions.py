"""The questions as the service sees them: found by id, dealt as variants, shown without keys."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from cards.printing.page import PrintedVariant
from cards.variants.draws import Purpose


@dataclass(frozen=True, slots=True)
class QuestionVersion:
    """A question at one version, which the bank may have left behind."""

    id: str
    content_hash: str


@dataclass(frozen=True, slots=True)
class ListedQuestion:
    """A question as it is listed: nothing in it depends on a variant."""

    id: str
    content_hash: str
    title: Mapping[str, str]
    kind: str
    level: int
    tags: tuple[str, ...]
    points: str
    source: str

    @property
    def pinned(self) -> QuestionVersion:
        """The question at this version."""
        return QuestionVersion(self.id, self.content_hash)


@dataclass(frozen=True, slots=True)
class VariantOrigin:
    """A variant: its seed, the version it counts under, and the version it was dealt from.

    The sources are those of versions that the bank may have left behind.
    """

    seed: str
    content_hash: str
    source: str | None
    dealt_hash: str
    dealt_source: str | None


class Questions(Protocol):
    """A bank of questions that variants are dealt from."""

    def listed(self) -> tuple[ListedQuestion, ...]:
        """All questions that can be answered here, by id."""

    def find(self, question_id: str) -> ListedQuestion:
        """The question; UnknownNameError, with the nearest id, if there is none."""

    def now(self, question_id: str) -> ListedQuestion:
        """The question as its file says at this moment, also where that has changed since.

        Raises QuestionError with the file's faults, UnknownNameError where it is gone.
        """

    def seed(self, question: QuestionVersion, purpose: Purpose, who: str, number: int) -> str:
        """The seed of somebody's variant, in hexadecimal; it never leaves the server."""

    def knows(self, content_hash: str) -> bool:
        """Whether this version is at hand without its source."""

    def parts(self, content_hash: str, source: str | None) -> frozenset[str]:
        """The ids of a version's parts."""

    def solution(self, dealt: VariantOrigin) -> Mapping[str, Any]:
        """A variant with its right answers and worked steps."""

    def show(self, dealt: VariantOrigin) -> Mapping[str, Any]:
        """A variant as a student may see it."""

    def printed(
        self, dealt: VariantOrigin, language: str, solved: Collection[str] | None
    ) -> PrintedVariant:
        """A variant as pieces of a page; answers of the parts that are solved (None: all)."""
