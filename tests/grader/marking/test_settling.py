"""What a person decides becomes a verdict: whole, exact, and nothing else changes."""

from fractions import Fraction
from typing import Any

import pytest

from grader.errors import UnknownNameError
from grader.marking.settling import NotHeldError, credited, part_found, settled, still_settled
from grader.marking.verdict import PartVerdict, ReadAnswer
from grader.wording import Text

HELD = PartVerdict.held(ReadAnswer("why", "fewer", "fewer")).as_dict()
WRONG = PartVerdict.wrong(
    ReadAnswer("total", "7", "7"),
    Text("Why?", "为什么？"),
    mistakes=["slip"],
    points=Fraction(1, 3),
).as_dict()
VERDICT: dict[str, Any] = {"score": 0.3333333333333333, "out_of": 3, "parts": [WRONG, HELD]}


@pytest.mark.parametrize(
    ("right", "outcome", "points", "score", "says"),
    [
        (
            True,
            "right",
            0.1,
            0.4333333333333333,
            ("A person read this: right.", "老师看过：正确。"),
        ),
        (
            False,
            "wrong",
            0,
            0.3333333333333333,
            ("A person read this: not yet.", "老师看过：还不对。"),
        ),
    ],
)
def test_a_held_part_is_what_the_person_says(
    right: bool, outcome: str, points: float, score: float, says: tuple[str, str]
) -> None:
    """Its outcome, points and sentence; the other part stays, and the score is the exact sum."""
    new = {**HELD, "outcome": outcome, "points": points, "settled": True}
    new["feedback"] = {"en": says[0], "zh": says[1]}

    assert {"score": score, "out_of": 3, "parts": [WRONG, new]} == settled(
        VERDICT, "why", 0.1, right=right
    )


def test_decimals_are_added_as_decimals() -> None:
    """A tenth and two tenths are three tenths, which binary fractions are not."""
    tenth = {**WRONG, "points": 0.1}
    assert 0.3 == settled({**VERDICT, "parts": [tenth, HELD]}, "why", 0.2, right=True)["score"]


def test_a_person_may_decide_again() -> None:
    """The last word counts; of two held parts only the one that is named changes."""
    other = {**HELD, "id": "more"}
    both = {**VERDICT, "parts": [HELD, other]}
    once = settled(both, "why", 1, right=True)
    again = settled(once, "why", 1, right=False)

    assert [("right", 1), ("held", 0)] == [(p["outcome"], p["points"]) for p in once["parts"]]
    assert [("wrong", 0), ("held", 0)] == [(p["outcome"], p["points"]) for p in again["parts"]]


def test_what_was_marked_by_itself_or_is_not_there_is_refused() -> None:
    """Each is named, with what there is."""
    with pytest.raises(NotHeldError, match=r"^part 'total' is wrong: only what is held waits"):
        settled(VERDICT, "total", 1, right=True)
    with pytest.raises(UnknownNameError) as unknown:
        settled(VERDICT, "tota", 1, right=True)
    assert str(UnknownNameError("part", "tota", ["total", "why"])) == str(unknown.value)


def test_credit_makes_every_part_right_and_whole() -> None:
    """Full points whatever was answered, no mistake left, and why; answers stay."""
    says = {
        "en": "The question was at fault here: the points are yours.",
        "zh": "这道题有误，这些分数归你。",
    }
    right: dict[str, Any] = {
        "outcome": "right",
        "mistakes": [],
        "carried_from": None,
        "feedback": says,
        "settled": True,
    }
    carried = {**WRONG, "carried_from": "why"}
    worth = {"total": Fraction(5, 2), "why": Fraction(1)}

    assert {
        "score": 3.5,
        "out_of": 3.5,
        "parts": [{**carried, **right, "points": 2.5}, {**HELD, **right, "points": 1}],
    } == credited({**VERDICT, "parts": [carried, HELD]}, worth)


def test_credit_for_an_unknown_part_is_refused() -> None:
    """A part that the question no longer has is named, with those that it has."""
    with pytest.raises(UnknownNameError) as unknown:
        credited(VERDICT, {"total": Fraction(1)})
    assert str(UnknownNameError("part", "why", ["total"])) == str(unknown.value)


@pytest.mark.parametrize(("right", "outcome"), [(True, "right"), (False, "wrong")])
def test_a_new_marking_keeps_what_the_person_decided(right: bool, outcome: str) -> None:
    """Only where it holds the part again; what it can decide by itself now, counts."""
    before = settled(VERDICT, "why", 2, right=right)
    decided = {**VERDICT, "parts": [WRONG, {**HELD, "outcome": "wrong"}]}
    another = {**VERDICT, "parts": [{**WRONG, "outcome": "held"}, HELD]}

    assert before == still_settled(before, VERDICT)
    assert decided == still_settled(before, decided)
    assert VERDICT == still_settled(VERDICT, VERDICT)
    assert ["held", outcome] == [
        part["outcome"] for part in still_settled(before, another)["parts"]
    ]


def test_a_part_comes_back_from_its_json() -> None:
    """Every field, with thirds whole again; a carried one too."""
    answer = ReadAnswer("total", "7 ", "7")
    for part in (
        PartVerdict.wrong(
            answer, Text("Why?", "为什么？"), mistakes=["a", "b"], points=Fraction(2, 3)
        ),
        PartVerdict.carried(answer, Fraction(1, 7), "why"),
        PartVerdict.unreadable("total", "x", Text("What?", "什么？")),
        PartVerdict.held(answer),
    ):
        assert part == part_found(part.as_dict())
    small = part_found({**WRONG, "points": 0.0001})
    assert Fraction(1, 10_000) == small.points
