"""What Anki's editor would write is what stands there: a look at a note changes nothing."""

from dataclasses import replace

import pytest
from playwright.sync_api import Browser

from cards.deck.building import SHELVES
from cards.deck.note import DeckNote
from cards.deck.note_types import FIELDS
from cards.deck.notes import notes_of
from cards.loading.bank import load_bank
from tests.cards.deck.sample_deck import SAMPLE, edited, sample_notes

pytestmark = pytest.mark.browser

# Anki's editor takes a field's text from an element of its page.
CHANGED = """fields => fields.filter((field) => {
  const place = document.createElement("div");
  place.innerHTML = field;
  return place.innerHTML !== field;
})"""


def changed(opened: Browser, notes: list[DeckNote]) -> list[str]:
    """The fields that a look at them would change."""
    page = opened.new_page()
    found: list[str] = page.evaluate(CHANGED, [field for note in notes for field in note.fields])
    page.close()
    return found


def test_a_look_changes_no_note(opened: Browser) -> None:
    """Every field of every note of the bank is a fixed point of the browser's serialisation."""
    notes = [note for one in load_bank().values() for note in notes_of(one, list(SHELVES))]
    assert [] == changed(opened, notes)
    assert len(notes) > 500
    assert any("<svg" in field for note in notes for field in note.fields)


def test_signs_of_a_source_stay_as_they_are(opened: Browser) -> None:
    """Quotes, ampersands and angle brackets of an author's plain text are written alike."""
    load = load_bank([SAMPLE])["sample/fact"]
    signs = """O'Reilly & "others", <2nd> ed.\u00a0"""
    [note] = notes_of(replace(load, source=signs), ["en"])
    assert [] == changed(opened, [note])
    assert "O'Reilly &amp;" in note.fields[list(FIELDS).index("Source")]


def test_the_check_sees_what_an_editor_rewrites(opened: Browser) -> None:
    """A self-closing element of a drawing, as it stood in older decks, is found."""
    note = edited(sample_notes()[1], Front='<svg><path d="M0,0"/></svg>')
    assert ['<svg><path d="M0,0"/></svg>'] == changed(opened, [note])
