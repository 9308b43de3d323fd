"""What is carried, what is not, and what the student is told in each case."""

import pytest

from grader.arithmetic import Number
from grader.formula import read
from grader.marking.numbers import AnswerKey, Marking
from grader.marking.verdict import PartVerdict
from grader.mistakes import Mistake
from grader.quantities import Precision
from grader.wording import Text, both
from grader.worksheet import Line, Rule, Worksheet, line, replacing_rules


def marked(lines: dict[str, str], numbers: dict[str, int], **raw: str) -> dict[str, PartVerdict]:
    """Answers to a question that asks for each of these lines, by part."""
    sheet = Worksheet([line(name, formula) for name, formula in lines.items()])
    marking = Marking(sheet, [AnswerKey(name, name) for name in lines])
    return {part.id: part for part in marking.mark(sheet.solve(dict(numbers)), raw).parts}


def test_two_wrong_answers_are_carried_together() -> None:
    """A later answer that rests on two wrong ones is carried from the last of them."""
    lines = {"a": "x + 1", "b": "y + 1", "c": "a * b"}
    later = marked(lines, {"x": 3, "y": 5}, a="7", b="9", c="63")["c"]

    assert ("b", 1, "wrong") == (later.carried_from, later.points, later.outcome)
    assert "Worked correctly from your answer to part b, so the points are yours." == (
        later.feedback.in_("en")
    )
    assert "由你在 b 部分的答案正确推出，因此得分。" == later.feedback.in_("zh")


def test_one_of_two_wrong_answers_may_have_been_worked_from() -> None:
    """Where both together have no value, each is tried alone."""
    lines = {"a": "x + 1", "b": "y + 1", "c": "20 / (a - b)"}
    later = marked(lines, {"x": 7, "y": 2}, a="5", b="5", c="10")["c"]

    assert "a" == later.carried_from


def test_what_does_not_follow_is_not_carried() -> None:
    """A later answer that rests on a wrong one but isn't worked from it earns nothing."""
    later = marked({"a": "x + 1", "c": "a * 3"}, {"x": 3}, a="7", c="20")["c"]

    assert (None, 0, "Not yet.") == (later.carried_from, later.points, later.feedback.in_("en"))


@pytest.mark.parametrize(
    ("formula", "early", "late"),
    [
        ("a - 10", "7", "-3"),
        ("a - 7", "7", "0"),
        ("max(a, 3)", "7", "7"),
        ("a + 10", "0", "10"),
        ("a + 10", "1", "11"),
        ("a + 10", "-2", "8"),
    ],
)
def test_what_follows_too_easily_is_not_carried(formula: str, early: str, late: str) -> None:
    """Nothing, less than nothing, the same number again, or a beginning of 0, 1 or less."""
    later = marked({"a": "x + 1", "c": formula}, {"x": 3}, a=early, c=late)["c"]

    assert (None, 0) == (later.carried_from, later.points)


def test_a_share_is_carried() -> None:
    """A wrong answer between 0 and 1 is worked from like any other."""
    assert (
        "a" == marked({"a": "x / 3", "c": "a + 10"}, {"x": 1}, a="1/2", c="10.5")["c"].carried_from
    )


def test_the_points_of_all_parts_are_what_can_be_earned() -> None:
    """Also by whoever leaves parts empty, which are unreadable under their own names."""
    sheet = Worksheet([line("a", "x"), line("b", "x")])
    marking = Marking(sheet, [AnswerKey("a", "a", points=2), AnswerKey("b", "b", points=3)])
    verdict = marking.mark(sheet.solve({"x": 5}), {"a": "5"})
    first, second = verdict.parts

    assert (2, 5) == (verdict.score, verdict.out_of)
    assert Text("Correct.", "正确。") == first.feedback
    assert ("b", "", None, "unreadable") == (
        second.id,
        second.raw,
        second.read_as,
        second.outcome,
    )


