"""Variants: the same for the same seed, able to tell, shown without their keys."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from cards.loading.bank import load_bank
from cards.question import Question
from cards.variants.dealing import make_variant
from cards.variants.variant import mark_variant
from grader.arithmetic import Number
from grader.errors import GradeckError, QuestionError, UnknownNameError

NUMERIC = """\
id: test/rows
title: {en: Rows, zh: 行数}
kind: numeric
draw:
  height: {from: 10, to: 60, step: 1}
  kernel: [3, 5, 7]
  stride: [1, 2, 3]
require: [height > 3 * kernel]
lines:
  reach: height - kernel
  rows: {formula: reach // stride + 1, says: {en: Places of the window., zh: 窗口位置数。}}
  bytes: {formula: rows * 2048, unit: B}
text:
  en: "{height} rows, ${kernel} \\\\times {kernel}$, stride {stride}."
  zh: "{height} 行，${kernel} \\\\times {kernel}$，步幅 {stride}。"
hints: [{en: "First {height} less {kernel}.", zh: "先算 {height} 减 {kernel}。"}]
note: {en: "Of {height} rows.", zh: "共 {height} 行。"}
parts:
  - id: rows
    ask: {en: "How many, of {height}?", zh: "{height} 中有多少？"}
    answer: rows
    points: 2
  - {id: size, ask: {en: How large?, zh: 多大？}, answer: bytes, unit: KiB, points: 3}
mistakes:
  - {id: no-one, line: rows, formula: reach // stride, says: {en: One?, zh: 加一？}}
  - {id: no-stride, line: rows, formula: reach + 1, says: {en: Stride?, zh: 步幅？}}
"""
CHOICE = """\
id: test/choice
title: {en: Which, zh: 哪些}
kind: choice
text: {en: Which hold?, zh: 哪些成立？}
pick: 3
right: [1, 2]
statements:
  - {id: t1, holds: true, says: {en: T1, zh: 真一}, reason: {en: R1, zh: 因一}}
  - {id: t2, holds: true, says: {en: T2, zh: 真二}, reason: {en: R2, zh: 因二}}
  - {id: f1, holds: false, says: {en: F1, zh: 假一}, reason: {en: R3, zh: 因三}}
  - {id: f2, holds: false, says: {en: F2, zh: 假二}, reason: {en: R4, zh: 因四}}
  - {id: f3, holds: false, says: {en: F3, zh: 假三}, reason: {en: R5, zh: 因五}}
"""
LIST = """\
id: test/list
title: {en: Remedies, zh: 办法}
kind: list
text: {en: What helps?, zh: 有何帮助？}
items:
  - id: batch
    cue: {en: Images, zh: 图像}
    answer: {en: A smaller batch, zh: 减小批量}
    accept: {en: [fewer images at once]}
  - {id: floats, cue: {en: Numbers, zh: 数}, answer: {en: 16-bit floats, zh: 16 位浮点数}}
"""
BASIC = """\
id: test/basic
title: {en: A fact, zh: 事实}
kind: basic
text: {en: "Front {with} braces", zh: 正面}
answer: {en: Back, zh: 背面}
"""


@pytest.fixture
def bank(tmp_path: Path) -> dict[str, Question]:
    """A question of each sort, by the name behind the slash."""
    file = tmp_path / "questions.yaml"
    file.write_text(f"{NUMERIC}---\n{CHOICE}---\n{LIST}---\n{BASIC}", encoding="utf-8")
    return {question.id.partition("/")[2]: question for question in load_bank([file]).values()}


def test_a_seed_makes_one_variant(bank: dict[str, Question]) -> None:
    """The same seed gives the same variant, other seeds give others."""
    rows = bank["rows"]
    assert make_variant(rows, "a").with_key() == make_variant(rows, "a").with_key()
    identities = {make_variant(rows, f"seed {number}").identity for number in range(60)}
    assert len(identities) > 25


def test_a_text_seed_is_a_previews(bank: dict[str, Question]) -> None:
    """Seeds of texts and of bytes are of different kinds; a text is given back as it came."""
    assert "a" == make_variant(bank["rows"], "a").with_key()["seed"]
    assert b"a".hex() == make_variant(bank["rows"], b"a").with_key()["seed"]


def test_every_variant_meets_the_constraints_and_tells(bank: dict[str, Question]) -> None:
    """No dealt variant breaks a constraint or shows two ways of working alike."""
    for number in range(300):
        variant = make_variant(bank["rows"], f"seed {number}")
        assert variant.numbers["height"] > 3 * variant.numbers["kernel"]
        for key, wrong in zip(variant.keys, variant.mistaken.values(), strict=True):
            shown = [variant.right(key)["exact"], *map(str, wrong.values())]
            assert len(shown) == len(set(shown))


def test_numbers_stand_in_every_text(bank: dict[str, Question]) -> None:
    """Text, question, hint and note have their numbers, in both languages."""
    variant = make_variant(bank["rows"], "a")
    height, kernel = variant.numbers["height"], variant.numbers["kernel"]
    assert variant.text.in_("en").startswith(f"{height} rows, ${{{kernel}}} \\times {{{kernel}}}$")
    assert variant.text.in_("zh").startswith(f"{height} 行")
    assert f"How many, of {height}?" == variant.parts[0].ask.in_("en")
    assert f"先算 {height} 减 {kernel}。" == variant.hints[0].in_("zh")
    assert variant.note is not None
    assert f"Of {height} rows." == variant.note.in_("en")


def _keys_of(value: object) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {key for inner in value.values() for key in _keys_of(inner)}
    return {key for inner in value for key in _keys_of(inner)} if isinstance(value, list) else set()


@pytest.mark.parametrize("name", ["rows", "choice", "list", "basic"])
def test_what_a_student_sees_holds_no_key(bank: dict[str, Question], name: str) -> None:
    """Neither answers nor seeds, truths or reasons are in what is public."""
    shown = make_variant(bank[name], "a").public()
    secret = {"answer", "seed", "steps", "mistakes", "holds", "reason", "right", "cells", "accept"}
    assert set() == secret & _keys_of(shown)


def test_the_key_has_answers_steps_and_mistakes(bank: dict[str, Question]) -> None:
    """With its key, a part has the right value, how it is worked, and what mistakes lead to."""
    variant = make_variant(bank["rows"], "a")
    shown = variant.with_key()
    rows, size = shown["parts"]
    assert 2 * int(rows["answer"]["exact"]) == int(size["answer"]["exact"])
    assert ["reach", "rows", "bytes", "bytes.KiB"] == [step["name"] for step in size["steps"]]
    assert {"no-one", "no-stride"} == {mistake["id"] for mistake in rows["mistakes"]}
    assert set(shown) == {
        *("question", "content_hash", "kind", "title", "numbers", "text", "parts", "seed"),
    }


def test_marking_finds_the_mistake_and_carries(bank: dict[str, Question]) -> None:
    """A mistake is named where it is made; what follows from it rightly earns its points."""
    variant = make_variant(bank["rows"], "a")
    wrong = variant.mistaken["rows"]["no-one"]
    verdict = mark_variant(variant, {"rows": str(wrong), "size": str(2 * wrong)})
    rows, size = verdict.parts
    assert ("wrong", 0, ("no-one",)) == (rows.outcome, rows.points, rows.mistakes)
    assert ("wrong", 3, "rows") == (size.outcome, size.points, size.carried_from)


@pytest.mark.parametrize("share", [Fraction(1, 3), 0])
def test_what_follows_earns_the_share_that_is_given(
    bank: dict[str, Question], share: Number
) -> None:
    """Of a part's points, where it follows rightly from a mistake before it."""
    variant = make_variant(bank["rows"], "a")
    wrong = variant.mistaken["rows"]["no-one"]
    size = mark_variant(variant, {"rows": str(wrong), "size": str(2 * wrong)}, share).parts[1]

    assert ("wrong", 3 * share) == (size.outcome, size.points)


def test_contradictory_constraints_are_reported_with_figures(tmp_path: Path) -> None:
    """A question that no draw satisfies says which constraint stood in the way, and how often."""
    file = tmp_path / "a.yaml"
    file.write_text(NUMERIC.replace("height > 3 * kernel", "height > 600"), encoding="utf-8")
    question = load_bank([file])["test/rows"]
    with pytest.raises(QuestionError, match=r"none in 1,000 draws \(1,000 times require: height"):
        make_variant(question, "a")


def test_a_mistake_that_never_shows_is_reported(tmp_path: Path) -> None:
    """A mistake that leads to the right answer everywhere leaves no variant, and is named."""
    file = tmp_path / "a.yaml"
    same = "{id: same, line: rows, formula: 1 + reach // stride, says: {en: a, zh: b}}"
    file.write_text(f"{NUMERIC}  - {same}\n", encoding="utf-8")
    with pytest.raises(QuestionError, match="the right answer and same show the same in part"):
        make_variant(load_bank([file])["test/rows"], "a")


def test_choices_are_dealt_fairly(bank: dict[str, Question]) -> None:
    """One or two of three hold, every statement is dealt, letters go by place."""
    seen: set[str] = set()
    rights: set[int] = set()
    for number in range(100):
        (part,) = make_variant(bank["choice"], f"seed {number}").parts
        assert ["A", "B", "C"] == [option.letter for option in part.options]
        seen |= {option.id for option in part.options}
        rights.add(sum(option.holds for option in part.options))
    assert ({"t1", "t2", "f1", "f2", "f3"}, {1, 2}) == (seen, rights)


def test_choices_are_marked(bank: dict[str, Question]) -> None:
    """The right letters earn all, one of two half, a wrong one takes its share away."""
    variants = [make_variant(bank["choice"], f"seed {number}") for number in range(50)]
    variant = next(each for each in variants if "," in each.right(each.keys[0])["exact"])
    right = variant.right(variant.keys[0])["exact"]
    assert 1 == mark_variant(variant, {"choice": right}).score
    assert 0.5 == float(mark_variant(variant, {"choice": right[0]}).score)
    assert 0 == mark_variant(variant, {"choice": "ABC".replace(right[0], "")}).score


def test_lists_are_marked_by_their_key_points(bank: dict[str, Question]) -> None:
    """An accepted wording is right in either language; what isn't recognised is held."""
    variant = make_variant(bank["list"], "a")
    verdict = mark_variant(variant, {"batch": "Fewer images at once!", "floats": "16 位浮点数"})
    assert ["right", "right"] == [part.outcome for part in verdict.parts]
    verdict = mark_variant(variant, {"batch": "buy a larger card"})
    assert ["held", "unreadable"] == [part.outcome for part in verdict.parts]
    assert (0, 2) == (verdict.score, verdict.out_of)


def test_a_card_is_not_marked(bank: dict[str, Question]) -> None:
    """A basic card has no answer box, and its braces are its own."""
    variant = make_variant(bank["basic"], "a")
    assert ("Front {with} braces", ()) == (variant.text.in_("en"), variant.parts)
    with pytest.raises(GradeckError, match="a basic question is not marked"):
        mark_variant(variant, {})


@pytest.mark.parametrize("name", ["rows", "choice", "list"])
def test_an_answer_to_no_part_is_refused(bank: dict[str, Question], name: str) -> None:
    """A part that doesn't exist is a mistake of the caller's, and named with the nearest."""
    with pytest.raises(UnknownNameError, match="there is no part 'rwos'"):
        mark_variant(make_variant(bank[name], "a"), {"rwos": "1"})


@pytest.mark.parametrize("name", ["rows", "choice", "list"])
@pytest.mark.parametrize("raw", [{"rows": 7}, {"rows": None}, {"rows": ["7"]}, ["7"], "7", None])
def test_what_is_no_text_is_no_answer(bank: dict[str, Question], name: str, raw: Any) -> None:  # noqa: ANN401 - whatever a program passes
    """Numbers, nothing and lists in place of typed texts are refused in a sentence."""
    with pytest.raises(GradeckError, match=r"expected (a text as it was typed|the texts by part)"):
        mark_variant(make_variant(bank[name], "a"), raw)


def test_parts_may_be_called_like_other_texts(tmp_path: Path) -> None:
    """A part called `text` or `note` has an ask of its own, and the question keeps its texts."""
    renamed = NUMERIC.replace("- id: rows\n", "- id: text\n").replace("{id: size,", "{id: note,")
    path = tmp_path / "bank.yaml"
    path.write_text(renamed, encoding="utf-8")
    variant = make_variant(load_bank([path]).find("test/rows"), "1")

    assert variant.text.in_("en").endswith(f"stride {variant.numbers['stride']}.")
    assert [f"How many, of {variant.numbers['height']}?", "How large?"] == [
        part.ask.in_("en") for part in variant.parts
    ]
    assert variant.note is not None
    assert f"Of {variant.numbers['height']} rows." == variant.note.in_("en")
