"""QTI 2.1 and 3.0: packages whose response processing marks and diagnoses as we do."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Set as AbstractSet
from fractions import Fraction

import pytest

from cards.lms.choosing import Wish, bank_groups, filled
from cards.lms.exporting import make_export
from cards.lms.format import Layout
from cards.lms.formats.qti import Dialect, item_file
from cards.lms.formats.qti_rules import check_package
from cards.lms.making import Speech, alone
from cards.lms.table import FORMATS
from cards.texts.rendering import html_inline
from grader.errors import QuestionError
from grader.marking.choices import ChoiceKey
from grader.marking.numbers import AnswerKey
from tests.cards.lms.canvas_reader import unzipped, without_namespaces
from tests.cards.lms.outcomes import (
    Answered,
    Chosen,
    Outcome,
    Read,
    differences,
    exported,
    in_words,
    named,
    parsed,
    variants,
)
from tests.cards.lms.qti_reader import Attempt, items_of

ENGLISH = Speech(("en",), alone)
OLD = Dialect("http://www.imsglobal.org/xsd/imsqti_v2p1", hyphens=False)


def name_of(question: str, number: int) -> str:
    """The identifier of an item, which stays."""
    return f"i.{question.replace('/', '.')}.{number}"


def number_of(item: ET.Element, response: str, points: Fraction) -> Answered:
    """What marks an answer to one box."""

    def answered(text: str) -> Outcome:
        done = Attempt(item, {response: float(text)})
        share = Fraction(done.score).limit_denominator(1000) / points
        return Outcome(share, " ".join(done.said()))

    return answered


def choice_of(item: ET.Element, key: ChoiceKey) -> Chosen:
    """What marks a set of statements; a misjudged one's reason is shown, and no other."""
    letters = {
        "".join(choice.itertext()): choice.get("identifier", "")
        for choice in item.iter("simpleChoice")
    }

    def chosen(says: AbstractSet[str]) -> Outcome:
        named = [letters[in_words(one)] for one in says]
        done = Attempt(item, {"RESPONSE1": named[0] if key.single else named})
        shown = {
            in_words(html_inline(option.reason.in_("en")))
            for option in key.options
            if option.holds != (option.letter in named)
        }
        assert shown == set(done.said())
        return Outcome(Fraction(done.score).limit_denominator(1000) / Fraction(key.points))

    return chosen


def read_qti(content: bytes) -> Read:
    """The questions of the bank as a package's reader marks them."""
    items = items_of(content)
    numbers, choices, people = {}, {}, set()
    for number, variant in variants():
        question = variant.question
        item = items[name_of(question.id, number)]
        for index, key in enumerate(variant.keys, start=1):
            if isinstance(key, AnswerKey):
                numbers[question.id, number, key.part] = number_of(
                    item, f"RESPONSE{index}", Fraction(key.points)
                )
            elif isinstance(key, ChoiceKey):
                choices[question.id, number] = choice_of(item, key)
        if item.find(".//extendedTextInteraction") is not None:
            assert item.find(".//rubricBlock") is not None
            people.add((question.id, number))
    return Read(numbers, choices, frozenset(people))


@pytest.mark.parametrize("name", ["qti21", "qti30"])
def test_qti_marks_every_question_as_we_do(name: str) -> None:
    """Right, near, mistaken and wrong answers earn there what they earn here, with the word."""
    assert [] == [*differences(read_qti(exported(name)), normal=in_words)]


def test_a_mistake_has_its_name_in_the_outcome() -> None:
    """A reader can count who forgot the bias: the feedback's name says it."""
    group = bank_groups([named("cnn/three-conv-parameters")])
    (item,) = items_of(
        make_export(FORMATS["qti30"], group, Wish(ENGLISH), Layout()).content
    ).values()
    names = [feedback.get("identifier") for feedback in item.iter("modalFeedback")]
    assert "f.solution" in names
    assert 1 == sum(bool(re.fullmatch(r"f\.[a-z0-9-]+\.right", name or "")) for name in names[:1])
    assert any("no-bias" in (name or "") for name in names)


def test_both_versions_say_the_same() -> None:
    """But for the names, the items of 3.0 are those of 2.1."""
    old, new = (items_of(exported(name)) for name in ("qti21", "qti30"))
    assert old.keys() == new.keys()
    for name, item in old.items():
        texts = [[t for e in i.iter() for t in (e.text, e.tail) if t] for i in (item, new[name])]
        assert texts[0] == texts[1]


def test_elements_stand_in_the_order_of_the_schema() -> None:
    """Declarations, body, processing, feedback: a strict reader refuses any other order."""
    order = [
        "responseDeclaration", "outcomeDeclaration", "itemBody", "responseProcessing",
        "modalFeedback",
    ]  # fmt: skip
    for item in items_of(exported("qti21")).values():
        places = [order.index(element.tag) for element in item]
        assert sorted(places) == places


def test_names_of_3_0_have_hyphens_and_its_prefix() -> None:
    """In 3.0 every element of QTI begins with qti-, and no name has a capital."""
    files = unzipped(exported("qti30"))
    html = {"p", "br", "em", "strong", "code", "pre", "a", "ul", "ol", "li", "table", "thead"}
    html |= {"tbody", "tr", "th", "td", "img", "div", "blockquote", "hr"}
    for name, content in files.items():
        if name.startswith("items/i"):
            for element in parsed(content).iter():
                space, _, tag = element.tag[1:].partition("}")
                assert "Math" in space or tag.startswith("qti-") or tag in html, tag
                assert tag.lower() == tag
                assert all(key.lower() == key for key in element.attrib)


def test_the_same_wish_gives_the_same_package() -> None:
    """A package has no date of its own."""
    groups = bank_groups([named("cnn/multiply-adds")])
    first, second = (
        make_export(FORMATS["qti21"], groups, Wish(ENGLISH, 3), Layout()) for _ in range(2)
    )
    assert first.content == second.content
    test = without_namespaces(unzipped(first.content)["test.xml"])
    assert ["1"] == [selection.get("select") for selection in test.iter("selection")]
    assert 3 == len([*test.iter("assessmentItemRef")])


def test_a_feedback_without_a_text_is_refused() -> None:
    """A reader would show nothing for the mistake, and nobody would know."""
    (one,) = filled(bank_groups([named("cnn/multiply-adds")]), Wish(ENGLISH))
    file = item_file(one.items[0], OLD)
    check_package({"i": file}, {"i": one.items[0]})
    file.remove(file.findall("modalFeedback")[-1])
    with pytest.raises(QuestionError, match="expected a text for each feedback that is shown"):
        check_package({"i": file}, {"i": one.items[0]})
    with pytest.raises(QuestionError, match="expected at least one question, got none"):
        check_package({}, {})
