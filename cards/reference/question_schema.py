"""The JSON Schema of a question, for editors, and the reference of its format, for people.

Both are written from `cards.loading.question_fields`; after a change there
`python -m cards.reference.question_schema docs/reference` writes them again.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from cards.loading.question_fields import (
    BOTH,
    COMMON,
    ITEM,
    LINE,
    MISTAKE,
    PART,
    PRECISION,
    RANGE,
    STATEMENT,
    WORDINGS,
    Field,
    fields_of,
    said_of,
)
from cards.question import KINDS
from grader.arithmetic import FUNCTIONS
from grader.cnn.mistakes import CATALOGUE
from grader.quantities import UNITS
from grader.wording import LANGUAGES, WRITTEN

SCHEMA_FILE: Final = "question.schema.json"
FORMAT_FILE: Final = "question-format.md"

_NUMBERS: Final = {"type": "array", "items": {"type": "number"}, "minItems": 1}


def _object(fields: tuple[Field, ...]) -> dict[str, Any]:
    """The schema of a mapping with exactly these fields."""
    required = [field.name for field in fields if field.required]
    return {
        "type": "object",
        "properties": {field.name: {**field.schema, "description": field.says} for field in fields},
        **({"required": required} if required else {}),
        "additionalProperties": False,
    }


# What speaks for a file or a folder says its languages and nothing else.
_ALONE: Final[dict[str, Any]] = {"required": ["languages"], "maxProperties": 1}


def _in_all() -> dict[str, Any]:
    """The texts of a question that says nothing of its languages, each in all of them."""
    fields = [*COMMON, *(field for kind in KINDS for field in fields_of(kind))]
    return {field.name: {"required": list(WRITTEN)} for field in fields if field.schema == BOTH}


def question_schema() -> dict[str, Any]:
    """The JSON Schema (draft 7, which editors know) of one question.

    >>> question_schema()["properties"]["kind"]["enum"]
    ['numeric', 'basic', 'cloze', 'list', 'choice']
    """
    text = {
        "type": "object",
        "properties": {language: {"type": ["string", "number"]} for language in LANGUAGES},
        "minProperties": 1,
        "additionalProperties": False,
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A Gradeck question",
        "type": "object",
        "properties": {"kind": {"enum": list(KINDS)}},
        "allOf": [
            {
                "if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]},
                "then": _object((*COMMON, *fields_of(kind))),
            }
            for kind in KINDS
        ]
        + [
            {"if": {"not": _ALONE}, "then": {"required": [f.name for f in COMMON if f.required]}},
            {"if": {"not": {"required": ["languages"]}}, "then": {"properties": _in_all()}},
        ],
        "$defs": {
            "text": text,
            "draw": {"anyOf": [_NUMBERS, _object(RANGE)]},
            "line": _object(LINE),
            "part": _object(PART),
            "precision": {
                "anyOf": [
                    {"const": "exact"},
                    {**_object(PRECISION), "minProperties": 1, "maxProperties": 1},
                ]
            },
            "mistake": _object(MISTAKE),
            "item": _object(ITEM),
            "wordings": _object(WORDINGS),
            "statement": _object(STATEMENT),
        },
    }


def question_format() -> str:
    """The reference of the question format, in Markdown."""
    return "\n".join(_format_lines()) + "\n"


def _format_lines() -> Iterator[str]:
    yield "# The question format"
    yield ""
    yield "Generated from `cards/loading/question_fields.py`; a test holds this page to it."
    yield ""
    yield "A file holds one question, or several as YAML documents separated by `---`. Reading is"
    yield "strict: scalars are YAML 1.2's, numbers are exact, and aliases, anchors, tags, repeated"
    yield "keys, leading zeros and unknown fields are refused. A text is `{en: ..., zh: ...}`,"
    yield "in all of the question's `languages`."
    yield ""
    yield "A file may begin with a document that holds `languages:` alone, as in `languages: [en]`:"
    yield "it speaks for the questions behind it. A file `bank.yaml` with nothing else speaks for"
    yield "the questions of its folder and of those below; the nearest is heard. An editor sees a"
    yield f"question by itself: it still asks for {' and '.join(WRITTEN)}; `gradeck check` decides."
    yield ""
    yield f"An editor that knows JSON Schema checks while you type: [{SCHEMA_FILE}]({SCHEMA_FILE})."
    yield "With the YAML extension of Visual Studio Code, begin the file with"
    yield ""
    yield f"    # yaml-language-server: $schema=../../../docs/reference/{SCHEMA_FILE}"
    yield ""
    yield from _section("Every question", COMMON)
    for kind in KINDS:
        yield from _section(f"`kind: {kind}`", fields_of(kind), said_of(kind))
    for title, fields, says in _PARTS:
        yield from _section(title, fields, says)
    yield "## Formulas"
    yield ""
    yield "`+ - * / // % **`, parentheses, and one comparison `== != < <= > >=`. Functions:"
    yield f"{', '.join(f'`{name}`' for name in FUNCTIONS)}. Names may hold dots. Values are exact;"
    yield "roots and logarithms that no fraction equals have 30 digits."
    yield ""
    yield "## Units"
    yield ""
    yield f"{', '.join(f'`{symbol}`' for symbol in UNITS if symbol)}."
    yield ""
    yield "## Mistakes of the catalogue"
    yield ""
    yield from _table(("id", "says"), ((f"`{m.id}`", m.says.in_("en")) for m in CATALOGUE.values()))


_PARTS: Final = (
    ("A range in `draw`", RANGE, "`{from: 100, to: 400, step: 20}`, or a list of values."),
    ("A line in `lines`", LINE, "A formula by itself, or a mapping:"),
    ("A part", PART, "One answer box."),
    ("A `precision`", PRECISION, "`exact`, or one of:"),
    ("A mistake", MISTAKE, "An id of the catalogue by itself, or a mapping:"),
    ("An item of a list", ITEM, "One entry of the enumeration."),
    ("A statement", STATEMENT, "One entry of the pool."),
)


def _section(title: str, fields: tuple[Field, ...], says: str = "") -> Iterator[str]:
    yield f"## {title}"
    yield ""
    if says:
        yield says
        yield ""
    if fields:
        rows = ((f"`{f.name}`", "yes" if f.required else "", f.says) for f in fields)
        yield from _table(("field", "must", "says"), rows)


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'|'.join(['---'] * len(head))}|"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
    yield ""


def reference_files() -> dict[str, str]:
    """The generated files by name, with their content."""
    schema = json.dumps(question_schema(), indent=2, ensure_ascii=False) + "\n"
    return {SCHEMA_FILE: schema, FORMAT_FILE: question_format().rstrip("\n") + "\n"}


if __name__ == "__main__":
    for name, content in reference_files().items():
        (Path(sys.argv[1]) / name).write_text(content, encoding="utf-8")
