"""Checking: each weakness that a question can have is found before a student finds it."""

import json
from pathlib import Path

import pytest

from cards.checking.files import load_all
from cards.checking.leaks import numbers_in
from cards.checking.questions import Report, check_all, check_question
from cards.checking.stress import stress, variant_weights
from cards.cli import main
from cards.documents.file_kinds import file_kind
from cards.loading.bank import load_bank

NUMERIC = """\
id: test/rows
title: {en: Rows, zh: 行数}
kind: numeric
draw: {height: {from: 10, to: 99}, kernel: [3, 5, 7]}
lines: {rows: height - kernel + 1, share: rows / kernel}
text: {en: "{height} rows, a kernel of {kernel}.", zh: "{height} 行，卷积核 {kernel}。"}
parts:
  - {id: rows, ask: {en: How many?, zh: 多少？}, answer: rows}
mistakes:
  - {id: no-one, line: rows, formula: height - kernel, says: {en: One?, zh: 加一？}}
"""
CHOICE = """\
id: test/choice
title: {en: Which, zh: 哪些}
kind: choice
text: {en: Which?, zh: 哪些？}
pick: 2
right: 1
statements:
  - {id: a, holds: true, says: {en: A, zh: 甲}, reason: {en: a, zh: 甲}}
  - {id: b, holds: false, says: {en: B, zh: 乙}, reason: {en: b, zh: 乙}}
"""
LIST = """\
id: test/list
title: {en: Remedies, zh: 办法}
kind: list
text: {en: What helps?, zh: 有何帮助？}
items:
  - {id: a, cue: {en: One, zh: 一}, answer: {en: smaller batch, zh: 减小批量}}
  - {id: b, cue: {en: Two, zh: 二}, answer: {en: a smaller batch, zh: 更小的批量}}
"""


def check(folder: Path, text: str, seeds: int = 200) -> Report:
    """The report on the one question of a text."""
    file = folder / "question.yaml"
    file.write_text(text, encoding="utf-8")
    (question,) = load_bank([file]).values()
    return check_question(question, seeds)


def test_a_sound_question_has_no_faults(tmp_path: Path) -> None:
    """Nothing is found where nothing is wrong, and the figures are right."""
    report = check(tmp_path, NUMERIC)
    assert ((), ()) == (report.faults, report.warnings)
    assert report.statistics is not None
    assert (270, 270, True, 1.0) == (
        report.statistics.combinations,
        report.statistics.valid,
        report.statistics.exhausted,
        report.statistics.acceptance,
    )
    assert 4950 / 270 == pytest.approx(report.statistics.equal_pairs)


WEAK = [
    # what is changed, into what, what the fault or note says, why
    (
        'kernel of {kernel}."',
        'kernel of {kernel}, so {rows}."',
        "text.en: expected no text that shows",
        "the answer in the text",
    ),
    (
        "mistakes:",
        "hints: [{en: 'It is {rows}.', zh: 它}]\nmistakes:",
        "hints[1].en: expected no text",
        "the answer in a hint",
    ),
    ("title: {en: Rows", "title: {en: Rows", "", "nothing changed"),
    (
        "answer: rows}",
        "answer: share}",
        "an exact answer of at most 8 decimals",
        "an answer nobody can type",
    ),
    (
        "from: 10, to: 99",
        "from: 10, to: 12",
        "a variant for each of 100 students, got 9",
        "few variants",
    ),
    (
        "kernel: [3, 5, 7]}\n",
        "kernel: [3, 5, 7]}\nrequire: [height > 99]\n",
        "none in 2,000 draws",
        "no variants",
    ),
    (
        "formula: height - kernel,",
        "formula: height / (kernel - kernel),",
        "2,000 times no-one leads to no number in part 'rows'",
        "a mistake that has no value",
    ),
    (
        "formula: height - kernel,",
        "formula: 1 + height - kernel,",
        "the right answer and no-one show the same",
        "a mistake that is none",
    ),
    (
        "answer: rows}",
        "answer: rows, precision: {within: 20%}}",
        "a variant for each of 100 students, got 1;",
        "a tolerance that swallows",
    ),
]


@pytest.mark.parametrize(("old", "new", "words", "why"), WEAK)
def test_each_weakness_is_found(tmp_path: Path, old: str, new: str, words: str, why: str) -> None:
    """A weakness that was built in is reported as a fault or a note."""
    assert old in NUMERIC
    report = check(tmp_path, NUMERIC.replace(old, new))
    found = [str(fault) for fault in (*report.faults, *report.warnings)]
    assert (any(words in text for text in found)) if words else not found, (why, found)


