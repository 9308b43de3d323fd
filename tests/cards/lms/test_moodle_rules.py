"""Moodle's rules: each is broken on purpose, and refused with the question and what to do."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from cards.lms.format import Layout
from cards.lms.formats.moodle import write_moodle
from cards.lms.formats.moodle_rules import check_quiz
from cards.lms.item import LmsItem
from cards.lms.xml import Element, child
from grader.errors import QuestionError
from tests.cards.lms.items import choice_box, group_of, item_of, number_box, pairs
from tests.cards.lms.outcomes import parsed

NUMBER = item_of(number_box())
EMBEDDED = item_of(number_box("x"), number_box("y"))
ONE_OF_THREE, TWO_OF_THREE = item_of(choice_box(1)), item_of(choice_box(2))
PAIRS = item_of(*pairs())

SHARE = "take a share that Moodle has, such as 0, 1/4, 1/3, 1/2"
POINT = "Moodle reads 1,5 as 15"
Break = Callable[[Element], None]


def quiz(*items: LmsItem) -> tuple[Element, dict[Element, LmsItem]]:
    """The quiz of these items, and where each of its questions came from."""
    root = parsed(write_moodle([group_of(*items)], Layout(matching=True)))
    questions = [each for each in root if each.get("type") != "category"]
    return root, dict(zip(questions, items, strict=True))


def told(root: Element, items: dict[Element, LmsItem]) -> list[str]:
    """The sentences with which a quiz is refused; none where it isn't."""
    try:
        check_quiz(root, items)
    except QuestionError as error:
        return [str(fault) for fault in error.faults]
    return []


def fractions(*shares: str) -> Break:
    """Give the answers these shares, in per cent."""

    def broken(question: Element) -> None:
        for answer, share in zip(question.findall("answer"), shares, strict=True):
            answer.set("fraction", share)

    return broken


def text(path: str, written: str) -> Break:
    """Write something else where one text stands."""

    def broken(question: Element) -> None:
        found = question.find(path)
        assert found is not None
        found.text = written

    return broken


def embedded(old: str, new: str) -> Break:
    """Write something else in the text with the embedded answers, once."""

    def broken(question: Element) -> None:
        found = question.find("questiontext/text")
        assert found is not None
        assert found.text is not None
        assert old in found.text
        found.text = found.text.replace(old, new, 1)

    return broken


def with_unit(question: Element) -> None:
    """A unit whose multiplier has a comma."""
    child(child(child(question, "units"), "unit"), "multiplier", "0,5")


def without_answers(question: Element) -> None:
    """Take every answer out."""
    for answer in question.findall("answer"):
        question.remove(answer)


