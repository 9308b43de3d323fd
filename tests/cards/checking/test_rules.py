"""What is counted over many variants: cases that never occur, numbers that nobody writes.

Rules that are faults stand in `tests/broken`; here are the notes, the counts and the edges.
"""

import json
from pathlib import Path

import pytest

from cards.checking.given_answers import look_at_answers
from cards.checking.questions import Report, check_question
from cards.checking.rules import ON_LOADING, RULES
from cards.checking.wording import look_at_words
from cards.cli import main
from cards.loading.bank import load_bank
from cards.printing.names import shared_names

BROKEN = Path(__file__).parents[2] / "broken"
OLD_TEXTS = Path(__file__).with_name("old_texts.yaml")
HEAD = """\
id: test/rows
title: {en: Rows, zh: 行数}
kind: numeric
"""
SAYS = "says: {en: One?, zh: 加一？}"
EVEN = (
    HEAD
    + """\
draw: {size: {from: 101, to: 499, step: 2}, other: {from: 2, to: 90}}
lines: {half: "ceil(size / 2)", more: half + other}
text: {en: "{size} and {other}.", zh: "{size} 和 {other}。"}
parts:
  - {id: half, ask: {en: Half?, zh: 一半？}, answer: half}
  - {id: more, ask: {en: And more?, zh: 再加？}, answer: more}
mistakes:
  - {id: wrong, line: half, formula: 2 * size, says: {en: Up?, zh: 取整？}}
"""
)


def check(folder: Path, text: str, seeds: int = 200) -> Report:
    """The report on the one question of a text."""
    file = folder / "question.yaml"
    file.write_text(text, encoding="utf-8")
    (question,) = load_bank([file]).values()
    return check_question(question, seeds)


ROWS = [
    # the rule that finds something, the step of the sizes, the formula, the note's words
    ("never-even", 2, "ceil(size / 2)", "comes out even in some variants, got none"),
    ("", 1, "ceil(size / 2)", ""),
    ("", 2, "ceil(size / 14)", ""),
    ("one-sided", 1, "max(size, other) + 1", "got operand 1 in all of 200 variants"),
    ("", 1, "max(size - 250, other)", ""),
    ("", 1, "max(size, 7) + 1", ""),
]


@pytest.mark.parametrize(("rule", "step", "formula", "words"), ROWS)
def test_a_case_that_never_occurs_is_noted(
    tmp_path: Path, rule: str, step: int, formula: str, words: str
) -> None:
    """Odd sizes never come out even by 2; a large divisor or a bound asks for no such case."""
    text = EVEN.replace("ceil(size / 2)", formula).replace("step: 2", f"step: {step}")
    report = check(tmp_path, text)
    assert ({rule: 1} if rule else {}) == {r: n for r, n in report.findings.items() if n}
    assert () == report.faults
    assert (1 if rule else 0) == len(report.warnings)
    assert all(words in str(note) for note in report.warnings)


def test_a_number_of_another_box_is_listed_with_its_share(tmp_path: Path) -> None:
    """A mistake in the second box that is always the first one's answer is told as that."""
    wrong = f"  - {{id: alone, line: more, formula: half + 0 * other, parts: [more], {SAYS}}}\n"
    report = check(tmp_path, EVEN.replace("step: 2}", "step: 1}") + wrong)
    assert ((), ()) == (report.faults, report.warnings)
    assert 1 == report.findings["other-box"]
    assert {"more: alone = half": 1.0} == report.as_dict()["other_box"]


def test_a_number_of_another_box_now_and_then_is_noted(tmp_path: Path) -> None:
    """In half of the variants it is the other box's answer, in half a mistake: nobody can tell."""
    wrong = f"  - {{id: alone, line: more, formula: half - size % 2, parts: [more], {SAYS}}}\n"
    text = EVEN.replace("step: 2}", "step: 1}").replace("mistakes:\n", f"mistakes:\n{wrong}")
    (note,) = check(tmp_path, text).warnings
    assert "always the answer to 'half' too, or seldom, got 'alone' in" in str(note)


def test_a_number_that_nobody_writes_is_noted(tmp_path: Path) -> None:
    """Thirds where the right answer is whole are seldom written; halves below 1 may be."""
    thirds = EVEN.replace("step: 2}", "step: 1}").replace("2 * size", "size + 1 / 3")
    found = check(tmp_path, thirds)
    assert {"never-whole"} == {rule for rule, count in found.findings.items() if count}
    assert "a number which a student would write" in str(found.warnings[0])


