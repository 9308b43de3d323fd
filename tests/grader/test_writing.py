"""The law of writing: what is printed reads back as the value that it prints."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.arithmetic import Number, distance
from grader.errors import FormulaError
from grader.formula import Formula, read
from grader.numerals import shown, significant
from grader.tree import Binary, Call, Literal, Name, Negative, Node
from grader.worksheet import Worksheet, line
from grader.writing import as_latex, as_text

NUMBERS = st.one_of(
    st.integers(-(10**6), 10**6),
    st.fractions(-(10**3), 10**3, max_denominator=64),
    st.decimals(-1000, 1000, places=3).map(Fraction),
)


def _trees(leaves: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    def grow(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        signs = st.sampled_from(["+", "-", "*", "/", "//", "%"])
        return st.one_of(
            st.builds(Negative, inner),
            st.builds(Binary, signs, inner, inner),
            st.builds(Binary, st.just("**"), inner, st.integers(-3, 3).map(Literal)),
            st.builds(Call, st.sampled_from(["ceil", "floor", "abs", "round"]), st.tuples(inner)),
            st.builds(
                Call,
                st.sampled_from(["sum", "min", "max"]),
                st.lists(inner, min_size=1, max_size=4).map(tuple),
            ),
        )

    return st.recursive(leaves, grow, max_leaves=12)


NAMES = ("kernel", "conv1.height", "stride")
TREES = _trees(
    st.one_of(
        st.builds(Literal, st.integers(0, 1000)),
        st.builds(Name, st.sampled_from(NAMES)),
    )
)


def _value(formula: Formula, cells: dict[str, Number]) -> Number | str:
    """The value, or the reason why there is none."""
    try:
        return formula.value(cells)
    except FormulaError as fault:
        return fault.reason


@given(TREES, st.tuples(NUMBERS, NUMBERS, NUMBERS))
def test_a_substituted_line_reads_back_as_its_value(
    tree: Node, numbers: tuple[Number, Number, Number]
) -> None:
    """A formula printed with its numbers put in, read again, has the formula's value."""
    formula = Formula(tree)
    cells = dict(zip(NAMES, numbers, strict=True))

    assert _value(formula, cells) == _value(read(as_text(formula, cells)), {})


@given(TREES)
def test_a_printed_formula_reads_back_as_itself(tree: Node) -> None:
    """A formula printed with its names, read again, has the same value for any numbers."""
    formula = Formula(tree)
    cells: dict[str, Number] = {"kernel": 3, "conv1.height": Fraction(7, 2), "stride": -2}

    assert _value(formula, cells) == _value(read(as_text(formula)), cells)


@given(TREES, st.tuples(NUMBERS, NUMBERS, NUMBERS))
def test_every_printed_step_reads_back_as_its_result(
    tree: Node, numbers: tuple[Number, Number, Number]
) -> None:
    """A worked step's right side, read again, is the value that the step gives."""
    cells = dict(zip(NAMES, numbers, strict=True))
    sheet = Worksheet([line("result", as_text(Formula(tree)))])
    if isinstance(_value(Formula(tree), cells), str):
        cells = dict.fromkeys(NAMES, 2)
    if isinstance(_value(Formula(tree), cells), str):
        sheet, cells = Worksheet([line("result", "kernel * 2")]), {"kernel": 3}
    solved = sheet.solve(cells)
    step = sheet.steps(solved, "result")[-1]

    assert solved["result"] == read(step.substituted.partition(" = ")[2]).value({})
    if step.exact:
        assert Fraction(step.result.replace(",", "")) == solved["result"]


@given(NUMBERS, st.integers(1, 8))
def test_significant_digits_are_near(value: Number, digits: int) -> None:
    """A value to n significant digits is less than half of its n-th digit away."""
    near = Fraction(significant(value, digits))

    assert distance(near, value) <= distance(value, 0) * Fraction(10) ** (1 - digits) / 2


def test_latex_is_what_a_teacher_would_write() -> None:
    """Quotients are fractions, ceil and floor are brackets, thousands are grouped."""
    size = read("floor((height + 2 * padding - kernel) / stride) + 1")

    assert as_latex(size, {"height": 1000, "padding": 1, "kernel": 3, "stride": 2}) == (
        r"\left\lfloor \frac{1{,}000 + 2 \times 1 - 3}{2} \right\rfloor + 1"
    )


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("(a < b) < c", r"\left(\text{a} < \text{b}\right) < \text{c}"),
        ("a - (b - c)", r"\text{a} - \left(\text{b} - \text{c}\right)"),
        ("(a / b) ** 2", r"\left(\frac{\text{a}}{\text{b}}\right)^{2}"),
        ("(a + b) / c", r"\frac{\text{a} + \text{b}}{\text{c}}"),
        ("a // b", r"\left\lfloor \frac{\text{a}}{\text{b}} \right\rfloor"),
    ],
)
def test_latex_has_the_parentheses_that_it_needs(text: str, latex: str) -> None:
    """What binds less stands in parentheses, but not over or under a bar."""
    assert latex == as_latex(read(text))


def test_a_long_sum_is_written_as_it_was_read() -> None:
    """However a sum is kept, no parentheses come in that nobody wrote."""
    text = "a - b + c + d + e + f + g + h + i + j + (k - l) - m"

    assert text == as_text(read(text))
    assert "(" not in as_latex(read(text.replace("(k - l)", "k")))


def test_a_long_number_is_shown_rounded_and_says_so() -> None:
    """A number too long to read is rounded to six digits, and isn't called exact."""
    assert shown(Fraction(12613600, 2**20)) == ("12.0293", False)
    assert shown(565613600) == ("565,613,600", True)
