"""Points: the best counts, late ones in part, and totals are exact."""

from fractions import Fraction
from itertools import permutations

import pytest

from grader.marking.grades import Scored, grades, middle, share_of, spread

HALF, THIRD = Fraction(1, 2), Fraction(1, 3)


def test_the_best_counts_in_whatever_order_it_came() -> None:
    """A late full answer at half credit beats an early third, and loses to an early whole."""
    early, late = Scored("ada", "q", THIRD, late=False), Scored("ada", "q", Fraction(1), late=True)
    other = Scored("bo", "q", HALF, late=False)
    for order in permutations([early, late, other]):
        found = grades(order, {"q": Fraction(4)}, HALF)
        assert {"ada": Fraction(2), "bo": Fraction(2)} == {
            name: one.total for name, one in found.items()
        }
        assert ["ada", "bo"] == sorted(one.user_id for one in found.values())


def test_a_question_that_is_not_set_earns_nothing() -> None:
    """A submission to a question that was taken out leaves no points and no student."""
    assert {} == grades([Scored("ada", "gone", Fraction(1), late=False)], {"q": Fraction(4)}, HALF)


def test_thirds_come_back_whole() -> None:
    """Three thirds of a point, each written as a decimal, are one."""
    assert Fraction(1) == 3 * share_of("0.6666666666666666", "2")


@pytest.mark.parametrize(
    ("score", "out_of"), [("1", "0"), ("1", None), (None, "2"), ("0", "0")], ids=str
)
def test_what_is_worth_nothing_is_no_share(score: str | None, out_of: str | None) -> None:
    """No full marks, or no score, is 0 and no division by it."""
    assert Fraction(0) == share_of(score, out_of)


def test_every_total_falls_into_one_part() -> None:
    """The parts of a spread add up to the students, nothing and everything included."""
    totals = [Fraction(number, 7) for number in range(36)]
    counts = spread(totals, Fraction(5))

    assert len(totals) == sum(counts)
    assert (10, 10) == (len(counts), len(spread([], Fraction(5))))
    assert [2, 0] == spread([Fraction(0), Fraction(0)], Fraction(0), bins=2)


def test_the_middle_is_a_share() -> None:
    """The median of an even number is between two; of nobody it is 0."""
    assert THIRD == middle([Fraction(1), Fraction(3)], Fraction(6))
    assert Fraction(0) == middle([], Fraction(6)) == middle([Fraction(0)], Fraction(0))
