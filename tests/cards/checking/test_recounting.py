"""Keys counted again: what the counts find, what they know, and that a wrong key is noticed."""

from dataclasses import replace

import pytest

from cards.checking.recounting import RECOUNTS, look_at_keys, recounted
from cards.loading.bank import load_bank
from cards.question import Question
from cards.variants.dealing import make_variant

BANK = load_bank()
COUNTED = [
    question
    for question in BANK.values()
    if question.kind == "numeric" and recounted(make_variant(question, "1"))
]


@pytest.mark.parametrize("question", COUNTED, ids=lambda question: question.id)
def test_counting_finds_every_key_that_it_knows(question: Question) -> None:
    """Windows that were laid and weights that were listed come to the keys, in twenty variants."""
    for seed in range(20):
        variant = make_variant(question, f"counted {seed}")
        assert [] == list(look_at_keys(variant, recounted(variant)))


def test_most_of_the_bank_is_counted() -> None:
    """Every own count is of a question that is there, and finds all of its answers."""
    assert len(COUNTED) >= 70
    for name in RECOUNTS:
        question = BANK[name]
        parts = {key.part for key in question.numeric.marking.keys}
        assert parts == set(recounted(make_variant(question, "all parts")))


@pytest.mark.parametrize("question", COUNTED[::5], ids=lambda question: question.id)
def test_a_key_that_is_off_by_one_is_noticed(question: Question) -> None:
    """Whichever key is one too large, the count says so, and says what it found."""
    variant = make_variant(question, "off by one")
    found = recounted(variant)
    for key in question.numeric.marking.keys:
        if key.part in found:
            wrong = replace(variant, core={**variant.core, key.line: variant.core[key.line] + 1})
            assert f"parts.{key.part}" in {one.field for one in look_at_keys(wrong, found)}
