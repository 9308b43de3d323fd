"""Choices: letters read as people write them, points by what was named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.marking.choices import ChoiceKey, Option, mark_choice, read_letters
from grader.wording import Text, both


def _key(truths: str, *, points: int = 4, single: bool = False) -> ChoiceKey:
    options = tuple(
        Option(
            letter, f"s-{letter}", truth == "t", both(f"says {letter}"), Text(f"R{letter}.", "理")
        )
        for letter, truth in zip("ABCDEF", truths, strict=False)
    )
    return ChoiceKey("choice", options, single, points)


READ = [
    ("A", "A", "one letter"),
    ("a", "A", "a small letter"),
    ("A, C", "AC", "a comma"),
    ("AC", "AC", "nothing between them"),
    ("C A", "AC", "a blank, in another order"),
    ("a and c", "AC", "a word between them"),
    ("Ａ、Ｃ", "AC", "full-width letters and a Chinese comma"),
    ("A，C。", "AC", "a Chinese comma and full stop"),
    ("A和C", "AC", "a Chinese word between them"),
    ("A A C", "AC", "a letter twice"),
    ("A;C.", "AC", "a semicolon and a full stop"),
]


@pytest.mark.parametrize(("raw", "letters", "why"), READ)
def test_letters_are_read(raw: str, letters: str, why: str) -> None:
    """However the letters are separated, they are the letters."""
    assert frozenset(letters) == read_letters(_key("tftf"), raw), why


UNREADABLE = [
    ("", "by their letters", "nothing"),
    ("   ", "by their letters", "blanks"),
    ("E", "no statement E", "a letter that isn't there"),
    ("A 1", "no statement 1", "a number"),
    ("?", "by their letters", "a sign"),
    ("none", "no statement N", "a word"),
]


@pytest.mark.parametrize(("raw", "words", "why"), UNREADABLE)
def test_what_names_no_letter_is_unreadable(raw: str, words: str, why: str) -> None:
    """A text that names no statement is unreadable, not wrong."""
    verdict = mark_choice(_key("tftf"), raw)
    assert ("unreadable", 0, None) == (verdict.outcome, verdict.points, verdict.read_as), why
    assert words in verdict.feedback.in_("en")


def test_two_letters_for_one_are_unreadable() -> None:
    """Where one statement holds, two letters are no answer."""
    assert "unreadable" == mark_choice(_key("tfff", single=True), "A, B").outcome
    assert "right" == mark_choice(_key("tfff", single=True), "A").outcome


POINTS = [
    ("tftf", "A, C", "right", 4, "all that hold, and no other"),
    ("tftf", "A", "wrong", 2, "half of those that hold"),
    ("tftf", "A, B", "wrong", 0, "a right one and a wrong one"),
    ("tftf", "A, C, B", "wrong", 2, "a wrong one besides"),
    ("tftf", "B, D", "wrong", 0, "never below nothing"),
    ("tftf", "A, B, C, D", "wrong", 0, "all of them earn nothing"),
]


@pytest.mark.parametrize(("truths", "raw", "outcome", "points", "why"), POINTS)
def test_points(truths: str, raw: str, outcome: str, points: int, why: str) -> None:
    """A statement that holds earns its share; one that doesn't takes a share away."""
    verdict = mark_choice(_key(truths), raw)
    assert (outcome, points) == (verdict.outcome, verdict.points), why


def test_feedback_is_about_what_was_misjudged() -> None:
    """Reasons are given for the statements judged wrongly, and for no others."""
    verdict = mark_choice(_key("tftf"), "A, B")
    assert ("B: RB. C: RC.", ("s-B", "s-C")) == (verdict.feedback.in_("en"), verdict.mistakes)


@given(st.text("tf", min_size=2, max_size=6), st.text("ABCDEF", max_size=6))
def test_points_stay_within_bounds(truths: str, raw: str) -> None:
    """No answer earns less than nothing or more than all, and all only when it is right."""
    key = _key(truths if "t" in truths else f"t{truths[1:]}")
    verdict = mark_choice(key, raw)
    assert 0 <= verdict.points <= key.points
    assert (verdict.outcome == "right") == (verdict.points == key.points)


@given(st.text(max_size=30))
def test_any_text_is_judged(raw: str) -> None:
    """No text brings the reader down."""
    assert mark_choice(_key("tftf"), raw).outcome in {"right", "wrong", "unreadable"}


def test_a_verdict_holds_what_was_typed_and_what_was_read() -> None:
    """The text as it came, the letters in order, and the part that it answers."""
    right = mark_choice(_key("tft"), "c and Ａ")
    wrong = mark_choice(_key("tft"), "b a")
    unread = mark_choice(_key("tft"), "no")

    assert ("choice", "c and Ａ", "A, C", "right") == (
        *(right.id, right.raw, right.read_as, right.outcome),
    )
    assert ("choice", "b a", "A, B", "wrong") == (
        *(wrong.id, wrong.raw, wrong.read_as, wrong.outcome),
    )
    assert ("choice", "no", None, "unreadable") == (
        *(unread.id, unread.raw, unread.read_as, unread.outcome),
    )


@pytest.mark.parametrize(
    ("raw", "outcome", "points", "mistakes"),
    [("A", "right", 4, ()), ("C", "right", 4, ()), ("B", "wrong", 0, ("s-A", "s-B", "s-C"))],
)
def test_of_one_to_name_any_that_holds_is_right(
    raw: str, outcome: str, points: int, mistakes: tuple[str, ...]
) -> None:
    """All or nothing: after a correction several may hold, and one of them is enough."""
    verdict = mark_choice(_key("tft", single=True), raw)
    assert (outcome, points, mistakes) == (verdict.outcome, verdict.points, verdict.mistakes)
    assert ("choice", raw, raw) == (verdict.id, verdict.raw, verdict.read_as)
