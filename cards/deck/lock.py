"""The lock file of the deck: what was handed out, and when each note changed last.

Anki updates a student's note only where the package's date is newer, and overwrites the
student's own edits then. So a note keeps its date for as long as its content stays the same,
and gets a new one, later than all before, when it changes.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from cards.deck.note import DeckNote
from cards.deck.note_types import NoteType
from cards.deck.package import Stamp
from cards.documents.reading import file_content
from grader.errors import Fault, FaultsError

LOCK_FILE: Final = Path(__file__).parent.parent / "deck.lock.json"

_VERSION: Final = 1
_LONGEST: Final = 64_000_000
# Beyond this neither a date nor an id means anything: ids are milliseconds since 1970.
_TOO_LARGE: Final = 1 << 53
# A note's cards take the ids after its own, so that the notes' ids keep a distance.
_ID_STEP: Final = 100


class LockError(FaultsError):
    """A lock file that can't be read, or a deck that breaks what was handed out before."""


@dataclass(frozen=True, slots=True)
class LockedNote:
    """A note as it was handed out: the hash of its content, its id, the date of its change.

    `kind` is its note type's, `cards` are the ordinals of a cloze; older records have neither.
    """

    content: str
    id: int
    modified: int
    kind: str = ""
    cards: tuple[int, ...] = ()

    def broken_by(self, note: DeckNote) -> Iterator[Fault]:
        """What the note can't be at a student's who has it as it was handed out."""
        kind = note.note_type.kind
        if self.kind and self.kind != kind:
            cure = "give the new question an id of its own, and keep this one with `retired: true`"
            yield Fault(f"the kind that students have, {self.kind}", kind, cure, file=note.key)
        elif gone := sorted(set(self.cards) - set(note.cards)):
            gaps = ", ".join(f"c{ordinal + 1}" for ordinal in gone)
            cure = (
                "keep the gap: Anki keeps its card, empty, or write a new question and retire this"
            )
            yield Fault(
                "every gap that students have a card for", f"no {gaps}", cure, file=note.key
            )


@dataclass(frozen=True, slots=True)
class LockedType:
    """A note type as it was handed out: the hash that is frozen, that of its look, its date."""

    schema: str
    look: str
    modified: int


@dataclass(frozen=True, slots=True)
class Lock:
    """All that was handed out: notes by their key, note types by their kind."""

    notes: Mapping[str, LockedNote] = field(default_factory=dict)
    note_types: Mapping[str, LockedType] = field(default_factory=dict)

    @property
    def latest(self) -> int:
        """The latest date of all; 0 before anything was handed out."""
        dates = [note.modified for note in self.notes.values()]
        dates += [note_type.modified for note_type in self.note_types.values()]
        return max(dates, default=0)

    def handed_out(
        self, notes: Iterable[DeckNote], note_types: Iterable[NoteType], now: int
    ) -> Self:
        """The lock after these were handed out at `now`; what is unchanged keeps its date.

        Raises LockError where what is frozen of a note type was changed, or of a note: its kind,
        and the cards that it has at least.

        >>> from cards.deck.note_types import BASIC
        >>> note = DeckNote("cnn/why en", BASIC, "Gradeck::English", (), ("1",) * 11)
        >>> first = Lock().handed_out([note], [BASIC], now=1_800_000_000)
        >>> first.notes["cnn/why en"].modified
        1800000000
        >>> first.handed_out([note], [BASIC], now=1_900_000_000) == first
        True
        """
        notes = list(notes)
        known = ((note, self.notes.get(note.key)) for note in notes)
        if faults := [fault for note, row in known if row for fault in row.broken_by(note)]:
            raise LockError(faults)
        date = max(now, self.latest + 1)
        return type(self)(self._notes_at(notes, date), self._types_at(note_types, date))

    def _notes_at(self, notes: Iterable[DeckNote], date: int) -> dict[str, LockedNote]:
        after = max((note.id for note in self.notes.values()), default=0)
        next_id = max(date * 1000, after - after % _ID_STEP + _ID_STEP)
        locked = dict(self.notes)
        for note in notes:
            known = locked.get(note.key)
            content = note.content_hash
            made = (note.note_type.kind, note.cards if note.note_type.cloze else ())
            if known is None:
                locked[note.key] = LockedNote(content, next_id, date, *made)
                next_id += _ID_STEP
            else:
                modified = known.modified if known.content == content else date
                locked[note.key] = LockedNote(content, known.id, modified, *made)
        return locked

    def _types_at(self, note_types: Iterable[NoteType], date: int) -> dict[str, LockedType]:
        locked = dict(self.note_types)
        faults = []
        for note_type in note_types:
            known = locked.get(note_type.kind)
            schema, look = note_type.schema_hash, note_type.look_hash
            if known is not None and known.schema != schema:
                faults.append(_frozen(note_type))
            elif known is None or known.look != look:
                locked[note_type.kind] = LockedType(schema, look, date)
        if faults:
            raise LockError(faults)
        return locked

    def stamp(self, note: DeckNote) -> Stamp:
        """The id and date of a note that the lock knows."""
        known = self.notes[note.key]
        return Stamp(known.id, known.modified)

    def missing_from(self, keys: Iterable[str]) -> Iterator[Fault]:
        """A fault for each note handed out before that the bank no longer has."""
        gone: dict[str, list[str]] = {}
        for key in sorted(set(self.notes) - set(keys)):
            gone.setdefault(key.partition(" ")[0], []).append(key)
        for question, missing in gone.items():
            yield Fault(
                "every question that students have in their decks",
                f"none for {', '.join(missing)}",
                "Anki can't take a note back: keep the question with `retired: true`",
                file=question,
            )


