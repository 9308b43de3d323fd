"""What leaves the decision to the author: answers of one letter, wide tolerances, told answers.

The rules that are faults stand in `tests/broken`.
"""

from pathlib import Path

import pytest

from cards.checking.questions import check_question
from cards.loading.bank import load_bank

LIST = """\
id: test/list
title: {en: Letters, zh: 字母}
kind: list
text: {en: What stands for what?, zh: 各表示什么？}
items:
  - {id: a, cue: {en: The size, zh: 大小}, answer: {en: height, zh: 高}, accept: {ACCEPT}}
  - {id: b, cue: {en: The number, zh: 个数}, answer: {en: count, zh: 数目}}
"""
NUMERIC = """\
id: test/rows
title: {en: Rows, zh: 行数}
kind: numeric
draw: {height: {from: 100, to: 400}}
lines: {rows: height * 3, sides: height - height + 40}
text: {en: "{height} rows.", zh: "{height} 行。"}
parts:
  - {id: rows, ask: {en: How many?, zh: 多少？}, answer: rows, precision: PRECISION}
  - {id: sides, ask: {en: And sides?, zh: 边？}, answer: sides}
mistakes:
  - {id: odd, line: sides, formula: height * 7, says: {en: "SAYS", zh: 再想想。}}
"""


def notes(folder: Path, text: str) -> list[str]:
    """The notes on the one question of a text, which has no faults."""
    file = folder / "question.yaml"
    file.write_text(text, encoding="utf-8")
    (question,) = load_bank([file]).values()
    report = check_question(question, 150)
    assert () == report.faults
    return [str(note) for note in report.warnings]


@pytest.mark.parametrize(("accept", "told"), [
    ("en: [h]", ["accept.en[1]: expected a wording of more than one letter, got 'h'"]),
    ("en: [rows, h], zh: [h]", ["accept.en[2]: expected", "accept.zh[1]: expected"]),
    ("en: [hi], zh: [厚]", []),
])  # fmt: skip
def test_a_single_letter_is_noted(tmp_path: Path, accept: str, told: list[str]) -> None:
    """It would be found wherever it stands alone; a Chinese character is a word."""
    found = notes(tmp_path, LIST.replace("ACCEPT", accept))
    assert len(told) == len(found)
    assert all(words in note for words, note in zip(told, found, strict=True))


@pytest.mark.parametrize(("precision", "noted"), [
    ("{within: 99%}", True),
    ("{within: 26%}", True),
    ("{within: 25%}", False),
    ("{absolute: 400}", True),
    ("{absolute: 20}", False),
    ("{digits: 2}", False),
])  # fmt: skip
def test_a_tolerance_of_over_a_quarter_is_noted(
    tmp_path: Path, precision: str, *, noted: bool
) -> None:
    """Whatever its kind, in more than half of the variants."""
    text = NUMERIC.replace("PRECISION", precision).replace("SAYS", "Again?")
    expected = "parts.rows: expected a tolerance of at most a quarter of the right answer"
    assert [noted] * len(notes(tmp_path, text)) == [expected in n for n in notes(tmp_path, text)]
    assert noted == bool(notes(tmp_path, text))


@pytest.mark.parametrize(("says", "noted"), [("It is 40.", True), ("Not 41?", False)])
def test_a_sentence_that_tells_the_answer_is_noted(
    tmp_path: Path, says: str, *, noted: bool
) -> None:
    """The number of an answer that is always the same stands in what a wrong one is told."""
    found = notes(tmp_path, NUMERIC.replace("PRECISION", "exact").replace("SAYS", says))
    expected = "mistakes.odd.says: expected a sentence without the answer to part 'sides'"
    assert noted == any(expected in note for note in found)
