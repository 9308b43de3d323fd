"""What a student who has an older package would see change on importing a new deck."""

import json
import shutil
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from cards.deck.note import DeckNote
from cards.deck.note_types import FIELDS
from cards.deck.package import Stamp
from grader.characters import without_unprintable
from grader.errors import Fault, FaultsError

# A package unpacks to a few times its size; what claims more is refused before it is unpacked.
MAX_BYTES: Final = 1 << 30
MOST_NOTES: Final = 100_000
# Of SQLite's instructions: reading so many notes takes a hundredth of them.
_MOST_STEPS: Final = 100_000_000
_TABLES: Final = "SELECT name FROM sqlite_master WHERE type = 'table'"
_NOTES: Final = (
    "SELECT CAST(guid AS TEXT), CAST(flds AS TEXT), CAST(tags AS TEXT), CAST(mod AS INT) "
    "FROM notes WHERE guid NOT NULL AND flds NOT NULL ORDER BY id LIMIT ?"
)
_COLLECTIONS: Final = ("collection.anki21", "collection.anki2")
_COMPRESSED: Final = "collection.anki21b"
# What a damaged or foreign file makes the libraries and the reading raise; RuntimeError is for one
# with a password.
_BROKEN: Final = (
    *(zipfile.BadZipFile, zlib.error, sqlite3.Error, EOFError, RuntimeError),
    *(ValueError, LookupError, TypeError, AttributeError),
)


class OldPackageError(FaultsError):
    """A file that is no package, or none that can be compared."""


@dataclass(frozen=True, slots=True)
class OldNote:
    """A note of a package: its field texts, its tags and the date of its last change."""

    fields: tuple[str, ...]
    tags: frozenset[str]
    modified: int


