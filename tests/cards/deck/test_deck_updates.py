"""A student who learns with one release takes the next: only what was edited changes."""

import shutil
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from anki.collection import Collection
from anki.scheduler.v3 import CardAnswer, Scheduler

from cards.deck import note_types
from cards.deck.building import PRESET, SHELVES, write_deck
from cards.deck.lock import Lock
from cards.deck.note_types import BASIC, NOTE_TYPES, NoteType
from cards.deck.package import HermeticPackage, Stamp
from tests.cards.deck.sample_deck import (
    LATER,
    NOW,
    Student,
    built,
    edited,
    retired,
    sample_notes,
    student,
)

CARDS = "select id, nid, did, ord, type, queue, due, ivl, reps, lapses, data from cards order by id"
REVIEWS = "select * from revlog order by id"
# An import dates what it touches, so a note's own words are told by its fields and tags.
NOTES = "select flds, tags from notes order by id"


def review_all(collection: Collection) -> int:
    """How many cards were answered, each with Good."""
    scheduler = collection.sched
    assert isinstance(scheduler, Scheduler)
    deck_id = collection.decks.id_for_name("Gradeck")
    assert deck_id is not None
    collection.decks.select(deck_id)
    count = 0
    while queued := scheduler.get_queued_cards(fetch_limit=1).cards:
        card = collection.get_card(queued[0].card.id)
        card.start_timer()
        answer = scheduler.build_answer(card=card, states=queued[0].states, rating=CardAnswer.GOOD)
        scheduler.answer_card(answer)
        count += 1
        if count == 6:
            break
    return count


def synchronised(ada: Student) -> None:
    """Make the collection one that was synchronised just now, so that a forced sync shows."""
    database = ada.collection.db
    assert database is not None
    database.execute("update col set ls = scm + 1")
    assert not ada.collection.schema_changed()


def test_only_the_edited_notes_change(tmp_path: Path) -> None:
    """An edit, a retirement and a new note arrive; cards, reviews and the rest stay as they are."""
    notes = sample_notes()
    first, second, *others = notes
    lock = built(tmp_path / "old.apkg", [first, second, *others])
    chinese = sample_notes("zh")[1]
    update = [edited(first, Source="another book"), retired(second), *others, chinese]
    built(tmp_path / "new.apkg", update, lock, now=LATER)
    with student() as ada:
        ada.take(tmp_path / "old.apkg")
        assert 6 == review_all(ada.collection)
        synchronised(ada)
        before = {query: ada.rows(query) for query in (CARDS, REVIEWS, NOTES)}
        assert {"new": 1, "updated": 2, "duplicate": 4} == ada.take(tmp_path / "new.apkg")
        assert before[CARDS] == ada.rows(CARDS)[:7]
        assert before[REVIEWS] == ada.rows(REVIEWS)
        changed = [old != new for old, new in zip(before[NOTES], ada.rows(NOTES), strict=False)]
        assert [True, True, *[False] * 4] == changed
        assert not ada.collection.schema_changed()
        (texts,) = ada.rows("select flds from notes where tags like '%gradeck::retired%'")[0]
        assert "This card was retired." in texts


def test_a_students_own_words_stay_until_the_author_edits(tmp_path: Path) -> None:
    """A student's edit and tag survive a release that leaves the note alone."""
    notes = sample_notes()
    lock = built(tmp_path / "old.apkg", notes)
    update = [edited(notes[0], Source="another book"), *notes[1:]]
    built(tmp_path / "new.apkg", update, lock, now=LATER)
    with student() as ada:
        ada.take(tmp_path / "old.apkg")
        note_id = ada.collection.find_notes("Title:Fact")[0]
        mine = ada.collection.get_note(note_id)
        mine["Spare 1"] = "my own words"
        mine.tags.append("leech")
        ada.collection.update_note(mine)
        ada.take(tmp_path / "new.apkg")
        kept = ada.collection.get_note(note_id)
    assert "my own words" == kept["Spare 1"]
    assert ["leech", "sample::all"] == sorted(kept.tags)


def test_a_new_look_arrives_without_a_full_sync(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A changed style reaches the student's note types, and the schema stays the same."""
    notes = sample_notes()
    lock = built(tmp_path / "old.apkg", notes)
    folder = tmp_path / "templates"
    shutil.copytree(note_types.TEMPLATES, folder)
    with (folder / "card.css").open("a") as sheet:
        sheet.write(".gk-title { font-weight: 900; }\n")
    monkeypatch.setattr(note_types, "TEMPLATES", folder)
    note_types.style.cache_clear()
    for kind in NOTE_TYPES.values():
        monkeypatch.delitem(kind.__dict__, "look_hash", raising=False)
    try:
        again = write_deck(tmp_path / "new.apkg", notes, lock, now=LATER).lock
    finally:
        note_types.style.cache_clear()
        for kind in NOTE_TYPES.values():
            kind.__dict__.pop("look_hash", None)
    assert {LATER} == {row.modified for row in again.note_types.values()}
    with student() as ada:
        ada.take(tmp_path / "old.apkg")
        synchronised(ada)
        assert {"duplicate": 6} == ada.take(tmp_path / "new.apkg")
        arrived = ada.collection.models.by_name("Gradeck Numbers")
        assert arrived is not None
        assert "font-weight: 900" in arrived["css"]
        assert not ada.collection.schema_changed()


def test_without_the_lock_an_edit_would_not_arrive(tmp_path: Path) -> None:
    """The dates are what Anki goes by: an edit under the old date is taken for a duplicate."""
    notes = sample_notes()
    built(tmp_path / "old.apkg", notes)
    built(tmp_path / "new.apkg", [edited(notes[0], Source="x"), *notes[1:]], Lock(), now=NOW)
    with student() as ada:
        ada.take(tmp_path / "old.apkg")
        assert {"duplicate": 6} == ada.take(tmp_path / "new.apkg")


def test_a_retired_note_is_never_taken_from_a_student(tmp_path: Path) -> None:
    """A package without a note leaves it, its cards and its reviews with the student."""
    notes = sample_notes()
    lock = built(tmp_path / "old.apkg", notes)
    built(tmp_path / "new.apkg", notes[1:], lock, now=LATER)
    with student() as ada:
        ada.take(tmp_path / "old.apkg")
        before = ada.rows(CARDS)
        ada.take(tmp_path / "new.apkg")
        assert before == ada.rows(CARDS)


class Reordered(NoteType):
    """A note type whose first two fields changed places."""

    def as_anki(self, modified: int) -> dict[str, Any]:
        """The note type as Anki's JSON."""
        written = super().as_anki(modified)
        first, second, *rest = written["flds"]
        return {**written, "flds": [second, first, *rest]}


def test_a_moved_field_would_leave_notes_behind(tmp_path: Path) -> None:
    """Why fields are frozen: on the backend a moved field makes every note conflicting."""
    note = sample_notes()[1]
    built(tmp_path / "old.apkg", [note])
    other = Reordered(**{one.name: getattr(BASIC, one.name) for one in fields(BASIC)})
    stamped = [(replace(note, note_type=other), Stamp(NOW * 1000, LATER))]
    package = HermeticPackage(SHELVES.values(), {other: LATER}, stamped, preset=PRESET)
    package.write_to_file(tmp_path / "new.apkg")
    with student() as ada:
        ada.take(tmp_path / "old.apkg")
        assert {"conflicting": 1} == ada.take(tmp_path / "new.apkg")
        names = {kind["name"] for kind in ada.collection.models.all()}
    assert "Gradeck Fact+" in names
