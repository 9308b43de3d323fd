"""The .apkg file: genanki's schema, note types and decks, written so that it repeats exactly.

What genanki's own writer leaves to chance or to the clock is given here: ids and dates of
notes, positions of new cards, the dates inside the zip file. Notes are written as they come,
never held all at once, and the collection is compressed.
"""

import json
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

import genanki
from genanki.apkg_col import APKG_COL
from genanki.apkg_schema import APKG_SCHEMA

from cards.deck.media import Media
from cards.deck.note import DeckNote
from cards.deck.note_types import NoteType
from grader.errors import Fault, FaultsError

# Level 3 takes a third of the time of zlib's default, for a file an eighth larger.
_COMPRESSION: Final = 3
_BLOCK: Final = 1 << 16
_BATCH: Final = 100
# Where SQLite notes the version of the library that wrote the file (bytes 96 to 99).
_SQLITE_VERSION_AT: Final = 96
_SQLITE_VERSION: Final = (3_040_000).to_bytes(4, "big")
_MAX_CARDS: Final = 100


class PackageError(FaultsError):
    """A package that would lose or mix up notes or media at the student's."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """A note's id and the second of its last change, as the lock file keeps them."""

    id: int
    modified: int


@dataclass(frozen=True, slots=True)
class Preset:
    """Deck options: new cards a day, and the share of cards that should be remembered (FSRS)."""

    id: int
    name: str
    new_per_day: int
    desired_retention: float
    modified: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """A deck in Anki's sense: matched by its name at the student's, so never renamed."""

    id: int
    name: str
    description: str
    modified: int


class HermeticPackage(genanki.Package):  # type: ignore[misc]  # genanki has no types
    """A package whose bytes depend on nothing but what is put in."""

    def __init__(
        self,
        shelves: Iterable[Shelf],
        note_types: Mapping[NoteType, int],
        notes: Iterable[tuple[DeckNote, Stamp]],
        *,
        preset: Preset,
        media: Iterable[Media] = (),
    ) -> None:
        """`note_types` says when each was changed last; `notes` may be a generator."""
        super().__init__([])
        self.shelves = tuple(shelves)
        self.note_types = dict(note_types)
        self.notes = notes
        self.preset = preset
        self.media = _distinct(media)

    def write_to_file(
        self, file: Path | str, timestamp: float = 0, on_note: Callable[[], object] = lambda: None
    ) -> None:
        """Write the package; `timestamp` dates the collection, `on_note` is called per note.

        The file appears only when it is complete. Raises PackageError for notes or media that
        stand twice.
        """
        target = Path(file)
        with tempfile.TemporaryDirectory(prefix="gradeck-") as folder:
            database = Path(folder, "collection.anki2")
            self._write_database(database, int(timestamp), on_note)
            package = Path(folder, "deck.apkg")
            self._write_zip(package, database)
            _move(package, target)

    def _write_database(self, path: Path, timestamp: int, on_note: Callable[[], object]) -> None:
        connection = sqlite3.connect(path, isolation_level=None)
        try:
            # The file is thrown away unless it is complete: nothing to journal, nothing to sync.
            connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;")
            connection.execute("BEGIN")
            self.write_to_db(connection.cursor(), timestamp, iter(()), on_note)
            connection.execute("COMMIT")
        finally:
            connection.close()
        with path.open("r+b") as written:
            written.seek(_SQLITE_VERSION_AT)
            written.write(_SQLITE_VERSION)

    def write_to_db(
        self,
        cursor: sqlite3.Cursor,
        timestamp: float,
        id_gen: Iterator[int],  # noqa: ARG002 -- genanki's signature; ids come with the notes
        on_note: Callable[[], object] = lambda: None,
    ) -> None:
        """Write schema, note types, decks, notes and cards with genanki's tables."""
        tables, indexes = _statements(APKG_SCHEMA)
        for statement in (*tables, APKG_COL):
            cursor.execute(statement)
        self._write_settings(cursor, int(timestamp))
        decks = {shelf.name: shelf.id for shelf in self.shelves}
        seen = _Seen()
        rows = enumerate(self.notes, start=1)
        while batch := list(islice(rows, _BATCH)):
            notes: list[tuple[object, ...]] = []
            cards: list[tuple[object, ...]] = []
            for position, (note, stamp) in batch:
                guid = note.guid
                if seen.fits(note, guid, stamp):
                    notes.append(_note_row(note, guid, stamp))
                    cards.extend(_card_rows(note, stamp, decks[note.deck], position))
                on_note()
            cursor.executemany(f"INSERT INTO notes VALUES({','.join('?' * 11)})", notes)
            cursor.executemany(f"INSERT INTO cards VALUES({','.join('?' * 18)})", cards)
        seen.check()
        for statement in indexes:
            cursor.execute(statement)

    def _write_settings(self, cursor: sqlite3.Cursor, timestamp: int) -> None:
        written = cursor.execute("SELECT conf, decks, dconf FROM col").fetchone()
        conf, decks, presets = (json.loads(text) for text in written)
        # genanki leaves the scheduler's version out, and Anki then takes the cards for old ones.
        conf["schedVer"] = 2
        conf["curDeck"] = self.shelves[0].id if self.shelves else 1
        decks |= {str(shelf.id): _shelf_json(shelf, self.preset) for shelf in self.shelves}
        presets[str(self.preset.id)] = _preset_json(self.preset, presets["1"])
        models = {str(kind.id): kind.as_anki(date) for kind, date in self.note_types.items()}
        cursor.execute(
            "UPDATE col SET crt=?, mod=?, scm=?, conf=?, models=?, decks=?, dconf=?",
            (
                timestamp,
                timestamp * 1000,
                timestamp * 1000,
                *(json.dumps(part, ensure_ascii=False) for part in (conf, models, decks, presets)),
            ),
        )

    def _write_zip(self, path: Path, database: Path) -> None:
        """Zip it all; an entry opened by its name alone has a fixed date (1980) in zipfile."""
        names = {str(number): media.name for number, media in enumerate(self.media)}
        with zipfile.ZipFile(
            path, "w", compression=zipfile.ZIP_DEFLATED, compresslevel=_COMPRESSION
        ) as package:
            with (
                package.open("collection.anki2", "w", force_zip64=True) as inside,
                database.open("rb") as source,
            ):
                shutil.copyfileobj(source, inside, _BLOCK)
            contents = {"media": json.dumps(names, ensure_ascii=False).encode()}
            contents |= {str(number): media.content for number, media in enumerate(self.media)}
            for name, content in contents.items():
                with package.open(name, "w") as inside:
                    inside.write(content)


