"""What must be told apart, by brute force: all pairs of numbers, and shares that are known."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.loading.bank import load_bank
from cards.question import Constraint, Question
from cards.variants.draws import preview_seed
from cards.variants.telling import NOTHING, RIGHT, Obstacle, Telling, _close, numbers_for
from grader.arithmetic import Number, whole
from grader.formula import read
from grader.quantities import Precision, PrecisionKind
from grader.worksheet import Requirement, Worksheet, line

# Which of two mistakes are excused in twelve draws, by their first letters.
EXCUSED = ["ot", "", "", "", "", "", "onot", "onot", "", "", "on", "onot"]
WAYS = ("one", "other", "third")
QUESTION = """\
id: test/{id}
title: {{en: A number, zh: 数}}
kind: numeric
draw:
  x: {{from: 1, to: {most}}}
lines:
{lines}
text: {{en: "{{x}}", zh: "{{x}}"}}
parts:
{parts}
mistakes:
{mistakes}
"""


def made(
    parts: Mapping[str, str],
    mistakes: Mapping[str, tuple[str, str]],
    *,
    id: str = "number",
    most: int = 100,
) -> Question:
    """A question over x: parts with their precision, mistakes with their line and wrong formula.

    The line `base` is x, and every part asks for a line of its own name that repeats it.
    """
    rows = {
        "lines": ["  base: x", *(f"  {part}: base + 0" for part in parts)],
        "parts": [
            f"  - {{id: {part}, ask: {{en: How much?, zh: 多少？}}, answer: {part}{precision}}}"
            for part, precision in parts.items()
        ],
        "mistakes": [
            f"  - {{id: {name}, line: {line}, formula: '{formula}', says: {{en: No, zh: 否}}}}"
            for name, (line, formula) in mistakes.items()
        ],
    }
    texts = {name: "\n".join(lines) for name, lines in rows.items()}
    with TemporaryDirectory() as folder:
        file = Path(folder) / "number.yaml"
        file.write_text(QUESTION.format(id=id, most=most, **texts), encoding="utf-8")
        return load_bank([file])[f"test/{id}"]


@cache
def three_ways() -> Question:
    """A question with one part and three mistakes, all of which must show."""
    return made({"part": ""}, {way: ("part", f"base + {n}") for n, way in enumerate(WAYS, 1)})


def at(precision: Precision) -> Telling:
    """The three ways, with the part's precision replaced."""
    question = three_ways()
    (part,) = question.numeric.parts
    key = replace(part.key, precision=precision)
    telling = Telling(question)
    telling.keys = (key,)
    return telling


KINDS: list[tuple[PrecisionKind, Number]] = [
    ("exact", 0),
    ("within", Fraction(1, 100)),
    ("absolute", Fraction(1, 2)),
    ("digits", 3),
    ("decimals", 1),
]
PRECISIONS = [Precision(kind, amount) for kind, amount in KINDS]
RIGHTS = st.sampled_from([9990, 9, 1000, 0]) | st.builds(
    lambda top, bottom: whole(Fraction(top, bottom)),
    st.integers(-20_000, 20_000),
    st.sampled_from([1, 3, 7, 1000]),
)
NEAR = st.sampled_from([Fraction(n, 10_000) for n in (-300, -100, -50, -5, 0, 1, 3, 10, 50, 100)])
FAR = st.sampled_from([*(Fraction(n, 100) for n in (-90, -50, 50, 200)), Fraction(100)])
# One near the right value or far from it, one near that, and one anywhere.
SHIFTS = st.tuples(NEAR | FAR, NEAR, NEAR | FAR).map(
    lambda shifts: (shifts[0], shifts[0] + shifts[1], shifts[2])
)


@given(st.sampled_from(PRECISIONS), RIGHTS, SHIFTS, st.booleans())
def test_a_clash_is_found_where_any_two_numbers_show_alike(
    precision: Precision, right: Number, shifts: tuple[Number, ...], relative: bool
) -> None:
    """Every pair compared with every other, as no shortcut does: none is missed, none invented."""
    wrong = {
        way: whole(Fraction(right) + (right * shift if relative else shift))
        for way, shift in zip(WAYS, shifts, strict=True)
    }
    numbers = {RIGHT: right, **wrong}
    names = list(numbers)
    alike = {
        frozenset((one, other))
        for place, one in enumerate(names)
        for other in names[place + 1 :]
        if precision.display(numbers[one]) == precision.display(numbers[other])
    } | {frozenset((RIGHT, way)) for way in WAYS if precision.accepts(right, wrong[way])}

    clash = at(precision).clash({"base": 0, "part": right}, {"part": wrong})

    assert (clash is None) == (not alike)
    assert clash is None or (clash.part, True) == ("part", {clash.first, clash.second} in alike)


