"""How hard a variant is expected to be, in steps, so that papers can be compared.

A line of the worked solution counts one; each digit of its result beyond the third, a tenth;
rounding (a result that isn't whole, or that a floor or a ceiling makes so), a half. All of it grows
by a quarter with each level above the first. A statement to judge, or a phrase to write, counts
one.
"""

from fractions import Fraction
from functools import lru_cache
from typing import Final

from cards.variants.variant import Variant
from grader.marking.choices import ChoiceKey
from grader.step import Step

_DIGIT: Final = Fraction(1, 10)
_ROUNDING: Final = Fraction(1, 2)
_LEVEL: Final = Fraction(1, 4)
_EASY_DIGITS: Final = 3


@lru_cache(maxsize=65536)
def difficulty(variant: Variant) -> Fraction:
    """The expected difficulty of a variant, in steps.

    >>> from cards.loading.bank import BANK, load_bank
    >>> pooled = load_bank([BANK / "cnn" / "pooled_sizes.yaml"])["cnn/pooled-size"]
    >>> from cards.variants.dealing import make_variant
    >>> variant = make_variant(pooled, "1")
    >>> difficulty(variant)
    Fraction(3, 1)
    """
    steps = {step.name: step for part in variant.parts for step in variant.steps(part.id)}
    total = sum((_weight(step) for step in steps.values()), Fraction(0))
    for part in variant.parts:
        if isinstance(part.key, ChoiceKey):
            total += len(part.key.options)
        elif not steps:
            total += 1
    return total * (1 + _LEVEL * (variant.question.level - 1))


def _weight(step: Step) -> Fraction:
    digits = len(str(abs(step.value.numerator // step.value.denominator)))
    rounds = step.value.denominator != 1 or "ceil" in step.formula or "floor" in step.formula
    return 1 + _DIGIT * max(digits - _EASY_DIGITS, 0) + (_ROUNDING if rounds else 0)