def test_the_report_counts_by_rule(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The terminal shows each rule with its count; JSON has them for each question and in all."""
    file = tmp_path / "question.yaml"
    file.write_text(EVEN, encoding="utf-8")
    for options in ([], ["--json"]):
        with pytest.raises(SystemExit):
            main(["check", str(file), "--seeds", "120", "--jobs", "1", *options])
    shown, _, as_json = capsys.readouterr().out.partition("\n{")
    told = json.loads("{" + as_json)
    assert all(
        says in shown for says in (*RULES.values(), *(one for one, _ in ON_LOADING.values()))
    )
    assert {**dict.fromkeys((*ON_LOADING, *RULES), 0), "never-even": 1} == told["found"]
    assert {rule: told["found"][rule] for rule in RULES} == told["questions"][0]["found"]
    assert "0/1  numeric questions whose keys were counted again" in shown


def test_two_mistakes_of_one_number_are_listed(tmp_path: Path) -> None:
    """Draws in which two listed mistakes lead to one number are refused, and the pair is told."""
    wrong = f"  - {{id: other, line: half, formula: size + 201, parts: [half], {SAYS}}}\n"
    report = check(tmp_path, EVEN.replace("step: 2}", "step: 1}") + wrong, 400)
    assert 1 == report.findings["alike"]
    assert {"half: other = wrong"} == set(report.as_dict()["alike"])
    assert () == report.faults


def test_a_rounded_answer_without_its_rounding_is_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were the worked solution to end in thirds where two decimals are asked, it would be red."""
    text = EVEN.replace("step: 2}", "step: 1}").replace(
        '{half: "ceil(size / 2)", more: half + other}',
        '{half: "ceil(size / 2)", more: half / 3 + other}',
    )
    text = text.replace("answer: more}", "answer: more, precision: {decimals: 2}}")
    assert 0 == check(tmp_path, text).findings["unrounded"]
    monkeypatch.setattr("cards.variants.variant.worked", lambda steps, _: tuple(steps))
    assert 1 == check(tmp_path, text).findings["unrounded"]


OLD = {
    # the question, the rules that its old text breaks
    "cnn/shared-weights": {"title-tells"},
    "cnn/alexnet-news": {"two-questions"},
    "queueing/mm1-times": {"other-box"},
    "cnn/find-stride": {"never-whole", "rounds-to-right"},
    "cnn/size-same": {"alike", "never-even"},
    "cnn/three-conv-inference": {"one-sided"},
    "cnn/statements-architectures": {"absolutes", "complements"},
    "floating-point/near-the-top": {"key-differs"},
}
# What no old text had: faults in `tests/broken`, notes in `test_given_answers`, `unrounded` above.
ELSEWHERE = {
    "answer-asks",
    "hint-answers",
    "one-letter",
    "says-number",
    "says-answer",
    "wide-tolerance",
    "cue-tells",
    "zh-is-en",
    "sample-decided-otherwise",
    "unrounded",
}


def test_the_rules_are_red_on_the_texts_of_old() -> None:
    """Each question of the bank as it was breaks the rules that its review brought about."""
    questions = load_bank([OLD_TEXTS]).values()
    reports = {one.id: check_question(one, 200) for one in questions}
    assert OLD == {name: {r for r, n in one.findings.items() if n} for name, one in reports.items()}
    assert set(RULES) - ELSEWHERE == set().union(*OLD.values())
    # Of the same ids, the texts that are there now break none but those that list what is told.
    told = {"alike", "other-box"}
    bank = load_bank()
    assert set() == {
        (name, rule)
        for name in OLD
        for rule, count in check_question(bank[name], 200).findings.items()
        if count and rule not in told
    }


def test_what_is_found_on_loading_is_counted_too(capsys: pytest.CaptureFixture[str]) -> None:
    """A name with a sign in it, and a translation without a number, stand in the same table."""
    broken = [str(BROKEN / name) for name in ("names_with_signs.yaml", "zh_without_numbers.yaml")]
    with pytest.raises(SystemExit):
        main(["check", *broken, "--seeds", "5", "--jobs", "1", "--json"])
    found = json.loads(capsys.readouterr().out)["found"]
    assert dict.fromkeys(ON_LOADING, 1) == {r: n for r, n in found.items() if r in ON_LOADING}


def test_samples_are_shown_with_their_decisions(tmp_path: Path) -> None:
    """An author sees what each sample answer is decided to be."""
    items = """\
items:
  - id: a
    cue: {en: How do depths compare?, zh: 深度如何？}
    answer: {en: deeper, zh: 更深}
    reject: {en: [LeNet is deeper, less deep], zh: [LeNet 更深]}
    right: ["no, AlexNet is deeper"]
    wrong: ["less deep, LeNet is deeper", LeNet 更深]
    held: [asdf]
  - {id: b, cue: {en: And sizes?, zh: 大小呢？}, answer: {en: larger, zh: 更大}}
"""
    head = HEAD.replace("numeric", "list") + "text: {en: Two networks., zh: 两个网络。}\n"
    report = check(tmp_path, head + items)
    assert () == report.faults
    assert ["right", "wrong", "wrong", "held"] == [s.decided for s in report.samples]
    assert {"item": "a", "text": "asdf", "said": "held", "decided": "held"} == report.as_dict()[
        "samples"
    ][-1]


def test_the_banks_words_give_nothing_away() -> None:
    """No title, cue, statement, hint, answer or translation of the bank is found by a rule."""
    found = [
        (q.id, finding)
        for q in load_bank().values()
        for finding in (*look_at_words(q), *look_at_answers(q))
    ]
    assert [] == found


@pytest.mark.parametrize("language", ["en", "zh"])
def test_shared_names_have_no_signs(language: str) -> None:
    """A name with × in it would read as a formula (a question's own are refused on loading)."""
    assert [] == [word for word in shared_names(language).values() if set(word) & set("×÷+=*/−")]
