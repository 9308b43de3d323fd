"""The command: exit codes, errors without a traceback, and nothing imported in vain."""

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest

from cards import cli
from cards.cli import COMMANDS, main

QUESTION = """\
id: test/rows
title: {en: Rows, zh: 行数}
kind: numeric
draw: {height: {from: 10, to: 60}, kernel: [3, 5, 7]}
lines: {rows: {formula: height - kernel + 1, says: {en: Places., zh: 位置。}}}
text: {en: "{height} rows, a **kernel** of ${kernel}$.", zh: "{height} 行，卷积核 ${kernel}$。"}
parts: [{id: rows, ask: {en: How many?, zh: 多少？}, answer: rows, points: 2}]
mistakes:
  - {id: no-one, line: rows, formula: height - kernel, says: {en: One?, zh: 加一？}}
"""


@pytest.fixture
def bank(tmp_path: Path) -> str:
    """The path of a file with the question above."""
    file = tmp_path / "questions.yaml"
    file.write_text(QUESTION, encoding="utf-8")
    return str(file)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """The exit code of `gradeck ARGUMENTS`, and what it wrote to stdout and stderr."""
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    written = capsys.readouterr()
    assert isinstance(ended.value.code, int)
    return ended.value.code, written.out, written.err


def test_show_is_what_a_student_sees(capsys: pytest.CaptureFixture[str], bank: str) -> None:
    """Without `--key` neither the answer nor a mistake is shown, in either language."""
    code, out, _ = run(capsys, "show", "test/rows", "--seed", "a", "--bank", bank)
    assert (0, "Rows") == (code, out.splitlines()[0])
    assert "a kernel of" in out
    assert "Answer" not in out
    code, out, _ = run(capsys, "show", "test/rows", "--seed", "a", "--bank", bank, "--lang", "zh")
    assert "行数" == out.splitlines()[0]


def test_show_with_its_key(capsys: pytest.CaptureFixture[str], bank: str) -> None:
    """With `--key` there are the answer, the worked line and the mistake's number."""
    _, out, _ = run(capsys, "show", "test/rows", "--seed", "a", "--bank", bank, "--key")
    _, text, _ = run(capsys, "show", "test/rows", "--seed", "a", "--bank", bank, "--key", "--json")
    shown = json.loads(text)
    right = shown["parts"][0]["answer"]["display"]
    height, kernel = shown["numbers"]["height"], shown["numbers"]["kernel"]
    assert f"Answer: {right}" in out
    assert f"rows = height - kernel + 1 = {height} - {kernel} + 1 = {right}" in out
    assert f"no-one  {height - kernel}" in out
    assert {"question", "content_hash", "seed", "numbers", "text", "parts"} <= set(shown)
    fields = {"id", "ask", "unit", "precision", "points", "answer", "steps", "mistakes"}
    assert fields <= set(shown["parts"][0])


def test_mark_reads_and_marks(capsys: pytest.CaptureFixture[str], bank: str) -> None:
    """A mistake's number is diagnosed; JSON has the fields that were promised."""
    _, text, _ = run(capsys, "show", "test/rows", "--seed", "a", "--bank", bank, "--key", "--json")
    wrong = json.loads(text)["parts"][0]["mistakes"][0]["exact"]
    call = ("mark", "test/rows", "--seed", "a", "--bank", bank, f"rows={wrong}")
    code, out, _ = run(capsys, *call)
    assert (0, f"[rows] wrong, read as {wrong} (no-one)\n  One?\nScore: 0 of 2\n") == (code, out)
    code, out, _ = run(capsys, *call, "--json")
    verdict = json.loads(out)
    assert {"score", "out_of", "parts"} == set(verdict)
    fields = {"id", "raw", "read_as", "outcome", "points", "mistakes", "carried_from", "feedback"}
    assert fields == set(verdict["parts"][0])


