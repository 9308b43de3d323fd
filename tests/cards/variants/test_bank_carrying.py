"""Follow-through in the whole bank: right working from a wrong earlier answer earns its points."""

from fractions import Fraction
from itertools import combinations

import pytest

from cards.loading.bank import load_bank
from cards.question import Question
from cards.variants.dealing import make_variant
from cards.variants.variant import Variant, mark_variant
from grader.arithmetic import Number
from grader.marking.numbers import AnswerKey
from grader.marking.verdict import PartVerdict
from grader.numerals import numeral

BANK = load_bank()
SEEDS = 12

NOT_CARRIED = {
    # ReLU passes a positive number on as it is: who writes it twice has worked nothing out.
    ("cnn/convolved-value", "activation"),
    ("cnn/convolved-channels", "activation"),
    # Nothing is carried from or to a negative number, as most gradients and steps are here.
    ("cnn/one-step-through-relu", "updated"),
}


def dependent(question: Question) -> list[tuple[AnswerKey, AnswerKey]]:
    """Each part with an earlier one that its answer rests on."""
    sheet = question.numeric.marking.worksheet
    return [
        (earlier, later)
        for earlier, later in combinations(question.numeric.marking.keys, 2)
        if sheet.twins(earlier.fixed(1)[0]) & {line.name for line in sheet.needed_for(later.line)}
    ]


PAIRS = [
    pytest.param(question, earlier, later, id=f"{question.id} {earlier.part}-{later.part}")
    for question in BANK.values()
    if question.kind == "numeric" and not question.retired
    for earlier, later in dependent(question)
    if (question.id, later.part) not in NOT_CARRIED
]


def worked_from(variant: Variant, earlier: AnswerKey, value: Number, later: AnswerKey) -> Number:
    """What right working makes of an earlier answer; 0 where it makes nothing of it."""
    sheet = variant.question.numeric.marking.worksheet
    cell, held = earlier.fixed(value)
    cells = dict.fromkeys(sheet.twins(cell), held)
    led_to = sheet.variation(fixed=cells).solve(variant.core, cells)
    return 0 if led_to is None else led_to[later.line]


def marked(
    variant: Variant, earlier: AnswerKey, value: Number, later: AnswerKey, result: Number
) -> PartVerdict:
    """The verdict on the later part, where the earlier was answered so."""
    raw = {earlier.part: numeral(value), later.part: f"0 + ({numeral(result)})"}
    return next(part for part in mark_variant(variant, raw).parts if part.id == later.part)


@pytest.mark.parametrize(("question", "earlier", "later"), PAIRS)
def test_a_wrong_answer_carries_on(
    question: Question, earlier: AnswerKey, later: AnswerKey
) -> None:
    """The later part worked rightly from a wrong earlier answer is carried, with all its points."""
    carried = 0
    for seed in range(SEEDS):
        variant = make_variant(question, f"carry {seed}")
        right = variant.core[earlier.line]
        for value in (right + 2, 2 * right + 3, right * Fraction(4, 5)):
            result = worked_from(variant, earlier, value, later)
            trivial = result <= 0 or result == value
            unchanged = later.precision.accepts(variant.core[later.line], result)
            if earlier.precision.accepts(right, value) or trivial or unchanged:
                continue
            found = marked(variant, earlier, value, later, result)
            assert later.points == found.points, value
            # It may happen to be what the accepted chain of roundings leads to.
            assert found.outcome == "right" or earlier.part == found.carried_from, value
            carried += found.carried_from is not None
    assert carried >= 1


@pytest.mark.parametrize(("question", "earlier", "later"), PAIRS)
def test_nothing_is_carried_from_nothing(
    question: Question, earlier: AnswerKey, later: AnswerKey
) -> None:
    """From an earlier answer of 0, by which the rest becomes too easy, no points follow."""
    for seed in range(SEEDS):
        variant = make_variant(question, f"carry {seed}")
        result = worked_from(variant, earlier, 0, later)
        found = marked(variant, earlier, 0, later, result)
        right = later.precision.accepts(variant.core[later.line], result)
        assert found.carried_from is None
        assert right or found.points == 0 or found.mistakes


def test_most_questions_of_several_parts_depend() -> None:
    """Follow-through is no exception: dozens of parts rest on earlier ones."""
    assert len(PAIRS) >= 40
