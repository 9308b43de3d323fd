"""Canvas: a zip that both of its importers read, and mark as we do."""

import hashlib
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import get_args

import pytest

from cards.exam.plan_file import load_plan
from cards.lms.choosing import Filled, Group, Wish, bank_groups, filled, plan_groups
from cards.lms.exporting import make_export
from cards.lms.format import Layout
from cards.lms.formats.canvas import CANVAS, write_canvas
from cards.lms.formats.canvas_rules import check_canvas
from cards.lms.making import Speech, alone
from cards.loading.bank import load_bank
from grader.errors import QuestionError
from grader.marking.numbers import AnswerKey
from tests.cards.lms.canvas_reader import (
    Importer,
    choice_of,
    kind_of,
    number_of,
    quiz_of,
    unzipped,
)
from tests.cards.lms.outcomes import Read, differences, exported, named, variants

ENGLISH = Speech(("en",), alone)


def read_canvas(content: bytes, importer: Importer) -> Read:
    """The questions of the bank as one of Canvas's importers reads them."""
    items = {item.get("ident"): item for item in quiz_of(content).iter("item")}
    numbers, choices, people = {}, {}, set()
    for number, variant in variants():
        question = variant.question
        item = items.get(name_of(f"{question.id}#{number}"))
        for key in variant.keys if question.kind == "numeric" else ():
            part = f"/{key.part}" if len(variant.keys) > 1 else ""
            assert isinstance(key, AnswerKey)
            one = items[name_of(f"{question.id}{part}#{number}")]
            numbers[question.id, number, key.part] = number_of(one, importer)
        if question.kind == "choice" and item is not None:
            choices[question.id, number] = choice_of(item)
        elif item is not None and kind_of(item) == "essay_question":
            people.add((question.id, number))
    return Read(numbers, choices, frozenset(people))


def name_of(text: str) -> str:
    """The identifier that a question has for ever: a change makes Canvas import copies."""
    quiz = f"g{hashlib.sha256(b'Gradeck en').hexdigest()[:31]}"
    return f"g{hashlib.sha256(f'{quiz}/{text}'.encode()).hexdigest()[:31]}"


@pytest.mark.parametrize("importer", get_args(Importer))
def test_canvas_marks_every_question_as_we_do(importer: Importer) -> None:
    """Right, near, mistaken and wrong answers earn in Canvas what they earn here."""
    assert [] == [*differences(read_canvas(exported("canvas"), importer), diagnosed=False)]


def test_the_mistakes_are_told_after_a_wrong_answer() -> None:
    """What no condition may say stands in the text that a wrong answer shows, number by number."""
    group = bank_groups([named("cnn/multiply-adds")])
    (item,) = quiz_of(make_export(CANVAS, group, Wish(ENGLISH), Layout()).content).iter("item")
    texts = {f.get("ident"): f.findtext(".//mattext") or "" for f in item.iter("itemfeedback")}
    assert {"general_fb", "general_incorrect_fb"} == texts.keys()
    assert 3 <= len(re.findall(r"<li>[0-9]+: .*?</li>", texts["general_incorrect_fb"]))


def test_variants_are_a_group_of_which_each_student_gets_one() -> None:
    """Twenty variants of a question with two parts are two groups of twenty questions."""
    group = bank_groups([named("cnn/three-conv-parameters")])
    quiz = quiz_of(make_export(CANVAS, group, Wish(ENGLISH, 20), Layout()).content)
    found = [section for section in quiz.iter("section") if section.get("ident") != "root_section"]
    assert [20, 20] == [len(section.findall("item")) for section in found]
    assert ["1", "1"] == [section.findtext(".//selection_number") for section in found]
    assert ["1", "2"] == [section.findtext(".//points_per_item") for section in found]


def test_a_figure_is_a_file_of_the_zip() -> None:
    """The text points to the file, and the manifest lists it."""
    files = unzipped(exported("canvas"))
    (quiz,) = (
        text.decode() for name, text in files.items() if re.fullmatch(r"(g\w+)/\1.xml", name)
    )
    pointed = set(re.findall(r"%24IMS-CC-FILEBASE%24/(figures/[^\"&]+)", quiz))
    assert pointed == {name for name in files if name.startswith("figures/")}
    assert len(pointed) > 20


def test_the_same_wish_gives_the_same_zip() -> None:
    """A zip has no date of its own."""
    groups = bank_groups([named("cnn/multiply-adds")])
    first, second = (make_export(CANVAS, groups, Wish(ENGLISH), Layout()) for _ in range(2))
    assert first.content == second.content


def test_two_parts_of_the_bank_are_two_quizzes() -> None:
    """Imported after the first, the second doesn't take its place: nothing of it has its name."""
    groups = bank_groups([named("cnn/three-conv-parameters")])
    names: list[str] = []
    for layout in (Layout(part_of="a"), Layout(part_of="b"), Layout(part_of="b", language="zh")):
        content = make_export(CANVAS, groups, Wish(ENGLISH, 2), layout).content
        files = unzipped(content).keys() - {"imsmanifest.xml"}
        idents = [each.get("ident", "") for each in quiz_of(content).iter()]
        named_here = [*files, *(ident for ident in idents if len(ident) == 32)]
        assert len(named_here) > 6
        names += named_here
    assert len(names) == len(set(names))


def test_a_condition_on_a_wrong_number_is_refused() -> None:
    """Were one written, Canvas would give full marks for it; so it can't be."""
    (one,) = filled(bank_groups([named("cnn/multiply-adds")]), Wish(ENGLISH))
    quiz = quiz_of(write_canvas([one], Layout()))
    (item,) = quiz.iter("item")
    check_canvas(quiz, {item: one.items[0]})
    for bound in [*item.iter("vargte"), *item.iter("varlte")]:
        bound.text = "12"
    with pytest.raises(QuestionError, match="expected a condition on what is right, got one on 12"):
        check_canvas(quiz, {item: one.items[0]})
    (processing,) = item.iter("resprocessing")
    processing.append(ET.fromstring(ET.tostring(processing.findall("respcondition")[1])))  # noqa: S314 -- our own
    with pytest.raises(QuestionError, match="expected 1 conditions on what is right, got 2"):
        check_canvas(quiz, {item: one.items[0]})


def test_questions_of_a_group_are_worth_the_same(tmp_path: Path) -> None:
    """A pool whose parts are worth different points can't be one of Canvas's groups."""
    pool = "{one_of: [cnn/multiply-adds, cnn/three-conv-parameters], points: 3}"
    plan = f"id: quiz\ntitle: {{en: Quiz, zh: 测验}}\nquestions: [{pool}]\n"
    (tmp_path / "p.yaml").write_text(plan, encoding="utf-8")
    groups = plan_groups(load_plan(tmp_path / "p.yaml", load_bank()))
    with pytest.raises(
        QuestionError, match=r"worth the same, got 3 \(cnn/mult.* and 1 \(cnn/three"
    ):
        make_export(CANVAS, groups, Wish(ENGLISH), Layout())


def test_a_quiz_without_questions_is_refused() -> None:
    """Canvas would import it as a success."""
    empty = Filled(Group(("a",), ()), (), {})
    with pytest.raises(QuestionError, match="expected at least one question, got none"):
        write_canvas([empty], Layout())
