"""Whether a variant's answers are found by counting as well, where a count knows how.

Two counts know nothing of a question's formulas: that of its network, whoever wrote it
(`cards.checking.counted_networks`), and those of the bank's own questions, by their ids.
"""

from collections.abc import Iterator
from fractions import Fraction
from math import isclose
from types import SimpleNamespace
from typing import Final

from cards.checking.counted_networks import counted_figures
from cards.checking.recounted_layers import LAYERS, Found
from cards.checking.recounted_numbers import OTHERS
from cards.checking.rules import Finding
from cards.variants.variant import Variant
from grader.arithmetic import Number
from grader.marking.numbers import AnswerKey

RECOUNTS: Final = {**LAYERS, **OTHERS}
_NEARLY: Final = 1e-9


def recounted(variant: Variant) -> Found:
    """The answers that were found by counting, by part; none where no count knows the question.

    >>> from cards.loading.bank import load_bank
    >>> from cards.variants.dealing import make_variant
    >>> variant = make_variant(load_bank()["cnn/find-stride"], "1")
    >>> recounted(variant)["stride"] == variant.cells["stride"]
    True
    """
    question = variant.question
    found: dict[str, Number | float] = {}
    if question.numeric.network is not None:
        figures = counted_figures(question.numeric.network, variant.cells)
        for key in question.numeric.marking.keys:
            if (value := figures.get(key.cell or key.line)) is not None:
                found[key.part] = Fraction(value) / key.scale
    if question.id in RECOUNTS:
        found |= RECOUNTS[question.id](SimpleNamespace(**variant.numbers))
    return found


def look_at_keys(variant: Variant, found: Found) -> Iterator[Finding]:
    """The answers for which a count finds another number."""
    for key in variant.question.numeric.marking.keys:
        if key.part in found and not _is(found[key.part], variant.core[key.line]):
            got = f"{_shown(key, found[key.part])} where the key is {variant.right(key)['display']}"
            yield Finding("key-differs", f"parts.{key.part}", "a key that counting finds too", got)


def _is(found: Number | float, right: Number) -> bool:
    if isinstance(found, float):
        return isclose(found, right, rel_tol=_NEARLY)
    return found == right


def _shown(key: AnswerKey, found: Number | float) -> str:
    return key.precision.display(Fraction(found))
