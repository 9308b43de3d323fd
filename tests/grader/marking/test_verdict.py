"""What each kind of verdict earns and says, and points as they are written."""

from fractions import Fraction

import pytest

from grader.marking.points import as_decimal
from grader.marking.verdict import CORRECT, NOT_YET, PartVerdict, ReadAnswer, Verdict
from grader.wording import Text, both

ANSWER = ReadAnswer("total", "900 400", "900,400")

# Each kind: outcome, read as, points, mistakes, carried from.
KINDS = [
    (PartVerdict.right(ANSWER, 2), ("right", "900,400", 2, (), None, CORRECT)),
    (
        PartVerdict.right(ANSWER, 2, both("Rounded."), mistakes=["chain"]),
        ("right", "900,400", 2, ("chain",), None, both("Rounded.")),
    ),
    (PartVerdict.wrong(ANSWER), ("wrong", "900,400", 0, (), None, NOT_YET)),
    (
        PartVerdict.wrong(ANSWER, both("Why?"), mistakes=["no-bias"], points=Fraction(1, 2)),
        ("wrong", "900,400", Fraction(1, 2), ("no-bias",), None, both("Why?")),
    ),
    (
        PartVerdict.unreadable("total", "900 400", both("What?")),
        ("unreadable", None, 0, (), None, both("What?")),
    ),
]


@pytest.mark.parametrize(("verdict", "found"), KINDS)
def test_each_kind_of_verdict_earns_what_it_says(
    verdict: PartVerdict, found: tuple[object, ...]
) -> None:
    """A kind fixes the outcome; points, mistakes and sentence are those given, or none."""
    assert ("total", "900 400") == (verdict.id, verdict.raw)
    assert found == (
        *(verdict.outcome, verdict.read_as, verdict.points, verdict.mistakes),
        *(verdict.carried_from, verdict.feedback),
    )


def test_a_carried_answer_names_its_source() -> None:
    """It is wrong, earns what is given for it, and says which part it follows from."""
    verdict = PartVerdict.carried(ANSWER, 3, "parameters", mistakes=["no-bias"])

    assert ("wrong", 3, "parameters") == (verdict.outcome, verdict.points, verdict.carried_from)
    assert ("no-bias",) == verdict.mistakes
    assert "part parameters" in verdict.feedback.in_("en")


def test_a_held_answer_earns_nothing_yet() -> None:
    """It waits for a person, and says so."""
    verdict = PartVerdict.held(ANSWER)

    assert ("held", 0, ()) == (verdict.outcome, verdict.points, verdict.mistakes)
    assert "a person will look at it" in verdict.feedback.in_("en")


def test_a_verdict_as_json_has_its_fixed_names() -> None:
    """Others read these names; a score that isn't whole is a decimal."""
    wrong = PartVerdict.wrong(
        ANSWER, Text("Why?", "为什么？"), mistakes=["a"], points=Fraction(1, 2)
    )

    assert {
        "score": 0.5,
        "out_of": 2,
        "parts": [
            {
                "id": "total",
                "raw": "900 400",
                "read_as": "900,400",
                "outcome": "wrong",
                "points": 0.5,
                "mistakes": ["a"],
                "carried_from": None,
                "feedback": {"en": "Why?", "zh": "为什么？"},
            }
        ],
    } == Verdict((wrong,), 2).as_dict()


@pytest.mark.parametrize(
    ("points", "decimals", "text"),
    [
        *(("2/3", 4, "0.6667"), ("10", 4, "10"), ("0", 4, "0"), ("1/2", 4, "0.5")),
        *(("9/4", 1, "2.3"), ("49/20", 1, "2.5"), ("2001/1000", 1, "2"), ("1/32", 4, "0.0313")),
        ("100000000000000001/10", 4, "10000000000000000.1"),
    ],
)
def test_points_are_read_as_decimals(points: str, decimals: int, text: str) -> None:
    """No trailing zeros, so many decimals at most, halves up; exact where a float wouldn't be."""
    assert text == as_decimal(Fraction(points), decimals)
