"""Evening out how hard papers are: pairs of students swap places until it helps no more."""

from collections.abc import Collection, Mapping
from fractions import Fraction
from typing import Final

from cards.exam.difficulty import difficulty
from cards.exam.sitting import Hand, Place

_ROUNDS: Final = 20


def balanced(
    hands: Mapping[str, Hand], near: Mapping[str, Collection[str]], fixed: Collection[str]
) -> dict[str, Hand]:
    """The hands after the swaps; those of the `fixed` students stay as they are.

    In each round the hardest paper meets the easiest, the second hardest the second easiest, and so
    on; each pair makes the one swap that brings the two nearest together, unless a neighbour has
    the variant already.
    """
    dealt = dict(hands)
    weights = {student: _weight(hand) for student, hand in dealt.items()}
    loose = sorted(set(dealt) - set(fixed))
    for _ in range(_ROUNDS):
        order = sorted(loose, key=lambda student: (weights[student], student))
        swapped = [
            _swap(dealt, weights, near, easy, hard)
            for easy, hard in zip(order, reversed(order), strict=True)
            if weights[easy] < weights[hard]
        ]
        if not any(swapped):
            break
    return dealt


def _weight(hand: Hand) -> Fraction:
    return sum((difficulty(place.variant) for slot in hand for place in slot), Fraction(0))


def _slot_weight(places: tuple[Place, ...]) -> Fraction:
    return sum((difficulty(place.variant) for place in places), Fraction(0))


def _swap(
    dealt: dict[str, Hand],
    weights: dict[str, Fraction],
    near: Mapping[str, Collection[str]],
    easy: str,
    hard: str,
) -> bool:
    """Whether the two swapped the places of the slot that brings their papers nearest."""
    gap = weights[hard] - weights[easy]
    best: tuple[Fraction, int, Fraction] | None = None
    for slot, (mine, other) in enumerate(zip(dealt[easy], dealt[hard], strict=True)):
        moved = _slot_weight(other) - _slot_weight(mine)
        left = abs(gap - 2 * moved)
        if left < (best[0] if best else gap) and _may_swap(dealt, near, (easy, hard), slot):
            best = left, slot, moved
    if best is None:
        return False
    _, slot, moved = best
    one, two = list(dealt[easy]), list(dealt[hard])
    one[slot], two[slot] = two[slot], one[slot]
    dealt[easy], dealt[hard] = tuple(one), tuple(two)
    weights[easy] += moved
    weights[hard] -= moved
    return True


def _may_swap(
    dealt: Mapping[str, Hand],
    near: Mapping[str, Collection[str]],
    pair: tuple[str, str],
    slot: int,
) -> bool:
    """Whether no neighbour of either has what it would get."""
    for student, giver in (pair, pair[::-1]):
        cards = {place.card for place in dealt[giver][slot]}
        for other in near[student]:
            if other != giver and cards & {place.card for place in dealt[other][slot]}:
                return False
    return True