def _frozen(note_type: NoteType) -> Fault:
    return Fault(
        "the ids, fields and templates that were handed out",
        "others",
        "use a spare field, or make a new note type with ids of its own: "
        "a changed one leaves every student's notes behind",
        file=f"note type {note_type.name!r}",
    )


def read_lock(path: Path) -> Lock:
    """The lock in a file; an empty one where there is no file; LockError for any other content."""
    if not path.exists():
        return Lock()
    try:
        content = file_content(path, _LONGEST)[:_LONGEST]
        written = json.loads(content.decode("utf-8"), object_pairs_hook=_each_key_once)
        return _from_json(written)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        fault = Fault(
            f"a lock file of version {_VERSION}",
            f"{type(error).__name__}: {error}",
            "take the file from the last release: without it students lose their own edits",
            file=str(path),
        )
        raise LockError([fault]) from None


def _each_key_once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """An object; of two equal keys the second would make every note of the first a new one."""
    found = dict(pairs)
    if len(found) < len(pairs):
        again = next(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)
        raise ValueError(f"{again!r} twice")
    return found


def _from_json(written: Mapping[str, Any]) -> Lock:
    if written["version"] != _VERSION:
        raise ValueError(f"version {written['version']}")
    notes = {
        key: LockedNote(
            str(row["content"]),
            _whole(row["id"]),
            _whole(row["modified"]),
            str(row.get("kind", "")),
            tuple(map(int, row.get("cards", ()))),
        )
        for key, row in written["notes"].items()
    }
    note_types = {
        kind: LockedType(str(row["schema"]), str(row["look"]), _whole(row["modified"]))
        for kind, row in written["note_types"].items()
    }
    return Lock(notes, note_types)


def _whole(number: object) -> int:
    """An id or a date as Anki can keep it."""
    if not isinstance(number, int) or not 0 < number < _TOO_LARGE:
        raise ValueError(f"expected a whole number from 1 to {_TOO_LARGE - 1}, got {number!r:.40}")
    return number


def _row(note: LockedNote) -> dict[str, object]:
    row: dict[str, object] = {"content": note.content, "id": note.id, "modified": note.modified}
    row |= {"kind": note.kind} if note.kind else {}
    return row | ({"cards": list(note.cards)} if note.cards else {})


def write_lock(path: Path, lock: Lock) -> None:
    """Write the lock with a line for each note, so that a review shows what was changed."""
    note_types = [
        f"  {json.dumps(kind)}: "
        f'{{"schema": "{row.schema}", "look": "{row.look}", "modified": {row.modified}}}'
        for kind, row in sorted(lock.note_types.items())
    ]
    notes = [
        f"  {json.dumps(key, ensure_ascii=False)}: {json.dumps(_row(row))}"
        for key, row in sorted(lock.notes.items())
    ]
    text = (
        f'{{\n"version": {_VERSION},\n"note_types": {{\n'
        + ",\n".join(note_types)
        + '\n},\n"notes": {\n'
        + ",\n".join(notes)
        + "\n}\n}\n"
    )
    beside = path.with_name(f".{path.name}.part")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)
