"""What our marking gives for an answer, and what a reader of an exported file must give too.

A reader knows nothing of Gradeck: it takes a file's bytes and follows the rules of the system that
the file is for. It answers with an `Outcome`, or with None for what a person has to read.
"""

import os
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from html import unescape

from cards.lms.choosing import OPEN_SECRET, Wish, bank_groups, different_variants
from cards.lms.exporting import make_export
from cards.lms.format import Layout
from cards.lms.making import Speech, alone
from cards.lms.table import FORMATS
from cards.loading.bank import load_bank
from cards.question import Question
from cards.texts.rendering import html_inline
from cards.variants.variant import Variant, mark_variant
from grader.marking.choices import ChoiceKey
from grader.marking.numbers import AnswerKey
from grader.numerals import decimals_needed, in_decimals, significant

# So many variants of every question are read again; the sweep of 20 takes minutes.
VARIANTS = int(os.environ.get("GRADECK_LMS_VARIANTS", "1"))


@dataclass(frozen=True)
class Outcome:
    """The share of a box's points that an answer earns, and what is said to it."""

    share: Fraction
    says: str = ""


def parsed(content: bytes | str) -> ET.Element:
    """The root of an XML file that we wrote ourselves."""
    return ET.fromstring(content)  # noqa: S314 -- our own file, written a moment ago


Answered = Callable[[str], Outcome]
Chosen = Callable[[AbstractSet[str]], Outcome]


@dataclass(frozen=True)
class Read:
    """What a reader found in a file: boxes by (question, number, part), and what a person reads."""

    numbers: Mapping[tuple[str, int, str], Answered]
    choices: Mapping[tuple[str, int], Chosen]
    for_a_person: frozenset[tuple[str, int]]


@cache
def exported(name: str, *, apart: bool = False) -> bytes:
    """The whole bank in a format."""
    wish = Wish(Speech(("en",), alone), VARIANTS)
    return make_export(FORMATS[name], bank_groups(bank()), wish, Layout(apart=apart)).content


@cache
def bank() -> tuple[Question, ...]:
    """All questions that are not retired."""
    return tuple(question for question in load_bank().values() if not question.retired)


def named(name: str) -> Question:
    """The question of that id."""
    return next(question for question in bank() if question.id == name)


@cache
def variants() -> tuple[tuple[int, Variant], ...]:
    """The variants that an export has, each with its number."""
    return tuple(
        (number, variant)
        for question in bank()
        for number, variant in enumerate(
            different_variants(question, VARIANTS, OPEN_SECRET), start=1
        )
    )


def answers(variant: Variant, key: AnswerKey) -> Iterator[str]:
    """Numbers to answer with: right, nearly right, each mistake's, other boxes', and far off."""
    right = variant.core[key.line]
    tolerance = key.precision.tolerance(right)
    wrong = variant.mistaken[key.part].values()
    others = [variant.core[other.line] for other in variant.keys if isinstance(other, AnswerKey)]
    # A tenth of a tolerance away from its ends, floats are no matter.
    near = [right + tolerance * Fraction(step, 10) for step in (-11, -9, 9, 11)]
    for value in (right, *near, *wrong, *others, 10 * right + 7, right + 1, -right - 3, 0):
        yield _typed(Fraction(value))


def _typed(value: Fraction) -> str:
    decimals = decimals_needed(value)
    if decimals is not None and decimals <= 12:
        return in_decimals(value, decimals)
    return significant(value, 12)


@cache
def marked(variant: Variant, key: AnswerKey, text: str) -> tuple[Outcome, frozenset[str]]:
    """Our own outcome for an answer to one box alone, and the mistakes that explain it."""
    verdict = mark_variant(variant, {key.part: text})
    (part,) = (part for part in verdict.parts if part.id == key.part)
    share = Fraction(part.points) / Fraction(key.points)
    return Outcome(share, html_inline(part.feedback.in_("en"))), frozenset(part.mistakes)


def in_words(html: str) -> str:
    """The words of a piece of HTML, without its elements."""
    return " ".join(unescape(re.sub("<[^>]+>", "", html)).split())


def differences(
    read: Read, *, diagnosed: bool = True, normal: Callable[[str], str] = str
) -> Iterator[str]:
    """Where what a reader gives is not what our marking gives.

    What is said is compared where our marking names a mistake that the question lists, or says
    that it is right; `diagnosed` is for formats that say it, and `normal` is what of our HTML
    is in theirs.
    """
    for number, variant in variants():
        for key in variant.keys:
            if isinstance(key, AnswerKey):
                for where, text, ours, theirs, said in _number_answers(read, number, variant, key):
                    same = theirs.share == ours.share
                    if not same or (diagnosed and said and theirs.says != normal(ours.says)):
                        yield f"{where}: {text}: {ours} here, {theirs} there"
            elif isinstance(key, ChoiceKey):
                yield from _choice_differences(read, number, variant, key)
        waits = _waiting(read, variant.question.id)
        if variant.question.kind not in {"numeric", "choice"} and not waits:
            yield f"{variant.question.id}#{number}: a person reads it"


def _waiting(read: Read, question: str) -> list[str]:
    """The questions of a file, whole or a part, that a person reads."""
    return [name for name, _ in read.for_a_person if f"{name}/".startswith(f"{question}/")]


def _number_answers(
    read: Read, number: int, variant: Variant, key: AnswerKey
) -> Iterator[tuple[tuple[str, int, str], str, Outcome, Outcome, bool]]:
    """Where, what is answered, our outcome and theirs, and whether both are to say the same."""
    where = (variant.question.id, number, key.part)
    assert where in read.numbers, where
    for text in answers(variant, key):
        ours, mistakes = marked(variant, key, text)
        theirs = read.numbers[where](text)
        said = ours.share == 1 or _is_of_one_mistake(variant, key, text, mistakes)
        yield where, text, ours, theirs, said


def _is_of_one_mistake(
    variant: Variant, key: AnswerKey, text: str, mistakes: frozenset[str]
) -> bool:
    """Whether a mistake that the question lists leads there by itself, or it is another box's."""
    wrong = variant.mistaken[key.part]
    return "other-part" in mistakes or any(
        key.precision.accepts(wrong[mistake], Fraction(text)) for mistake in mistakes & wrong.keys()
    )


def _choice_differences(read: Read, number: int, variant: Variant, key: ChoiceKey) -> Iterator[str]:
    """The differences over every set of statements that can be chosen."""
    chosen = read.choices.get((variant.question.id, number))
    if chosen is None:
        yield f"{variant.question.id}#{number}: not found"
        return
    says = {option.letter: html_inline(option.says.in_("en")) for option in key.options}
    for subset in range(1, 2 ** len(key.options)):
        letters = [letter for bit, letter in enumerate(says) if subset >> bit & 1]
        (part,) = mark_variant(variant, {"choice": ", ".join(letters)}).parts
        ours = Fraction(part.points) / Fraction(key.points)
        theirs = chosen({says[letter] for letter in letters}).share
        if abs(ours - theirs) > Fraction(1, 10_000):
            yield f"{variant.question.id}#{number}: {letters}: {ours} here, {theirs} there"
