"""The bank's mistakes that share a number with another mistake, or with another box."""

import pytest

from cards.loading.bank import load_bank
from cards.variants.variant import Variant, make_variant, mark_variant
from grader.marking.numbers import AnswerKey, PartVerdict

BANK = load_bank()
SEEDS = [f"boxes {number}" for number in range(20)]

# Question, part, and the other part whose answer is typed there.
OTHER_BOX = [
    ("queueing/mm1-times", "time", "waiting"),
    ("queueing/mm1-times", "waiting", "time"),
    ("cnn/remedy-half-floats", "saved", "after"),
    ("cnn/remedy-half-floats", "after", "saved"),
    ("cnn/output-bytes", "values", "bytes"),
    ("cnn/remedy-several-devices", "needed", "saved"),
    ("queueing/mm1-probabilities", "exactly", "beyond"),
]
# Question, part, and two mistakes that lead to one number there, at least in some variants.
ONE_NUMBER = [
    ("cnn/inception-parameters", "saved", {"reductions-not-counted", "reductions-still-there"}),
    ("cnn/size-dilated", "size", {"gaps-as-weights", "no-plus-one"}),
    ("cnn/size-valid", "height", {"ceil-for-floor", "same-for-valid"}),
]


def verdict(variant: Variant, part: str, typed: str) -> PartVerdict:
    """What is found about one part when nothing else is answered."""
    return next(one for one in mark_variant(variant, {part: typed}).parts if one.id == part)


def displayed(variant: Variant, part: str) -> str:
    """A part's right answer as it is displayed."""
    return next(variant.right(key)["display"] for key in variant.keys if key.part == part)


@pytest.mark.parametrize(("question", "part", "other"), OTHER_BOX)
def test_the_answer_to_the_other_box_is_told_so(question: str, part: str, other: str) -> None:
    """Whoever fills the boxes in the wrong order is told that, and no mistake."""
    for seed in SEEDS:
        variant = make_variant(BANK.find(question), seed)
        found = verdict(variant, part, displayed(variant, other))
        assert ("wrong", ("other-part",)) == (found.outcome, found.mistakes), seed


@pytest.mark.parametrize(("question", "part", "pair"), ONE_NUMBER)
def test_mistakes_that_share_a_number_are_all_named(
    question: str, part: str, pair: set[str]
) -> None:
    """Where both lead to one number both are named, with both sentences in both languages."""
    says = {mistake.id: mistake.says for mistake in BANK.find(question).mistakes}
    shared = 0
    for seed in SEEDS:
        variant = make_variant(BANK.find(question), seed)
        led_to = variant.mistaken[part]
        if len({led_to.get(mistake) for mistake in pair}) != 1:
            continue
        shared += 1
        found = verdict(variant, part, str(led_to[min(pair)]))
        assert pair == set(found.mistakes), seed
        for mistake in pair:
            assert says[mistake].en in found.feedback.en
            assert says[mistake].zh in found.feedback.zh

    assert shared


def test_no_mistake_of_the_bank_hides_another() -> None:
    """Typed exactly, every listed mistake's number names that mistake, or the other box."""
    hidden = []
    for question in BANK.values():
        if question.kind != "numeric":
            continue
        for seed in SEEDS[:3]:
            variant = make_variant(question, seed)
            for key in variant.keys:
                assert isinstance(key, AnswerKey)
                for mistake, led_to in variant.mistaken[key.part].items():
                    found = verdict(variant, key.part, f"({led_to})")
                    named = {mistake, "other-part"} & set(found.mistakes)
                    if found.outcome == "wrong" and not named:
                        hidden.append((question.id, key.part, mistake, found.mistakes))
    assert [] == hidden
