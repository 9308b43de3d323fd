r"""Files with one fault each, made by one edit of a sound file.

A file of tests/vectors/one_fault is a sound YAML file, and below a line of === one fault a row:
`why | what is replaced | by what`. The fault stands where the new text begins, or where it says
§. In a row \n, \t and \uXXXX are the characters that they name, and '' is nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parents[2] / "vectors" / "one_fault"
_HERE: Final = "§"
_ESCAPE: Final = re.compile(r"\\(n|t|u[0-9A-F]{4})")


@dataclass(frozen=True, slots=True)
class OneFault:
    """A broken file: why it is, its text, the line of its fault."""

    why: str
    text: str
    line: int


def sound_file(path: Path) -> str:
    """The sound file of a table."""
    return path.read_text(encoding="utf-8").partition("\n===")[0]


def broken_files(path: Path) -> Iterator[OneFault]:
    """The broken files of a table."""
    sound, _, table = path.read_text(encoding="utf-8").partition("\n===")
    for row in table.strip().splitlines()[1:]:
        why, old, new = (_unescaped(cell.strip()) for cell in row.split(" | "))
        before, found, after = sound.partition(old)
        if not found:
            message = f"{path.name}: {why}: the sound file has no {old!r}"
            raise LookupError(message)
        start = len(before) + new.startswith("\n")
        text = before + new + after
        if _HERE in new:
            start = text.index(_HERE)
            text = text.replace(_HERE, "")
        yield OneFault(why, text, text.count("\n", 0, start) + 1)


def _unescaped(cell: str) -> str:
    def character(match: re.Match[str]) -> str:
        name = match[1]
        return {"n": "\n", "t": "\t"}.get(name) or chr(int(name[1:], 16))

    return "" if cell == "''" else _ESCAPE.sub(character, cell)
