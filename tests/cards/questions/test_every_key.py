"""That no key of the bank is only what its own formula says: each is found in another way too."""

from collections.abc import Mapping
from typing import Final

import pytest

from cards.checking.recounting import recounted
from cards.variants.dealing import make_variant
from tests.cards.questions.recomputed import bank

pytest.importorskip("torch", reason="PyTorch (requirements/torch.txt) is not installed")

from tests.cards.questions import (
    test_architecture_keys,
    test_backward_keys,
    test_block_keys,
    test_convolution_keys,
    test_memory_keys,
    test_task_keys,
)

TABLES: Final = (
    test_architecture_keys.KEYS,
    test_backward_keys.KEYS,
    test_block_keys.KEYS,
    test_convolution_keys.KEYS,
    test_memory_keys.KEYS,
    test_task_keys.KEYS,
)
# Questions whose keys nothing else finds, each with the reason.
WHY_NOT: Final[Mapping[str, str]] = {
    "queueing/service-that-varies": "the mean wait of an M/G/1 queue has no finite count; it is "
    "the formula of Pollaczek and Khinchine",
}


def test_every_numeric_question_is_found_in_another_way_or_says_why_not() -> None:
    """A new numeric question needs a count, a computation with PyTorch, or a reason here."""
    computed = {name for table in TABLES for name in table}
    numeric = {question.id for question in bank().values() if question.kind == "numeric"}
    counted = {
        name
        for name in numeric - computed
        if {key.part for key in bank()[name].numeric.marking.keys}
        == set(recounted(make_variant(bank()[name], "every key")))
    }
    assert set(WHY_NOT) == numeric - computed - counted
    assert computed <= numeric
