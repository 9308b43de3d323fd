"""Answer keys of the bank, held to a computation that knows nothing of the question's formulas."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeAlias

import pytest

from cards.loading.bank import load_bank
from cards.variants.dealing import make_variant

SEEDS = 25

# A layer or an optimizer of PyTorch, which is not always there to be imported.
Module: TypeAlias = Any

# From a variant's draws to the answers of its parts.
Computation = Callable[[SimpleNamespace], Mapping[str, float]]

bank = cache(load_bank)


def hold(question: str, compute: Computation) -> None:
    """Each key of the question's variants is what the computation finds, whatever the seed."""
    for seed in range(SEEDS):
        variant = make_variant(bank()[question], f"recomputed {seed}")
        expected = compute(SimpleNamespace(**variant.numbers))
        keys = variant.question.numeric.marking.keys
        answers = {key.part: float(variant.cells[key.line]) for key in keys}
        assert {part: pytest.approx(value) for part, value in expected.items()} == answers


def learned(*layers: Module) -> int:
    """How many parameters some PyTorch layers have."""
    return sum(p.numel() for layer in layers for p in layer.parameters())


def numeric_in(*files: str) -> set[str]:
    """The numeric questions of some files of the bank."""
    return {q.id for q in bank().values() if Path(q.where).name in files and q.kind == "numeric"}