SLIP = Mistake("slip", replacing_rules({"a": "x + 2"}), Text("A slip?", "疏忽？"))
SAME = Mistake("same", replacing_rules({"a": "x + 1 + 1"}), Text("The same?", "同样？"))
FAR = Mistake("far", replacing_rules({"b": "x"}), both("Far?"))
SHEET = [line("a", "x + 1"), line("b", "x + 9")]


def one_part(*listed: Mistake, **settings: object) -> Marking:
    """A question that asks for x + 1."""
    others = settings.pop("others", ())
    told = settings.pop("told", {})
    key = AnswerKey("a", "a", **settings)  # type: ignore[arg-type]  # whatever a key may have
    return Marking(Worksheet(SHEET), [key], listed, others, told=told)  # type: ignore[arg-type]  # as above


def test_a_mistake_that_nobody_listed_is_named_too() -> None:
    """Where no listed one explains the answer; but one that would be accepted is not."""
    cells = Worksheet(SHEET).solve({"x": 3})
    accepted = Mistake("fine", SLIP.rewrite, both("Fine."), accepted=True)

    assert ("slip",) == one_part(FAR, others=[SLIP]).mark(cells, {"a": "5"}).parts[0].mistakes
    verdict = one_part(others=[accepted]).mark(cells, {"a": "5"}).parts[0]
    assert ("wrong", ()) == (verdict.outcome, verdict.mistakes)


def test_an_accepted_way_is_told_with_its_own_sentence() -> None:
    """It earns the points, and its sentence says what was done."""
    accepted = Mistake("fine", SLIP.rewrite, both("Fine."), accepted=True)
    verdict = one_part(accepted).mark(Worksheet(SHEET).solve({"x": 3}), {"a": "5"}).parts[0]

    assert ("right", 1, "Fine.") == (verdict.outcome, verdict.points, verdict.feedback.in_("en"))


def test_the_mistakes_that_touch_a_part_are_known() -> None:
    """A mistake touches the parts whose lines it changes."""
    marking = one_part(SLIP, FAR, SAME)

    assert (SLIP, SAME) == marking.touching(marking.keys[0])


def test_what_is_told_apart_in_a_part_is_named_first() -> None:
    """Of two mistakes with one number, the one that this part tells apart comes first."""
    cells = Worksheet(SHEET).solve({"x": 3})
    marking = one_part(SLIP, SAME, told={"same": frozenset({"a"}), "slip": frozenset({"b"})})

    assert ("same", "slip") == marking.mark(cells, {"a": "5"}).parts[0].mistakes
    assert ("slip", "same") == one_part(SLIP, SAME).mark(cells, {"a": "5"}).parts[0].mistakes


def test_the_nearest_of_several_ways_is_named() -> None:
    """Where the precision takes in more than one: of what nobody listed, and of pairs."""
    close = Precision("absolute", 2)
    cells = Worksheet(SHEET).solve({"x": 100})
    others = [
        Mistake(name, replacing_rules({"a": f"x + {more}"}), both(name))
        for name, more in (("ten", 11), ("twelve", 13))
    ]
    unlisted = one_part(others=others, precision=close).mark(cells, {"a": "112.9"})
    sheet = Worksheet([*(line(name, "x") for name in "pqr"), line("a", "p + q + r")])
    slips = [
        Mistake(name, replacing_rules({name: f"x + {more}"}), both(name))
        for name, more in (("p", 10), ("q", 20), ("r", 21))
    ]
    marking = Marking(sheet, [AnswerKey("a", "a", precision=close)], slips)
    pair = marking.mark(sheet.solve({"x": 100}), {"a": "330.9"})

    assert ("twelve",) == unlisted.parts[0].mistakes
    assert ("p", "r") == pair.parts[0].mistakes


