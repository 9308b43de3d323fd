"""In which languages a question's texts must stand: as it says itself, its file, or its folder.

A file may begin with a document that says `languages:` and nothing else: it speaks for the
questions behind it. A file `bank.yaml` that says nothing else at all speaks for the questions of
its folder and of those below. The nearest that speaks is heard.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from cards.documents.entry import Entry
from cards.documents.reading import file_content
from cards.documents.strict_yaml import MAX_BYTES, Document, read_documents
from grader.errors import Fault
from grader.wording import LANGUAGES, WRITTEN

FOLDER_FILE: Final = "bank.yaml"
_KEY: Final = "languages"
_OF_QUESTIONS: Final = frozenset({"id", "title", "kind", "text"})


def read_languages(entry: Entry) -> tuple[str, ...]:
    """The languages of a list, which texts must stand in; others fall back to the first.

    >>> entry = Entry(["en", "fr"], Document({}, "bank.yaml", {}), ("languages",))
    >>> read_languages(entry)
    ('en', 'en')
    >>> print(entry.faults[0])
    bank.yaml:1: languages[2]: expected one of en, zh, got the text 'fr'
    """
    read = tuple(inner.choice(LANGUAGES) for inner in entry.items())
    if not read and isinstance(entry.value, list):
        entry.note("at least one language", "none", f"write [{', '.join(WRITTEN)}]")
    for language in dict.fromkeys(read):
        if read.count(language) > 1:
            entry.note("each language once", f"{language!r} again", "remove the repetition")
    return read or WRITTEN


def speaks_for_others(document: Document) -> bool:
    """Whether a document says in which languages others must stand, and is no question itself.

    >>> speaks_for_others(Document({"languages": ["en"]}, "bank.yaml", {}))
    True
    >>> speaks_for_others(Document({"languages": ["en"], "id": "a/b"}, "a.yaml", {}))
    False
    """
    value = document.value
    return isinstance(value, dict) and _KEY in value and not _OF_QUESTIONS & value.keys()


def with_shared_languages(
    documents: Iterable[Document], path: Path, faults: list[Fault]
) -> Iterator[Document]:
    """A file's questions, each with the languages that its file or folder says for it."""
    shared: tuple[str, ...] | None = None
    for number, document in enumerate(documents):
        if not speaks_for_others(document):
            if shared is None:
                shared = _of_folder(path, faults)
            yield _with(document, shared)
        elif number == 0:
            faults += document.faults
            shared = _said(document, faults)
        else:
            cure = f"put `{_KEY}:` first in the file, or write it in the question"
            Entry(document.value, document, (), faults).note("a question", f"`{_KEY}:` alone", cure)


def _with(document: Document, shared: tuple[str, ...]) -> Document:
    """The document as if it said the shared languages itself, so that it can be kept alone."""
    value = document.value
    if not shared or not isinstance(value, dict) or value.get(_KEY) is not None:
        return document
    return replace(document, value={**value, _KEY: [*shared]})


def _said(document: Document, faults: list[Fault]) -> tuple[str, ...]:
    fields = Entry(document.value, document, (), faults).mapping({_KEY: True})
    return read_languages(fields[_KEY]) if document.value[_KEY] is not None else ()


def _of_folder(path: Path, faults: list[Fault]) -> tuple[str, ...]:
    """What the nearest `bank.yaml` says, in the file's folder or one around it; or nothing."""
    for folder in path.resolve().parents:
        file = folder / FOLDER_FILE
        if not file.is_file():
            continue
        try:
            documents, _ = read_documents(file_content(file, MAX_BYTES), str(file))
        except OSError:
            continue
        if len(documents) == 1 and speaks_for_others(documents[0]):
            noted: list[Fault] = []
            said = _said(documents[0], noted)
            faults += noted
            return said
    return ()
