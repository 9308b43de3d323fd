"""The tutorial: every command that it shows is run, and prints what it shows."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "tutorial" / "one-question-three-uses.md"
LEFT_OUT = "..."


def shown(page: Path) -> list[tuple[str, list[str]]]:
    """Each command of a page with the lines that the page shows below it."""
    blocks = re.findall(r"```console\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    starts = [place for place, line in enumerate(lines) if line.startswith("$ ")]
    ends = [*starts[1:], len(lines)]
    return [
        (lines[start].removeprefix("$ "), lines[start + 1 : end])
        for start, end in zip(starts, ends, strict=True)
    ]


def printed_like(printed: list[str], expected: list[str]) -> bool:
    """Whether the lines are the expected ones in their order, `...` standing for any number."""
    told = "".join(
        r"(?:.*\n)*" if line == LEFT_OUT else re.escape(line.rstrip()) + r"\n" for line in expected
    )
    return bool(re.fullmatch(told, "".join(f"{line.rstrip()}\n" for line in printed)))


def test_lines_left_out_are_all_that_may_differ() -> None:
    """The comparison sees a line that differs, is missing or is one too many."""
    assert printed_like(["a", "b", "c"], ["a", LEFT_OUT, "c"])
    assert not printed_like(["a", "b", "c"], ["a", "c"])
    assert not printed_like(["a", "b"], ["a", "c"])
    assert not printed_like(["a", "b", "c"], ["a", LEFT_OUT, "d"])


def test_every_command_prints_what_the_tutorial_shows(tmp_path: Path) -> None:
    """Who types what the page says sees what the page says."""
    (tmp_path / "cards").symlink_to(ROOT / "cards")
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    commands = shown(PAGE)
    assert len(commands) >= 10
    for command, expected in commands:
        done = subprocess.run(
            ["/bin/sh", "-c", command], cwd=tmp_path, env=environment, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        assert (0, "") == (done.returncode, done.stderr), command
        assert printed_like(done.stdout.splitlines(), expected), f"{command}\n{done.stdout}"
