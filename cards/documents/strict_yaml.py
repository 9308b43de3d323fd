"""YAML without surprises: what a question file says is what its author sees.

Built from the events of PyYAML's safe loader, whose own reading follows YAML 1.1: there
`no` is False, `1e-3` a text, `010` eight, `12:30` a number of minutes, and the second of two
equal keys wins in silence. Here scalars are YAML 1.2's, a number is exact (`int` or
`Fraction`), and what misleads is refused: aliases, anchors, tags, keys that stand twice or
are no text, leading zeros, infinities, characters that don't show or turn the text around,
and whatever stands behind a document's end. Size and depth are capped. Every value keeps its
line.

A fault in one document of a file leaves the other documents readable.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final

import yaml

from grader.arithmetic import Number, whole
from grader.characters import unprintable, without_unprintable
from grader.errors import Fault
from grader.wording import WRITTEN

MAX_BYTES: Final = 1_000_000
MAX_DEPTH: Final = 16
MAX_VALUES: Final = 50_000
MAX_DIGITS: Final = 60
MAX_EXPONENT: Final = 60

Path = tuple[str | int, ...]
Value = None | bool | str | Number | dict[str, "Value"] | list["Value"]

# libyaml's scanner is some ten times faster; both give the same events.
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SEPARATOR: Final = re.compile(r"^---(?=[ \t\r\n]|\Z)", re.MULTILINE)
_WHOLE: Final = re.compile(r"[-+]?[0-9]+\Z")
_DECIMAL: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_LEADING_ZERO: Final = re.compile(r"[-+]?0[0-9]")
_OTHER_BASE: Final = re.compile(r"0o[0-7]+\Z|0x[0-9a-fA-F]+\Z")
_NOT_FINITE: Final = re.compile(r"[-+]?\.(?:inf|Inf|INF)\Z|\.(?:nan|NaN|NAN)\Z")
_NULL: Final = frozenset({"", "~", "null", "Null", "NULL"})
_OPENED: Final = re.compile("flow|quoted")
_BEHIND: Final = (
    "one document",
    "text behind its end",
    "remove it, or begin another document with a line of ---",
)
_BOOLEANS: Final = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML document: its value, where it stands, the line of every value, its faults.

    Its texts must stand in all of its `languages`.
    """

    value: Any
    where: str
    lines: Mapping[Path, int]
    faults: tuple[Fault, ...] = ()
    languages: tuple[str, ...] = WRITTEN

    def line(self, path: Path) -> int:
        """The line of the value at `path`; of its nearest parent where it isn't written."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


class _RefusedError(Exception):
    """Reading this document can't go on; the fault is already noted."""


def read_documents(
    content: str | bytes, where: str
) -> tuple[tuple[Document, ...], tuple[Fault, ...]]:
    r"""The documents of one YAML file that could be read, and every fault of the others.

    >>> documents, unread = read_documents("stride: 2\n---\na: no\na: 010\n", "a.yaml")
    >>> documents[0].value, documents[0].line(("stride",))
    ({'stride': 2}, 1)
    >>> for fault in documents[1].faults:
    ...     print(fault)
    a.yaml:4: a: expected each key once, got 'a' again (first in line 3); remove one of them
    a.yaml:4: a: expected a number without leading zeros, got 010; write 10, or quote it
    """
    if len(content) > MAX_BYTES:
        too_large = Fault(f"at most {MAX_BYTES:,} bytes", "more", "split the file", file=where)
        return (), (too_large,)
    try:
        text = content if isinstance(content, str) else content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        got = f"the byte 0x{error.object[error.start]:02x}"
        return (), (Fault("UTF-8 text", got, "save the file as UTF-8", file=where, line=line),)
    documents = []
    unread: list[Fault] = []
    for source, first_line in _parts(text.removeprefix("\ufeff")):
        reader = _Reader(where, first_line)
        reader.refuse_characters(source, first_line + 1, ())
        try:
            value = reader.read(without_unprintable(source))
        except _RefusedError:
            value = None
        if value is None:
            unread += reader.faults
        else:
            documents.append(Document(value, where, reader.lines, tuple(reader.faults)))
    return tuple(documents), tuple(unread)


def _parts(text: str) -> Iterator[tuple[str, int]]:
    """Each document's text with the number of lines before it.

    A line that begins with `---` ends a document even inside a block of text.
    """
    starts = [
        0,
        *(match.start() for match in _SEPARATOR.finditer(text) if match.start()),
        len(text),
    ]
    lines_before = 0
    for start, end in pairwise(starts):
        yield text[start:end], lines_before
        lines_before += text.count("\n", start, end)


