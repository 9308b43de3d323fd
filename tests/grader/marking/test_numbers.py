"""Marking: right, wrong with its mistake, carried, unreadable."""

from fractions import Fraction

import pytest

from grader.errors import UnknownNameError
from grader.formula import read
from grader.marking.numbers import AnswerKey, Marking
from grader.marking.verdict import Verdict
from grader.mistakes import Mistake
from grader.quantities import Precision
from grader.wording import Text, both
from grader.worksheet import Cells, Line, Rule, Worksheet, line, replacing_rules

# Two convolutions, stride 2, SAME: the height of the first, the bytes of the second.
SIZE = Rule("size.same", read("ceil(size / stride)"))
SHEET = Worksheet(
    [
        Line("conv1.height", SIZE, {"size": "height", "stride": 2}),
        Line("conv2.height", SIZE, {"size": "conv1.height", "stride": 2}),
        line("conv1.parameters", "(kernel ** 2 * 3 + 1) * filters"),
        line("conv2.parameters", "(kernel ** 2 * filters + 1) * 2 * filters"),
        line("total.parameters", "conv1.parameters + conv2.parameters"),
        line("bytes", "conv2.height ** 2 * filters * 4", unit="B"),
        line("bytes.MiB", "bytes / 2 ** 20", unit="MiB"),
    ]
)
FLOOR = Mistake(
    "floor-for-ceil",
    replacing_rules({"size.same": "floor(size / stride)"}),
    Text("Rounded down. Which way does SAME round?", "向下取整了。SAME 应该向哪个方向取整？"),
)
NO_BIAS = Mistake(
    "no-bias",
    replacing_rules(
        {
            "conv1.parameters": "kernel ** 2 * 3 * filters",
            "conv2.parameters": "kernel ** 2 * filters * 2 * filters",
        }
    ),
    Text("The weights only. What else has each filter?", "只数了权重。每个滤波器还有什么？"),
)
EARLY = Mistake(
    "rounded-early",
    lambda line: line,
    both("early"),
    accepted=True,
)
KEYS = (
    AnswerKey("height", "conv1.height", points=1),
    AnswerKey("parameters", "total.parameters", unit="parameters", points=2),
    AnswerKey(
        "memory",
        "bytes.MiB",
        unit="MiB",
        precision=Precision("within", Fraction(1, 100)),
        points=3,
        cell="bytes",
        scale=2**20,
    ),
)
MARKING = Marking(SHEET, KEYS, [FLOOR, NO_BIAS, EARLY])
CELLS = SHEET.solve({"height": 75, "kernel": 3, "filters": 100})


def _marked(**raw: str) -> Verdict:
    return MARKING.mark(CELLS, raw)


def test_right_answers_earn_their_points() -> None:
    """Every part right, in whatever spelling: the score is the sum of the points."""
    verdict = _marked(height="38", parameters="２，８００ + (9*100+1)*200", memory="144400 B")

    assert (verdict.score, verdict.out_of) == (6, 6)
    assert [part.outcome for part in verdict.parts] == ["right"] * 3


def test_a_mistake_is_named() -> None:
    """The number that a mistake leads to is diagnosed as that mistake, with its sentence."""
    part = _marked(height="37").parts[0]

    assert (part.outcome, part.mistakes, part.points) == ("wrong", ("floor-for-ceil",), 0)
    assert FLOOR.says == part.feedback


def test_a_mistake_in_an_earlier_line_is_named_at_the_total() -> None:
    """A wrong rule that propagates is found at the line that is asked."""
    part = _marked(parameters="182,700").parts[1]

    assert part.mistakes == ("no-bias",)


def test_two_mistakes_at_once_are_both_named() -> None:
    """A pair of mistakes that neither alone explains is named as a pair."""
    sheet = Worksheet([line("a", "x + 1"), line("b", "y + 10"), line("c", "a * b")])
    one = Mistake("one", replacing_rules({"a": "x"}), both("First?"))
    two = Mistake("two", replacing_rules({"b": "y"}), both("Second?"))
    marking = Marking(sheet, [AnswerKey("c", "c")], [one, two])

    part = marking.mark(sheet.solve({"x": 3, "y": 7}), {"c": "21"}).parts[0]

    assert part.mistakes == ("one", "two")
    assert "First? Second?" in part.feedback.in_("en")


