"""Worked solutions of the bank: what a reader would skip isn't there, and the answer is."""

import re
from fractions import Fraction

import pytest

from cards.loading.bank import load_bank
from cards.question import Question
from cards.variants.dealing import make_variant
from grader.formula import read

NUMERIC = [question for question in load_bank().values() if question.kind == "numeric"]
SKIPPED = re.compile(r"(?<![\w.])0 [*+]|[*+-] 0(?![\w.])|[*/] 1(?![\w./])|(?<![\w./])1 \*")


@pytest.mark.parametrize("question", NUMERIC, ids=lambda question: question.id)
def test_a_worked_line_has_its_value_and_nothing_that_changes_none(question: Question) -> None:
    """Read again, the line has the value that it shows; in its formula nothing is times 1."""
    for seed in range(5):
        variant = make_variant(question, f"working {seed}")
        for part in variant.parts:
            for step in variant.steps(part.id):
                assert step.value == read(step.substituted.partition(" = ")[2]).value({})
                assert not SKIPPED.search(step.formula), step.formula


@pytest.mark.parametrize("question", NUMERIC, ids=lambda question: question.id)
def test_the_last_line_ends_in_the_answer(question: Question) -> None:
    """What the last line shows is the answer as it is displayed."""
    variant = make_variant(question, "working")
    for part in variant.parts:
        last = variant.steps(part.id)[-1]
        display = variant.right(part.key)["display"]
        # A decimal that ends early is shown without the zeros that the answer's precision adds.
        exact = Fraction(display.replace(",", ""))
        assert display in {last.rounded, last.result} or exact == last.value


def test_the_two_sides_of_a_square_map_are_worked_once() -> None:
    """A network on square images has a line for both sides of each map, and says so."""
    variant = make_variant(load_bank()["cnn/lenet-whole"], "working")
    names = {step.name: step.also for step in variant.steps("total")}
    assert "conv1.width" == names["conv1.height"]
    assert [] == [name for name in names if name.endswith(".width")]
