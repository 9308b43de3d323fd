"""Moodle XML: every question of the bank is read again by Moodle's rules and marked as here."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from cards.exam.plan_file import load_plan
from cards.lms.choosing import Group, Wish, bank_groups, plan_groups
from cards.lms.exporting import make_export
from cards.lms.format import Layout
from cards.lms.formats.moodle import MOODLE, inside_answer, write_moodle
from cards.lms.formats.moodle_rules import FRACTIONS
from cards.lms.making import Speech, alone
from cards.loading.bank import load_bank
from cards.question import Enumeration
from cards.texts.rendering import html_inline
from grader.errors import QuestionError
from tests.cards.lms.moodle_reader import fraction_of, read_moodle
from tests.cards.lms.outcomes import Read, bank, differences, exported, named, parsed, variants

ENGLISH = Speech(("en",), alone)
BOTH = Speech(("en", "zh"), MOODLE.join)


def by_part(read: Read) -> Read:
    """Boxes that a file names by their place, named by their part."""
    numbers = dict(read.numbers)
    for number, variant in variants():
        keys = [key.part for key in variant.keys]
        for index, part in enumerate(keys):
            for place in (str(index), *([""] if len(keys) == 1 else [])):
                found = read.numbers.get((variant.question.id, number, place))
                if found is not None:
                    numbers.setdefault((variant.question.id, number, part), found)
    return replace(read, numbers=numbers)


@pytest.mark.parametrize("apart", [False, True])
def test_moodle_marks_every_question_as_we_do(apart: bool) -> None:
    """Right, near, mistaken and wrong answers earn in Moodle what they earn here, with the word."""
    read = by_part(read_moodle(exported("moodle", apart=apart)))
    assert [] == [*differences(read)]
    assert len(bank()) <= len({where[0] for where in read.numbers} | {q for q, _ in read.choices}
        | {q for q, _ in read.for_a_person})  # fmt: skip


def test_the_same_wish_gives_the_same_bytes() -> None:
    """An export depends on nothing but the questions and what was asked for."""
    wish = Wish(ENGLISH, 1)
    again = make_export(MOODLE, bank_groups(bank()[::10]), wish, Layout()).content
    assert again == make_export(MOODLE, bank_groups(bank()[::10]), wish, Layout()).content


def test_more_variants_leave_the_first_as_they_were() -> None:
    """An id number keeps its numbers when more variants are asked for."""
    groups = bank_groups([named("cnn/multiply-adds")])
    few, many = (
        {
            question.findtext("idnumber"): ET.tostring(question).strip()
            for question in parsed(
                make_export(MOODLE, groups, Wish(ENGLISH, count), Layout()).content
            )
        }
        for count in (3, 8)
    )
    assert few == {name: text for name, text in many.items() if name in few}
    assert 9 == len(many)


def test_every_question_stands_in_both_languages() -> None:
    """With two languages each text is a pair of spans that Moodle's filter knows, never nested."""
    content = make_export(MOODLE, bank_groups(bank()[::6]), Wish(BOTH), Layout()).content
    texts = [e.text or "" for e in parsed(content).iter("text")]
    pairs = [text for text in texts if "multilang" in text]
    assert len(pairs) > len(texts) / 3
    opened = re.compile(r'<span lang="(en|zh_cn)" class="multilang">')
    assert [] == [
        text
        for text in pairs
        if [*opened.findall(text)] != ["en", "zh_cn"] * (text.count("multilang") // 2)
        or text.count("<span") != text.count("</span>")
    ]


def test_moodles_list_has_its_21_fractions_and_their_opposites() -> None:
    """The list is that of Moodle: 33.33333 stands in it, 33.33 and 37 don't."""
    assert 41 == len(FRACTIONS)
    assert {Fraction("33.33333"), Fraction("-66.66667"), Fraction("12.5")} < FRACTIONS
    assert not {Fraction("33.33"), Fraction(37)} & FRACTIONS
    assert Fraction(1, 3) == fraction_of("33.33333")


def test_what_is_said_inside_an_embedded_answer_comes_out_as_it_was() -> None:
    """Signs that mean something there are entities, and decoding once gives the HTML again."""
    text = "<p>{a} ~ #1 &lt; 2 &amp; 3\n</p>"
    inside = inside_answer(text)
    assert not set("{}#~\n") & set(re.sub(r"&#[0-9]+;", "", inside))
    assert (
        "<p>{a} ~ #1 &lt; 2 &amp; 3\n</p>"
        == parsed(  # one decoding, as Moodle's
            f"<x>{inside.replace('<', '&lt;').replace('>', '&gt;')}</x>"
        ).text
    )


def own_question(folder: Path, **changes: str) -> list[Group]:
    """A question of one part, with changes to its file."""
    fields = {
        "draw": "{a: [3], b: [7]}",
        "lines": "{whole: {formula: a * b}}",
        "parts": "[{id: x, ask: {en: 'How many?', zh: '多少？'}, answer: whole}]",
        **changes,
    }
    (folder / "q.yaml").write_text(
        "id: own/one\ntitle: {en: One, zh: 一}\nkind: numeric\nlevel: 1\ntags: [own]\n"
        "text: {en: 'A {a} and a {b}.', zh: '{a} 和 {b}。'}\n"
        + "".join(f"{name}: {value}\n" for name, value in fields.items()),
        encoding="utf-8",
    )
    return bank_groups(load_bank((folder / "q.yaml",)).values())


def test_a_share_that_moodle_has_not_is_refused(tmp_path: Path) -> None:
    """A share of 37 % for a known mistake is refused with the question and what to do."""
    groups = own_question(
        tmp_path,
        draw="{a: [3, 5, 9], b: [7]}",
        mistakes="[{id: added, line: whole, formula: a + b, says: {en: Added?, zh: 相加？}}]",
    )
    assert (
        b'fraction="25"'
        in make_export(
            MOODLE, groups, Wish(ENGLISH, mistake_share=Fraction(1, 4)), Layout()
        ).content
    )
    wish = Wish(ENGLISH, 3, mistake_share=Fraction(37, 100))
    with pytest.raises(QuestionError, match=r"own/one#1: expected a share .* got 37 %; ") as raised:
        make_export(MOODLE, groups, wish, Layout())
    assert 1 == len(raised.value.faults), "told once, not of each variant"


def test_a_number_that_no_float_can_tell_is_refused(tmp_path: Path) -> None:
    """Of an exact third, and of 16 digits, Moodle would take the neighbours too."""
    third = own_question(tmp_path, lines="{whole: {formula: a / b}}")
    with pytest.raises(QuestionError, match=r"a number of at most 14 digits.* got 3/7; give"):
        make_export(MOODLE, third, Wish(ENGLISH), Layout())
    large = own_question(tmp_path, lines="{whole: {formula: a * 10 ** 15 + b}}")
    with pytest.raises(QuestionError, match="got 3000000000000007"):
        make_export(MOODLE, large, Wish(ENGLISH), Layout())


def test_a_file_without_questions_is_refused() -> None:
    """Moodle would report a success."""
    with pytest.raises(QuestionError, match="expected at least one question, got none"):
        write_moodle([], Layout())


def test_an_enumeration_becomes_pairs_to_match() -> None:
    """With --matching each cue stands beside its answer; an essay has both for who reads."""
    groups = bank_groups([named("cnn/alexnet-news")])
    essay, pairs = (
        parsed(make_export(MOODLE, groups, Wish(ENGLISH), Layout(matching=matching)).content)[1]
        for matching in (False, True)
    )
    content = named("cnn/alexnet-news").content
    assert isinstance(content, Enumeration)
    items = content.items
    assert ("essay", "matching") == (essay.get("type"), pairs.get("type"))
    assert [html_inline(item.answer.in_("en")) for item in items] == [
        answer.findtext("text") for answer in pairs.iter("answer")
    ]
    graders = essay.findtext("graderinfo/text") or ""
    assert all(item.accept["en"][0] in graders for item in items)
    assert f"{len(items)}" == pairs.findtext("defaultgrade") == essay.findtext("defaultgrade")


def test_parts_are_weighted_in_whole_numbers(tmp_path: Path) -> None:
    """Points that a plan splits into thirds keep their proportion, and the report says so."""
    slot = "{question: cnn/three-conv-parameters, points: 4}"
    plan = f"id: q\ntitle: {{en: Q, zh: 测}}\nquestions: [{slot}]\n"
    (tmp_path / "p.yaml").write_text(plan, encoding="utf-8")
    groups = plan_groups(load_plan(tmp_path / "p.yaml", load_bank()))
    made = make_export(MOODLE, groups, Wish(ENGLISH), Layout())
    text = parsed(made.content)[1].findtext("questiontext/text") or ""
    assert ["4", "8"] == re.findall(r"\{([0-9]+):NUMERICAL", text)
    assert "points" in made.losses["cnn/three-conv-parameters"]