class _Reader:
    """Turns the events of one document into plain values, noting every fault."""

    def __init__(self, where: str, lines_before: int) -> None:
        self.where = where
        self.lines_before = lines_before
        self.lines: dict[Path, int] = {}
        self.faults: list[Fault] = []
        self.values = 0

    def line(self, event: yaml.Event) -> int:
        """The line of the file on which the event begins."""
        return self.line_at(event.start_mark)

    def line_at(self, mark: Any) -> int:  # noqa: ANN401 - two classes of PyYAML, by its build
        """The line of the file at a mark of the document."""
        return (mark.line if mark else 0) + 1 + self.lines_before

    def fault(self, event: yaml.Event, path: Path, expected: str, got: str, cure: str) -> None:
        self.note(self.line(event), path, expected, got, cure)

    def note(self, line: int, path: Path, expected: str, got: str, cure: str) -> None:
        self.faults.append(
            Fault(expected, got, cure, file=self.where, line=line, field=written(path))
        )

    def read(self, source: str) -> Value:
        """The document's value; None for an empty one."""
        self.events = yaml.parse(source, Loader=_LOADER)
        value: Value = None
        end: yaml.Event | None = None
        ended = False
        try:
            for event in self.events:
                if isinstance(event, yaml.DocumentEndEvent) and event.explicit:
                    end = event
                if isinstance(event, yaml.NodeEvent):
                    if ended:
                        # What was read is a piece of the question: its own faults would mislead.
                        self.stop(end or event, (), *_BEHIND)
                    value = self.node(event, ())
                    ended = True
        except yaml.MarkedYAMLError as error:
            if ended:
                line = self.line(end) if end else self.line_at(error.problem_mark)
                self.note(line, (), *_BEHIND)
            else:
                self.note_error(error)
            return None
        return value

    def note_error(self, error: yaml.MarkedYAMLError) -> None:
        """Note what the parser says, where the cause is: where a bracket or quote opens."""
        mark = error.problem_mark or error.context_mark
        if error.context_mark and _OPENED.search(error.context or ""):
            mark = error.context_mark
        said = ", ".join(part for part in (error.context, error.problem) if part)
        cure = "mind the indentation, and quote texts that hold ': ' or ' #'"
        self.note(self.line_at(mark), (), "YAML", said, cure)

    def refuse_characters(self, text: str, line: int, path: Path) -> None:
        """Note each character that doesn't show, or that turns the text around."""
        for before, named in unprintable(text):
            self.note(line + before, path, "printable text", named, "remove it")

    def node(self, event: yaml.Event, path: Path) -> Value:
        self.values += 1
        if self.values > MAX_VALUES:
            self.stop(event, path, f"at most {MAX_VALUES:,} values", "more", "split the file")
        if len(path) > MAX_DEPTH:
            self.stop(event, path[:3], f"at most {MAX_DEPTH} levels", "more", "flatten it")
        self.lines[path] = self.line(event)
        self.refuse_marks(event, path)
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(path)
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event, path)
        return None

    def stop(self, event: yaml.Event, path: Path, expected: str, got: str, cure: str) -> None:
        self.fault(event, path, expected, got, cure)
        raise _RefusedError

    def refuse_marks(self, event: yaml.Event, path: Path) -> None:
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if isinstance(event, yaml.AliasEvent):
            self.fault(event, path, "a value", f"the alias *{anchor}", "write it out")
        elif anchor:
            self.fault(event, path, "no anchors", f"&{anchor}", "remove it and its aliases")
        if tag:
            self.fault(event, path, "no tags", f"{tag}", "remove it")

    def mapping(self, path: Path) -> dict[str, Value]:
        result: dict[str, Value] = {}
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self.key(event, path)
            if key is None:
                self.node(next(self.events), path)
                continue
            inner = (*path, key)
            if key in result:
                first = self.lines[inner]
                got = f"{key!r} again (first in line {first})"
                self.fault(event, inner, "each key once", got, "remove one of them")
            value = self.node(next(self.events), inner)
            result.setdefault(key, value)
            self.lines[inner] = self.line(event)
        return result

    def key(self, event: yaml.Event, path: Path) -> str | None:
        """The key as text; None, with a fault noted, for any other kind of value."""
        if not isinstance(event, yaml.ScalarEvent):
            got = "an alias" if isinstance(event, yaml.AliasEvent) else "a list or mapping"
            self.stop(event, path, "a text as key", got, "write a name before the colon")
            return None
        self.refuse_marks(event, path)
        if event.value == "<<" and event.implicit[0]:
            self.fault(event, path, "a text as key", "<<", "write the keys out")
            return None
        if not isinstance(self.scalar(event, path), str):
            got = event.value or "nothing"
            self.fault(event, path, "a text as key", got, f'write "{event.value}"')
            return None
        return event.value

    def sequence(self, path: Path) -> list[Value]:
        result: list[Value] = []
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            result.append(self.node(event, (*path, len(result))))
        return result

    def scalar(self, event: yaml.ScalarEvent, path: Path) -> Value:
        text = event.value
        # What stood there as itself is noted by now: here are those written as escapes.
        for _, named in unprintable(text):
            self.fault(event, path, "printable text", named, "remove it")
        if not event.implicit[0]:
            return text
        if text in _NULL:
            return None
        if text in _BOOLEANS:
            return _BOOLEANS[text]
        if _WHOLE.match(text) or _DECIMAL.match(text):
            return self.number(event, path)
        if _OTHER_BASE.match(text):
            cure = f"write {int(text, 0) if len(text) < MAX_DIGITS else 'it so'}, or quote it"
            self.fault(event, path, "a decimal number", text[:MAX_DIGITS], cure)
        if _NOT_FINITE.match(text):
            self.fault(event, path, "a finite number", text, "write a number")
        return text

    def number(self, event: yaml.ScalarEvent, path: Path) -> Number:
        text = event.value
        _, _, exponent = text.lower().partition("e")
        if len(text) > MAX_DIGITS or abs(int(exponent or 0)) > MAX_EXPONENT:
            got = text[:20] + ("..." if len(text) > len(text[:20]) else "")
            expected = f"a number of at most {MAX_DIGITS} digits"
            self.fault(event, path, expected, got, "write a smaller one")
            return 0
        if _LEADING_ZERO.match(text):
            plain = str(int(text)) if _WHOLE.match(text) else text.lstrip("+-0")
            cure = f"write {plain}, or quote it"
            self.fault(event, path, "a number without leading zeros", text, cure)
        return whole(Fraction(text))


def written(path: Path) -> str:
    """A path as authors write it.

    >>> written(("parts", 0, "ask", "zh"))
    'parts[1].ask.zh'
    """
    text = ""
    for step in path:
        text += f"[{step + 1}]" if isinstance(step, int) else f".{step}"
    return text.removeprefix(".")