def test_an_answer_among_given_values_is_no_leak(tmp_path: Path) -> None:
    """The largest of the given values stands in the text, but not always at the same place."""
    text = (
        NUMERIC.replace("rows: height - kernel + 1", "rows: 'max(height, kernel * 9)'")
        .replace("formula: height - kernel", "formula: 'min(height, kernel * 9)'")
        .replace("kernel * 9", "ninefold")
        .replace("kernel: [3, 5, 7]", "ninefold: {from: 9, to: 99}")
        .replace("{kernel}", "{ninefold}")
        .replace("share: rows / kernel", "share: rows / 2")
    )
    assert () == check(tmp_path, text).faults


def test_blind_shares_are_counted(tmp_path: Path) -> None:
    """A mistake that shows in half of the draws is blind in the other half."""
    text = NUMERIC.replace("formula: height - kernel,", "formula: height - kernel + height % 2,")
    report = check(tmp_path, text, seeds=1000)
    assert report.statistics is not None
    assert 0.5 == pytest.approx(report.statistics.blind["no-one"], abs=0.06)
    assert 0.5 == pytest.approx(report.statistics.acceptance, abs=0.06)


def test_valid_variants_are_counted_one_by_one(tmp_path: Path) -> None:
    """Where all combinations can be gone through, the count is what a plain loop finds."""
    file = tmp_path / "a.yaml"
    require = "kernel: [3, 5, 7]}\nrequire: [height % kernel == 0]\n"
    file.write_text(NUMERIC.replace("kernel: [3, 5, 7]}\n", require), encoding="utf-8")
    (question,) = load_bank([file]).values()
    brute = sum(height % kernel == 0 for height in range(10, 100) for kernel in (3, 5, 7))
    assert brute == len(variant_weights(question))


def test_the_effective_number_is_near_the_number_of_valid_ones(tmp_path: Path) -> None:
    """Variants are dealt evenly: equal pairs are as rare as the number of variants says."""
    file = tmp_path / "a.yaml"
    wide = NUMERIC.replace("from: 10, to: 99", "from: 1000, to: 2999")
    file.write_text(wide, encoding="utf-8")
    (question,) = load_bank([file]).values()
    figures = stress(question, 3000)
    assert (False, 6000) == (figures.exhausted, figures.combinations)
    assert 6000 == pytest.approx(figures.effective, rel=0.15)


def test_too_few_statements_are_noted(tmp_path: Path) -> None:
    """A pool of two statements deals one hand."""
    (warning,) = check(tmp_path, CHOICE).warnings
    assert "10 different hands of statements or more, got 1" in str(warning)


def test_a_wording_of_two_items_is_a_fault(tmp_path: Path) -> None:
    """Words that are right for two items tell them not apart."""
    faults = check(tmp_path, LIST).faults
    assert all("right for one item only" in str(fault) for fault in faults)
    assert len(faults) >= 2


def test_processes_find_what_one_finds(tmp_path: Path) -> None:
    """Checked in parallel, questions have the same reports, with their files and lines."""
    file = tmp_path / "questions.yaml"
    weak = NUMERIC.replace("test/rows", "test/weak").replace("answer: rows}", "answer: share}")
    file.write_text(f"{NUMERIC}---\n{weak}---\n{CHOICE}", encoding="utf-8")
    questions = list(load_bank([file]).values())
    alone, together = (list(check_all(questions, 50, jobs)) for jobs in (1, 2))
    assert [report.as_dict() for report in alone] == [report.as_dict() for report in together]
    assert 19 == together[1].faults[0].line


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("903,400", [903400]),
        ("$903{,}400$", [903400]),
        ("903 400", [903400]),
        ("200×300", [200, 300]),
        ("3.5e2", [350]),
        ("1,2", [1, 2]),
        ("3×3×3+1", [3, 3, 3, 1]),
        ("none", []),
    ],
)
def test_numbers_are_found_in_texts(text: str, numbers: list[int]) -> None:
    """However digits are grouped, the number is one."""
    assert numbers == [int(number) for number in numbers_in(text)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (NUMERIC, "questions"),
        ("id: a\nquestions: [a/b]\n", "plan"),
        ("input: {units: 3}\nlayers: []\n", "network"),
        ("nonsense", "questions"),
    ],
)
def test_files_are_told_by_their_keys(text: str, kind: str) -> None:
    """Questions, plans and networks need no folders of their own to be told apart."""
    assert kind == file_kind(text)


