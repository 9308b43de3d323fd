"""Item statistics: published intervals, and why the rest score and not the total."""

from random import Random

import pytest

from cards.results.item_statistics import correlation, item_statistics, wilson

# Newcombe (1998), "Two-sided confidence intervals for the single proportion", table I, method 3.
NEWCOMBE = [
    (81, 263, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0.0000, 0.1611),
    (1, 29, 0.0061, 0.1718),
]


@pytest.mark.parametrize(("right", "n", "low", "high"), NEWCOMBE)
def test_intervals_are_the_published_ones(right: int, n: int, low: float, high: float) -> None:
    """Wilson's interval, to the four decimals in print."""
    assert (low, high) == tuple(round(bound, 4) for bound in wilson(right, n))


def test_the_interval_of_right_mirrors_that_of_wrong() -> None:
    """Counting wrong answers in place of right ones turns the interval around."""
    for right in range(11):
        low, high = wilson(right, 10)
        other_low, other_high = wilson(10 - right, 10)
        assert (round(low, 12), round(high, 12)) == (
            round(1 - other_high, 12),
            round(1 - other_low, 12),
        )
        assert 0 <= low <= right / 10 <= round(high, 12) <= 1


def test_pure_noise_separates_nobody() -> None:
    """An item that was answered by coin correlates with its total, and not with the rest."""
    dice = Random(20261126)  # noqa: S311 - a class made up for a test
    names = ["a", "b", "c", "d", "noise"]
    shares = {}
    for student in range(4000):
        ability = dice.random()
        shares[f"s{student}"] = {
            name: float(dice.random() < (0.5 if name == "noise" else ability)) for name in names
        }
    found = item_statistics(shares)
    rows = list(shares.values())
    total = correlation([row["noise"] for row in rows], [sum(row.values()) for row in rows])

    assert total is not None
    assert total > 0.25
    assert abs(found["noise"].discrimination or 0) < 0.05
    assert all((found[name].discrimination or 0) > 0.3 for name in names[:4])


def test_only_who_answered_counts() -> None:
    """n is the number of those who answered; a question left out is 0 in the others' rest."""
    shares = {
        "a": {"x": 1.0, "y": 1.0},
        "b": {"x": 1.0},
        "c": {"x": 0.5, "y": 0.0},
        "d": {"y": 1.0},
    }
    found = item_statistics(shares)

    assert (3, 2) == (found["x"].n, found["x"].right)
    assert (3, 2) == (found["y"].n, found["y"].right)
    assert 2 / 3 == found["x"].facility
    assert correlation([1.0, 1.0, 0.5], [1.0, 0.0, 0.0]) == found["x"].discrimination


@pytest.mark.parametrize(
    ("xs", "ys", "why"),
    [
        ([1, 0], [1, 0], "two points lie on a line whatever they are"),
        ([1, 1, 1], [1, 2, 3], "what never varies goes with nothing"),
        ([1, 2, 3], [1, 1, 1], "nor does anything go with it"),
    ],
)
def test_where_nothing_can_be_said_nothing_is(xs: list[float], ys: list[float], why: str) -> None:
    """No number stands where there is none."""
    assert correlation(xs, ys) is None, why
