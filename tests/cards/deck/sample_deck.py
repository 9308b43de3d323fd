"""A small deck of all five kinds, and a real Anki collection to import it into."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from anki.collection import (
    Collection,
    ImportAnkiPackageOptions,
    ImportAnkiPackageRequest,
)

from cards.deck.building import write_deck
from cards.deck.lock import Lock
from cards.deck.note import RETIRED_TAG, DeckNote, note_fields
from cards.deck.note_types import BASIC
from cards.deck.notes import notes_of
from cards.loading.bank import Bank, load_bank

NOW = 1_790_000_000
LATER = NOW + 86_400

SAMPLE = Path(__file__).with_name("sample.yaml")
SIZES = ((3, 100), (5, 60), (7, 20))


def sample_notes(language: str = "en") -> list[DeckNote]:
    """A note of each kind, as `sample.yaml` has them; the cloze makes two cards."""
    return [note for question in _sample().values() for note in notes_of(question, [language])]


@cache
def _sample() -> Bank:
    return load_bank([SAMPLE])


def edited(note: DeckNote, **texts: str) -> DeckNote:
    """The note with other texts in the fields named."""
    old = dict(zip(note_fields_names(), note.fields, strict=True))
    return replace(note, fields=note_fields(**(old | texts)))


def retired(note: DeckNote) -> DeckNote:
    """The note as the deck keeps it when its question is retired."""
    gone = edited(note, Notice="This card was retired.")
    return replace(gone, tags=(*note.tags, RETIRED_TAG), retired=True)


def note_fields_names() -> list[str]:
    """The names of the fields in Anki's order."""
    return [field["name"] for field in BASIC.as_anki(0)["flds"]]


def built(path: Path, notes: list[DeckNote], lock: Lock | None = None, now: int = NOW) -> Lock:
    """The lock after these notes were written to `path`."""
    return write_deck(path, notes, lock or Lock(), now=now).lock


@dataclass(frozen=True)
class Rendered:
    """A card's two sides as the backend renders them, with its style sheet."""

    key: str
    front: str
    back: str
    css: str


class Student:
    """A student's collection."""

    def __init__(self, folder: Path) -> None:
        self.collection = Collection(str(folder / "collection.anki2"))
        self.media = folder / "collection.media"

    def take(self, package: Path) -> dict[str, int]:
        """Import a package as the student would; how many notes were new, updated, ..."""
        request = ImportAnkiPackageRequest(
            package_path=str(package),
            options=ImportAnkiPackageOptions(with_deck_configs=True),
        )
        log = self.collection.import_anki_package(request).log
        # Python's cache of note types is not told of what the backend imported.
        self.collection.models._clear_cache()
        names = ("new", "updated", "duplicate", "conflicting", "empty_first_field")
        counts = {name: len(getattr(log, name)) for name in names}
        return {name: count for name, count in counts.items() if count}

    def rows(self, query: str) -> list[Any]:
        """The rows of a query."""
        assert self.collection.db is not None
        return list(self.collection.db.all(query))

    def rendered(self) -> Iterator[Rendered]:
        """Every card, both sides."""
        for (card_id,) in self.rows("select id from cards order by id"):
            card = self.collection.get_card(card_id)
            output = card.render_output()
            yield Rendered(
                key=card.note().fields[0],
                front=output.question_text,
                back=output.answer_text,
                css=output.css,
            )


@contextmanager
def student() -> Iterator[Student]:
    """A new collection, closed and removed afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        taken = Student(Path(folder))
        try:
            yield taken
        finally:
            taken.collection.close()
