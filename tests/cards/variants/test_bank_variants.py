"""The bank's numeric questions with many seeds: mistakes are told, right answers are right."""

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from itertools import islice, zip_longest

import pytest

from cards.loading.bank import load_bank
from cards.question import Question
from cards.variants.dealing import make_variant
from cards.variants.telling import RIGHT, telling
from cards.variants.variant import Variant, mark_variant
from grader.arithmetic import Number
from grader.marking.numbers import AnswerKey
from grader.marking.verdict import PartVerdict
from grader.numerals import decimals_needed, grouped, numeral
from grader.quantities import UNITS

SEEDS = 200
NUMERIC = [q for q in load_bank().values() if q.kind == "numeric" and not q.retired]
FULL_WIDTH = {ord(c): ord(c) + 0xFEE0 for c in "0123456789.,/-"}
SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@lru_cache(maxsize=1)
def variants(question: Question) -> tuple[Variant, ...]:
    """The question's variants of all the seeds."""
    return tuple(make_variant(question, f"bank {number}") for number in range(SEEDS))


def marked(variant: Variant, part: str, text: str) -> PartVerdict:
    """What is found about one part's text, the others left empty."""
    parts = mark_variant(variant, {part: text}).parts
    return next(verdict for verdict in parts if verdict.id == part)


def typed(value: Number) -> str:
    """The exact number as a student could type it."""
    return f"-({numeral(-value)})" if value < 0 else numeral(value)


@pytest.mark.parametrize("question", NUMERIC, ids=lambda question: question.id)
def test_every_mistakes_number_is_diagnosed(question: Question) -> None:
    """In each variant, the number that a told mistake leads to is diagnosed as that mistake.

    No other that is told in the part has that number; where it is the right answer to another
    part, that is said instead. None is passed over: each listed mistake has a part that tells
    it. The accepted chain of roundings is told from the mistakes; it may lead to the right
    answer itself, and so may a mistake that shows mostly, in the variants that excuse it.
    """
    judge = telling(question)
    accepted = {mistake.id for mistake in question.numeric.mistakes if mistake.accepted}
    for variant in variants(question):
        told = set()
        excused = judge.excused(variant.seed, variant.attempt)
        for key in question.numeric.marking.keys:
            for mistake, wrong in variant.mistaken[key.part].items():
                if key.part not in judge.demanded.get(mistake, ()):
                    continue
                told.add(mistake)
                found = marked(variant, key.part, typed(wrong)).mistakes or (RIGHT,)
                named = {m for m in found if key.part in judge.demanded.get(m, ())}
                otherwise = {("other-part",)}
                if mistake in accepted | excused:
                    otherwise.add((RIGHT,))
                assert {mistake} == named or found in otherwise, (variant.numbers, key.part)
        assert set(question.numeric.told) == told, variant.numbers


def spellings(variant: Variant, key: AnswerKey, turn: int) -> Iterator[str]:
    """The right answer in every way in which it may be typed."""
    value = variant.cells[key.line]
    shown = variant.right(key)["display"]
    plain = shown.replace(",", "")
    yield from (shown, plain, typed(value), f"  {plain}\u3000", f"\u200b{plain}", f"({plain})")
    yield from (f"{plain} + 0", f"2 × ({plain}) ÷ 2", f"{plain} − 0")
    yield from (shown.translate(FULL_WIDTH), plain.translate(FULL_WIDTH))
    if "/" not in plain:
        yield from (grouped(plain, space) for space in " \u00a0\u2009\u202f\u3000")
        units, _, decimals = plain.lstrip("-").partition(".")
        sign, digits, power = "-" * plain.startswith("-"), units + decimals, len(units) - 1
        for base in (f"e{power}", f"E+{power}", f"×10^{power}", f"*10**{power}"):
            yield f"{sign}{digits[0]}.{digits[1:]}0{base}"
        yield f"{sign}{digits[0]}.{digits[1:]}0 × 10{str(power).translate(SUPERSCRIPT)}"
    if key.unit:
        yield from (f"{plain} {key.unit}", f"{plain}{key.unit}")
        # Some for each variant, all of them over the seeds.
        others = list(in_other_units(value, key))
        yield from islice(others, turn % max(len(others), 1), None, 5)
    if key.percent and decimals_needed(value) is not None:
        yield from (f"{typed(value * 100)}%", f"{typed(value * 100)} ％")


def in_other_units(value: Number, key: AnswerKey) -> Iterator[str]:
    """The exact value in each other unit that measures the same, where decimals can write it."""
    asked = UNITS[key.unit]
    if key.binary_prefixes:
        return
    others = [unit for unit in UNITS.values() if unit.dimension == asked.dimension != "count"]
    for unit in others:
        converted = Fraction(value) * Fraction(asked.factor) / Fraction(unit.factor)
        decimals = decimals_needed(converted)
        if unit != asked and decimals is not None and decimals <= 40:
            yield f"{numeral(converted)} {unit.symbol}"


@pytest.mark.parametrize("question", NUMERIC, ids=lambda question: question.id)
def test_every_spelling_of_the_right_answer_is_right(question: Question) -> None:
    """Groups, blanks, powers of ten, full width, units and formulas of the value are right."""
    for turn, variant in enumerate(variants(question)):
        keys = question.numeric.marking.keys
        for texts in zip_longest(*(spellings(variant, key, turn) for key in keys)):
            raw = {key.part: text for key, text in zip(keys, texts, strict=True) if text}
            for part in mark_variant(variant, raw).parts:
                assert part.id not in raw or "right" == part.outcome, part.raw


def test_every_numeric_question_is_tried() -> None:
    """The two tests above go through every numeric question that is dealt, none left out."""
    dealt = [q.id for q in load_bank().values() if q.kind == "numeric" and not q.retired]
    assert len(dealt) == len(NUMERIC) >= 30
    assert all(question.numeric.told for question in NUMERIC)
