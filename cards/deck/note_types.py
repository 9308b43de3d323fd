"""The five note types of the deck. Their ids, fields and templates are frozen for ever.

Anki matches a note type by its id, and its fields and templates by name and order. A field
added, renamed or moved later would leave every student's notes behind as "conflicting", so
all note types share one list of fields, with two spare ones. What may change is the look:
templates, script and style.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

import genanki

from cards.deck.media import Media
from cards.figures import DARK, variables
from grader.marking.key_points import DENIALS
from grader.marking.verdict import CORRECT, NOT_YET
from grader.numerals import numeral
from grader.quantities import BINARY_TWINS, SPELLINGS, UNITS

TEMPLATES: Final = Path(__file__).parent.parent / "templates" / "anki"

# Each field with its own id. The first is unique, so that Anki marks no note as a duplicate.
FIELDS: Final[Mapping[str, int]] = {
    "Key": 1763900000301,
    "Title": 1763900000302,
    "Language": 1763900000303,
    "Front": 1763900000304,
    "Back": 1763900000305,
    "Data": 1763900000306,
    "Source": 1763900000307,
    "Notice": 1763900000308,
    "Media": 1763900000309,
    "Spare 1": 1763900000310,
    "Spare 2": 1763900000311,
}
_SORT_FIELD: Final = 1
_LIVE: Final = ("card.js", "reader.js", "marking.js", "live.js")
_CONCEPT: Final = ("card.js", "key_points.js", "concept.js")
_SCRIPTS: Final = {
    "numeric": _LIVE,
    "choice": _LIVE,
    **dict.fromkeys(("basic", "cloze", "list"), _CONCEPT),
}
_MACHINE_READ: Final = frozenset({"Data", "Media"})


@dataclass(frozen=True)
class NoteType:
    """A note type: the kind of question it shows, Anki's name and id for it, its one template.

    >>> NUMERIC.kind, NUMERIC.name, NUMERIC.cloze
    ('numeric', 'Gradeck Numbers', False)
    """

    kind: str
    name: str
    id: int
    template: str
    template_id: int
    cloze: bool = False

    @cached_property
    def front(self) -> str:
        """The HTML of the front with its script."""
        return self._side("front")

    @cached_property
    def back(self) -> str:
        """The HTML of the back with its script."""
        return self._side("back")

    def _side(self, side: str) -> str:
        page = (TEMPLATES / f"{self.kind}.{side}.html").read_text(encoding="utf-8")
        return f"{page}<script>\n{script(self.kind)}</script>\n"

    @cached_property
    def schema_hash(self) -> str:
        """A hash of what may never change: ids, fields and templates with their order."""
        frozen = [self.id, self.name, self.cloze, self.template, self.template_id, *FIELDS.items()]
        return hashlib.sha256(json.dumps(frozen).encode()).hexdigest()[:16]

    @property
    def look(self) -> tuple[str, str, str]:
        """What may change with a new date: both sides and the style."""
        return self.front, self.back, style()

    @cached_property
    def look_hash(self) -> str:
        """A hash of the look."""
        return hashlib.sha256(json.dumps(self.look).encode()).hexdigest()[:16]

    def as_anki(self, modified: int) -> dict[str, Any]:
        """The note type as Anki's JSON, changed last at `modified` (seconds since 1970)."""
        fields = [_field(name, field_id) for name, field_id in FIELDS.items()]
        template = {
            "name": self.template,
            "id": self.template_id,
            "qfmt": self.front,
            "afmt": self.back,
            "bqfmt": "{{Title}}",
        }
        model = genanki.Model(
            self.id,
            self.name,
            fields=fields,
            templates=[template],
            css=style(),
            model_type=genanki.Model.CLOZE if self.cloze else genanki.Model.FRONT_BACK,
            sort_field_index=_SORT_FIELD,
        )
        written: dict[str, Any] = model.to_json(modified, None)
        return written


