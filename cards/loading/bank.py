"""From YAML to questions: every fault of every file in one run.

A bank is a folder of YAML files; a file holds one question or several, as documents separated
by `---`. Reading is strict, see `cards.documents.strict_yaml`; a field that isn't in
`cards.loading.question_fields` is refused with the nearest one that is.
"""

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, Final, assert_never

from cards.documents.containing import contained
from cards.documents.entry import Entry
from cards.documents.file_kinds import kind_of
from cards.documents.prose import read_prose
from cards.documents.reading import file_content
from cards.documents.strict_yaml import MAX_BYTES, Document, read_documents, written
from cards.figures import Figure, read_figure
from cards.loading.concepts import read_basic, read_cloze, read_list, refuse_repeated
from cards.loading.languages import read_languages, with_shared_languages
from cards.loading.levels import by_level
from cards.loading.network import with_named_network
from cards.loading.numeric import read_numeric
from cards.loading.question_fields import COMMON, fields_of, known
from cards.loading.statements import read_choice
from cards.question import KINDS, Cloze, Content, Kind, Numeric, Question
from grader.arithmetic import Number, whole
from grader.errors import Fault, QuestionError, UnknownNameError
from grader.naming import IDENTIFIER
from grader.numerals import decimals_needed, in_decimals
from grader.wording import LANGUAGES

BANK: Final = Path(__file__).parent.parent / "questions"

_ID: Final = re.compile(rf"{IDENTIFIER}/{IDENTIFIER}\Z")
_TAG: Final = re.compile(r"[^\s:\"]+(?:::[^\s:\"]+)*\Z")
_LONGEST_TITLE: Final = 120
_MOST: Final[Mapping[str, int]] = {
    field.name: field.schema["maxItems"]
    for field in chain(COMMON, *map(fields_of, KINDS))
    if "maxItems" in field.schema
}


class Bank(Mapping[str, Question]):
    """Questions by id, in the order of their files."""

    def __init__(self, questions: Iterable[Question]) -> None:
        self._questions = {question.id: question for question in questions}

    def __getitem__(self, id: str) -> Question:
        return self._questions[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._questions)

    def __len__(self) -> int:
        return len(self._questions)

    def find(self, id: str) -> Question:
        """The question of that id; UnknownNameError, with the nearest, where there is none."""
        try:
            return self._questions[id]
        except KeyError:
            raise UnknownNameError("question", id, self._questions) from None


def load_bank(paths: Sequence[Path] = (BANK,)) -> Bank:
    """The questions of all YAML files at the paths; QuestionError with every fault of them all.

    >>> [*load_bank([BANK / "cnn" / "pooled_sizes.yaml"])][:1]
    ['cnn/pooled-size']
    """
    questions, faults = read_bank(paths)
    if faults:
        raise QuestionError(faults)
    return Bank(questions)


def read_bank(paths: Sequence[Path]) -> tuple[list[Question], list[Fault]]:
    """The sound questions of all YAML files at the paths, and every fault of the others.

    In a folder, files of exam plans and networks are passed over.
    """
    questions: list[Question] = []
    faults: list[Fault] = []
    for path in files_below(paths, faults):
        # A folder may hold plans and networks beside its questions.
        if path not in paths and kind_of(path) != "questions":
            continue
        more, more_faults = read_question_file(path)
        questions += more
        faults += more_faults
    first: dict[str, Question] = {}
    for question in questions:
        other = first.setdefault(question.id, question)
        if other is not question:
            got = f"{question.id!r}, which stands in {other.place}"
            faults.append(
                Fault(
                    "an id of its own",
                    got,
                    "rename one",
                    file=question.where,
                    line=question.line,
                    field="id",
                )
            )
    # What a folder's own file says wrongly is told once, whichever files it speaks for.
    return questions, [*dict.fromkeys(faults)]


