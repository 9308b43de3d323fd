"""Worksheets: values, order, requirements, variations and steps."""

import pytest

from grader.arithmetic import Number
from grader.errors import RequirementError, UnknownNameError, WorksheetError
from grader.formula import read
from grader.wording import Text
from grader.worksheet import Line, Requirement, Rule, Worksheet, line, replacing_rules

SIZE = Rule("size.same", read("ceil(size / stride)"), Text("Rounded up.", "向上取整。"))
SHEET = Worksheet(
    [
        Line("height", SIZE, {"size": "input", "stride": "stride", "kernel": 3}),
        Line("last", SIZE, {"size": "height", "stride": 2, "kernel": 3}),
        line("area", "last * last"),
    ]
)


def test_lines_are_solved_in_the_order_that_they_need() -> None:
    """Lines may be listed in any order without a cycle; each comes after those it reads."""
    shuffled = Worksheet([line("c", "b + 1"), line("b", "a + 1"), line("a", "x * 2")])

    assert shuffled.solve({"x": 5}) == {"x": 5, "a": 10, "b": 11, "c": 12}
    assert frozenset({"x"}) == shuffled.inputs


def test_lines_that_can_be_worked_as_listed_stay_so() -> None:
    """The author's order is the worked solution's, wherever it can be followed."""
    listed = Worksheet([line("a", "x"), line("b", "a + 1"), line("c", "y"), line("d", "b + c")])

    assert ["a", "b", "c", "d"] == [line.name for line in listed.lines]


def test_a_cell_that_only_a_wrong_rule_reads_comes_before_it_too() -> None:
    """A mistake may read every cell that its line is given, so those are worked first."""
    given: dict[str, str | Number] = {"size": "input", "stride": 2, "kernel": "window"}
    sheet = Worksheet([Line("height", SIZE, given), line("window", "input // 10")])
    wrong = sheet.variation(replacing_rules({"size.same": "size - kernel"}))
    worked = wrong.solve(sheet.solve({"input": 75}))

    assert ["window", "height"] == [line.name for line in sheet.lines]
    assert worked is not None
    assert worked["height"] == 68


def test_an_authors_line_keeps_its_unit_and_its_sentence() -> None:
    """What an author writes beside a formula is what its worked step shows; a unit is optional."""
    told = Text("Width by height.", "宽乘高。")
    sheet = Worksheet([line("area", "height * width", "px", told), line("twice", "2 * area")])
    area, twice = sheet.steps(sheet.solve({"height": 2, "width": 3}), "twice")

    assert ("px", told) == (area.unit, area.says)
    assert ("", None) == (twice.unit, twice.says)


def test_a_smaller_worksheet_has_what_is_asked_for_and_no_more() -> None:
    """What the names and the requirements rest on is kept, and has the values it had."""
    high = Requirement("pool", "size", read("n > 0"), {"n": "rows"}, "{n} rows")
    sheet = SHEET.with_lines([line("rows", "last - 1"), line("unasked", "area + unknown")], [high])
    small = sheet.only(["height", "no such line"])

    assert ["height", "last", "rows"] == [line.name for line in small.lines]
    assert {"input", "stride"} == small.inputs
    assert small.solve({"input": 75, "stride": 2})["rows"] == 18
    with pytest.raises(RequirementError, match="0 rows"):
        small.solve({"input": 2, "stride": 2})
    assert ["height", "last", "area"] == [line.name for line in SHEET.only(["area"]).lines]


def test_a_rule_that_is_not_given_what_it_reads_is_refused() -> None:
    """A line that forgets to give its rule a cell is refused with the rule's and the name."""
    with pytest.raises(WorksheetError, match=r"height: rule 'size\.same' is not given 'stride'"):
        Worksheet([Line("height", SIZE, {"size": "input"})])


def test_lines_that_rest_on_each_other_are_refused() -> None:
    """A cycle is refused, and drawn."""
    with pytest.raises(WorksheetError, match=r"rest on each other: .*a.*b.*"):
        Worksheet([line("a", "b + 1"), line("b", "a + 1")])
    with pytest.raises(WorksheetError, match="a -> a"):
        Worksheet([line("a", "a + 1")])


def test_a_line_given_twice_is_refused() -> None:
    """Two lines of one name are refused."""
    with pytest.raises(WorksheetError, match="'a' is given twice"):
        Worksheet([line("a", "1"), line("a", "2")])


def test_a_missing_number_is_named() -> None:
    """Solving without a draw's number says which one."""
    with pytest.raises(WorksheetError, match="no number is given for stride"):
        SHEET.solve({"input": 75})
    with pytest.raises(WorksheetError, match=r"no number is given for input, stride$"):
        SHEET.solve()


def test_a_line_without_a_value_is_named() -> None:
    """A division by zero is said of the line in which it stands."""
    with pytest.raises(WorksheetError, match="b: division by zero"):
        Worksheet([line("a", "x - 1"), line("b", "1 / a")]).solve({"x": 1})


