"""From the question bank to an Anki deck: which notes, in which order, with which dates."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cards.deck.lock import Lock
from cards.deck.note import DeckNote
from cards.deck.note_types import NOTE_TYPES, math_font
from cards.deck.package import HermeticPackage, Preset, Shelf
from grader.wording import SPOKEN, Text

_FOUNDED: Final = 1_763_900_000

_LICENCE: Final = (
    "<p>Gradeck, MIT licence: use and change the notes freely, and keep this line. "
    "Formulas are set in STIX Two Math, SIL Open Font License 1.1.</p>"
)
_ABOUT: Final = Text(
    "<p>The numbers of a card are new at every review. Type your answer and press Enter, or "
    "think and turn the card. A new version of this deck keeps your history.</p>",
    "<p>每次复习时，卡片上的数字都会更换。填写答案后按回车键，或心算后翻面。"
    "导入新版本会保留你的复习记录。</p>",
)

ROOT_SHELF: Final = Shelf(
    1763900000001, "Gradeck", "".join(_ABOUT.values()) + _LICENCE, modified=_FOUNDED
)
SHELVES: Final = {
    code: Shelf(id_, f"Gradeck::{language.name}", _ABOUT.in_(code) + _LICENCE, modified=_FOUNDED)
    for id_, (code, language) in enumerate(SPOKEN.items(), start=1763900000002)
}
PRESET: Final = Preset(
    1763900000901, "Gradeck", new_per_day=15, desired_retention=0.9, modified=_FOUNDED
)


@dataclass(frozen=True, slots=True)
class Build:
    """What a build made: how many notes and cards, how many of them were not in the lock before."""

    notes: int
    cards: int
    added: int
    changed: int
    lock: Lock

    def as_dict(self) -> dict[str, int]:
        """The counts as JSON."""
        return {
            "notes": self.notes,
            "cards": self.cards,
            "added": self.added,
            "changed": self.changed,
        }


def dated(notes: Iterable[DeckNote], lock: Lock, now: int) -> Lock:
    """The lock after these notes and the note types were handed out at `now`."""
    return lock.handed_out(notes, NOTE_TYPES.values(), now)


def write_deck(
    path: Path,
    notes: Sequence[DeckNote],
    lock: Lock,
    *,
    now: int | None = None,
    on_note: Callable[[], object] = lambda: None,
) -> Build:
    """Write the package of these notes and give the lock after it.

    Dates come from the lock; `now` dates only what the lock doesn't know as it is. Notes are
    learnt by level, within a level in the given order, and retired ones last.
    """
    moment = int(time.time()) if now is None else now
    after = dated(notes, lock, moment)
    ordered = sorted(notes, key=lambda note: (note.retired, note.level))
    used = {note.deck for note in notes}
    shelves = [ROOT_SHELF, *(shelf for shelf in SHELVES.values() if shelf.name in used)]
    kinds = dict.fromkeys(note.note_type for note in ordered)
    package = HermeticPackage(
        shelves,
        {kind: after.note_types[kind.kind].modified for kind in kinds},
        ((note, after.stamp(note)) for note in ordered),
        preset=PRESET,
        media=[math_font()],
    )
    package.write_to_file(path, timestamp=_FOUNDED, on_note=on_note)
    known = [lock.notes.get(note.key) for note in notes]
    return Build(
        notes=len(notes),
        cards=sum(len(note.cards) for note in notes),
        added=known.count(None),
        changed=sum(
            one is not None and one.modified != after.notes[note.key].modified
            for note, one in zip(notes, known, strict=True)
        ),
        lock=after,
    )