def files_below(paths: Sequence[Path], faults: list[Fault]) -> Iterator[Path]:
    """The YAML files at the paths, sorted; what isn't there or can't be read is noted as a fault.

    That the path of a question file leads to no file, as a pipe or a link to nothing, is said when
    it is read.
    """
    for path in paths:
        if path.is_dir():
            found = sorted(_yaml_files(path, faults))
            if not found:
                faults.append(Fault("YAML files", "none", "name another folder", file=str(path)))
            yield from found
        elif path.exists():
            yield path
        else:
            faults.append(Fault("a file or folder", "nothing", "mind the spelling", file=str(path)))


def _yaml_files(folder: Path, faults: list[Fault]) -> Iterator[Path]:
    def unreadable(error: OSError) -> None:
        got = str(error.strerror)
        faults.append(Fault("a folder that can be read", got, file=str(error.filename)))

    for root, _, names in os.walk(folder, onerror=unreadable):
        for name in names:
            if Path(name).suffix.lower() in {".yaml", ".yml"}:
                yield Path(root, name)


def read_question_file(path: Path) -> tuple[list[Question], list[Fault]]:
    """The sound questions of one file, and the faults of the others."""
    where = shown_path(path)
    try:
        content = file_content(path, MAX_BYTES)
    except OSError as error:
        return [], [Fault("a file that can be read", str(error.strerror), file=where)]
    documents, unread = read_documents(content, where)
    if not documents and not unread:
        return [], [
            Fault("a question", "an empty file", "write one, or remove the file", file=where)
        ]
    questions, faults = [], list(unread)
    for document in with_shared_languages(documents, path, faults):
        noted = list(document.faults)
        with contained(noted, where, document.line(())):
            for one in by_level(document, noted):
                question = read_question(one, noted)
                if question is not None:
                    questions.append(question)
        faults += noted
    return questions, sorted(faults, key=lambda fault: fault.line or 0)


def shown_path(path: Path) -> str:
    """The path as messages show it: from the working folder where it lies below that.

    >>> shown_path(Path("questions") / "rows.yaml")
    'questions/rows.yaml'
    """
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def read_question(document: Document, faults: list[Fault]) -> Question | None:
    """The question of one document; None, with the faults noted, where it has any."""
    entry = Entry(document.value, document, (), faults)
    if not isinstance(document.value, dict):
        entry.note("a question: a mapping with id, title, kind, text", cure="see the reference")
        return None
    document = with_named_network(document, faults)
    entry = Entry(document.value, document, (), faults)
    if entry.has("languages"):
        document = replace(document, languages=read_languages(entry.at("languages")))
        entry = Entry(document.value, document, (), faults)
    kind = next((kind for kind in KINDS if kind == document.value.get("kind")), None)
    if entry.has("kind"):
        entry.at("kind").choice(KINDS)
    own = [field for name in KINDS if kind in {None, name} for field in fields_of(name)]
    allowed = known((*COMMON, *own))
    if kind is None:
        # Without a kind the fields of any kind may stand, and only the common ones must.
        allowed = {**dict.fromkeys(allowed, False), **known(COMMON)}
    fields = entry.mapping(allowed)
    fields = {
        name: inner.at_most(_MOST[name]) if name in _MOST else inner
        for name, inner in fields.items()
        if inner.value is not None
    }
    common = _read_common(fields, kind)
    content = _read_content(kind, fields) if kind else None
    figure = _read_figure(fields["figure"], content, kind) if "figure" in fields else None
    if entry.faults or content is None:
        return None
    source = canonical(document.value)
    return Question(
        **common,
        content=content,
        figure=figure,
        document=source,
        content_hash=hashlib.sha256(source.encode()).hexdigest(),
        where=document.where,
        lines=_lines_of(document),
    )


def _read_content(kind: Kind, fields: Mapping[str, Entry]) -> Content | None:
    """What the kind has beyond the common fields; None, with faults noted, where it can't be."""
    match kind:
        case "numeric":
            return read_numeric(fields)
        case "basic":
            return read_basic(fields)
        case "cloze":
            return read_cloze(fields)
        case "list":
            return read_list(fields)
        case "choice":
            return read_choice(fields)
        case never:
            assert_never(never)


