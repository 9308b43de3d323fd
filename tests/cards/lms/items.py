"""Small items made by hand, one of each sort, to break a rule on."""

from fractions import Fraction

from cards.lms.choosing import Filled, Group
from cards.lms.item import Box, ChoiceBox, LmsItem, LmsOption, NumberBox, Reply, WordsBox
from grader.arithmetic import Number


def number_box(name: str = "x", right: Number = 21, *, tolerance: Number = 0) -> NumberBox:
    """A box whose answer is a number, with a mistake that leads to 10 and earns a quarter."""
    replies = (
        Reply(right - tolerance, right + tolerance, 1, "Right."),
        Reply(10, 10, Fraction(1, 4), "Added?", ("added",)),
    )
    return NumberBox(name, "How many?", 1, right, replies)


def choice_box(holding: int) -> ChoiceBox:
    """Three statements, of which the first so many hold."""
    options = tuple(
        LmsOption(letter, f"Statement {letter}.", number < holding, f"Reason {letter}.")
        for number, letter in enumerate("ABC")
    )
    return ChoiceBox("choice", "Which hold?", 1, holding == 1, options)


def pairs() -> tuple[WordsBox, ...]:
    """Three cues, each with its answer."""
    return tuple(WordsBox(cue, f"Cue {cue}", 1, f"answer {cue}", (cue,)) for cue in "abc")


def item_of(*boxes: Box, question: str = "own/one", number: int = 1) -> LmsItem:
    """An item with these boxes."""
    return LmsItem(
        question, number, True, "topic", "Title", "<p>Text.</p>", boxes, "<p>Solution.</p>",
        where="own.yaml:1",
    )  # fmt: skip


def group_of(*items: LmsItem, pick: int = 1) -> Filled:
    """The group of these items."""
    return Filled(Group(("topic", "Title"), (), pick), items, {})