@pytest.mark.parametrize("precision", PRECISIONS[1:], ids=lambda precision: precision.kind)
def test_what_lies_far_apart_is_not_compared(precision: Precision) -> None:
    """Numbers whose displays can't be alike are left out before they are written."""
    key = replace(three_ways().numeric.parts[0].key, precision=precision)
    values: dict[str, Number] = {RIGHT: 100, "one": 200, "other": 400, "third": 10_000}

    assert [] == list(_close(key, values))
    values |= {"near": Fraction(1001, 10)}
    assert [RIGHT, "near"] == [name for name, _ in _close(key, values)]


@pytest.mark.parametrize(
    ("precision", "wrong"),
    [(Precision("within", Fraction(1, 100)), 1010), (Precision("absolute", 5), 995)],
    ids=["within", "absolute"],
)
def test_a_mistake_at_the_edge_of_a_tolerance_clashes(precision: Precision, wrong: int) -> None:
    """The last answer that is accepted as right can't be a mistake's too."""
    numbers: dict[str, Number] = {"one": wrong, "other": 5000, "third": 9000}
    clash = at(precision).clash({"base": 0, "part": 1000}, {"part": numbers})

    assert "the right answer and one show the same in part 'part'" == str(clash)


@pytest.mark.parametrize("kind", ["within", "digits"])
def test_mistakes_beside_a_right_answer_of_nothing_are_compared(kind: PrecisionKind) -> None:
    """A share of zero is zero, and says nothing of how the wrong numbers are rounded."""
    precision = next(precision for precision in PRECISIONS if precision.kind == kind)
    wrong: dict[str, Number] = {"third": 7}
    wrong |= {"one": Fraction(100_001, 1000), "other": Fraction(100_002, 1000)}
    clash = at(precision).clash({"base": 0, "part": 0}, {"part": wrong})

    assert "one and other show the same in part 'part'" == str(clash)


def test_large_numbers_beside_a_small_right_answer_are_compared() -> None:
    """Digits round a number far above the right one by more than the right one's own place."""
    wrong: dict[str, Number] = {"one": 10_010_000, "other": 10_049_000, "third": 7}
    clash = at(Precision("digits", 3)).clash({"base": 0, "part": 9990}, {"part": wrong})

    assert "one and other show the same in part 'part'" == str(clash)


def mostly_shown() -> Telling:
    """Two mistakes that may hide in some variants, and one that must always show."""
    return Telling(changed(three_ways(), mostly=frozenset({"one", "other"})))


def test_an_excuse_is_drawn_for_each_mistake_and_attempt() -> None:
    """Each is excused in a third of the draws (five sigma), and in the same ones for ever."""
    telling = mostly_shown()
    drawn = [telling.excused(b"seed", attempt) for attempt in range(3000)]

    for way in ("one", "other"):
        assert abs(sum(way in excused for excused in drawn) - 1000) < 5 * 26
    assert abs(sum(len(excused) == 2 for excused in drawn) - 333) < 5 * 18
    assert not any("third" in excused for excused in drawn)
    assert EXCUSED == ["".join(sorted(way[:2] for way in excused)) for excused in drawn[:12]]


@pytest.mark.parametrize(
    ("hidden", "share"),
    [
        ([], Fraction(1)),
        (["one"], Fraction(1, 3)),
        (["other"], Fraction(1, 3)),
        (["one", "other"], Fraction(1, 9)),
        (["third"], Fraction(0)),
        (["one", "third"], Fraction(0)),
    ],
)
def test_a_weight_is_the_share_of_draws_that_are_dealt(hidden: list[str], share: Fraction) -> None:
    """Cells in which mistakes hide are dealt where all of those are excused."""
    wrong: dict[str, Number] = {way: 5 if way in hidden else n for n, way in enumerate(WAYS, 10)}

    assert share == mostly_shown().weight({"base": 0, "part": 5}, {"part": wrong})


