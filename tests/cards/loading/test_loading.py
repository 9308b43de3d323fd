"""Loading: every fault of every file in one run; a kept document is the same question for ever."""

import re
from fractions import Fraction
from pathlib import Path

import pytest

from cards.checking.files import load_all
from cards.checking.questions import check_all
from cards.cli import main
from cards.loading.bank import (
    BANK,
    canonical,
    load_bank,
    question_from_document,
    read_bank,
    read_question_file,
)
from cards.question import Question
from cards.variants.dealing import make_variant
from grader.errors import QuestionError, UnknownNameError

BROKEN = Path(__file__).parents[2] / "broken"
_FAULT = re.compile(r"# fault: (?P<line>\S+) \| (?P<field>.*?) \| (?P<words>.*)")

NUMERIC = """\
id: test/rows
title: {en: Rows, zh: 行数}
kind: numeric
draw:
  height: {from: 10, to: 40, step: 2}
  kernel: [3, 5]
lines:
  rows: {formula: height - kernel + 1, unit: px, says: {en: Places., zh: 窗口位置数。}}
text: {en: "{height} rows, a kernel of {kernel}.", zh: "{height} 行，卷积核 {kernel}。"}
parts:
  - {id: rows, ask: {en: How many?, zh: 多少？}, answer: rows, points: 2}
mistakes:
  - id: no-plus
    line: rows
    formula: height - kernel
    says: {en: What about the first place?, zh: 第一个位置呢？}
"""


def load(folder: Path, text: str) -> Question:
    """The one question of a text."""
    file = folder / "question.yaml"
    file.write_text(text, encoding="utf-8")
    (question,) = load_bank([file]).values()
    return question


