"""Points: what verdicts are worth in an assignment, each student's best, exact.

A verdict's score is a share of its question's points; of several submissions to a question the
best counts, and what came late counts in part.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from statistics import median


@dataclass(frozen=True, slots=True)
class Scored:
    """A graded submission: its share of the question's points, and whether it came late."""

    user_id: str
    question_id: str
    share: Fraction
    late: bool


@dataclass(frozen=True, slots=True)
class Grades:
    """One student's points by question."""

    user_id: str
    points: Mapping[str, Fraction] = field(default_factory=dict)

    @property
    def total(self) -> Fraction:
        """All points together.

        >>> str(Grades("ada", {"a": Fraction(1, 2), "b": Fraction(2)}).total)
        '5/2'
        """
        return sum(self.points.values(), Fraction())


def share_of(score: str | None, out_of: str | None) -> Fraction:
    """A verdict's share of full marks, between 0 and 1.

    >>> share_of("1.5", "2")
    Fraction(3, 4)
    """
    # Scores are written as decimals; thirds come back whole.
    whole = Fraction(out_of or "0")
    if not whole:
        return Fraction()
    return (Fraction(score or "0") / whole).limit_denominator(10_000)


def grades(
    scored: Iterable[Scored], points: Mapping[str, Fraction], late_credit: Fraction
) -> dict[str, Grades]:
    """Each student's points by question: the best submission counts, late ones in part.

    >>> late = Scored("ada", "q", Fraction(1), True)
    >>> grades([late], {"q": Fraction(4)}, Fraction(1, 2))["ada"].points
    {'q': Fraction(2, 1)}
    """
    best: dict[str, dict[str, Fraction]] = {}
    for one in scored:
        if one.question_id in points:
            earned = points[one.question_id] * one.share * (late_credit if one.late else 1)
            mine = best.setdefault(one.user_id, {})
            mine[one.question_id] = max(earned, mine.get(one.question_id, Fraction()))
    return {user_id: Grades(user_id, mine) for user_id, mine in best.items()}


def middle(totals: Sequence[Fraction], full: Fraction) -> Fraction:
    """The median total as a share of full marks; 0 where nothing was handed in.

    >>> middle([Fraction(1), Fraction(2), Fraction(4)], Fraction(4))
    Fraction(1, 2)
    """
    return median(totals) / full if totals and full else Fraction()


def spread(totals: Iterable[Fraction], full: Fraction, bins: int = 10) -> list[int]:
    """How many totals fall into each equal part of full marks; full marks into the last.

    >>> spread([Fraction(0), Fraction(2), Fraction(3), Fraction(4)], Fraction(4), bins=4)
    [1, 0, 1, 2]
    """
    counts = [0] * bins
    for total in totals:
        counts[min(int(total * bins / full), bins - 1) if full else 0] += 1
    return counts