def test_two_mistakes_with_one_number_are_both_named() -> None:
    """Nobody knows which of them was made: both sentences are said, in both languages."""
    sheet = Worksheet([line("a", "x + 1"), line("b", "2 * x + a")])
    one = Mistake("one", replacing_rules({"a": "x"}), Text("First?", "其一？"))
    two = Mistake("two", replacing_rules({"b": "2 * x + a - 1"}), Text("Second?", "其二？"))
    far = Mistake("far", replacing_rules({"b": "x + a"}), Text("Far?", "远？"))
    marking = Marking(sheet, [AnswerKey("b", "b")], [one, two, far])

    part = marking.mark(sheet.solve({"x": 3}), {"b": "9"}).parts[0]

    assert part.mistakes == ("one", "two")
    assert part.feedback.in_("en").endswith("Perhaps: First? Or: Second?")
    assert part.feedback.in_("zh").endswith("也许是：其一？或者是：其二？")


def _boxes(*parts: str, mistakes: tuple[Mistake, ...] = ()) -> tuple[Marking, Cells]:
    """A question that asks for these lines of x + 1, x + 2 and x + 3."""
    sheet = Worksheet([line(name, f"x + {n}") for n, name in enumerate("abc", start=1)])
    keys = [AnswerKey(part, part) for part in parts]
    return Marking(sheet, keys, mistakes), sheet.solve({"x": 3})


def test_the_answer_to_the_other_box_is_told_before_any_mistake() -> None:
    """A wrong number that is right in another part is told so, though a mistake leads there too."""
    slip = Mistake("slip", replacing_rules({"a": "x + 2"}), both("A slip."))
    marking, cells = _boxes("a", "b", mistakes=(slip,))

    parts = marking.mark(cells, {"a": "5", "b": "5"}).parts

    assert [("wrong", ("other-part",), 0), ("right", (), 1)] == [
        (part.outcome, part.mistakes, part.points) for part in parts
    ]
    assert "the answer to the other box" in parts[0].feedback.in_("en")
    assert "这是另一个空的答案" in parts[0].feedback.in_("zh")


def test_of_several_boxes_the_number_is_said() -> None:
    """Where there are more than two boxes, the sentence says which it belongs to."""
    marking, cells = _boxes("a", "b", "c")

    part = marking.mark(cells, {"a": "6"}).parts[0]

    assert "the answer to box 3" in part.feedback.in_("en")
    assert "第 3 个空" in part.feedback.in_("zh")


def test_the_other_box_counts_in_its_own_unit() -> None:
    """A number is held against the other box as it would be read there."""
    sheet = Worksheet([line("a", "x", unit="B"), line("b", "x / 1000", unit="kB")])
    keys = [AnswerKey("a", "a", unit="B"), AnswerKey("b", "b", unit="kB")]
    marking = Marking(sheet, keys)
    cells = sheet.solve({"x": 5000})

    assert marking.mark(cells, {"a": "5"}).parts[0].mistakes == ("other-part",)
    assert marking.mark(cells, {"a": "5 kB"}).parts[0].outcome == "right"
    assert marking.mark(cells, {"a": "5 B"}).parts[0].mistakes == ()


def test_an_accepted_way_stays_right_where_another_box_is_near() -> None:
    """Rounding at every step earns the points, whatever else has that number."""
    sheet = Worksheet([line("a", "x / 3"), line("b", "a * 50"), line("c", "x * 17")])
    chain = Mistake(
        "rounded-early",
        lambda line: line.by(read("round(x / 3, 1)")) if line.name == "a" else line,
        both("Rounded before the last line."),
        accepted=True,
    )
    keys = [AnswerKey("b", "b", precision=Precision("decimals", 1)), AnswerKey("c", "c")]
    marking = Marking(sheet, keys, [chain])

    part = marking.mark(sheet.solve({"x": 5}), {"b": "85.0"}).parts[0]

    assert (part.outcome, part.mistakes) == ("right", ("rounded-early",))


def test_a_wrong_answer_without_a_mistake_gives_nothing_away() -> None:
    """A wrong answer that no mistake explains is wrong, and that is all that is said."""
    part = _marked(height="41").parts[0]

    assert (part.outcome, part.mistakes, part.feedback.in_("en")) == ("wrong", (), "Not yet.")


def test_unreadable_is_not_wrong() -> None:
    """A text that can't be read is told so, and the other parts are still marked."""
    verdict = _marked(height="3,8", parameters="183000")

    assert [part.outcome for part in verdict.parts] == ["unreadable", "right", "unreadable"]
    assert verdict.parts[0].read_as is None
    assert "3.8 or 38" in verdict.parts[0].feedback.in_("en")
    assert verdict.score == 2