@dataclass(frozen=True, slots=True)
class OldPackage:
    """A package's notes by GUID, and by id its note types' looks: front, back and style."""

    notes: Mapping[str, OldNote]
    looks: Mapping[int, tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Edit:
    """A note that differs: the names of the fields that do, and whether its tags do.

    `ignored` is for one whose date is no newer: Anki would keep what the student has. `cards`
    tells how many more cards a cloze has.
    """

    key: str
    fields: tuple[str, ...]
    tags: bool
    retired: bool
    ignored: bool
    cards: int = 0

    def line(self) -> str:
        """The edit as a line for people.

        >>> Edit("cnn/pooling en", ("Front",), tags=True, retired=False, ignored=False).line()
        'cnn/pooling en: Front, tags'
        """
        what = [*self.fields, *(["tags"] if self.tags else [])]
        more = [f"{self.cards} new card{'s' if self.cards > 1 else ''}"] if self.cards > 0 else []
        retired, ignored = ["retired"] * self.retired, ["IGNORED"] * self.ignored
        notes = [*more, *retired, *ignored]
        return f"{self.key}: {', '.join(what)}" + (f" ({', '.join(notes)})" if notes else "")


@dataclass(frozen=True, slots=True)
class Diff:
    """New notes and edited ones, and those that the new deck has no longer (they stay).

    `looks` names the note types of which every card looks different, or works so.
    """

    added: tuple[str, ...]
    edited: tuple[Edit, ...]
    left: tuple[str, ...]
    looks: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The differences as JSON."""
        return {
            "added": list(self.added),
            "edited": [
                {
                    "key": edit.key,
                    "fields": list(edit.fields),
                    "tags": edit.tags,
                    "retired": edit.retired,
                    "ignored": edit.ignored,
                    "cards": edit.cards,
                }
                for edit in self.edited
            ],
            "left": list(self.left),
            "looks": list(self.looks),
        }

    def lines(self) -> Iterator[str]:
        """The differences for people: a summary, then a line each."""
        counts = len(self.added), len(self.edited), len(self.left)
        yield "{} new, {} changed, {} left as they are".format(*counts)
        for name in self.looks:
            yield f"  * {name}: another look or script on every card"
        for key in self.added:
            yield f"  + {key}"
        for edit in self.edited:
            yield f"  ~ {edit.line()}"
        for key in self.left:
            yield f"  = {key}: no longer in the deck, stays with the student"
        if any(edit.ignored for edit in self.edited):
            yield "  IGNORED: dated no later than the old package; is the lock file the right one?"


def compare(notes: Iterable[tuple[DeckNote, Stamp]], old: OldPackage) -> Diff:
    """What changes for a student who has `old`."""
    looks: dict[str, bool] = {}
    added: list[str] = []
    edited: list[Edit] = []
    met: set[str] = set()
    for note, stamp in notes:
        met.add(note.guid)
        kind = note.note_type
        looks[kind.name] = old.looks.get(kind.id, kind.look) != kind.look
        known = old.notes.get(note.guid)
        if known is None:
            added.append(note.key)
            continue
        names = zip(FIELDS, note.fields, known.fields, strict=False)
        fields = tuple(name for name, new, before in names if new != before)
        tags = frozenset(note.tags) != known.tags
        if fields or tags:
            ignored = stamp.modified <= known.modified
            more = len(note.cards) - len(replace(note, fields=known.fields).cards)
            edited.append(Edit(note.key, fields, tags, note.retired, ignored, more))
    # What a foreign file calls its notes is printed on a terminal, which obeys some characters.
    left = tuple(
        without_unprintable(note.fields[0].replace("\n", " "))
        for guid, note in old.notes.items()
        if guid not in met
    )
    changed = tuple(sorted(name for name, differs in looks.items() if differs))
    return Diff(tuple(added), tuple(edited), left, changed)


def read_package(path: Path) -> OldPackage:
    """The notes and looks of a package; OldPackageError for any other file.

    The file is only read, and refused where it claims to unpack to more than MAX_BYTES.
    """
    try:
        with zipfile.ZipFile(path) as package, tempfile.TemporaryDirectory() as folder:
            entry = _collection(path, package)
            database = Path(folder, "collection")
            with package.open(entry) as source, database.open("wb") as target:
                shutil.copyfileobj(source, target)
            return _contents(database)
    except OldPackageError:
        raise
    except _BROKEN as error:
        fault = Fault(
            "an Anki package (.apkg)", str(error), "name the file handed out", file=str(path)
        )
        raise OldPackageError([fault]) from None


def _collection(path: Path, package: zipfile.ZipFile) -> zipfile.ZipInfo:
    by_name = {entry.filename: entry for entry in package.infolist()}
    if _COMPRESSED in by_name:
        cure = "export with 'Support older Anki versions', or name the file handed out"
        raise OldPackageError(
            [Fault("a package that Gradeck wrote", "Anki's newer format", cure, file=str(path))]
        )
    entry = next((by_name[name] for name in _COLLECTIONS if name in by_name), None)
    if entry is None:
        fault = Fault("an Anki package (.apkg)", "a zip file without a collection", file=str(path))
        raise OldPackageError([fault])
    if entry.file_size > MAX_BYTES:
        got = f"{entry.file_size:,} bytes"
        raise OldPackageError([Fault(f"at most {MAX_BYTES:,} bytes unpacked", got, file=str(path))])
    return entry


def _contents(database: Path) -> OldPackage:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        # A view or trigger of somebody else's may run for ever: only tables are read, and not long.
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.set_progress_handler(lambda: 1, _MOST_STEPS)
        tables = {name for (name,) in connection.execute(_TABLES)}
        if not {"notes", "col"} <= tables:
            raise ValueError("no such table as notes or col")
        rows = connection.execute(_NOTES, (MOST_NOTES + 1,)).fetchall()
        if len(rows) > MOST_NOTES:
            raise ValueError(f"over {MOST_NOTES:,} notes")
        notes = {
            guid: OldNote(tuple(fields.split("\x1f")), frozenset((tags or "").split()), modified)
            for guid, fields, tags, modified in rows
        }
        [note_types] = connection.execute("SELECT models FROM col").fetchone()
    looks = {
        int(number): (kind["tmpls"][0]["qfmt"], kind["tmpls"][0]["afmt"], kind["css"])
        for number, kind in json.loads(note_types).items()
    }
    return OldPackage(notes, looks)
