"""Hands of statements: what is dealt from a pool, and what never together."""

from itertools import combinations

import pytest

from cards.loading.bank import load_bank
from cards.question import Question
from cards.variants.dealing import make_variant
from grader.marking.choices import ChoiceKey

CHOICE = [question for question in load_bank().values() if question.kind == "choice"]


@pytest.mark.parametrize("question", CHOICE, ids=lambda question: question.id)
def test_statements_that_answer_each_other_are_never_dealt_together(question: Question) -> None:
    """In 200 hands of each pool all statements are there that should be, and no excluded pair."""
    known = {statement.id: statement for statement in question.statements}
    for seed in range(200):
        (key,) = make_variant(question, str(seed)).keys
        assert isinstance(key, ChoiceKey)
        dealt = [known[option.id] for option in key.options]
        assert question.pick == len(dealt)
        assert question.right[0] <= sum(one.holds for one in dealt) <= question.right[1]
        assert [] == [(a.id, b.id) for a, b in combinations(dealt, 2) if a.excluding(b)]
