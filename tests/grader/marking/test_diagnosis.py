"""Diagnoses: which mistakes explain a number, and what is said where no rule is wrong."""

from collections.abc import Callable

import pytest

from grader.marking.diagnosis import Diagnosis, either, nearest, other_box, other_prefix
from grader.marking.verdict import NOT_YET
from grader.mistakes import Mistake
from grader.wording import both
from grader.worksheet import line, untouched


def test_where_nothing_explains_an_answer_nothing_is_given_away() -> None:
    """Without a mistake there is no talk of slips: the answer is told that it isn't right yet."""
    assert Diagnosis((), NOT_YET) == either(nearest([], 7))


def test_the_nearest_number_explains_an_answer_wherever_it_stands() -> None:
    """Of the numbers that a precision lets through the nearest counts, first or last."""
    near, far = (Mistake(name, untouched, both(name)) for name in ("near", "far"))
    led_to = [((near,), 8), ((far,), 10)]

    assert [(near,)] == nearest(led_to, 7)
    assert [(near,)] == nearest(reversed(led_to), 7)


@pytest.mark.parametrize(
    ("found", "given"),
    [(other_box, (1, 2)), (other_box, (3, 4)), (other_prefix, ("MB", "MiB"))],
)
def test_what_is_no_wrong_rule_changes_no_line_and_has_a_sentence(
    found: Callable[..., Diagnosis], given: tuple[object, ...]
) -> None:
    """Another box or prefix is a mistake like any other: it says its sentence, and is no rule."""
    diagnosis = found(*given)
    (mistake,) = diagnosis.mistakes
    right = line("weights", "kernel * kernel")

    assert (diagnosis.says, right) == (mistake.says, mistake.rewrite(right))