def test_a_folder_of_all_sorts_is_loaded(tmp_path: Path) -> None:
    """Questions, a plan and a network are all looked at, and their faults come together."""
    files = {
        "rows.yaml": NUMERIC,
        "plan.yaml": "id: plan\ntitle: {en: a, zh: b}\nquestions: [test/row]\n",
        "net.yaml": "input: {units: 3}\nlayers: [{id: a, op: dens, units: 4}]\n",
        "small.yaml": "input: {channels: 1, height: 2, width: 2}\n"
        "layers: [{id: a, op: conv, filters: 1, kernel: 3}]\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    loaded = load_all([tmp_path])
    assert (1, 1, 2) == (len(loaded.questions), loaded.plans, loaded.networks)
    assert {"plan.yaml", "net.yaml", "small.yaml"} == {Path(f.file).name for f in loaded.faults}


def test_the_command_reports_and_ends_with_1(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """`gradeck check` of a weak question: JSON with its figures, exit code 1."""
    file = tmp_path / "a.yaml"
    file.write_text(NUMERIC.replace("answer: rows}", "answer: share}"), encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        main(["check", str(file), "--seeds", "50", "--json", "--jobs", "1"])
    shown = json.loads(capsys.readouterr().out)
    assert (1, False) == (ended.value.code, shown["ok"])
    (question,) = shown["questions"]
    fields = {"valid_variants", "effective_variants", "acceptance", "equal_pairs_in_100", "blind"}
    assert fields <= set(question)
    assert {"where", "line", "field", "expected", "got", "cure", "message"} == set(
        shown["faults"][0]
    )


def test_the_command_prints_a_table(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """In a pipe there is a plain table, and no bar."""
    file = tmp_path / "a.yaml"
    file.write_text(NUMERIC, encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        main(["check", str(file), "--seeds", "50", "--jobs", "1"])
    written = capsys.readouterr()
    assert (0, "") == (ended.value.code, written.err)
    assert "test/rows" in written.out
    assert "1 question, no plans, no networks: no faults, no notes" in written.out
    assert "\x1b" not in written.out


def test_a_terminal_has_colour(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a terminal a question with a fault is red, one with a note yellow, a sound one plain."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    red = NUMERIC.replace("test/rows", "test/red").replace("answer: rows}", "answer: share}")
    yellow = NUMERIC.replace("test/rows", "test/yellow").replace(
        "answer: rows}",
        "answer: rows}\n  - {id: loose, ask: {en: So?, zh: 呢？}, answer: share,"
        " precision: {within: 50%}}",
    )
    file = tmp_path / "a.yaml"
    file.write_text(f"{NUMERIC}---\n{red}---\n{yellow}", encoding="utf-8")
    with pytest.raises(SystemExit):
        main(["check", str(file), "--seeds", "50", "--jobs", "1"])
    lines = capsys.readouterr().out.splitlines()
    (plain_line,) = (line for line in lines if "test/rows" in line)
    assert "\x1b" not in plain_line
    assert any("\x1b[31mtest/red" in line for line in lines)
    assert any("\x1b[33mtest/yellow" in line for line in lines)


def test_a_smaller_class_needs_fewer_variants(tmp_path: Path) -> None:
    """Nine variants are too few for ten students, and enough for nine."""
    file = tmp_path / "a.yaml"
    file.write_text(NUMERIC.replace("from: 10, to: 99", "from: 10, to: 12"), encoding="utf-8")
    codes = {}
    for students in ("9", "10"):
        with pytest.raises(SystemExit) as ended:
            main(["check", str(file), "--seeds", "50", "--jobs", "1", "--class", students])
        codes[students] = ended.value.code
    assert {"9": 0, "10": 1} == codes


def test_an_author_who_leaves_a_part_out_is_not_told_again(tmp_path: Path) -> None:
    """A tolerance that swallows is noted where the mistake is to show, and only there."""
    loose = "\n  - {id: loose, ask: {en: So?, zh: 呢？}, answer: share, precision: {within: 50%}}"
    noted = NUMERIC.replace("answer: rows}", f"answer: rows}}{loose}")
    swallows = "takes 'no-one' for right in 100% of draws"
    assert any(swallows in str(warning) for warning in check(tmp_path, noted).warnings)
    left_out = noted.replace("{id: no-one,", "{id: no-one, parts: [rows],")
    assert not any(swallows in str(warning) for warning in check(tmp_path, left_out).warnings)


def test_all_that_comes_with_gradeck_is_sound() -> None:
    """Questions, plans and networks load, and each question stands thirty seeds."""
    loaded = load_all()
    reports = list(check_all(loaded.questions, 30, jobs=2))
    assert [] == [str(fault) for report in reports for fault in report.faults]
    assert () == loaded.faults
