"""The lock file: who gets a new date, what is refused, and that it is written for reviewers."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from cards.deck.lock import LOCK_FILE, Lock, LockError, read_lock, write_lock
from cards.deck.note_types import FIELDS, NOTE_TYPES, NUMERIC
from tests.cards.deck.sample_deck import LATER, NOW, edited, sample_notes


def locked(now: int = NOW) -> Lock:
    """The lock after the sample deck was handed out."""
    return Lock().handed_out(sample_notes(), NOTE_TYPES.values(), now)


def test_only_what_changed_gets_a_new_date() -> None:
    """An edited note gets the new date and keeps its id; the others keep both."""
    notes = sample_notes()
    before = locked()
    after = before.handed_out([edited(notes[0], Source="x"), *notes[1:]], [], LATER)
    dates = {key: row.modified for key, row in after.notes.items()}
    assert {notes[0].key} == {key for key, date in dates.items() if date == LATER}
    assert {key: row.id for key, row in before.notes.items()} == {
        key: row.id for key, row in after.notes.items()
    }


def test_dates_only_grow() -> None:
    """A change made while the clock is behind is still dated after everything before."""
    notes = sample_notes()
    after = locked().handed_out([edited(notes[0], Source="x")], [], now=NOW - 1_000_000)
    assert NOW + 1 == after.notes[notes[0].key].modified


def test_tags_are_content() -> None:
    """A changed tag is a change that reaches students."""
    note = sample_notes()[0]
    after = locked().handed_out([replace(note, tags=("sample::other",))], [], LATER)
    assert LATER == after.notes[note.key].modified


def test_ids_leave_room_for_cards() -> None:
    """New notes take ids at a distance, after all ids given before."""
    first = locked()
    both = first.handed_out(sample_notes("zh"), [], now=NOW - 5)
    ids = sorted(row.id for row in both.notes.values())
    assert 12 == len(ids)
    assert all(later - earlier >= 100 for earlier, later in pairwise(ids))
    assert max(row.id for row in first.notes.values()) < both.notes["sample/fact zh"].id


def test_an_undeclared_change_of_a_note_type_is_refused() -> None:
    """Another template, another id or another name of a known note type stops the build."""
    for change in ({"template": "Renamed"}, {"template_id": 1}, {"name": "Renamed"}, {"id": 1}):
        changed = replace(NUMERIC, **change)
        with pytest.raises(LockError, match="use a spare field, or make a new note type"):
            locked().handed_out([], [changed], LATER)


def test_a_question_that_vanished_is_refused() -> None:
    """A handed-out note without its question is a fault that says how to retire it."""
    keys = [note.key for note in sample_notes()[1:]]
    (fault,) = locked().missing_from(keys)
    assert "sample/numbers" == fault.file
    assert "retired: true" in fault.cure


def test_a_written_lock_reads_back(tmp_path: Path) -> None:
    """What was written is read again as the same, a line for each note."""
    path = tmp_path / "deck.lock.json"
    write_lock(path, locked())
    assert locked() == read_lock(path)
    lines = path.read_text().splitlines()
    assert 11 == sum('"modified"' in line for line in lines)
    assert ["deck.lock.json"] == [file.name for file in tmp_path.iterdir()]


def test_no_file_is_an_empty_lock(tmp_path: Path) -> None:
    """Before the first release there is nothing to keep."""
    assert Lock() == read_lock(tmp_path / "deck.lock.json")


@pytest.mark.parametrize(
    "content",
    [
        *("", "[]", "{}", "\x00", "[" * 100_000, '{"version": 1}'),
        '{"version": 9, "notes": {}, "note_types": {}}',
        '{"version": 1, "notes": {"a": {"content": "", "id": 1e999, "modified": 1}}}',
        '{"version": 1, "notes": {"a": {"content": "", "id": 1e3, "modified": 1}}}',
        '{"version": 1, "notes": {"a": {"content": "", "id": 9, "modified": 99999999999999999}}}',
        '{"version": 1, "notes": {"a": {"content": "", "id": -9, "modified": 1}}}',
        '{"version": 1, "notes": {}, "note_types": {}, "notes": {}}',
    ],
    ids=lambda content: content[:70],
)
def test_a_broken_lock_is_refused(tmp_path: Path, content: str) -> None:
    """Anything but a lock is refused with its path: a guess would cost students their edits."""
    path = tmp_path / "deck.lock.json"
    path.write_text(content)
    with pytest.raises(LockError, match=r"deck\.lock\.json: expected a lock file of version 1"):
        read_lock(path)


def test_the_released_note_types_are_unchanged() -> None:
    """The committed lock knows all five note types, as they are."""
    released = read_lock(LOCK_FILE)
    assert set(NOTE_TYPES) == set(released.note_types)
    assert {kind: row.schema for kind, row in released.note_types.items()} == {
        kind: note_type.schema_hash for kind, note_type in NOTE_TYPES.items()
    }


def test_a_lock_without_end_is_refused(tmp_path: Path) -> None:
    """A device that gives bytes for ever is no lock, and is not read."""
    (tmp_path / "deck.lock.json").symlink_to("/dev/zero")
    with pytest.raises(OSError, match="a pipe or a device"):
        read_lock(tmp_path / "deck.lock.json")


def test_a_gap_that_was_handed_out_stays() -> None:
    """A gap taken away would leave an empty card with every student: it is refused."""
    notes = sample_notes()
    gaps = notes[2]
    front = dict(zip(FIELDS, gaps.fields, strict=True))["Front"]
    fewer = edited(gaps, Front=front.replace("{{c2::window}}", "window"))
    with pytest.raises(LockError, match=r"sample/gaps en: expected every gap .*, got no c2; keep"):
        locked().handed_out([fewer], [], LATER)
    more = edited(gaps, Front=f"{front} {{{{c3::by stride}}}}")
    after = locked().handed_out([more], [], LATER)
    assert (0, 1, 2) == after.notes[gaps.key].cards


def test_a_kind_that_was_handed_out_stays() -> None:
    """Anki would call the note conflicting for ever, and leave the card as it was."""
    fact, gaps = sample_notes()[1:3]
    other = replace(fact, note_type=gaps.note_type, fields=gaps.fields)
    with pytest.raises(LockError, match="expected the kind that students have, basic, got cloze"):
        locked().handed_out([other], [], LATER)


def test_an_older_record_has_no_kinds() -> None:
    """What an older release recorded takes any kind once, and records it from then on."""
    lock = locked()
    old = Lock({key: replace(row, kind="", cards=()) for key, row in lock.notes.items()})
    assert lock.notes == old.handed_out(sample_notes(), [], LATER).notes