def _field(name: str, field_id: int) -> dict[str, Any]:
    machine_read = name in _MACHINE_READ
    return {
        "name": name,
        "id": field_id,
        "plainText": machine_read,
        "collapsed": machine_read or name.startswith("Spare"),
        "excludeFromSearch": machine_read,
        "preventDeletion": True,
    }


@cache
def math_font() -> Media:
    """The font of formulas, which comes with the deck: few systems have one."""
    return Media.named("_gradeck-math", ".woff2", (TEMPLATES / "math.woff2").read_bytes())


@cache
def style() -> str:
    """The style sheet that all note types share."""
    face = (
        f'@font-face {{ font-family: "Gradeck Math"; src: url("{math_font().name}"); '
        "font-display: swap; }\n"
    )
    night = ", ".join(f".card.{name}, .{name} .card" for name in ("nightMode", "night_mode"))
    sheet = (TEMPLATES / "card.css").read_text(encoding="utf-8")
    return f"{face}{sheet}{night} {{ {variables(DARK)} }}\n"


def script(kind: str) -> str:
    """The script of a side, closed in itself; the number reader comes with the live cards."""
    return f'(() => {{\n"use strict";\n{source(*_SCRIPTS[kind])}}})();\n'


def source(*names: str) -> str:
    """These files of the script one after the other, with the tables that they take from Python."""
    bodies = "".join((TEMPLATES / name).read_text(encoding="utf-8") for name in names)
    return with_tables(bodies)


def with_tables(scripts: str) -> str:
    """Scripts with the tables and sentences put in that they share with homework's marking.

    >>> with_tables("const TWINS = /*TWINS*/ {};")
    'const TWINS = { kB: "KiB", MB: "MiB", GB: "GiB", TB: "TiB" };'
    >>> with_tables('{ right: /*RIGHT.en*/ "" }')
    '{ right: "Correct." }'
    """
    scripts = scripts.replace("/*UNITS*/ [{}, {}]", _unit_table())
    scripts = scripts.replace("/*TWINS*/ {}", _twin_table())
    for name, sentence in (("RIGHT", CORRECT), ("WRONG", NOT_YET)):
        for language in ("en", "zh"):
            said = json.dumps(sentence.in_(language), ensure_ascii=False)
            scripts = scripts.replace(f'/*{name}.{language}*/ ""', said)
    return scripts.replace("/*DENIALS*/ []", json.dumps(DENIALS, ensure_ascii=False))


def _unit_table() -> str:
    """The units that the reader knows, as JSON: by spelling the symbol, dimension and size."""
    units = {
        symbol: [unit.dimension, numeral(unit.factor), unit.says.in_("en"), unit.says.in_("zh")]
        for symbol, unit in UNITS.items()
    }
    return json.dumps([units, SPELLINGS], ensure_ascii=False, separators=(",", ":"))


def _twin_table() -> str:
    """The decimal prefixes with the binary ones that they are taken for, as a script has them."""
    pairs = (f"{decimal}: {json.dumps(binary)}" for decimal, binary in BINARY_TWINS.items())
    return f"{{ {', '.join(pairs)} }}"


NUMERIC: Final = NoteType(
    "numeric", "Gradeck Numbers", 1763900000101, "Fresh numbers", 1763900000201
)
BASIC: Final = NoteType("basic", "Gradeck Fact", 1763900000102, "Fact", 1763900000202)
CLOZE: Final = NoteType("cloze", "Gradeck Cloze", 1763900000103, "Cloze", 1763900000203, cloze=True)
LIST: Final = NoteType("list", "Gradeck List item", 1763900000104, "List item", 1763900000204)
CHOICE: Final = NoteType("choice", "Gradeck Statements", 1763900000105, "Statements", 1763900000205)
NOTE_TYPES: Final[Mapping[str, NoteType]] = {
    note_type.kind: note_type for note_type in (NUMERIC, BASIC, CLOZE, LIST, CHOICE)
}
