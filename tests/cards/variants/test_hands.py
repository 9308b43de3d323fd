"""Hands of statements: what is dealt from a pool, and what never together."""

from dataclasses import replace
from itertools import combinations

import pytest

from cards.loading.bank import load_bank
from cards.question import Choice, Question
from cards.variants.dealing import make_variant
from grader.marking.choices import ChoiceKey

CHOICE = [question for question in load_bank().values() if question.kind == "choice"]


@pytest.mark.parametrize("question", CHOICE, ids=lambda question: question.id)
def test_statements_that_answer_each_other_are_never_dealt_together(question: Question) -> None:
    """In 200 hands of each pool all statements are there that should be, and no excluded pair."""
    choice = question.content
    assert isinstance(choice, Choice)
    known = {statement.id: statement for statement in choice.statements}
    for seed in range(200):
        (key,) = make_variant(question, str(seed)).keys
        assert isinstance(key, ChoiceKey)
        dealt = [known[option.id] for option in key.options]
        assert choice.pick == len(dealt)
        assert choice.right[0] <= sum(one.holds for one in dealt) <= choice.right[1]
        assert [] == [(a.id, b.id) for a, b in combinations(dealt, 2) if a.excluding(b)]


def test_a_pinned_statement_stands_last() -> None:
    """A statement that speaks of the rest is the last of every hand that it is dealt in."""
    question = CHOICE[0]
    choice = question.content
    assert isinstance(choice, Choice)
    first, *others = choice.statements
    statements = (replace(first, pinned=True), *others)
    pinned = replace(question, content=replace(choice, statements=statements))
    hands = [make_variant(pinned, str(seed)).keys[0] for seed in range(100)]
    dealt = [[option.id for option in key.options] for key in hands if isinstance(key, ChoiceKey)]
    own = [ids for ids in dealt if first.id in ids]
    assert {len(ids) - 1 for ids in own} == {ids.index(first.id) for ids in own}
    assert 0 < len(own) < len(dealt)