def _read_common(fields: Mapping[str, Entry], kind: str | None) -> dict[str, Any]:
    """The fields that every kind has, by the question's names for them."""
    name = fields["id"].text(longest=_LONGEST_TITLE) if "id" in fields else ""
    if "id" in fields and not _ID.match(name):
        expected = "topic/name in lower-case letters, digits and hyphens"
        fields["id"].note(expected, cure="write for instance cnn/pooled-size")
    for piece in filter(None, name.split("/")):
        fields["id"].refuse_device(piece)
    prose = read_prose if kind != Cloze.kind else Entry.texts
    empty = Entry(dict.fromkeys(LANGUAGES, "-"), Document({}, "", {}))
    return {
        "id": name,
        "title": read_prose(fields.get("title", empty), longest=_LONGEST_TITLE),
        "text": prose(fields.get("text", empty)),
        "level": fields["level"].whole(1, 3) if "level" in fields else 1,
        "tags": tuple(_read_tags(fields["tags"])) if "tags" in fields else (),
        "hints": tuple(map(read_prose, fields["hints"].items())) if "hints" in fields else (),
        "source": fields["source"].text() if "source" in fields else "",
        "note": read_prose(fields["note"]) if "note" in fields else None,
        "retired": fields["retired"].truth() if "retired" in fields else False,
    }


def _lines_of(document: Document) -> dict[str, int]:
    """The line of each field; those of a part, item or statement also under its id."""
    ids: dict[tuple[str | int, ...], str] = {
        (holder, index): one["id"]
        for holder, values in document.value.items()
        for index, one in enumerate(values if isinstance(values, list) else ())
        if isinstance(one, dict) and isinstance(one.get("id"), str)
    }
    lines = {written(path): line for path, line in document.lines.items()}
    for path, line in document.lines.items():
        if path[:2] in ids:
            lines[written((path[0], ids[path[:2]], *path[2:]))] = line
    return lines


def _read_figure(entry: Entry, content: Content | None, kind: Kind | None) -> Figure | None:
    """The figure, its fields over the draws and lines that were read."""
    if isinstance(content, Numeric):
        names = {*content.draws, *(line.name for line in content.worksheet.lines)}
        return read_figure(entry, names, content.network, example=False)
    if kind == Numeric.kind:
        # What its fields speak of couldn't be read; that is said already.
        return None
    return read_figure(entry, set(), None, example=True)


def _read_tags(entry: Entry) -> Iterator[str]:
    tags = list(entry.items())
    refuse_repeated(entry, [tag.value for tag in tags if isinstance(tag.value, str)], "tag")
    for inner in tags:
        tag = inner.text(longest=_LONGEST_TITLE)
        if tag and not _TAG.match(tag):
            inner.note("a tag such as cnn::memory", repr(tag), "write it without blanks")
        yield tag


@lru_cache(maxsize=512)
def question_from_document(document: str) -> Question:
    """The question that a kept `Question.document` holds, as it was when it was kept.

    Raises QuestionError where the document isn't one of a question.

    >>> kept = load_bank([BANK / "cnn" / "pooled_sizes.yaml"])["cnn/pooled-size"]
    >>> question_from_document(kept.document).content_hash == kept.content_hash
    True
    """
    try:
        value = json.loads(document, parse_float=_exact, parse_constant=str)
    except ValueError as error:
        fault = Fault("the JSON of a question", str(error), file="stored document")
        raise QuestionError([fault]) from None
    faults: list[Fault] = []
    question = read_question(Document(value, "stored document", {}), faults)
    if question is None:
        raise QuestionError(faults)
    return question


def canonical(value: object) -> str:
    """A document's value as JSON on one line, numbers exact, keys in their order.

    >>> canonical({"within": Fraction(1, 100), "draw": [3, 5]})
    '{"within":0.01,"draw":[3,5]}'
    """
    match value:
        case dict():
            inner = (
                f"{json.dumps(k, ensure_ascii=False)}:{canonical(v)}" for k, v in value.items()
            )
            return f"{{{','.join(inner)}}}"
        case list():
            return f"[{','.join(map(canonical, value))}]"
        case Fraction():
            return in_decimals(value, decimals_needed(value) or 0)
    return json.dumps(value, ensure_ascii=False)


def _exact(digits: str) -> Number:
    return whole(Fraction(digits))