def test_an_unknown_line_is_answered_with_the_nearest() -> None:
    """Asking for a line that isn't there names the nearest one."""
    with pytest.raises(
        UnknownNameError, match="there is no line 'heigth'; the nearest is 'height'"
    ):
        SHEET.needed_for("heigth")


def test_requirements_that_fail_are_all_named() -> None:
    """Each unmet requirement says whose it is, with the numbers in its sentence."""
    positive = Requirement(
        "conv1", "stride", read("size >= 1"), {"size": "height"}, "the output is {size} high"
    )
    sheet = SHEET.with_lines([], [positive])

    with pytest.raises(RequirementError) as unmet:
        sheet.solve({"input": 0, "stride": 2})

    assert unmet.value.unmet == (("conv1", "stride", "the output is 0 high"),)


def test_a_requirement_is_told_before_the_division_that_it_forbids() -> None:
    """Where an unmet requirement is why a line has no value, the requirement is what is said."""
    sheet = Worksheet(
        [line("rows", "height // stride")],
        [Requirement("conv1", "stride", read("s >= 1"), {"s": "stride"}, "the stride is {s}")],
    )

    with pytest.raises(RequirementError, match="the stride is 0"):
        sheet.solve({"height": 4, "stride": 0})


def test_a_wrong_rule_propagates() -> None:
    """A wrong rule changes every line of that rule, and all that rest on them."""
    right = SHEET.solve({"input": 75, "stride": 2})
    floored = SHEET.variation(replacing_rules({"size.same": "floor(size / stride)"}))

    assert tuple(right[name] for name in ("height", "last", "area")) == (38, 19, 361)
    wrong = floored.solve(right)
    assert wrong is not None
    assert tuple(wrong[name] for name in ("height", "last", "area")) == (37, 18, 324)
    assert frozenset({"height", "last"}) == floored.changed
    assert frozenset({"height", "last", "area"}) == floored.touched


def test_a_wrong_rule_may_read_what_the_right_one_does_not() -> None:
    """A line's `given` may hold names for wrong rules, such as the kernel of a size rule."""
    valid = SHEET.variation(replacing_rules({"size.same": "ceil((size - kernel + 1) / stride)"}))
    wrong = valid.solve(SHEET.solve({"input": 75, "stride": 2}))

    assert wrong is not None
    assert wrong["height"] == 37


def test_a_held_cell_is_followed_through() -> None:
    """With a student's own value held, the lines that rest on it are worked from it."""
    right = SHEET.solve({"input": 75, "stride": 2})
    followed = SHEET.variation(fixed={"height"}).solve(right, {"height": 40})

    assert followed is not None
    assert tuple(followed[name] for name in ("height", "last", "area")) == (40, 20, 400)


def test_a_variation_without_a_value_is_none() -> None:
    """A mistake that leads to a division by zero leads to no number, and to no exception."""
    sheet = Worksheet([line("share", "1 / (x - 1)")])
    wrong = sheet.variation(replacing_rules({"share": "1 / (x - 2)"}))

    assert wrong.solve(sheet.solve({"x": 2})) is None


def test_a_wrong_rule_that_reads_a_line_resting_on_its_own_is_refused() -> None:
    """A wrong line and one that rests on it can't be solved in any order."""
    sheet = Worksheet([line("a", "x"), line("b", "a + 1")])

    with pytest.raises(WorksheetError, match="lines that rest on each other: a -> b -> a"):
        sheet.variation(lambda each: line("a", "b + 1") if each.name == "a" else each)


def test_a_wrong_line_may_read_any_line_that_does_not_rest_on_it() -> None:
    """Of two wrong lines the one that reads the other is solved after it, whatever their order."""
    sheet = Worksheet([line("a", "x"), line("b", "x + 1"), line("c", "a * 10")])
    wrong = {"a": line("a", "b * 2"), "b": line("b", "x + 5")}

    cells = sheet.variation(lambda each: wrong.get(each.name, each)).solve(sheet.solve({"x": 1}))

    assert cells is not None
    assert (6, 12, 120) == (cells["b"], cells["a"], cells["c"])


def test_steps_are_the_worked_solution() -> None:
    """A line's steps are the lines that it rests on, formula, numbers and result each."""
    steps = SHEET.steps(SHEET.solve({"input": 75, "stride": 2}), "last")

    assert [(step.formula, step.substituted, step.result) for step in steps] == [
        ("height = ceil(input / stride)", "height = ceil(75 / 2)", "38"),
        ("last = ceil(height / 2)", "last = ceil(38 / 2)", "19"),
    ]
    assert steps[0].says == Text("Rounded up.", "向上取整。")
    assert r"\left\lceil \frac{75}{2} \right\rceil = 38" in steps[0].latex
