"""Item statistics: how hard each question was, and whether it told students apart.

Only first attempts count. The discrimination of an item is its correlation with the *rest*
score, the total without the item: with the total itself even a random item would correlate.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Z_95 = 1.959964


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """One question: how many answered, the share of full marks, and with what certainty."""

    n: int
    mean: float
    right: int
    right_low: float
    right_high: float
    discrimination: float | None

    @property
    def facility(self) -> float:
        """The share of full marks at the first attempt."""
        return self.right / self.n


def item_statistics(first: Mapping[str, Mapping[str, float]]) -> dict[str, ItemStatistics]:
    """Statistics by question, from first attempts: student -> question -> share of its points.

    >>> shares = {"a": {"x": 1.0, "y": 1.0}, "b": {"x": 0.0, "y": 0.0}, "c": {"x": 1.0, "y": 1.0}}
    >>> item_statistics(shares)["x"].discrimination
    1.0
    """
    questions = sorted({question for shares in first.values() for question in shares})
    return {question: _one(question, questions, first) for question in questions}


def wilson(right: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927); (0, 1) when nobody answered.

    >>> tuple(round(bound, 3) for bound in wilson(8, 10))
    (0.49, 0.943)
    """
    if not n:
        return 0.0, 1.0
    share, z = right / n, Z_95
    middle = share + z * z / (2 * n)
    spread = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    whole = 1 + z * z / n
    return max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole)


def correlation(xs: Sequence[float], ys: Sequence[float]) -> float | None:
    """Pearson's correlation; None for fewer than three pairs or where one side never varies.

    >>> correlation([0, 1, 2], [2, 1, 0])
    -1.0
    """
    n = len(xs)
    if n < 3:
        return None
    mean_x, mean_y = math.fsum(xs) / n, math.fsum(ys) / n
    spread_x = math.fsum((x - mean_x) ** 2 for x in xs)
    spread_y = math.fsum((y - mean_y) ** 2 for y in ys)
    if spread_x <= 0 or spread_y <= 0:
        return None
    both = math.fsum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True))
    return round(both / math.sqrt(spread_x * spread_y), 12)


def _one(
    question: str, questions: Sequence[str], first: Mapping[str, Mapping[str, float]]
) -> ItemStatistics:
    answered = [shares for shares in first.values() if question in shares]
    own = [shares[question] for shares in answered]
    rest = [
        math.fsum(shares.get(other, 0.0) for other in questions if other != question)
        for shares in answered
    ]
    right = sum(share >= 1 for share in own)
    low, high = wilson(right, len(own))
    return ItemStatistics(
        n=len(own),
        mean=round(math.fsum(own) / len(own), 6),
        right=right,
        right_low=round(low, 6),
        right_high=round(high, 6),
        discrimination=correlation(own, rest),
    )
