"""Long commands say how far they are: on a terminal, and nowhere else."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from cards.loading.bank import BANK

EXAMS = BANK.parent / "exams"
COMMANDS = [
    ("check", ["check", str(BANK / "floating_point"), "--seeds", "20"], ["Trying questions"]),
    ("deck", ["deck", "-o", "d.apkg", "--lock", "l.json", "--tags", "floating-point"],
     ["Drawing variants", "Writing"]),
    ("exam", ["exam", str(EXAMS / "convolutional_networks.yaml"), "--roster", "roster.csv",
              "--secret-file", "secret", "-o", "exam"], ["Dealing", "Printing papers"]),
]  # fmt: skip


@pytest.fixture(params=COMMANDS, ids=lambda row: row[0])
def row(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[list[str], list[str]]:
    """A long command's arguments, and what its bars are called."""
    (tmp_path / "roster.csv").write_text("id,name\ns1,Ada\ns2,Alan\n", encoding="utf-8")
    (tmp_path / "secret").write_bytes(b"a secret of some length")
    _, arguments, bars = request.param
    return [sys.executable, "-m", "cards.cli", *arguments], bars


def test_a_terminal_sees_how_far_it_is(row: tuple[list[str], list[str]], tmp_path: Path) -> None:
    """On a terminal a bar says what is being done."""
    command, bars = row
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        command,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "80"},
    )
    os.close(theirs)
    shown = b"".join(iter(lambda: _block(ours), b""))
    process.communicate()
    os.close(ours)
    assert 0 == process.returncode
    assert [] == [bar for bar in bars if bar.encode() not in shown]


def test_a_pipe_sees_nothing(row: tuple[list[str], list[str]], tmp_path: Path) -> None:
    """In a pipe nothing is written beside the result."""
    command, _ = row
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (0, "") == (done.returncode, done.stderr)


def _block(terminal: int) -> bytes:
    """What the terminal shows next; nothing once the command has ended."""
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""
