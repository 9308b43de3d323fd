"""Whatever is typed is marked: no text ends in an error, on any question of the bank.

A few thousand texts as a rule; GRADECK_RANDOM_ANSWERS=200000 asks for as many as that.
"""

import os
import random
from collections import Counter
from collections.abc import Iterator

import pytest

from cards.loading.bank import load_bank
from cards.variants.dealing import make_variant
from cards.variants.variant import Variant, mark_variant
from grader.marking.numbers import AnswerKey

HOW_MANY = int(os.environ.get("GRADECK_RANDOM_ANSWERS", "4000"))
PIECES = [
    *"0123456789" * 6,
    *".,+-*/()^ %<>=!eE_'",
    *"²³⁻×÷，．％（）−≤",
    *("**", "//", "==", "1/", "1e400", "1e-400", "2^2047", "^100", "^-900", "e5", "e-5"),
    *("sqrt(", "ceil(", "floor(", "round(", "log2(", "abs(", "min(", "nan", "0x1"),
    *("1,000", "0,500", "12 500", " kB", "MiB", " bytes", "/s", " 1/s", " h", "个", "%"),
    *("\u200b", "٣", "½", "𝟙", "\u202e", "\x00", "中"),
    *("√", "$", "’", " x 10^", "'000", "=", " Hz", " s⁻¹", " pct", " mins."),
]
WEIGHTY = [
    "1/(1e400*1e400*1e400*2^100)",
    "(2^2047+2^2047-1)*(2^2047+2^2047-1)",
    "1e400*1e400",
    "-1e400",
    "1e400/3",
    "2^2047",
    "1/2^2047",
    "(2^2047-1)/(2^2046+1)",
    "3^1291/2^2047",
]


@pytest.fixture(scope="module")
def variants() -> list[Variant]:
    """A variant of every numeric question of the bank."""
    return [make_variant(q, "any answer") for q in load_bank().values() if q.kind == "numeric"]


def typed(dice: random.Random, variant: Variant) -> str:
    """A text as nobody would type it, now and then around a number of the question."""
    pieces = dice.choices(PIECES, k=dice.randint(1, 12))
    if dice.random() < 0.3:
        key = dice.choice(variant.question.numeric.marking.keys)
        led_to = [variant.core[key.line], *variant.mistaken[key.part].values()]
        pieces.insert(dice.randrange(len(pieces)), f"({dice.choice(led_to)})")
    return "".join(pieces)


def answers(
    dice: random.Random, variants: list[Variant]
) -> Iterator[tuple[Variant, dict[str, str]]]:
    """Texts for every part of a variant drawn at random, HOW_MANY in all."""
    given = 0
    while given < HOW_MANY:
        variant = dice.choice(variants)
        raw = {key.part: typed(dice, variant) for key in variant.keys}
        given += len(raw)
        yield variant, raw


def test_any_text_gets_a_verdict(variants: list[Variant]) -> None:
    """Texts put together at random are right, wrong or unreadable, and never raise."""
    outcomes: Counter[str] = Counter()
    dice = random.Random(20261128)  # noqa: S311 -- dice, no secret
    for variant, raw in answers(dice, variants):
        for part in mark_variant(variant, raw).parts:
            outcomes[part.outcome] += 1
            assert part.feedback.in_("en"), raw
            assert part.feedback.in_("zh"), raw
            assert part.outcome != "unreadable" or part.points == 0, raw

    assert HOW_MANY <= outcomes.total()
    assert min(outcomes[outcome] for outcome in ("wrong", "unreadable")) > HOW_MANY // 20


@pytest.mark.parametrize("text", WEIGHTY)
def test_a_number_at_the_bounds_gets_a_verdict(variants: list[Variant], text: str) -> None:
    """A number of thousands of bits is weighed or unreadable, in each part of each question."""
    for variant in variants:
        for key in variant.keys:
            assert isinstance(key, AnswerKey)
            raw = {other.part: text if other is key else "7" for other in variant.keys}
            verdict = next(p for p in mark_variant(variant, raw).parts if p.id == key.part)
            assert verdict.outcome in {"wrong", "unreadable"}, (variant.question.id, text)