def test_an_accepted_way_may_show_what_is_right() -> None:
    """A way that counts as right needn't be told from it, only from the mistakes."""
    telling = at(Precision("within", Fraction(1, 100)))
    telling.accepted = frozenset({"one"})
    cells: dict[str, Number] = {"base": 0, "part": 1000}

    assert telling.clash(cells, {"part": {"one": 1000, "other": 5000, "third": 9000}}) is None
    assert telling.clash(cells, {"part": {"one": 1010, "other": 5000, "third": 9000}}) is None
    clash = telling.clash(cells, {"part": {"one": 5000, "other": 5000, "third": 9000}})
    assert "one and other show the same in part 'part'" == str(clash)


def test_a_mistake_without_a_number_is_a_clash_with_nothing() -> None:
    """A listed mistake must lead somewhere in every variant; the first that doesn't is named."""
    clash = at(Precision()).clash({"base": 0, "part": 5}, {"part": {"other": 7}})

    assert clash is not None
    assert ("part", "one", NOTHING) == (clash.part, clash.first, clash.second)
    assert "one leads to no number in part 'part'" == str(clash)


def test_two_ways_that_show_the_same_are_named_with_their_part() -> None:
    """The sentence says which two, and where."""
    wrong: dict[str, Number] = {"one": 7, "other": 8, "third": 7}
    clash = at(Precision()).clash({"base": 0, "part": 5}, {"part": wrong})

    assert "one and third show the same in part 'part'" == str(clash)


# Of one hundred numbers: shown in all, in sixty, in ten; and one that equals another.
SHARES = {
    "always": "base + 1",
    "often": "base + 2 * max(0, base - 40)",
    "rarely": "base + 3 * max(0, base - 90)",
    "alike": "base + 2 * max(0, base - 40)",
}


def changed(question: Question, **fields: object) -> Question:
    """The question with other fields of its content."""
    content = replace(question.numeric, **fields)  # type: ignore[arg-type]  # whichever they are
    return replace(question, content=content)


def unlisted(question: Question) -> Telling:
    """What is told apart where the author lists nothing."""
    return Telling(changed(question, told={}))


def test_what_nobody_listed_must_show_where_numbers_mostly_let_it() -> None:
    """A difference in two of five variants or more is demanded of every variant, in its part."""
    mistakes = {name: ("first", formula) for name, formula in SHARES.items()}
    mistakes |= {"both": ("base", "x + max(0, x - 50)"), "later": ("second", "base + 5")}
    telling = unlisted(made({"first": "", "second": ""}, mistakes))

    assert {
        "always": frozenset({"first"}),
        "often": frozenset({"first"}),
        "rarely": frozenset(),
        "alike": frozenset({"first"}),
        "both": frozenset({"first", "second"}),
        "later": frozenset({"second"}),
    } == telling.demanded
    assert telling.must_differ("first", "always", "often")
    assert telling.must_differ("second", "both", "later")
    assert not telling.must_differ("first", "often", "alike")
    assert not telling.must_differ("first", "rarely", "always")
    assert not telling.must_differ("second", "always", "often")
    assert telling.must_differ("first", RIGHT, "always")


def test_only_what_must_differ_is_a_clash() -> None:
    """Two mistakes that numbers hardly tell apart may show the same in a variant."""
    telling = unlisted(made({"part": ""}, {name: ("part", way) for name, way in SHARES.items()}))
    cells: dict[str, Number] = {"base": 0, "part": 5}

    apart: dict[str, Number] = {"always": 6, "often": 7, "rarely": 7, "alike": 7}
    assert telling.clash(cells, {"part": apart}) is None
    clash = telling.clash(cells, {"part": {**apart, "always": 7}})
    assert "always and often show the same in part 'part'" == str(clash)


def test_two_of_five_is_the_least_share() -> None:
    """Of the sixty variants looked at, twenty-four are enough and twenty-three are not."""
    lines = {f"over-{n}": ("part", f"base + 2 * max(0, base - {n})") for n in range(30, 90, 3)}
    telling = unlisted(made({"part": ""}, {"always": ("part", "base + 1"), **lines}))
    seed = preview_seed("test/number", "what can be told apart")
    drawn = [numbers_for(telling.question, seed, attempt) for attempt in range(60)]
    shown = {
        f"over-{n}": sum(not isinstance(one, Obstacle) and one[0]["x"] > n for one in drawn)
        for n in range(30, 90, 3)
    }

    assert {24} <= set(shown.values()), "no mistake shows in exactly the least share"
    assert {name for name, count in shown.items() if count >= 24} == {
        name for name, parts in telling.demanded.items() if parts and name != "always"
    }
    for name, count in shown.items():
        assert (count >= 24) == telling.must_differ("part", "always", name)