class _Seen:
    """Keys, GUIDs and ids met so far, and every one that came twice."""

    def __init__(self) -> None:
        self.guids: set[str] = set()
        self.ids: set[int] = set()
        self.faults: list[Fault] = []

    def fits(self, note: DeckNote, guid: str, stamp: Stamp) -> bool:
        """Whether the note can be written; the fault is noted where it can't."""
        before = len(self.faults)
        if guid in self.guids:
            self.note("each note once", f"{note.key!r} twice", "rename one question's id")
        elif stamp.id in self.ids:
            self.note("an id for each note", f"{stamp.id} again for {note.key!r}", "mend the lock")
        if not 1 <= len(note.cards) <= _MAX_CARDS:
            got = f"{len(note.cards)} for {note.key!r}"
            self.note(f"1 to {_MAX_CARDS} cards a note", got, "mark what is asked as {{c1::...}}")
        self.guids.add(guid)
        self.ids.add(stamp.id)
        return len(self.faults) == before

    def note(self, expected: str, got: str, cure: str) -> None:
        self.faults.append(Fault(expected, got, cure, file="deck"))

    def check(self) -> None:
        if self.faults:
            raise PackageError(self.faults)


def _distinct(media: Iterable[Media]) -> tuple[Media, ...]:
    """The files, each once; PackageError where two of one name differ."""
    by_name: dict[str, Media] = {}
    faults = []
    for file in media:
        known = by_name.setdefault(file.name, file)
        if known.content != file.content:
            faults.append(
                Fault("one content for a name", f"two files named {file.name!r}", file="media")
            )
    if faults:
        raise PackageError(faults)
    return tuple(by_name.values())


def _statements(script: str) -> tuple[list[str], list[str]]:
    """The tables of a schema and its indexes, which are made faster after the rows are in."""
    statements = [part.strip() for part in script.split(";") if part.strip()]
    indexes = [part for part in statements if part.startswith("CREATE INDEX")]
    return [part for part in statements if part not in indexes], indexes


def _note_row(note: DeckNote, guid: str, stamp: Stamp) -> tuple[object, ...]:
    return (
        stamp.id,
        guid,
        note.note_type.id,
        stamp.modified,
        -1,  # usn: not synchronised yet
        f" {' '.join(note.tags)} " if note.tags else "",
        "\x1f".join(note.fields),
        note.fields[1],  # the sort field
        0,  # csum: Anki counts it on import
        0,
        "",
    )


def _card_rows(
    note: DeckNote, stamp: Stamp, deck: int, position: int
) -> Iterator[tuple[object, ...]]:
    for ordinal in note.cards:
        yield (
            stamp.id + ordinal,
            stamp.id,
            deck,
            ordinal,
            stamp.modified,
            -1,
            0,
            0,
            position,
            *(0,) * 8,
            "",
        )


def _shelf_json(shelf: Shelf, preset: Preset) -> dict[str, Any]:
    deck: dict[str, Any] = genanki.Deck(shelf.id, shelf.name, shelf.description).to_json()
    return deck | {"conf": preset.id, "mod": shelf.modified, "browserCollapsed": True}


def _preset_json(preset: Preset, default: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **default,
        "id": preset.id,
        "name": preset.name,
        "mod": preset.modified,
        # Calculations take minutes; and a card that is often forgotten is tagged, never suspended.
        "maxTaken": 600,
        "lapse": {**default["lapse"], "leechAction": 1},
        "new": {**default["new"], "perDay": preset.new_per_day},
        "rev": {**default["rev"], "perDay": 200, "hardFactor": 1.2},
        "desiredRetention": preset.desired_retention,
        "sm2Retention": 0.9,
    }


def _move(package: Path, target: Path) -> None:
    """Put the finished file in its place, in one step as others see it."""
    beside = target.with_name(f".{target.name}.part")
    try:
        shutil.copyfile(package, beside)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
