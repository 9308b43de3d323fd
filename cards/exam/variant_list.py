"""The list of a question's variants from which an exam deals: all different, all telling.

A list hangs on the secret, the plan's id and the question's version, and on nothing else: whoever
comes later, and a second sitting, take what nobody has had yet from the same list.
"""

from dataclasses import dataclass, field
from typing import Final

from cards.question import Numeric, Question
from cards.variants.dealing import make_variant
from cards.variants.draws import seed_for
from cards.variants.variant import Variant

# So many draws in a row that only repeat earlier variants, and the list is taken to be complete.
_TRIES: Final = 2000
_TRIES_FOR_WORDS: Final = 100


@dataclass(eq=False)
class VariantList:
    """Different variants of a question by their number, made as they are asked for."""

    question: Question
    secret: bytes
    exam: str
    _found: list[Variant] = field(default_factory=list)
    _known: set[object] = field(default_factory=set)
    _attempt: int = 0
    _complete: bool = False

    def __getitem__(self, number: int) -> Variant:
        """The variant of that number; IndexError where the question has fewer."""
        self.has(number + 1)
        return self._found[number]

    def has(self, count: int) -> bool:
        """Whether the question has so many different variants."""
        while len(self._found) < count and not self._complete:
            self._grow()
        return len(self._found) >= count

    def known(self) -> int:
        """How many were found so far."""
        return len(self._found)

    def _grow(self) -> None:
        if self._found and not self.question.content.varies:
            self._complete = True
            return
        tries = _TRIES if isinstance(self.question.content, Numeric) else _TRIES_FOR_WORDS
        for _ in range(tries):
            seed = seed_for(
                self.secret,
                "exam",
                self.question.id,
                self.question.content_hash,
                self.exam,
                attempt=self._attempt,
            )
            self._attempt += 1
            variant = make_variant(self.question, seed)
            if variant.identity not in self._known:
                self._known.add(variant.identity)
                self._found.append(variant)
                return
        self._complete = True