RULES: dict[str, tuple[LmsItem, Break, list[str]]] = {
    "right statements over 100 %": (
        TWO_OF_THREE,
        fractions("80", "50", "-50"),
        [f"expected right statements that add up to 100 %, got 130 %; {SHARE}"],
    ),
    "right statements under 100 %": (
        TWO_OF_THREE,
        fractions("50", "25", "-50"),
        [f"expected right statements that add up to 100 %, got 75 %; {SHARE}"],
    ),
    "a statement's share that is not in the list": (
        TWO_OF_THREE,
        fractions("50", "50", "-37"),
        [f"expected a share that stands in Moodle's list, got -37 %; {SHARE}"],
    ),
    "no statement that holds": (
        ONE_OF_THREE,
        fractions("50", "0", "0"),
        ["expected an answer that earns full marks, got 50, 0, 0; mark one with 100"],
    ),
    "two statements that are the same": (
        ONE_OF_THREE,
        text("answer[2]/text", "Statement A."),
        ["expected statements that differ, got two that are the same; change one of them"],
    ),
    "a comma in a number": (
        NUMBER,
        text("answer/text", "1,5"),
        [f"expected a number in digits with a point, got '1,5'; {POINT}"],
    ),
    "a comma in a tolerance": (
        NUMBER,
        text("answer/tolerance", "0,1"),
        [f"expected a number in digits with a point, got '0,1'; {POINT}"],
    ),
    "a comma in a unit": (
        NUMBER,
        with_unit,
        [f"expected a number in digits with a point, got '0,5'; {POINT}"],
    ),
    "no number that earns full marks": (
        NUMBER,
        fractions("50", "25"),
        ["expected an answer that earns full marks, got 50, 25; mark one with 100"],
    ),
    "no number at all": (
        NUMBER,
        without_answers,
        ["expected an answer that earns full marks, got none; mark one with 100"],
    ),
    "a number over 100 %": (
        NUMBER,
        fractions("100", "150"),
        [
            f"expected a share that stands in Moodle's list, got 150 %; {SHARE}",
            f"expected answers of at most 100 %, got 100, 150; {SHARE}",
        ],
    ),
    "a number's share that is not in the list": (
        NUMBER,
        fractions("100", "33.33"),
        [f"expected a share that stands in Moodle's list, got 33.33 %; {SHARE}"],
    ),
    "a share that is no number": (
        NUMBER,
        fractions("100", "a third"),
        [f"expected a share that stands in Moodle's list, got a third %; {SHARE}"],
    ),
    "an embedded answer with a misspelt type": (
        EMBEDDED,
        embedded(":NUMERICAL:", ":NUMBER:"),
        [
            (
                "expected embedded answers, and no other braces, got 4 braces for 1 answers; "
                "write a brace as an entity"
            )
        ],
    ),
    "a brace in the text": (
        EMBEDDED,
        embedded("Text.", "Text {a."),
        [
            (
                "expected embedded answers, and no other braces, got 5 braces for 2 answers; "
                "write a brace as an entity"
            )
        ],
    ),
    "an embedded answer without its sentence": (
        EMBEDDED,
        embedded("#Added?}", "}"),
        ["expected an embedded answer of four pieces, got another form; escape # and ~"],
    ),
    "a tilde in the sentence of an embedded answer": (
        EMBEDDED,
        embedded("Added?", "Added~?"),
        ["expected an embedded answer of four pieces, got another form; escape # and ~"],
    ),
    "a comma in an embedded answer": (
        EMBEDDED,
        embedded("%100%21:", "%100%1,5:"),
        [f"expected a number in digits with a point, got '1,5'; {POINT}"],
    ),
    "a comma in an embedded tolerance": (
        EMBEDDED,
        embedded("%100%21:0#", "%100%21:0,1#"),
        [f"expected a number in digits with a point, got '0,1'; {POINT}"],
    ),
    "no embedded answer that earns full marks": (
        EMBEDDED,
        embedded("%100%", "%50%"),
        ["expected an answer that earns full marks, got 50, 25; mark one with 100"],
    ),
    "an embedded part worth a half": (
        EMBEDDED,
        embedded("{1:", "{0.5:"),
        [
            (
                "expected points of each part that are whole numbers, got '0.5'; "
                "scale the points, or export the parts apart"
            )
        ],
    ),
    "an embedded part worth nothing": (
        EMBEDDED,
        embedded("{1:", "{0:"),
        [
            (
                "expected points of each part that are whole numbers, got '0'; "
                "scale the points, or export the parts apart"
            )
        ],
    ),
    "two pairs that are the same": (
        PAIRS,
        text("subquestion[2]/answer/text", "answer a"),
        [
            (
                "expected pairs of which no two have the same answer, got the same twice; "
                "export an essay"
            )
        ],
    ),
    "a pair without an answer": (
        PAIRS,
        text("subquestion[2]/answer/text", ""),
        ["expected a pair of two texts, got an empty one; write both"],
    ),
    "a pair without a cue": (
        PAIRS,
        text("subquestion[2]/text", ""),
        ["expected a pair of two texts, got an empty one; write both"],
    ),
    "a title that is cut off": (
        NUMBER,
        text("name/text", "t" * 256),
        ["expected a title of at most 255 characters, got 256; shorten it"],
    ),
    "an id number that is cut off": (
        NUMBER,
        text("idnumber", "i" * 101),
        ["expected an id of at most 100 characters, got 101; shorten it"],
    ),
}


@pytest.mark.parametrize("rule", RULES)
def test_a_broken_rule_is_refused_with_the_question_and_the_cure(rule: str) -> None:
    """A sound question passes; broken in one place it is refused for that, and for nothing else."""
    item, broken, expected = RULES[rule]
    root, items = quiz(item)
    assert [] == told(root, items)
    (question,) = items
    broken(question)
    assert [f"own.yaml:1: own/one#1: {sentence}" for sentence in expected] == told(root, items)


def test_the_faults_of_all_questions_are_told_at_once() -> None:
    """Two broken questions are two sentences, each with its own question."""
    root, items = quiz(NUMBER, replace(NUMBER, number=2))
    for question in items:
        fractions("100", "37")(question)
    assert ["own/one#1", "own/one#2"] == [sentence.split(": ")[1] for sentence in told(root, items)]


def test_an_id_number_stands_once() -> None:
    """Of two questions with one id number Moodle would drop the second's."""
    with pytest.raises(QuestionError, match=r"own.yaml:1: .*of its own, got 'own/one#1' again"):
        write_moodle([group_of(NUMBER, NUMBER)], Layout())


def test_a_category_that_no_file_can_hold_is_refused() -> None:
    """A control character in the name of a category is found too."""
    with pytest.raises(QuestionError, match=r"expected text that XML can hold, got U\+000B"):
        write_moodle([group_of(NUMBER)], Layout(title="a\vb"))


def test_an_exact_number_that_no_float_can_tell_is_refused() -> None:
    """An exact third is refused with its part; with a tolerance it is written."""
    third = Fraction(1, 3)
    write_moodle([group_of(item_of(number_box(right=third, tolerance=third)))], Layout())
    told_so = r"own/one#1: expected a number of at most 14 .* got 1/3; give the part x a precision"
    with pytest.raises(QuestionError, match=told_so):
        write_moodle([group_of(item_of(number_box(right=third)))], Layout())


def test_a_quiz_without_questions_is_refused() -> None:
    """A category alone is no question."""
    with pytest.raises(QuestionError, match="expected at least one question, got none; Moodle"):
        write_moodle([group_of()], Layout())