def test_a_later_answer_is_carried_from_an_earlier_wrong_one() -> None:
    """A later answer worked correctly from an earlier wrong one earns its points."""
    carried = _marked(height="45", memory=str(Fraction(23 * 23 * 400, 2**20))).parts

    assert (
        carried[2].outcome,
        carried[2].carried_from,
        carried[2].points,
    ) == ("wrong", "height", 3)


def test_a_square_maps_width_is_carried_with_its_height() -> None:
    """Whoever has a wrong side works on with it in both directions; in one alone is right too."""
    rule = Rule("half", read("ceil(size / 2)"))
    sides = [Line(side, rule, {"size": "x"}) for side in ("height", "width")]
    sheet = Worksheet([*sides, line("area", "height * width")])
    marking = Marking(sheet, [AnswerKey("a", "height"), AnswerKey("b", "area")])
    for area in ("25", "5 * 4"):
        later = marking.mark(sheet.solve({"x": 7}), {"a": "5", "b": area}).parts[1]
        assert ("a", 1) == (later.carried_from, later.points), area


def test_a_plan_may_set_what_a_carried_answer_earns() -> None:
    """The share of the points for a carried answer is the plan's to set."""
    raw = {"height": "45", "memory": str(Fraction(23 * 23 * 400, 2**20))}

    assert Fraction(3, 2) == MARKING.mark(CELLS, raw, Fraction(1, 2)).parts[2].points


@pytest.mark.parametrize("early", ["0", "-45", "1"])
def test_a_degenerate_value_is_not_carried(early: str) -> None:
    """Nothing is carried from zero, a negative number or 1, from which the rest is too easy."""
    height = int(early)
    later = -(-height // 2)
    verdict = _marked(height=early, memory=str(Fraction(later * later * 400, 2**20)))

    assert verdict.parts[2].carried_from is None
    assert verdict.score == 0


def test_an_unrelated_part_is_not_carried_from() -> None:
    """A part that doesn't rest on the wrong one can't be carried from it."""
    assert _marked(height="45", parameters="182,701").parts[1].carried_from is None


def test_the_wrong_prefix_is_named() -> None:
    """MB written for a number of MiB is named, and so is the reverse."""
    exact = Fraction(144400, 2**20)
    key = AnswerKey("m", "bytes.MiB", unit="MiB", precision=Precision("within", Fraction(1, 1000)))
    marking = Marking(SHEET, [key])

    part = marking.mark(CELLS, {"m": f"{float(exact):.6f} MB"}).parts[0]

    assert (part.outcome, part.mistakes) == ("wrong", ("other-prefix",))
    assert "MiB" in part.feedback.in_("en")


def test_an_accepted_chain_of_roundings_earns_the_points_and_is_named() -> None:
    """Rounding at every step is recognised, named, and right."""
    sheet = Worksheet([line("a", "x / 3"), line("b", "a * 50")])
    chain = Mistake(
        "rounded-early",
        lambda line: line.by(read("round(x / 3, 1)")) if line.name == "a" else line,
        both("Rounded before the last line."),
        accepted=True,
    )
    key = AnswerKey("b", "b", precision=Precision("decimals", 1))

    part = Marking(sheet, [key], [chain]).mark(sheet.solve({"x": 5}), {"b": "85.0"}).parts[0]

    assert (part.outcome, part.mistakes, part.points) == ("right", ("rounded-early",), 1)


def test_an_unknown_part_is_answered_with_the_nearest() -> None:
    """An answer to a part that doesn't exist is told, with the nearest part."""
    with pytest.raises(UnknownNameError, match="no part 'heigth'; the nearest is 'height'"):
        _marked(heigth="38")


def test_every_mistakes_number_is_known_before_anybody_makes_it() -> None:
    """For each part the numbers that its mistakes lead to are listed, for the telling check."""
    assert {
        "height": {"floor-for-ceil": 37},
        "parameters": {"no-bias": 182700},
        "memory": {"floor-for-ceil": Fraction(18 * 18 * 400, 2**20)},
    } == MARKING.mistaken(CELLS)


def test_the_verdict_as_json_has_its_fixed_keys() -> None:
    """The JSON of a verdict is what the service and the command promise."""
    found = _marked(height="37").as_dict()

    assert {"score", "out_of", "parts"} == set(found)
    parts = found["parts"]
    assert isinstance(parts, list)
    assert {
        "id": "height",
        "raw": "37",
        "read_as": "37",
        "outcome": "wrong",
        "points": 0,
        "mistakes": ["floor-for-ceil"],
        "carried_from": None,
        "feedback": FLOOR.says.as_dict(),
    } == parts[0]
