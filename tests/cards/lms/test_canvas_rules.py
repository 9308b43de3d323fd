"""Canvas's rules: each is broken on purpose, and refused with the question and what to do."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from cards.lms.format import Layout
from cards.lms.formats.canvas import write_canvas
from cards.lms.formats.canvas_rules import check_canvas
from cards.lms.item import LmsItem
from cards.lms.xml import Element, child
from grader.errors import QuestionError
from tests.cards.lms.canvas_reader import quiz_of
from tests.cards.lms.items import choice_box, group_of, item_of, number_box
from tests.cards.lms.outcomes import parsed

NUMBER = item_of(number_box())
ONE_OF_THREE, TWO_OF_THREE = item_of(choice_box(1)), item_of(choice_box(2))
NONE_HOLDS = "expected a statement that holds, got none; Canvas would give nobody full marks"
Break = Callable[[Element], None]


def told(root: Element, items: dict[Element, LmsItem]) -> list[str]:
    """The sentences with which a quiz is refused; none where it isn't."""
    try:
        check_canvas(root, items)
    except QuestionError as error:
        return [str(fault) for fault in error.faults]
    return []


def scoring(item: Element) -> list[Element]:
    """The conditions that set a score."""
    return [each for each in item.iter("respcondition") if each.find("setvar") is not None]


def score_of_nothing(item: Element) -> None:
    """Let the condition of what is right earn nothing."""
    for condition in scoring(item):
        for score in condition.iter("setvar"):
            score.text = "0"


def nothing_chosen(item: Element) -> None:
    """Let the condition of what is right ask for no statement."""
    for condition in scoring(item):
        for chosen in [*condition.iter("conditionvar")]:
            chosen.clear()


def wrong_number(item: Element) -> None:
    """What a naive writer does: a condition for the mistake, worth 0, with its feedback."""
    (processing,) = item.iter("resprocessing")
    wrong = parsed(
        '<respcondition continue="No"><conditionvar><and><vargte>10</vargte><varlte>10</varlte>'
        '</and></conditionvar><setvar action="Set">0</setvar></respcondition>'
    )
    processing.append(wrong)


def no_condition(item: Element) -> None:
    """Take the condition of what is right out."""
    (processing,) = item.iter("resprocessing")
    for condition in scoring(item):
        processing.remove(condition)


def twice(item: Element) -> None:
    """Give full marks by a second condition, whatever is chosen."""
    (processing,) = item.iter("resprocessing")
    score = child(processing, "respcondition")
    child(score, "setvar", "100")


RULES: dict[str, tuple[LmsItem, Break, list[str]]] = {
    "one statement to choose, none right": (ONE_OF_THREE, score_of_nothing, [NONE_HOLDS]),
    "several to choose, none right": (TWO_OF_THREE, score_of_nothing, [NONE_HOLDS]),
    "full marks for choosing nothing": (TWO_OF_THREE, nothing_chosen, [NONE_HOLDS]),
    "two conditions that give full marks": (ONE_OF_THREE, twice, [NONE_HOLDS]),
    "a condition on a wrong number": (
        NUMBER,
        wrong_number,
        [
            "expected 1 conditions on what is right, got 2",
            (
                "expected a condition on what is right, got one on 10; "
                "Canvas gives full marks for every number that a condition names"
            ),
        ],
    ),
    "no condition on the right number": (
        NUMBER,
        no_condition,
        ["expected 1 conditions on what is right, got 0"],
    ),
}


@pytest.mark.parametrize("rule", RULES)
def test_a_broken_rule_is_refused_with_the_question_and_the_cure(rule: str) -> None:
    """A sound question passes; broken in one place it is refused for that, and for nothing else."""
    item, broken, expected = RULES[rule]
    quiz = quiz_of(write_canvas([group_of(item)], Layout()))
    (element,) = quiz.iter("item")
    assert [] == told(quiz, {element: item})
    broken(element)
    assert [f"own.yaml:1: own/one#1: {sentence}" for sentence in expected] == told(
        quiz, {element: item}
    )


def test_the_faults_of_all_questions_are_told_at_once() -> None:
    """Two questions of which nothing is right are two sentences, each with its own question."""
    items = (ONE_OF_THREE, replace(ONE_OF_THREE, number=2))
    quiz = quiz_of(write_canvas([group_of(*items)], Layout()))
    elements = dict(zip(quiz.iter("item"), items, strict=True))
    for element in elements:
        score_of_nothing(element)
    assert [f"own.yaml:1: own/one#{number}: {NONE_HOLDS}" for number in (1, 2)] == told(
        quiz, elements
    )


def test_an_exact_number_that_no_float_can_tell_is_refused() -> None:
    """An exact third is refused with its part; with a tolerance it is written."""
    third = Fraction(1, 3)
    write_canvas([group_of(item_of(number_box(right=third, tolerance=third)))], Layout())
    told_so = r"own/one#1: expected a number of at most 14 .* got 1/3; give the part x a precision"
    with pytest.raises(QuestionError, match=told_so):
        write_canvas([group_of(item_of(number_box(right=third)))], Layout())
