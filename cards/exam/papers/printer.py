"""Documents as PDF: data into a template, set by Typst in this process."""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import pylopdf_fonts_zh_cn
import typst

from grader.errors import GradeckError

TEMPLATES: Final = Path(__file__).parent / "typst"
FONTS: Final = Path(pylopdf_fonts_zh_cn.__file__).parent

# For archives, and for who has a paper read aloud: in both a sign without a shape is an error.
STANDARDS: Final = ("a-2a", "ua-1")
_MISSING: Final = re.compile(r'the text `"(.+?)"` could not be displayed')


class PaperError(GradeckError):
    """A document that can't be set; the message says which and why."""


def printed(template: str, data: Mapping[str, Any]) -> bytes:
    """The PDF of a document: `template` names a file of the templates' folder.

    The same data give the same bytes. Raises PaperError, with the document's name, for a
    character that no font has and for whatever else the standards refuse.
    """
    try:
        pdf = _compiler().compile(
            input=str(TEMPLATES / f"{template}.typ"),
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            pdf_standards=list(STANDARDS),
            timestamp=datetime(2000, 1, 1, tzinfo=UTC),
        )
        return bytes(pdf)  # type: ignore[arg-type]  # without an output file it is the document
    except typst.TypstError as error:
        raise PaperError(f"{data['name']}: {_reason(error)}") from None


def _reason(error: typst.TypstError) -> str:
    """Why a document can't be set, in words for who wrote what it says."""
    if missing := _MISSING.search(error.message):
        return f"no font has the character {missing[1]!r}; write the name or the text with others"
    return str(error.message)


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
def _compiler() -> typst.Compiler:
    """The compiler of all documents."""
    return typst.Compiler(root=str(TEMPLATES), font_paths=_fonts())


@cache
def _fonts() -> typst.Fonts:
    """Our fonts and Typst's own, read once; never those of the machine."""
    return typst.Fonts(include_system_fonts=False, font_paths=[str(FONTS)])