@pytest.mark.parametrize("path", sorted(BROKEN.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_fault_of_a_broken_file_is_found(path: Path) -> None:
    """Each deliberately broken file gives exactly the faults that its first lines announce.

    Some are found on reading, others only when the question is tried with many seeds.
    """
    loaded = load_all([path])
    reports = check_all(loaded.questions, 150, jobs=1)
    faults = [*loaded.faults, *(fault for report in reports for fault in report.faults)]
    text = path.read_bytes().decode("utf-8", errors="replace")
    announced = [match.groupdict() for match in _FAULT.finditer(text)]
    assert len(announced) == len(faults)
    for row in announced:
        line = None if row["line"] == "None" else int(row["line"])
        found = [f for f in faults if (f.line, f.field) == (line, row["field"])]
        assert any(row["words"] in str(fault) for fault in found), row


def test_there_are_broken_files_of_all_sorts() -> None:
    """The folder of broken files is there, and large."""
    assert len(list(BROKEN.glob("*.yaml"))) >= 30


def test_the_whole_folder_is_told_in_one_run(capsys: pytest.CaptureFixture[str]) -> None:
    """`gradeck check` of the folder names every broken file, all but the empty one with a line."""
    with pytest.raises(SystemExit) as ended:
        main(["check", str(BROKEN), "--seeds", "150", "--jobs", "1"])
    told = re.findall(r"/(\w+)\.yaml:(\d*)", capsys.readouterr().err)
    assert 1 == ended.value.code
    assert {path.stem for path in BROKEN.glob("*.yaml")} == {name for name, _ in told}
    assert {"empty"} == {name for name, line in told if not line}


def test_faults_of_many_files_come_in_one_run(tmp_path: Path) -> None:
    """A second broken file is reported together with the first one."""
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text(f"id: {name}\nkind: basic\n", encoding="utf-8")
    with pytest.raises(QuestionError) as raised:
        load_bank([tmp_path])
    assert {"a.yaml", "b.yaml"} == {Path(fault.file).name for fault in raised.value.faults}


def test_a_sound_question_says_all_it_was_given(tmp_path: Path) -> None:
    """What the file says is what the question holds."""
    question = load(tmp_path, NUMERIC)
    assert ("test/rows", "numeric", 1, (), False) == (
        question.id,
        question.kind,
        question.level,
        question.tags,
        question.retired,
    )
    assert range(10, 41, 2) == question.numeric.draws["height"]
    assert ("rows", "px", 2) == (
        question.numeric.parts[0].key.line,
        question.numeric.parts[0].key.unit,
        question.numeric.parts[0].key.points,
    )
    assert {"no-plus": frozenset({"rows"})} == question.numeric.told


def test_a_question_comes_back_from_its_document(tmp_path: Path) -> None:
    """The kept document gives the same hash and, under the same seed, the same variant."""
    question = load(tmp_path, NUMERIC)
    again = question_from_document(question.document)
    assert question.content_hash == again.content_hash
    one, other = make_variant(question, b"seed"), make_variant(again, b"seed")
    assert one.with_key() == other.with_key()


def test_every_question_of_the_bank_comes_back_from_its_document() -> None:
    """Replaying works for all kinds: what is shown and what is right stay the same."""
    for question in load_bank().values():
        again = question_from_document(question.document)
        assert question.content_hash == again.content_hash
        seed = b"any seed that was stored"
        assert make_variant(question, seed).with_key() == make_variant(again, seed).with_key()


def test_the_hash_is_of_what_is_said_not_of_how(tmp_path: Path) -> None:
    """Comments, blank lines and quotes change nothing; a changed word does."""
    one = load(tmp_path, NUMERIC)
    spaced = load(tmp_path, "# a comment\n" + NUMERIC.replace("kernel: [3, 5]", "kernel: [3,   5]"))
    other = load(tmp_path, NUMERIC.replace("How many?", "How many rows?"))
    assert one.content_hash == spaced.content_hash
    assert one.content_hash != other.content_hash


def test_a_kept_document_that_is_none_is_refused() -> None:
    """A text that isn't a question's document gives a sentence."""
    for text in ("", "[]", "{", '{"id": "a/b"}', "NaN", '{"id": 1e999}'):
        with pytest.raises(QuestionError):
            question_from_document(text)


def test_an_unknown_id_names_the_nearest() -> None:
    """Asking the bank for a question that isn't there names the one that was meant."""
    with pytest.raises(UnknownNameError, match="the nearest is 'cnn/three-conv-parameters'"):
        load_bank().find("cnn/three-conv-parameter")


def test_a_missing_folder_and_an_empty_one_are_faults(tmp_path: Path) -> None:
    """A path with nothing to load is said to be so."""
    _, faults = read_bank([tmp_path, tmp_path / "nowhere"])
    assert ["YAML files", "a file or folder"] == [fault.expected for fault in faults]


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    """A file beyond the bound is refused without being read to its end."""
    file = tmp_path / "large.yaml"
    file.write_text("a" * 2_000_000, encoding="utf-8")
    _, (fault,) = read_question_file(file)
    assert "at most 1,000,000 bytes" == fault.expected


def test_canonical_numbers_are_exact() -> None:
    """A share is written with all its digits, a whole number without a point."""
    assert "[0.01,12,-0.125,1000000]" == canonical([Fraction(1, 100), 12, Fraction(-1, 8), 10**6])


def test_units_are_converted_by_a_line(tmp_path: Path) -> None:
    """A part asked in another unit than the line's gets a line, whose rule is named after it."""
    question = load(
        tmp_path,
        NUMERIC.replace("unit: px", "unit: B")
        .replace("answer: rows", "answer: rows, unit: KiB")
        .replace("points: 2", "precision: {digits: 3}"),
    )
    line = question.numeric.worksheet[question.numeric.parts[0].key.line]
    assert ("rows.KiB", "unit.KiB") == (line.name, line.rule.id)
    cells = question.numeric.worksheet.solve({"height": 1026, "kernel": 3})
    assert 1 == cells["rows.KiB"]
    assert ("rows", 1024) == (
        question.numeric.parts[0].key.cell,
        question.numeric.parts[0].key.scale,
    )


def test_an_own_mistake_may_read_cells_of_the_engine(tmp_path: Path) -> None:
    """A wrong formula for a layer's line is written over cells, not over the rule's own names."""
    question = load(
        tmp_path,
        """\
id: test/conv
title: {en: A layer, zh: 一层}
kind: numeric
draw: {size: [10, 11, 12], filters: [4, 5, 6]}
network:
  input: {channels: 3, height: size, width: size}
  layers: [{id: conv, op: conv, filters: filters, kernel: 3}]
text: {en: "{size}, {filters}", zh: "{size}, {filters}"}
parts: [{id: p, ask: {en: How many?, zh: 多少？}, answer: conv.parameters}]
mistakes:
  - id: twice
    line: conv.parameters
    formula: 2 * conv.channels * input.channels
    says: {en: Twice., zh: 两倍。}
""",
    )
    variant = make_variant(question, "any")
    assert {"twice": 6 * variant.numbers["filters"]} == variant.mistaken["p"]


NAMED = """\
id: test/named
title: {en: A named network, zh: 有名的网络}
kind: numeric
network: lenet5
text: {en: LeNet-5., zh: LeNet-5。}
parts: [{id: p, ask: {en: How many?, zh: 多少？}, answer: total.parameters}]
mistakes: []
"""


def test_a_mistake_of_the_catalogue_may_have_a_sentence_of_the_questions_own(
    tmp_path: Path,
) -> None:
    """`says` without a formula takes the place of the catalogue's sentence, and nothing else."""
    text = """\
id: test/dense
title: {en: A layer, zh: 一层}
kind: numeric
draw: {units: [4, 5], inputs: [7, 8]}
network:
  input: {units: inputs}
  layers: [{id: out, op: dense, units: units}]
text: {en: "{inputs} inputs, {units} units.", zh: "{inputs} 个输入，{units} 个单元。"}
parts: [{id: parameters, ask: {en: How many?, zh: 多少个？}, answer: out.parameters}]
mistakes:
  - {id: no-bias, says: {en: Units have biases. Where are they?, zh: 单元有偏置。在哪里？}}
"""
    (mistake,) = load(tmp_path, text).numeric.mistakes
    assert "Units have biases. Where are they?" == mistake.says.in_("en")
    variant = make_variant(load(tmp_path, text), "any")
    weights = variant.numbers["inputs"] * variant.numbers["units"]
    assert {"no-bias": weights} == variant.mistaken["parameters"]


def test_each_level_is_a_question_with_its_own_numbers(tmp_path: Path) -> None:
    """The lowest level keeps the id; both come back from their documents as they are."""
    file = tmp_path / "levels.yaml"
    levels = 'level:\n  "2": {}\n  "1": {height: [12, 14]}\n'
    file.write_text(NUMERIC.replace("draw:\n", f"{levels}draw:\n"), encoding="utf-8")
    first, second = load_bank([file]).values()
    assert ("test/rows", 1, (12, 14)) == (first.id, first.level, first.numeric.draws["height"])
    assert ("test/rows-level-2", 2) == (second.id, second.level)
    assert list(range(10, 41, 2)) == list(second.numeric.draws["height"])
    assert first.content_hash != second.content_hash
    for question in (first, second):
        again = question_from_document(question.document)
        assert (question.id, question.content_hash) == (again.id, again.content_hash)


def test_a_network_may_be_named(tmp_path: Path) -> None:
    """The kept document of a question about a known network holds that network itself."""
    question = load(tmp_path, NAMED)
    variant = make_variant(question_from_document(question.document), "any")
    assert "61706" == variant.right(variant.keys[0])["exact"]
    assert '"op":"conv"' in question.document


def test_an_unknown_network_names_the_nearest(tmp_path: Path) -> None:
    """A slip in a network's name is a fault at its line."""
    with pytest.raises(QuestionError, match=r"question.yaml:4: network: .*'lenet5'"):
        load(tmp_path, NAMED.replace("lenet5", "lenet-5"))


def test_the_bank_is_sound() -> None:
    """Every file that comes with Gradeck loads, in both languages."""
    questions, faults = read_bank([BANK])
    assert [] == faults
    assert all(
        q.title.in_("en") and q.title.in_("zh") and q.text.in_("en") and q.text.in_("zh")
        for q in questions
    )


def test_plans_and_networks_may_stand_in_a_bank(tmp_path: Path) -> None:
    """A folder of questions may hold exam plans and networks, which are no questions."""
    (tmp_path / "rows.yaml").write_text(NUMERIC, encoding="utf-8")
    (tmp_path / "plan.yaml").write_text("id: quiz\nquestions: [test/rows]\n", encoding="utf-8")
    network = "input: {units: 3}\nlayers: [{id: d, op: dense, units: 2}]\n"
    (tmp_path / "net.yaml").write_text(network, encoding="utf-8")

    assert ["test/rows"] == [*load_bank([tmp_path])]


def test_a_network_and_a_figure_are_read_when_the_question_is() -> None:
    """A question keeps its network and its figure as values; nothing is read again to draw them."""
    question = load_bank().find("cnn/three-conv-layers")

    assert question.figure is not None
    assert question.numeric.network is not None
    assert ["conv1", "conv2", "conv3"] == [layer.id for layer in question.numeric.network.layers]
    assert "network" == question.figure.kind
