"""The door to the question bank: lists its questions, deals variants and shows them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from cards.loading.bank import Bank, question_from_document
from cards.printing.page import PrintedVariant, print_variant
from cards.question import Question
from cards.variants.dealing import make_variant
from cards.variants.draws import Purpose, seed_for
from cards.variants.replaying import replayed
from cards.variants.variant import Variant
from grader.errors import GradeckError, UnknownNameError
from service.bank.folders import load, read_now
from service.bank.questions import ListedQuestion, Questions, QuestionVersion, VariantOrigin

VARIANTS_KEPT = 4096


def parts_of(question: Question) -> dict[str, Fraction]:
    """The parts that every variant of a question has, with their points."""
    return {part: Fraction(points) for part, points in question.content.points.items()}


def _listed(question: Question) -> ListedQuestion:
    return ListedQuestion(
        id=question.id,
        content_hash=question.content_hash,
        title=question.title.as_dict(),
        kind=question.kind,
        level=question.level,
        tags=question.tags,
        points=str(sum(parts_of(question).values())),
        source=question.document,
    )


class Versions:
    """Questions by content hash: the bank's, and old ones as their source is handed in."""

    def __init__(self, questions: Iterable[Question]) -> None:
        """Know the bank's versions."""
        self._known = {question.content_hash: question for question in questions}
        self.variant = lru_cache(VARIANTS_KEPT)(self._variant)

    def parts(self, content_hash: str) -> dict[str, Fraction]:
        """The parts that every variant of a version has, with their points."""
        return parts_of(self._known[content_hash])

    def take_in(self, content_hash: str, source: str | None) -> bool:
        """Whether the version is known, after its source was taken in."""
        if content_hash not in self._known and source is not None:
            self._known[content_hash] = question_from_document(source)
        return content_hash in self._known

    def _variant(self, content_hash: str, seed: str, dealt_hash: str) -> Variant:
        """The variant under one version, with the numbers that another version dealt."""
        if dealt_hash == content_hash:
            return make_variant(self._known[content_hash], bytes.fromhex(seed))
        return replayed(self._known[content_hash], self.variant(dealt_hash, seed, dealt_hash))


def open_questions(folders: tuple[Path, ...], secret: bytes) -> Questions:
    """The questions of these folders, or of the bank that came along."""
    return _Bank(load(folders), secret, folders)


@dataclass(frozen=True)
class _Bank:
    bank: Bank
    secret: bytes
    folders: tuple[Path, ...] = ()

    @cached_property
    def versions(self) -> Versions:
        return Versions(self.bank.values())

    @cached_property
    def _listed(self) -> dict[str, ListedQuestion]:
        return {
            question.id: _listed(question)
            for _, question in sorted(self.bank.items())
            if question.content.marked and not question.retired
        }

    def listed(self) -> tuple[ListedQuestion, ...]:
        return tuple(self._listed.values())

    def find(self, question_id: str) -> ListedQuestion:
        if question_id not in self._listed:
            raise UnknownNameError("question that can be answered here", question_id, self._listed)
        return self._listed[question_id]

    def now(self, question_id: str) -> ListedQuestion:
        return _listed(read_now(self.folders, question_id, self.bank.get(question_id)))

    def seed(self, question: QuestionVersion, purpose: Purpose, who: str, number: int) -> str:
        return seed_for(
            self.secret, purpose, question.id, question.content_hash, who, attempt=number
        ).hex()

    def _variant(self, dealt: VariantOrigin) -> Variant:
        """The variant as it counts now; as it was dealt where the two versions don't fit."""
        self.versions.take_in(dealt.content_hash, dealt.source)
        self.versions.take_in(dealt.dealt_hash, dealt.dealt_source)
        try:
            return self.versions.variant(dealt.content_hash, dealt.seed, dealt.dealt_hash)
        except GradeckError:
            return self.versions.variant(dealt.dealt_hash, dealt.seed, dealt.dealt_hash)

    def show(self, dealt: VariantOrigin) -> Mapping[str, Any]:
        return self._variant(dealt).public()

    def solution(self, dealt: VariantOrigin) -> Mapping[str, Any]:
        """A variant with its right answers and worked steps."""
        solved = self._variant(dealt).with_key()
        return {name: value for name, value in solved.items() if name != "seed"}

    def knows(self, content_hash: str) -> bool:
        """Whether this version is at hand without its source."""
        return self.versions.take_in(content_hash, None)

    def parts(self, content_hash: str, source: str | None) -> frozenset[str]:
        """The ids of a version's parts."""
        self.versions.take_in(content_hash, source)
        return frozenset(self.versions.parts(content_hash))

    def printed(
        self, dealt: VariantOrigin, language: str, solved: Collection[str] | None
    ) -> PrintedVariant:
        """A variant as pieces of a page; answers of the parts that are solved (None: all)."""
        return print_variant(self._variant(dealt), language, solved=solved)