BAD_INPUT = [
    (("show", "test/row"), "the nearest is 'test/rows'", "an unknown question"),
    (("mark", "test/rows", "--seed", "a", "row=1"), "the nearest is 'rows'", "an unknown part"),
    (("check", "nowhere"), "expected a file or folder", "a path that isn't there"),
    (
        ("exam", "no.yaml", "--roster", "r", "--secret-file", "s", "-o", "x"),
        "s: No such file",
        "no file",
    ),
    (("exam", "verify", "nowhere"), "expected the folder of an exam", "no exam"),
]
WRONG_USAGE = [
    (("shwo",), "the nearest is 'show'", "an unknown command"),
    (("show",), "Missing argument", "no question"),
    (("show", "a/b", "--sed", "1"), "--seed", "an unknown option"),
    (("show", "a/b", "--lang", "fr"), "'fr'", "a language that isn't spoken"),
    (("mark", "test/rows", "--seed", "a"), "PART=TEXT", "no answers"),
    (("mark", "test/rows", "rows=1"), "--seed", "no seed"),
    (("mark", "test/rows", "--seed", "a", "rows"), "expected PART=TEXT, got 'rows'", "no sign"),
    (("mark", "test/rows", "--seed", "a", "rows=1", "rows=2"), "'rows' again", "a part twice"),
    (("check", "--seeds", "0"), "--seeds", "no seeds"),
    (("check", ""), "the path is empty; write . for the working folder", "an unset variable"),
    (("show", "a/b", "--bank", ""), "the path is empty", "an unset variable"),
    (("exam",), "verify", "nothing to deal"),
    (("exam", "plan.yaml"), "--roster", "no roster"),
]


@pytest.mark.parametrize(("arguments", "words", "why"), BAD_INPUT)
def test_bad_input_ends_with_1(
    capsys: pytest.CaptureFixture[str], bank: str, arguments: tuple[str, ...], words: str, why: str
) -> None:
    """Input that can't be used is told on stderr, with exit code 1 and without a traceback."""
    if arguments[0] in {"show", "mark"}:
        arguments = (*arguments, "--bank", bank)
    code, out, err = run(capsys, *arguments)
    assert (1, True) == (code, words in err), why
    assert "Traceback" not in out + err


@pytest.mark.parametrize(("arguments", "words", "why"), WRONG_USAGE)
def test_wrong_usage_ends_with_2(
    capsys: pytest.CaptureFixture[str], bank: str, arguments: tuple[str, ...], words: str, why: str
) -> None:
    """A command line that can't be understood is told on stderr, with exit code 2."""
    if arguments[0] in {"show", "mark"}:
        arguments = (*arguments, "--bank", bank)
    code, out, err = run(capsys, *arguments)
    assert (2, True) == (code, words in out + err), why


def test_a_broken_bank_is_told_whole(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Showing a question of a broken bank tells every fault of it."""
    file = tmp_path / "a.yaml"
    file.write_text(QUESTION.replace("rows, points", "row, points") + "lvel: 1\n", encoding="utf-8")
    code, _, err = run(capsys, "show", "test/rows", "--bank", str(file))
    assert (1, 2) == (code, err.count("a.yaml:"))


def test_a_fault_of_our_own_is_a_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever goes wrong inside is told in one line, which says how to see more."""

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a slip")

    monkeypatch.setattr(cli.gradeck, "main", fail)
    code, _, err = run(capsys, "show")
    assert (1, True) == (code, "ZeroDivisionError: a slip" in err)
    assert 1 == err.count("\n")


def test_stopping_is_no_fault(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control-C ends with 130 and a word."""

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli.gradeck, "main", stop)
    assert (130, "gradeck: stopped\n") == run(capsys, "show")[::2]


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    """The list is there without any command being imported."""
    code, out, _ = run(capsys, "--help")
    assert 0 == code
    for name in COMMANDS:
        assert f"  {name} " in out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(capsys: pytest.CaptureFixture[str], name: str) -> None:
    """`gradeck COMMAND --help` works for each command."""
    code, out, _ = run(capsys, name, "--help")
    assert (0, True) == (code, out.startswith(f"Usage: gradeck {name}"))


def test_a_command_line_is_a_command() -> None:
    """Each row of the table leads to a click command."""
    context = click.Context(cli.gradeck)
    for name in COMMANDS:
        assert isinstance(cli.gradeck.get_command(context, name), click.Command)


def test_help_imports_nothing_heavy() -> None:
    """Starting the command costs no YAML, no Markdown, no database and no web framework."""
    code = (
        "import sys\n"
        "from cards.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit: pass\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    loaded = set(ended.stderr.split())
    heavy = {
        "yaml",
        "markdown_it",
        "nh3",
        "sqlalchemy",
        "flask",
        "celery",
        "genanki",
        "rich",
        "pydantic",
    }
    assert set() == heavy & loaded


def test_a_closed_pipe_is_no_traceback() -> None:
    """`gradeck ... | head -1` ends quietly."""
    command = f"{sys.executable} -m cards.cli show cnn/three-conv-layers --key --json | head -1"
    ended = subprocess.run(
        ["/bin/sh", "-c", command], capture_output=True, text=True, check=False, timeout=60
    )
    assert ("{", "") == (ended.stdout.strip(), ended.stderr)
