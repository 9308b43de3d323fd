"""The fields of a question file, in one table.

From it the reader knows what to refuse, and the JSON Schema and the reference are written.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, assert_never

from cards.question import KINDS, Kind
from grader.wording import LANGUAGES, SPOKEN, WRITTEN

Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """A field: its name, its shape as JSON Schema, what it says, and whether it must be there."""

    name: str
    schema: Schema
    says: str
    required: bool = False


def known(fields: tuple[Field, ...]) -> dict[str, bool]:
    """Each field's name and whether it must be there, as `Entry.mapping` takes it.

    >>> known(WORDINGS)
    {'en': False, 'zh': False}
    """
    return {field.name: field.required for field in fields}


TEXT: Final[Schema] = {"type": ["string", "number"]}
IDENTIFIER: Final[Schema] = {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"}
NAME: Final[Schema] = {"type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z0-9_]+)*$"}
FORMULA: Final[Schema] = {"type": ["string", "integer", "number"]}
BOTH: Final[Schema] = {"$ref": "#/$defs/text"}
TRUTH: Final[Schema] = {"type": "boolean"}


def _list(of: Schema, least: int = 0, most: int = 0) -> Schema:
    bounds = {"minItems": least, "maxItems": most}
    return {"type": "array", "items": of, **{name: n for name, n in bounds.items() if n}}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


SAMPLES: Final[Schema] = _list({"type": "string"}, 1)
LEVEL: Final[Schema] = {"type": "integer", "minimum": 1, "maximum": 3}
DRAWS: Final[Schema] = {"type": "object", "additionalProperties": _ref("draw")}

COMMON: Final = (
    Field(
        "id",
        {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*$"},
        "Topic and name, as in `cnn/pooled-size`. Stable for ever: decks, grades and schedules "
        "hang on it.",
        required=True,
    ),
    Field("title", BOTH, "A few words for lists and headings.", required=True),
    Field("kind", {"enum": list(KINDS)}, "What sort of question it is.", required=True),
    Field(
        "languages",
        {"type": "array", "items": {"enum": list(LANGUAGES)}, "minItems": 1, "uniqueItems": True},
        "The languages that the question's texts must stand in; without it those of its file or "
        f"folder, or else {', '.join(WRITTEN)}. A text that lacks a language is shown in the first "
        "of these.",
    ),
    Field("text", BOTH, "What the student reads: Markdown with `$...$`.", required=True),
    Field(
        "level",
        {"anyOf": [LEVEL, {"type": "object", "additionalProperties": DRAWS, "minProperties": 2}]},
        "From 1, a first meeting, to 3. Without it: 1. A numeric question may have ranges of its "
        "own for each level, as in `{1: {size: [4, 6]}, 2: {}}`: they take the place of those in "
        "`draw`. Each level is then a question by itself; the lowest keeps the id, level 2 above "
        "it is called `ID-level-2`.",
    ),
    Field("tags", _list({"type": "string"}, most=40), "Tags such as `cnn::memory`."),
    Field("hints", _list(BOTH, most=20), "Hints, shown one by one when asked for."),
    Field("source", TEXT, "The chapter, paper or page that says so."),
    Field(
        "figure",
        {"type": ["string", "object"]},
        "The diagram that goes with it. It never shows an asked number.",
    ),
    Field("note", BOTH, "What is good to know once it is answered; on a card's back."),
    Field(
        "retired",
        TRUTH,
        "True for a question that is no longer dealt. It stays in the file for those who have it.",
    ),
)

NUMERIC: Final = (
    Field(
        "draw",
        DRAWS,
        "The numbers that differ between variants: a list of values, or a range.",
    ),
    Field(
        "require",
        _list({"type": "string"}, most=100),
        "Comparisons that a variant's numbers must meet, such as `height != width`.",
    ),
    Field(
        "network",
        {"type": ["object", "string"]},
        "A network, or the name of a known one, whose worksheet holds the answers. Numbers in it "
        "may be formulas over the draws.",
    ),
    Field(
        "lines",
        {"type": "object", "additionalProperties": {"anyOf": [FORMULA, _ref("line")]}},
        "The worksheet of any other field: a formula for each line over draws and other lines. "
        "With `network:` they follow its lines.",
    ),
    Field(
        "names",
        {
            "type": "object",
            "properties": {
                language: {"type": "object", "additionalProperties": TEXT} for language in LANGUAGES
            },
            "additionalProperties": False,
        },
        "What draws, lines and layers are called where worked steps show them, by language, as in "
        "`{en: {f1: filters of conv1}, zh: {f1: 第一层核个数}}`. Without it a name is read as its "
        "words; what many questions share, such as `kernel`, is named already.",
    ),
    Field("parts", _list(_ref("part"), 1, 24), "The answer boxes.", required=True),
    Field(
        "mistakes",
        _list({"anyOf": [IDENTIFIER, _ref("mistake")]}, most=40),
        "The mistakes that variants must tell apart: ids of the catalogue, or own ones. "
        "Without it: all of the catalogue that touch an asked line and can be told apart.",
    ),
    Field("binary_prefixes", TRUTH, "True where the text says that 1 MB is 1024 KB."),
)
BASIC: Final = (Field("answer", BOTH, "The back: one fact.", required=True),)
CLOZE: Final[tuple[Field, ...]] = ()
LIST: Final = (
    Field(
        "items", _list(_ref("item"), 2, 60), "The entries; each becomes one card.", required=True
    ),
)
CHOICE: Final = (
    Field("statements", _list(_ref("statement"), 2, 200), "The pool to deal from.", required=True),
    Field(
        "pick",
        {"type": "integer", "minimum": 2, "maximum": 10},
        "How many statements a variant shows.",
        required=True,
    ),
    Field(
        "right",
        {"anyOf": [{"type": "integer", "minimum": 1}, _list({"type": "integer", "minimum": 1}, 2)]},
        "How many of them hold: a number, or `[from, to]`. With 1 it is a single choice.",
        required=True,
    ),
)


def fields_of(kind: Kind) -> tuple[Field, ...]:
    """The fields that a kind has beyond the common ones.

    >>> [field.name for field in fields_of("list")]
    ['items']
    """
    match kind:
        case "numeric":
            return NUMERIC
        case "basic":
            return BASIC
        case "cloze":
            return CLOZE
        case "list":
            return LIST
        case "choice":
            return CHOICE
        case never:
            assert_never(never)


def said_of(kind: Kind) -> str:
    """The sentence of the reference on a kind.

    >>> said_of("basic")
    'One fact: `text` is the front, `answer` the back.'
    """
    match kind:
        case "numeric":
            return "Draws give each variant its numbers; a worksheet of lines gives the answers."
        case "basic":
            return "One fact: `text` is the front, `answer` the back."
        case "cloze":
            return (
                "`text` has gaps such as `{{c1::word}}` or `{{c1::word::hint}}`, numbered from c1 "
                "on, the same numbers in both languages."
            )
        case "list":
            return "An enumeration. Never asked as a whole: each item is a card, and an answer box."
        case "choice":
            return "A pool of statements. A variant deals `pick` of them, of which `right` hold."
        case never:
            assert_never(never)


PART: Final = (
    Field("id", IDENTIFIER, "Its name in answers, grades and feedback.", required=True),
    Field("ask", BOTH, "The question beside the box.", required=True),
    Field("answer", NAME, "The line whose value is asked.", required=True),
    Field("unit", {"type": "string"}, "The unit asked for. Without it: the line's own."),
    Field("precision", _ref("precision"), "How near an answer must come. Without it: exact."),
    Field(
        "points",
        {"type": "number", "exclusiveMinimum": 0, "maximum": 10_000},
        "Without it: 1.",
    ),
    Field("percent", TRUTH, "True where `56%` may be written for 0.56."),
)
PRECISION: Final = (
    Field("within", TEXT, "A share of the right value, such as `1%`."),
    Field("absolute", {"type": "number", "exclusiveMinimum": 0}, "A distance in the asked unit."),
    Field(
        "digits",
        {"type": "integer", "minimum": 1},
        "Within half a unit of the last of so many significant digits of the right value: with 3, "
        "from 14.67 to 14.77 where 14.72 is right.",
    ),
    Field(
        "decimals",
        {"type": "integer", "minimum": 0},
        "Within half a unit of the last of so many decimals of the right value: with 1, from 14.67 "
        "to 14.77 where 14.72 is right.",
    ),
)
RANGE: Final = (
    Field("from", {"type": "number"}, "The first value.", required=True),
    Field("to", {"type": "number"}, "The last value, which the steps must meet.", required=True),
    Field("step", {"type": "number", "exclusiveMinimum": 0}, "Without it: 1."),
)
LINE: Final = (
    Field("formula", FORMULA, "The formula over draws and other lines.", required=True),
    Field("unit", {"type": "string"}, "The unit of its value."),
    Field("says", BOTH, "The sentence of theory behind it, for the worked solution."),
)
MISTAKE: Final = (
    Field("id", IDENTIFIER, "An id of the catalogue, or a new one.", required=True),
    Field("line", NAME, "For an own mistake: the line that goes wrong."),
    Field("formula", FORMULA, "For an own mistake: the wrong formula in its place."),
    Field(
        "says",
        BOTH,
        "What was done, and the question that leads on. One of the catalogue has its own sentence; "
        "`says` takes its place.",
    ),
    Field(
        "parts", _list(IDENTIFIER, 1), "The parts where it must show. Without it: all it touches."
    ),
    Field(
        "shows",
        {"enum": ["always", "mostly"]},
        "`mostly`: one variant in three may hide it, so that the cases occur in which the wrong "
        "rule gives the right number, such as a size that comes out even. Without it: `always`.",
    ),
)
ITEM: Final = (
    Field("id", IDENTIFIER, "Its name in answers and decks.", required=True),
    Field("cue", BOTH, "The front of its card.", required=True),
    Field("answer", BOTH, "The back of its card.", required=True),
    Field("accept", _ref("wordings"), "Other wordings of the key point that are right."),
    Field(
        "reject",
        _ref("wordings"),
        "Wordings that are wrong, such as the opposite: where `deeper` is right, `less deep`. "
        "An accepted wording within a rejected one doesn't count, nor the other way round. Words "
        "that are neither are held for a person.",
    ),
    Field("right", SAMPLES, "Sample answers that `gradeck check` must find right."),
    Field("wrong", SAMPLES, "Sample answers that it must find wrong."),
    Field("held", SAMPLES, "Sample answers that must be held for a person."),
)
DECISIONS: Final = ("right", "wrong", "held")
STATEMENT: Final = (
    Field("id", IDENTIFIER, "Its name in statistics.", required=True),
    Field("holds", TRUTH, "Whether it is true.", required=True),
    Field("says", BOTH, "The statement.", required=True),
    Field("reason", BOTH, "Why it is true or false.", required=True),
    Field(
        "excludes",
        _list(IDENTIFIER, 1),
        "Statements that are never dealt in the same hand, as one would answer the other. It is "
        "enough to write it at one of the two.",
    ),
    Field(
        "pin", TRUTH, "Whether it stands last in every hand, such as one that speaks of the rest."
    ),
)
WORDINGS: Final = tuple(
    Field(code, _list({"type": "string"}), f"{language.english or language.name} wordings.")
    for code, language in SPOKEN.items()
)
