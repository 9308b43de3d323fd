"""Hostile files: each fault is found where it stands, hides no other, and takes no time."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest

from cards.checking.files import load_all
from cards.checking.questions import Report, check_all, check_question
from cards.cli import main
from cards.commands import solve as solve_command
from cards.documents.strict_yaml import Document
from cards.loading import bank
from cards.loading.bank import question_from_document
from cards.question import Question
from grader.errors import Fault
from tests.cards.checking.one_fault import FOLDER, OneFault, broken_files, sound_file
from tests.cards.checking.slow_files import FILES

ROOT = Path(__file__).parents[3]
_TABLES = sorted(FOLDER.glob("*.txt"))
_SECONDS = 5
_FOUND = 0.95


@contextmanager
def at_most(seconds: int, what: str) -> Iterator[None]:
    """Ends the work inside once it has taken so many seconds of this process."""

    def ended(_signal: int, _frame: FrameType | None) -> None:
        message = f"{what}: took over {seconds} s"
        raise TimeoutError(message)

    before = signal.signal(signal.SIGPROF, ended)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def faults_of(path: Path) -> list[Fault]:
    """All that `gradeck check` says of a file."""
    loaded = load_all([path])
    reports = check_all(loaded.questions, 100, jobs=1)
    return [*loaded.faults, *(fault for report in reports for fault in report.faults)]


@pytest.mark.parametrize("table", _TABLES, ids=lambda path: path.stem)
def test_the_file_that_is_broken_was_sound(table: Path, tmp_path: Path) -> None:
    """What the edits break has no fault before."""
    file = tmp_path / "sound.yaml"
    file.write_text(sound_file(table), encoding="utf-8")
    assert [] == faults_of(file)


def test_of_files_with_one_fault_nearly_all_are_told_their_line(tmp_path: Path) -> None:
    """95 % at the very line; every one has a fault; none crashes or takes over 5 s."""
    file = tmp_path / "broken.yaml"
    tried: list[OneFault] = []
    missed: list[str] = []
    for table in _TABLES:
        for broken in broken_files(table):
            tried.append(broken)
            file.write_text(broken.text, encoding="utf-8")
            name = f"{table.stem}: {broken.why}"
            with at_most(_SECONDS, name):
                faults = faults_of(file)
            assert faults, name
            assert not [fault for fault in faults if "Gradeck itself" in str(fault)], name
            if broken.line not in {fault.line for fault in faults}:
                missed.append(f"{name}, line {broken.line}: {faults[0]}")
    assert len(missed) <= (1 - _FOUND) * len(tried), "\n".join(missed)


def test_the_page_on_security_counts_the_files() -> None:
    """It says how many files with one fault, and how many slow ones, are tried here."""
    page = (ROOT / "docs" / "explanation" / "security.md").read_text(encoding="utf-8")
    tried = sum(1 for table in _TABLES for _ in broken_files(table))
    assert f"Of {tried} files with one fault each" in page
    assert f"{len(FILES)} files made to be slow" in page


@pytest.mark.parametrize("name", FILES)
def test_no_short_file_takes_long(name: str, tmp_path: Path) -> None:
    """Texts, lists, macros and figures that grow with a power of their length are cut short."""
    file = tmp_path / "slow.yaml"
    file.write_text(FILES[name], encoding="utf-8")
    with at_most(_SECONDS, name):
        faults_of(file)


SOUND = "id: test/{}\ntitle: {{en: a, zh: b}}\nkind: basic\ntext: {{en: a, zh: b}}\n"


def test_a_fault_of_ours_in_one_file_hides_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever a file makes the reader raise is told with its name, and the others are read."""
    read_question = bank.read_question

    def raising(document: Document, faults: list[Fault]) -> Question | None:
        if document.value.get("id") == "test/b":
            raise RecursionError("too deep")
        return read_question(document, faults)

    monkeypatch.setattr(bank, "read_question", raising)
    monkeypatch.setattr("cards.checking.files.read_plan", lambda *_: int("sections"))
    for name in "abc":
        (tmp_path / f"{name}.yaml").write_text(SOUND.format(name), encoding="utf-8")
    (tmp_path / "plan.yaml").write_text("questions: []\n", encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        main(["check", str(tmp_path)])
    told = capsys.readouterr().err
    assert 1 == ended.value.code
    assert f"{tmp_path}/a.yaml:1: answer: expected a value, got nothing; add `answer:`" in told
    assert f"{tmp_path}/b.yaml:1: expected a file that can be read, got a fault of Gradeck" in told
    assert "RecursionError: too deep" in told
    assert f"{tmp_path}/c.yaml:1: answer: expected a value" in told
    assert f"{tmp_path}/plan.yaml:1: expected a file that can be read, got a fault of" in told


def test_a_question_that_fails_when_tried_hides_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failure of ours while one question is tried is that question's fault."""
    file = tmp_path / "two.yaml"
    texts = [SOUND.format(name) + "answer: {en: c, zh: d}\n" for name in "ab"]
    file.write_text("---\n".join(texts), encoding="utf-8")

    def raising(question: Question) -> Iterator[Fault]:
        if question.id == "test/a":
            raise KeyError("width")
        return iter(())

    monkeypatch.setattr("cards.checking.questions._text_faults", raising)
    [fault] = faults_of(file)
    assert (1, "test/a") == (fault.line, fault.field)
    assert "KeyError: 'width'" in fault.got


def ends_its_process(task: tuple[str, int, int]) -> Report:
    """A trial that the machine ends, as it does for lack of memory, of one of the questions."""
    if '"id":"test/b"' in task[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    return check_question(question_from_document(task[0]), *task[1:])


def test_a_question_that_ends_its_process_hides_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A process that is killed while it tries a question is that question's fault, and told."""
    monkeypatch.setattr("cards.checking.questions._check_document", ends_its_process)
    for name in "abcd":
        text = SOUND.format(name) + "answer: {en: c, zh: d}\n"
        if name == "d":
            text = text.replace("text: {en: a", 'text: {en: "$\\\\\\\\wrong$"')
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        main(["check", str(tmp_path), "--jobs", "2"])
    told = capsys.readouterr().err
    assert 1 == ended.value.code
    assert f"{tmp_path}/b.yaml:1: test/b: expected a question that can be tried" in told
    assert "ended its process, as happens where memory runs out" in told
    assert f"{tmp_path}/d.yaml:4: " in told
    assert 2 == len(told.splitlines())


def test_a_line_that_fails_is_answered_and_the_next_one_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`solve -` answers every line, whatever solving one of them raises."""

    def raising(_line: bytes) -> str:
        raise AttributeError("'list' object has no attribute 'keys'")

    monkeypatch.setattr(solve_command, "solve_json_line", raising)
    answer = json.loads(solve_command._answered(b"{}", solve_command.SolveRequest()))
    assert answer["ok"] is False
    assert "AttributeError" in answer["errors"][0]["message"]


def test_nothing_in_a_folder_is_passed_over_in_silence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`.YAML` is read; a pipe, a device, a link to nothing and a closed folder are told."""
    (tmp_path / "LOUD.YAML").write_text(SOUND.format("a"), encoding="utf-8")
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "zero.yml").symlink_to("/dev/zero")
    (tmp_path / "gone.yaml").symlink_to(tmp_path / "nowhere")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0)
    with at_most(_SECONDS, "the folder"), pytest.raises(SystemExit):
        main(["check", str(tmp_path)])
    told = capsys.readouterr().err
    closed.chmod(0o700)
    assert f"{tmp_path}/LOUD.YAML:1: answer: expected a value" in told
    assert f"{tmp_path}/pipe.yaml: expected a file that can be read, got a pipe or a device" in told
    assert f"{tmp_path}/zero.yml: expected a file that can be read, got a pipe or a device" in told
    assert f"{tmp_path}/gone.yaml: expected a file or folder, got nothing" in told
    if os.geteuid():
        assert f"{closed}: expected a folder that can be read, got Permission denied" in told
