"""Reading the fields of a document: each fault is noted with its line, and reading goes on."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Final

from cards.documents.file_names import names_a_device
from cards.documents.strict_yaml import Document, Path, written
from grader.arithmetic import Number
from grader.errors import Fault
from grader.naming import IDENTIFIER, nearest_hint, nearest_name
from grader.numerals import numeral, shown_value
from grader.wording import LANGUAGES, Text, both

MOST_FAULTS: Final = 100
_LONGEST_ID: Final = 60
_BOOLEAN_WORDS: Final = {
    "yes": "true",
    "on": "true",
    "y": "true",
    "no": "false",
    "off": "false",
    "n": "false",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A value of a document together with its place; its methods read it or note a fault."""

    value: Any
    document: Document
    path: Path = ()
    faults: list[Fault] = field(default_factory=list)

    @property
    def line(self) -> int:
        """The line on which the value stands."""
        return self.document.line(self.path)

    @property
    def field(self) -> str:
        """The path of the value, as authors write it."""
        return written(self.path)

    def note(self, expected: str, got: str = "", cure: str = "") -> None:
        """Note a fault of this value; one that repeats a fault of the same place is dropped.

        So is what comes after MOST_FAULTS, of which the last says so.
        """
        if self._has_enough:
            return
        line, name = self.line, self.field
        if any(f.line == line and f.field == name for f in self.faults):
            return
        if len(self.faults) == MOST_FAULTS - 1:
            expected, got, cure = f"fewer than {MOST_FAULTS} faults", "more", "mend those first"
        got = got or shown_value(self.value)
        self.faults.append(
            Fault(expected, got, cure, file=self.document.where, line=line, field=name)
        )

    def unknown(self, expected: str, known: Collection[str], got: str = "") -> None:
        """Note a name that isn't known, with the nearest that is."""
        if not self._has_enough:
            name = got or self.value
            cure = nearest_hint(name, known) if isinstance(name, str) else ""
            self.note(expected, repr(got) if got else "", cure)

    @property
    def _has_enough(self) -> bool:
        return len(self.faults) >= MOST_FAULTS

    def at(self, step: str | int) -> "Entry":
        """The value under a key or place of this one; None where there is none."""
        inner: Any = None
        if isinstance(self.value, dict):
            inner = self.value.get(step)
        elif isinstance(self.value, list) and isinstance(step, int):
            inner = self.value[step]
        return Entry(inner, self.document, (*self.path, step), self.faults)

    def has(self, key: str) -> bool:
        """Whether this mapping says anything under `key`."""
        return isinstance(self.value, dict) and self.value.get(key) is not None

    def mapping(self, known: Mapping[str, bool] | None = None) -> dict[str, "Entry"]:
        """The entries of a mapping by key; `known` tells each allowed key, and if it must be."""
        if not isinstance(self.value, dict):
            keys = f" with {', '.join(known)}" if known else ""
            self.note(f"a mapping{keys}")
            return {}
        if known is not None:
            for key in self.value:
                if key not in known:
                    self.at(key).unknown("a known key", known, key)
            for key, needed in known.items():
                if needed and self.value.get(key) is None:
                    self.at(key).note("a value", "nothing", f"add `{key}:`")
        return {key: self.at(key) for key in self.value if known is None or key in known}

    def items(self) -> Iterator["Entry"]:
        """The entries of a list; a single value counts as a fault."""
        if not isinstance(self.value, list):
            self.note("a list", cure="write [..., ...] or lines with '- '")
            return
        for index in range(len(self.value)):
            yield self.at(index)

    def at_most(self, most: int) -> "Entry":
        """This list as far as it may go; a longer one is noted."""
        if not isinstance(self.value, list) or len(self.value) <= most:
            return self
        self.note(f"at most {most}", f"{len(self.value):,}", "make several questions of it")
        return replace(self, value=self.value[:most])

    def text(self, *, longest: int = 5000) -> str:
        """A text that says something; a number counts as what it shows."""
        if isinstance(self.value, int | Fraction) and not isinstance(self.value, bool):
            return numeral(self.value)
        if not isinstance(self.value, str) or not self.value.strip():
            self.note("a text", cure="quote it" if isinstance(self.value, bool) else "")
            return ""
        if len(self.value) > longest:
            self.note(f"at most {longest} characters", f"{len(self.value)}", "shorten it")
        return self.value.strip()[:longest]

    def texts(self, *, longest: int = 5000) -> Text:
        """A text in the document's languages, such as `{en: ..., zh: ...}`; it may have others."""
        needed = self.document.languages
        if not isinstance(self.value, dict):
            written = ", ".join(f"{language}: ..." for language in needed)
            self.note(f"a text in {' and '.join(needed)}", cure=f"write {{{written}}}")
            return both("")
        by_language = self.mapping({language: language in needed for language in LANGUAGES})
        read = {
            language: entry.text(longest=longest)
            for language, entry in by_language.items()
            if entry.value is not None
        }
        return Text(**{name: read[name] for name in (*needed, *LANGUAGES) if name in read})

    def number(self, expected: str = "a number") -> Number:
        """An exact number; 0 where a fault was noted."""
        value = self.value
        if isinstance(value, bool) or not isinstance(value, int | Fraction):
            self.note(expected)
            return 0
        return value

    def whole(self, least: int, most: int) -> int:
        """A whole number within bounds; `least` where a fault was noted."""
        value = self.value
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.note(f"a whole number from {least} to {most}")
            return least
        return value

    def truth(self) -> bool:
        """True or false; other words for them are faults."""
        if isinstance(self.value, bool):
            return self.value
        word = _BOOLEAN_WORDS.get(str(self.value).lower(), "")
        self.note("true or false", cure=f"write {word}" if word else "")
        return False

    def choice(self, known: Collection[str]) -> str:
        """One of the known words; the first where a fault was noted."""
        if isinstance(self.value, str) and self.value in known:
            return self.value
        close = nearest_name(self.value, known) if isinstance(self.value, str) else None
        self.note(f"one of {', '.join(known)}", cure=f"the nearest is {close!r}" if close else "")
        return next(iter(known))

    def identifier(self) -> str:
        """A lower-case identifier such as `three-conv-layers`."""
        text = self.value
        if (
            not isinstance(text, str)
            or len(text) > _LONGEST_ID
            or not re.fullmatch(IDENTIFIER, text)
        ):
            expected = "lower-case letters, digits and single hyphens"
            proposal = re.sub(r"[^a-z0-9]+", "-", str(text).lower()).strip("-")[:_LONGEST_ID]
            self.note(expected, cure=f"write {proposal}" if proposal else "")
            return proposal or "unnamed"
        return text

    def refuse_device(self, name: str) -> None:
        """Note an id, or a piece of one, that can't name a file or folder on every machine."""
        if names_a_device(name):
            expected = "an id that can name a file; con, nul, com1 and their like are devices"
            self.note(expected, repr(name), "put a word before it")
