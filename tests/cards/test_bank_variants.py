"""The bank's numeric questions with many seeds: mistakes are told, right answers are right."""

from collections.abc import Iterator
from fractions import Fraction

import pytest

from cards.loading.bank import load_bank
from cards.question import Question
from cards.telling import RIGHT, telling
from cards.variant import Variant, make_variant, mark_variant
from grader.arithmetic import Number
from grader.marking import AnswerKey
from grader.writing import grouped, numeral

SEEDS = 200
NUMERIC = [q for q in load_bank().values() if q.kind == "numeric" and not q.retired]


def _typed(value: Number) -> str:
    return f"-({numeral(-value)})" if value < 0 else numeral(value)


@pytest.mark.parametrize("question", NUMERIC, ids=lambda question: question.id)
def test_every_mistakes_number_is_diagnosed(question: Question) -> None:
    """In each variant, the number that a told mistake leads to is diagnosed as that mistake."""
    judge = telling(question)
    for number in range(SEEDS):
        variant = make_variant(question, f"bank {number}")
        for key in question.marking.keys:
            for mistake, wrong in variant.mistaken[key.part].items():
                if key.part not in judge.demanded.get(mistake, ()):
                    continue
                parts = mark_variant(variant, {key.part: _typed(wrong)}).parts
                found = next(part for part in parts if part.id == key.part)
                named = found.mistakes[0] if found.mistakes else RIGHT
                apart = judge.must_differ(key.part, named, mistake)
                assert named == mistake or not apart, (variant.numbers, key.part, mistake, named)


def _spellings(variant: Variant, key: AnswerKey) -> Iterator[str]:
    value = variant.cells[key.line]
    plain = variant.right(key)["display"].replace(",", "")
    yield variant.right(key)["display"]
    yield plain
    yield _typed(value)
    yield f"  {plain}　"
    yield f"{plain} + 0"
    yield "".join(chr(ord(c) + 0xFEE0) if c in "0123456789" else c for c in plain)
    if "/" not in plain:
        yield grouped(plain, " ")
        yield grouped(plain, "\u2009")
    if key.unit:
        yield f"{plain} {key.unit}"
    if key.percent and Fraction(value * 100).denominator == 1:
        yield f"{value * 100}%"


@pytest.mark.parametrize("question", NUMERIC, ids=lambda question: question.id)
def test_every_spelling_of_the_right_answer_is_right(question: Question) -> None:
    """Groups, blanks, full-width digits, units and formulas of the right value are all right."""
    for number in range(SEEDS // 10):
        variant = make_variant(question, f"bank {number}")
        for key in question.marking.keys:
            for text in _spellings(variant, key):
                parts = mark_variant(variant, {key.part: text}).parts
                found = next(part for part in parts if part.id == key.part)
                assert ("right", key.points) == (found.outcome, found.points), text