LOOSE = ", precision: {within: 10%}"


def test_a_tolerance_that_mostly_holds_a_mistake_lets_it_go() -> None:
    """It must still show in the parts that tell it; where there are none, in those it has."""
    mistakes = {
        "slight": ("base", "x + x / 20"),
        "large": ("base", "2 * x"),
        "only-here": ("loose", "base + base / 50"),
        "mostly": ("base", "x + x * max(0, x - 40)"),
        "seldom": ("base", "x + x * max(0, x - 85)"),
    }
    both = frozenset({"loose", "strict"})
    assert {
        "slight": frozenset({"strict"}),
        "large": both,
        "only-here": frozenset({"loose"}),
        "mostly": both,
        "seldom": frozenset({"strict"}),
    } == Telling(made({"loose": LOOSE, "strict": ""}, mistakes)).demanded


def test_the_tightest_tolerance_tells() -> None:
    """Where every part has a tolerance, a mistake must show where it leaves the tolerance."""
    parts = {"loose": LOOSE, "tight": ", precision: {within: 1%}"}
    question = made(parts, {"slight": ("base", "x + x / 20")})

    assert {"slight": frozenset({"tight"})} == Telling(question).demanded


def test_a_tolerance_lets_go_below_two_of_five() -> None:
    """A mistake that the tolerance holds in thirty-six of sixty variants must still show."""
    bounds = range(30, 90, 3)
    mistakes = {f"over-{n}": ("base", f"x + x * max(0, x - {n})") for n in bounds}
    question = made({"loose": LOOSE, "strict": ""}, mistakes)
    seed = preview_seed("test/number", "what can be told apart")
    drawn = [numbers_for(question, seed, attempt) for attempt in range(60)]
    shown = {
        n: sum(not isinstance(one, Obstacle) and one[0]["x"] > n for one in drawn) for n in bounds
    }

    assert {24} <= set(shown.values()), "no mistake shows in exactly the least share"
    demanded = Telling(question).demanded
    assert {n: "loose" in demanded[f"over-{n}"] for n in bounds} == {
        n: count >= 24 for n, count in shown.items()
    }


def test_a_draw_that_has_no_worksheet_says_why() -> None:
    """The constraint, every layer's demand, or the line without a value."""
    question = made({"part": ""}, {"always": ("part", "base + 1")})
    refused = Constraint("x > 100", read("x > 100"))
    divided = Constraint("1 / (x - x) > 0", read("1 / (x - x) > 0"))
    high, wide = (
        Requirement(layer, "kernel", read("x < 0"), {"x": "x"}, "{x}") for layer in ("c1", "c2")
    )
    demanding = changed(question, worksheet=question.numeric.core.with_lines([], [high, wide]))
    divides = Worksheet([line("part", "1 / (x - x)")])
    empty = changed(question, worksheet=divides, mistakes=(), told={})

    def told(asked: Question) -> str:
        return str(numbers_for(asked, b"seed", 0))

    assert "require: x > 100" == told(changed(question, require=(refused,)))
    second = changed(question, require=(Constraint("1 > 0", read("1 > 0")), refused))
    assert Obstacle("require: x > 100", "require[2]") == numbers_for(second, b"seed", 0)
    unmet = told(changed(question, require=(divided,)))
    assert "require: 1 / (x - x) > 0: division by zero" == unmet
    assert "c1: kernel; c2: kernel" == told(demanding)
    assert "part: division by zero" == told(empty)


def test_exact_parts_let_nothing_go() -> None:
    """Without a tolerance, what the author lists is demanded where it was listed."""
    question = made({"part": ""}, {"rarely": ("part", SHARES["rarely"])})

    assert {"rarely": frozenset({"part"})} == Telling(question).demanded


def test_sixty_variants_are_looked_at() -> None:
    """Where constraints refuse draws, more are tried, up to a thousand; then what there is."""
    question = made({"part": ""}, {"always": ("part", "base + 1")})
    rare, never = (Constraint(text, read(text)) for text in ("x > 90", "x > 100"))

    assert 60 == len(list(Telling(question)._probes()))
    assert 60 == len(list(Telling(changed(question, require=(rare,)))._probes()))
    assert 0 == len(list(Telling(changed(question, require=(never,)))._probes()))
