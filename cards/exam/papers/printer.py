"""Documents as PDF: data into a template, set by Typst in this process."""

import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from typing import Any, Final

import pylopdf_fonts_zh_cn
import typst

from cards.exam.papers.own_template import Template
from grader.errors import GradeckError

TEMPLATES: Final = Path(__file__).parent / "typst"
FONTS: Final = Path(pylopdf_fonts_zh_cn.__file__).parent

# For archives, and for who has a paper read aloud: in both a sign without a shape is an error.
STANDARDS: Final = ("a-2a", "ua-1")
OWN: Final = "own"
_OWN_LINE: Final = re.compile(rf"house/{OWN}\.typ:([0-9]+)")
_MISSING: Final = re.compile(r'the text `"(.+?)"` could not be displayed')


# A compiler that two threads use at once refuses one of them.
_one_by_one: Final = Lock()


class PaperError(GradeckError):
    """A document that can't be set; the message says which and why."""


def printed(template: str, data: Mapping[str, Any], own: Template = ()) -> bytes:
    """The PDF of a document: `template` names a file of the templates' folder.

    `own` is a house template that isn't ours, for data with the house `own`. The same data give
    the same bytes. Raises PaperError, with the document's name, for a character
    that no font has and for whatever else the standards refuse.
    """
    try:
        with _one_by_one:
            pdf = _compiler(own).compile(
                input=str(_root(own) / f"{template}.typ"),
                sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
                pdf_standards=list(STANDARDS),
                timestamp=datetime(2000, 1, 1, tzinfo=UTC),
            )
        return bytes(pdf)  # type: ignore[arg-type]  # without an output file it is the document
    except typst.TypstError as error:
        raise PaperError(f"{data['name']}: {_reason(error, own)}") from None


def _reason(error: typst.TypstError, own: Template) -> str:
    """Why a document can't be set, in words for who wrote what it says."""
    if missing := _MISSING.search(error.message):
        return f"no font has the character {missing[1]!r}; write the name or the text with others"
    if number := _OWN_LINE.search(error.diagnostic):
        hints = "".join(f"; {hint}" for hint in error.hints)
        return f"the template, line {number[1]}: {error.message}{hints}"
    return f"with this template: {error.message}" if own else str(error.message)


def located(template: str, data: Mapping[str, Any], selector: str) -> list[dict[str, Any]]:
    """What a document notes of itself under a label, such as where its bubbles lie."""
    compiler = typst.Compiler(
        str(TEMPLATES / f"{template}.typ"),
        root=str(TEMPLATES),
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    found: list[dict[str, Any]] = json.loads(compiler.query(selector, field="value"))
    return found


@cache
def _hashed() -> dict[str, str]:
    """The hash of each template and font; they don't change while we run."""
    files = [*sorted(TEMPLATES.rglob("*.typ")), *sorted(FONTS.glob("*.otf"))]
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def provenance() -> dict[str, str]:
    """What the bytes of a document hang on beside its data: versions, templates and fonts."""
    versions = {name: version(name) for name in ("typst", "segno", "pikepdf")}
    return {**versions, **_hashed()}


@cache
def _compiler(own: Template) -> typst.Compiler:
    """The compiler of all documents, or of those with a house template that isn't ours."""
    return typst.Compiler(root=str(_root(own)), font_paths=_fonts())


def _root(own: Template) -> Path:
    """The folder beyond which no template can read."""
    return Path(_copy_with(own).name) if own else TEMPLATES


@cache
def _copy_with(own: Template) -> tempfile.TemporaryDirectory[str]:
    """A copy of our templates with one that isn't ours among the houses; gone when we end."""
    folder = tempfile.TemporaryDirectory(prefix="gradeck-")
    shutil.copytree(TEMPLATES, folder.name, dirs_exist_ok=True)
    house = Path(folder.name, "house")
    (_, source), *pictures = own
    for name, content in ((f"{OWN}.typ", source), *pictures):
        (house / name).write_bytes(content)
    return folder


@cache
def _fonts() -> typst.Fonts:
    """Our fonts and Typst's own, read once; never those of the machine.

    Raises PaperError where ours are not there: Chinese would be missing sign by sign.
    """
    if not any(FONTS.glob("*.otf")):
        message = f"expected the fonts of papers in {FONTS}, got none"
        raise PaperError(f"{message}; install pylopdf-fonts-zh-cn again")
    return typst.Fonts(include_system_fonts=False, font_paths=[str(FONTS)])
