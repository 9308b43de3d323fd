"""Whether a question gives its answers away: every number that a student can see is compared."""

import re
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from cards.checking.rules import Finding
from cards.printing.figure import variant_figure
from cards.variants.variant import Variant
from grader.arithmetic import Number
from grader.marking.numbers import AnswerKey

# An answer that some given number happens to equal is no leak; one that nearly always does is.
_SHARE: Final = 0.9
_FEWEST_ANSWERS: Final = 4

_NUMBER: Final = re.compile(
    r"[0-9]+(?:(?:,|\{,\}|[ \u00a0\u2009\u202f'’])[0-9]{3})*(?:\.[0-9]+)?"
    r"(?:[eE]-?[0-9]{1,2}(?![0-9]))?"
)
_NOT_DIGITS: Final = re.compile(r"[^0-9.eE-]")
_TEXT_NODE: Final = re.compile(r">([^<>]+)<")


def numbers_in(text: str) -> tuple[Fraction, ...]:
    """The numbers that a text shows, in order, however it groups their digits.

    >>> [str(number) for number in numbers_in("903,400 or $903{,}400$, 9.034e5, 12.5")]
    ['903400', '903400', '903400', '25/2']
    """
    return tuple(Fraction(_NOT_DIGITS.sub("", match[0])) for match in _NUMBER.finditer(text))


def spellings(variant: Variant, key: AnswerKey) -> frozenset[Fraction]:
    """The numbers that are the answer: exact, as displayed, and in the line's own unit.

    >>> from cards.loading.bank import BANK, load_bank
    >>> pooled = load_bank([BANK / "cnn" / "pooled_sizes.yaml"])["cnn/pooled-size"]
    >>> from cards.variants.dealing import make_variant
    >>> variant = make_variant(pooled, "1")
    >>> spellings(variant, variant.keys[0])
    frozenset({Fraction(7, 1)})
    """
    values: list[Number] = [variant.cells[name] for name in (key.line, key.cell) if name]
    shown = numbers_in(variant.right(key)["display"])
    return frozenset((*(abs(Fraction(value)) for value in values), *shown))


def shown_texts(variant: Variant) -> Iterator[tuple[str, str]]:
    """Every text that a student sees before answering: where it stands, and the text.

    >>> from cards.loading.bank import BANK, load_bank
    >>> pooled = load_bank([BANK / "cnn" / "pooled_sizes.yaml"])["cnn/pooled-size"]
    >>> from cards.variants.dealing import make_variant
    >>> variant = make_variant(pooled, "1")
    >>> [where for where, _ in shown_texts(variant)][:4]
    ['text.en', 'title.en', 'hints[1].en', 'parts.height.ask.en']
    """
    for language in variant.text:
        yield f"text.{language}", variant.text.in_(language)
        yield f"title.{language}", variant.question.title.in_(language)
        for number, hint in enumerate(variant.hints):
            yield f"hints[{number + 1}].{language}", hint.in_(language)
        for part in variant.parts:
            yield f"parts.{part.id}.ask.{language}", part.ask.in_(language)
    if variant.question.figure is not None:
        yield "figure", " ".join(_TEXT_NODE.findall(variant_figure(variant)))


class LeakSearch:
    """Counts, over many variants, how often each number of each text is a part's answer.

    A number is known by its place among the numbers of its text: where the largest of the
    given values is asked, it is one of them in every variant, but not always the same one.
    """

    def __init__(self) -> None:
        self.variants = 0
        self.hits: Counter[tuple[str, str, int]] = Counter()
        self.said: Counter[tuple[str, str]] = Counter()
        self.answers: dict[str, set[Number]] = {}

    def look(self, variant: Variant) -> None:
        """Compare the variant's texts with its answers."""
        self.variants += 1
        self.look_at_sentences(variant)
        texts = [(place, numbers_in(text)) for place, text in shown_texts(variant)]
        for key in variant.keys:
            if isinstance(key, AnswerKey):
                self.answers.setdefault(key.part, set()).add(variant.cells[key.line])
                wanted = spellings(variant, key)
                self.hits.update(
                    (key.part, place, number)
                    for place, found in texts
                    for number, value in enumerate(found)
                    if value in wanted
                )

    def look_at_sentences(self, variant: Variant) -> None:
        """Compare the sentences of the mistakes in each part with the part's answer."""
        for key in variant.question.numeric.marking.keys:
            wanted = spellings(variant, key)
            for mistake in variant.question.numeric.mistakes:
                if mistake.id in variant.mistaken[key.part]:
                    self.said[key.part, mistake.id] += any(
                        wanted.intersection(numbers_in(mistake.says.in_(language)))
                        for language in mistake.says
                    )

    def sentences(self) -> Iterator[Finding]:
        """A note for each mistake whose sentence nearly always has the answer to its part."""
        for (part, mistake), hits in sorted(self.said.items()):
            if hits and hits >= self.variants * _SHARE:
                expected = f"a sentence without the answer to part {part!r}"
                where, got = f"mistakes.{mistake}.says", "one that nearly always has it"
                yield Finding("says-answer", where, expected, got, "leave it out", note=True)

    def leaks(self) -> Iterator[tuple[str, str]]:
        """Each part whose answer nearly always stands in a text, and that text's place."""
        for (part, place, _), hits in sorted(self.hits.items()):
            if hits >= self.variants * _SHARE and len(self.answers[part]) >= _FEWEST_ANSWERS:
                yield part, place
