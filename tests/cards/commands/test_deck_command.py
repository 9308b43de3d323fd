"""`gradeck deck` as a person runs it: files, the lock, the differences, and every refusal."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cards.deck.lock import read_lock
from tests.cards.deck.sample_deck import student

BANK = """\
id: sample/filters
title: {en: Filters, zh: 卷积核}
kind: numeric
level: 1
tags: ["sample::numbers"]
draw: {kernel: [3, 5, 7], filters: {from: 10, to: 60, step: 5}}
lines:
  weights: {formula: (kernel * kernel * 3 + 1) * filters, says: {en: Count, zh: 计数}}
text: {en: "{filters} filters, {kernel}×{kernel}.", zh: "{filters} 个 {kernel}×{kernel} 卷积核。"}
parts:
  - {id: weights, ask: {en: How many weights?, zh: 有多少个权重？}, answer: weights, points: 1}
mistakes:
  - id: bias-forgotten
    line: weights
    formula: kernel * kernel * 3 * filters
    says: {en: What else has each filter?, zh: 每个卷积核还有什么？}
---
id: sample/sharing
title: {en: Sharing, zh: 共享}
kind: basic
level: 1
tags: ["sample::facts"]
text: {en: Why share weights?, zh: 为什么共享权重？}
answer: {en: Fewer parameters., zh: 参数更少。}
"""


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    """A folder with a bank of two questions."""
    folder = tmp_path / "bank"
    folder.mkdir()
    (folder / "sample.yaml").write_text(BANK, encoding="utf-8")
    return folder


def gradeck(*arguments: object) -> subprocess.CompletedProcess[str]:
    """The command, run as a person would; its output, errors and exit code."""
    command = [sys.executable, "-m", "cards.cli", "deck", *map(str, arguments)]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def test_the_package_is_written_and_recorded(bank: Path, tmp_path: Path) -> None:
    """Both languages are built, said in one line and recorded beside the bank."""
    run = gradeck("-o", tmp_path / "deck.apkg", "--bank", bank)
    assert (0, "") == (run.returncode, run.stderr)
    assert "4 notes, 4 cards" in run.stdout
    assert "4 new and 0 changed" in run.stdout
    assert 4 == len(read_lock(bank / "deck.lock.json").notes)
    with student() as ada:
        assert {"new": 4} == ada.take(tmp_path / "deck.apkg")


def test_a_second_run_is_identical(bank: Path, tmp_path: Path) -> None:
    """A rebuild gives the same bytes, and leaves the lock as it is."""
    gradeck("-o", tmp_path / "one.apkg", "--bank", bank)
    lock = (bank / "deck.lock.json").read_bytes()
    run = gradeck("-o", tmp_path / "two.apkg", "--bank", bank, "--frozen")
    assert 0 == run.returncode, run.stderr
    assert (tmp_path / "one.apkg").read_bytes() == (tmp_path / "two.apkg").read_bytes()
    assert lock == (bank / "deck.lock.json").read_bytes()


@pytest.mark.parametrize(("language", "count"), [("en", 2), ("zh", 2), ("both", 4)])
def test_languages_are_chosen(bank: Path, tmp_path: Path, language: str, count: int) -> None:
    """One language or both; the JSON says how many notes."""
    run = gradeck("-o", tmp_path / "deck.apkg", "--bank", bank, "--lang", language, "--json")
    assert count == json.loads(run.stdout)["notes"]


def test_tags_are_chosen(bank: Path, tmp_path: Path) -> None:
    """A tag takes its questions alone; the lock keeps what it knows of the others."""
    gradeck("-o", tmp_path / "all.apkg", "--bank", bank)
    before = read_lock(bank / "deck.lock.json")
    run = gradeck("-o", tmp_path / "deck.apkg", "--bank", bank, "--tags", "sample::facts", "--json")
    assert {"notes": 2, "added": 0} == {
        name: json.loads(run.stdout)[name] for name in ("notes", "added")
    }
    assert before == read_lock(bank / "deck.lock.json")


def test_the_differences_are_told(bank: Path, tmp_path: Path) -> None:
    """After an edit --diff names the note and its fields, and without -o writes nothing."""
    gradeck("-o", tmp_path / "old.apkg", "--bank", bank, "--lang", "en")
    lock = (bank / "deck.lock.json").read_bytes()
    text = BANK.replace("Fewer parameters.", "Far fewer parameters.")
    (bank / "sample.yaml").write_text(text, encoding="utf-8")
    run = gradeck("--diff", tmp_path / "old.apkg", "--bank", bank)
    assert 0 == run.returncode, run.stderr
    assert "2 new, 1 changed, 0 left as they are" in run.stdout
    assert "~ sample/sharing en: Back, Data\n" in run.stdout
    assert lock == (bank / "deck.lock.json").read_bytes()
    report = json.loads(gradeck("--diff", tmp_path / "old.apkg", "--bank", bank, "--json").stdout)
    assert ["sample/filters zh", "sample/sharing zh"] == report["diff"]["added"]
    assert [["Back", "Data"]] == [edit["fields"] for edit in report["diff"]["edited"]]


def test_a_lost_lock_shows_in_the_differences(bank: Path, tmp_path: Path) -> None:
    """An edit dated no later than the old package is said to be ignored by Anki."""
    gradeck("-o", tmp_path / "old.apkg", "--bank", bank)
    text = BANK.replace("Fewer parameters.", "Far fewer parameters.")
    (bank / "sample.yaml").write_text(text, encoding="utf-8")
    lost = tmp_path / "lost.json"
    gradeck("-o", tmp_path / "x.apkg", "--bank", bank, "--lock", lost)
    dates = re.sub(r'"modified": \d+', '"modified": 1', lost.read_text())
    lost.write_text(dates)
    run = gradeck("--diff", tmp_path / "old.apkg", "--bank", bank, "--lock", lost)
    assert "sample/sharing en: Back, Data (IGNORED)" in run.stdout


def test_frozen_refuses_what_is_not_recorded(bank: Path, tmp_path: Path) -> None:
    """--frozen names the changed notes, and writes neither package nor lock."""
    run = gradeck("-o", tmp_path / "deck.apkg", "--bank", bank, "--frozen")
    assert 1 == run.returncode
    assert "sample/filters en" in run.stderr
    assert not (tmp_path / "deck.apkg").exists()
    assert not (bank / "deck.lock.json").exists()


def test_a_question_taken_out_is_refused(bank: Path, tmp_path: Path) -> None:
    """A question that students have may be retired, not removed."""
    gradeck("-o", tmp_path / "deck.apkg", "--bank", bank)
    (bank / "sample.yaml").write_text(BANK.partition("---\n")[2], encoding="utf-8")
    run = gradeck("-o", tmp_path / "again.apkg", "--bank", bank)
    assert 1 == run.returncode
    assert "sample/filters" in run.stderr
    assert "retired: true" in run.stderr


def test_a_retired_question_stays_in_the_deck(bank: Path, tmp_path: Path) -> None:
    """Retired, the note is still built, tagged, and shown as retired in the differences."""
    gradeck("-o", tmp_path / "old.apkg", "--bank", bank, "--lang", "en")
    text = BANK.replace("kind: basic", "kind: basic\nretired: true")
    (bank / "sample.yaml").write_text(text, encoding="utf-8")
    run = gradeck(
        "-o", tmp_path / "new.apkg", "--bank", bank, "--lang", "en", "--diff", tmp_path / "old.apkg"
    )
    assert "~ sample/sharing en: Data, Notice, tags (retired)" in run.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 2, "nothing to do: give -o FILE.apkg, or --diff OLD.apkg, or both"),
        (["-o", "x.apkg", "--lang", "fr"], 2, "'fr' is not one of"),
        (["-o", "x.apkg", "--tags", "sample::fact"], 1, "the nearest is 'sample::facts'"),
        (["-o", "nowhere/x.apkg"], 1, "nowhere/x.apkg: expected a file in a folder that can be"),
        (["-o", "bank/sample.yaml/x.apkg"], 1, "make the folder first, or name another"),
        (["-o", ""], 2, "the path is empty; write . for the working folder"),
        (["-o", "x.apkg", "--lock", "nowhere/l.json"], 1, "nowhere/l.json: expected a file in"),
        (["--diff", "bank/sample.yaml"], 1, "expected an Anki package (.apkg)"),
        (["--diff", "none.apkg"], 1, "none.apkg: No such file"),
        (["-o", "x.apkg", "--lock", "bank/sample.yaml"], 1, "expected a lock file of version 1"),
    ],
)
def test_wrong_usage_and_bad_input(
    bank: Path, tmp_path: Path, arguments: list[str], code: int, said: str
) -> None:
    """Each is refused with a sentence and its exit code, never a traceback."""
    places = [str(tmp_path / one) if re.search(r"[./]", one) else one for one in arguments]
    run = gradeck(*places, "--bank", bank)
    assert code == run.returncode
    assert said in run.stderr.replace("\n", " ")
    assert "Traceback" not in run.stderr
    assert "fault of Gradeck itself" not in run.stderr
    assert "" == run.stdout
    assert not (tmp_path / "x.apkg").exists()
