"""A house template of one's own: a Typst file that says how a paper begins, and how it looks.

What it may define, and what it is given, is told in `docs/reference/exam-plan.md`. It is kept with
the exam, with the pictures that it names, so that the exam can be printed again.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from grader.errors import Fault, QuestionError

Template = tuple[tuple[str, bytes], ...]
"""The files of a template by name: its source, then its pictures; none for one of ours."""

SOURCE: Final = "template.typ"
_MOST_BYTES: Final = 2_000_000
_HEAD: Final = re.compile(r"^\s*#let\s+head\s*\(", re.MULTILINE)
_PACKAGE: Final = re.compile(r"\"(@[\w./:-]+)\"")
_PICTURE: Final = re.compile(r"\bimage\(\s*\"([^\"]*)\"")
_NAME: Final = re.compile(r"[\w-]+\.(png|jpg|jpeg|gif|svg|webp)\Z", re.IGNORECASE)


def load_template(path: Path) -> Template:
    """The template of a file with its pictures; QuestionError with all that it may not have."""
    content = _read(path)
    try:
        source = content.decode()
    except UnicodeDecodeError:
        fault = Fault("Typst in UTF-8", "other bytes", "save it as UTF-8", file=str(path))
        raise QuestionError([fault]) from None
    names = dict.fromkeys(found[1] for found in _PICTURE.finditer(source))
    if faults := list(_faults(path, source)):
        raise QuestionError(faults)
    return ((SOURCE, content), *((name, _read(path.with_name(name))) for name in names))


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        content = file.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        fault = Fault(f"at most {_MOST_BYTES:,} bytes", "more", "shrink it", file=str(path))
        raise QuestionError([fault])
    return content


def _faults(path: Path, source: str) -> Iterator[Fault]:
    """What is wrong with a template before anything is set; the rest Typst tells by line."""
    if not _HEAD.search(source):
        cure = "write `#let head(paper) = [...]`, the beginning of a paper"
        yield Fault("a function `head` of one value", "none", cure, file=str(path))
    for found in _PACKAGE.finditer(source):
        cure = "write what it does into the template: packages are fetched from elsewhere"
        yield Fault("no package", found[1], cure, file=str(path), line=_line(source, found))
    for found in _PICTURE.finditer(source):
        if not _NAME.match(found[1]) or not path.with_name(found[1]).is_file():
            expected = "a picture that stands beside the template"
            cure = "put it there (png, jpg, gif, svg or webp), and name it without a folder"
            line = _line(source, found)
            yield Fault(expected, repr(found[1]), cure, file=str(path), line=line)


def _line(source: str, found: re.Match[str]) -> int:
    return source.count("\n", 0, found.start(1)) + 1