def test_where_both_sides_lead_nowhere_one_is_tried() -> None:
    """A wrong side that gives no value in both directions is still worked on with in one."""
    rule = Rule("half", read("ceil(size / 2)"))
    sides = [Line(side, rule, {"size": "x"}) for side in ("height", "width")]
    sheet = Worksheet([*sides, line("area", "20 / (10 - height - width)")])
    marking = Marking(sheet, [AnswerKey("a", "height"), AnswerKey("b", "area")])
    later = marking.mark(sheet.solve({"x": 7}), {"a": "5", "b": "20"}).parts[1]

    assert ("a", 1) == (later.carried_from, later.points)


def test_numbers_that_are_known_already_are_not_worked_again() -> None:
    """Whoever has the mistaken numbers hands them in, and they are what is compared."""
    cells = Worksheet(SHEET).solve({"x": 3})
    verdict = one_part(SLIP).mark(cells, {"a": "77"}, mistaken={"a": {"slip": 77}})

    assert ("slip",) == verdict.parts[0].mistakes


def test_a_key_tells_how_its_answers_are_read() -> None:
    """Per cent where it allows them, and megabytes of 1024 KB where it counts so."""
    cells = Worksheet(SHEET).solve({"x": 3})

    assert one_part(percent=True).mark(cells, {"a": "400%"}).score == 1
    assert one_part().mark(cells, {"a": "400%"}).parts[0].outcome == "unreadable"
    mega = Worksheet(SHEET).solve({"x": 2**20 - 1})
    assert one_part(unit="B", binary_prefixes=True).mark(mega, {"a": "1 MB"}).score == 1
    told = one_part(unit="B").mark(mega, {"a": "1 MB"}).parts[0]
    assert ("other-prefix",) == told.mistakes
    assert told.feedback.in_("en").startswith("The number belongs to MiB, the unit written is MB.")


def followed(formula: str, answer: int) -> Number | None:
    """What part c comes to after this answer to part a, of x + 1; part b doesn't rest on it."""
    lines = {"a": "x + 1", "b": "x + 20", "c": formula}
    sheet = Worksheet([line(name, of) for name, of in lines.items()])
    marking = Marking(sheet, [AnswerKey(name, name) for name in lines])
    first, _, last = marking.keys
    return marking.following(sheet.solve({"x": 10}), last, first, answer)


@pytest.mark.parametrize(
    ("formula", "answer", "expected"),
    [
        ("a * 3", 7, 21),
        ("a * x", 7, 70),
        ("a - 5", 6, 1),
        ("a - 5", 5, None),
        ("a - 5", 4, None),
        ("20 / (a - 5)", 5, None),
        ("a * 3", 1, None),
        ("a * 3", 0, None),
        ("b * 3", 7, None),
    ],
)
def test_what_follows_from_an_answer_is_known_beforehand(
    formula: str, answer: int, expected: int | None
) -> None:
    """The number that would be carried, and none where nothing would earn points."""
    assert expected == followed(formula, answer)


def test_what_follows_is_worked_from_the_cell_that_the_answer_fixes() -> None:
    """An answer in thousands fixes the cell itself: what rests on the cell rests on it too."""
    sheet = Worksheet([line("a", "x + 1"), line("a_k", "a / 1000"), line("c", "a * 3")])
    asked = AnswerKey("a", "a_k", cell="a", scale=1000)
    marking = Marking(sheet, [asked, AnswerKey("c", "c")])

    assert 6000 == marking.following(sheet.solve({"x": 10}), marking.keys[1], asked, 2)


def test_a_carried_answer_names_the_mistake_whose_number_it_also_is() -> None:
    """Points for right working, and the mistake that leads there from the right values too."""
    sheet = Worksheet([line("a", "x + 1"), line("c", "a * 3")])
    slip = Mistake("slip", replacing_rules({"c": "a * 3 + 9"}), both("A slip."))
    marking = Marking(sheet, [AnswerKey("a", "a"), AnswerKey("c", "c")], [slip])

    later = marking.mark(sheet.solve({"x": 3}), {"a": "7", "c": "21"}).parts[1]

    assert ("a", 1, ("slip",)) == (later.carried_from, later.points, later.mistakes)
