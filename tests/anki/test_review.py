"""Cards of every kind in the real Anki: imported by its dialog, answered by keys alone."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cards.deck.note import DeckNote
from cards.deck.note_types import FIELDS, NOTE_TYPES
from cards.deck.notes import deck_variants, notes_of
from cards.loading.bank import Bank, load_bank
from cards.question import Enumeration, Question
from cards.variants.variant import Variant
from tests.anki.desktop import Desktop
from tests.cards.deck.sample_deck import LATER, NOW, built, edited

pytestmark = pytest.mark.desktop

CARDS = 14
KINDS = tuple(NOTE_TYPES)
GRADED = "return mw.col.db.scalar('select count() from revlog')"
REVIEWS = "return mw.col.db.all('select cid, ease from revlog order by id')"
COUNT = "return mw.col.db.scalar('select count() from notes')"
CHOOSE = """
cards = mw.col.db.list("select id from cards order by id")
mw.col.sched.suspend_cards(cards)
chosen = mw.col.db.list("select min(cards.id) from cards join notes on nid = notes.id "
    "where mid = {note_type} group by nid order by due limit {most}")
mw.col.sched.unsuspend_cards(chosen)
mw.col.decks.select(mw.col.decks.id_for_name("Gradeck"))
mw.col.sched.extend_limits(200, 0)
mw.reset()
"""
TYPED = "[...document.querySelectorAll('.gk-box')].map((box) => box.value)"
FOCUSED = "document.activeElement !== null && document.activeElement.className === 'gk-box'"


@dataclass(frozen=True)
class Deck:
    """Some questions of each kind, their notes, and the package that Anki has taken."""

    bank: Bank
    notes: list[DeckNote]
    package: Path


def typed_by_keys(text: str) -> str:
    """What a keyboard of an English layout types for it; empty where it has no such key."""
    plain = text.replace("−", "-")
    return plain if plain.isascii() else ""


def right_answers(question: Question, variant: Variant) -> list[str]:
    """What answers each box of a card rightly, as a keyboard types it."""
    return [typed_by_keys(variant.right(key)["display"]) for key in variant.keys]


def suitable(question: Question) -> bool:
    """Whether every word that is to be typed is on the keyboard."""
    content = question.content
    items = content.items if isinstance(content, Enumeration) else ()
    return all(typed_by_keys(item.answer.in_("en")) for item in items)


@pytest.fixture(scope="module")
def deck(tmp_path_factory: pytest.TempPathFactory) -> Deck:
    """As many questions of each kind as give the cards to answer."""
    bank = load_bank()
    notes: list[DeckNote] = []
    for kind in KINDS:
        found: list[DeckNote] = []
        for question in bank.values():
            if question.kind == kind and len(found) < CARDS and suitable(question):
                found += notes_of(question, ["en"])
        notes += found[:CARDS]
    package = tmp_path_factory.mktemp("p") / "deck.apkg"
    built(package, notes)
    return Deck(bank, notes, package)


@pytest.fixture
def taken(anki: Desktop, deck: Deck) -> Desktop:
    """Anki after the package was imported by its dialog."""
    anki.take(deck.package)
    anki.until(COUNT, len(deck.notes))
    return anki


def study(anki: Desktop, kind: str, most: int = CARDS) -> None:
    """Leave only some cards of one kind, and begin to review them."""
    anki.python("mw.moveToState('deckBrowser')")
    anki.until("return mw.state", "deckBrowser")
    anki.python(CHOOSE.format(note_type=NOTE_TYPES[kind].id, most=most))
    anki.page_of_decks()
    anki.python("mw.moveToState('review')")
    anki.side("question")


def field(note: DeckNote, name: str) -> str:
    """A field's text."""
    return note.fields[list(FIELDS).index(name)]


def told(anki: Desktop) -> dict[str, Any]:
    """What the card on the screen tells programs of itself."""
    found = anki.page("window.gradeckCard")
    assert isinstance(found, dict)
    return found


def answered(anki: Desktop, deck: Deck) -> str:
    """Answer the card on the screen with keys, and turn it; the kind of verdict that it got."""
    card = told(anki)
    question = deck.bank[card["question"]]
    if question.kind != "basic":
        anki.until(FOCUSED, page=True)
    if card["variant"] is not None:
        variant = deck_variants(question)[card["variant"]]
        for text in right_answers(question, variant):
            anki.type(text)
            anki.keys("Return")
    elif isinstance(question.content, Enumeration):
        item = next(one for one in question.content.items if one.id == card["item"])
        anki.type(typed_by_keys(item.answer.in_("en")))
        anki.keys("Return")
    else:
        anki.keys("space")
    anki.side("answer")
    assert card["variant"] == told(anki)["variant"]
    verdicts = anki.page("[...document.querySelectorAll('.gk-verdict')].map((v) => v.className)")
    return " ".join(sorted(set(" ".join(verdicts).split()) - {"gk-verdict"}))


WORTH = {"numeric": "gk-right", "choice": "gk-right", "list": "gk-found", "basic": "", "cloze": ""}


@pytest.mark.parametrize("kind", KINDS)
def test_cards_are_answered_by_keys_alone(taken: Desktop, deck: Deck, kind: str) -> None:
    """Typed, turned and graded with the keyboard; each right, each graded once."""
    study(taken, kind)
    before = taken.python(REVIEWS)
    for number in range(CARDS):
        taken.side("question")
        assert WORTH[kind] == answered(taken, deck), told(taken)
        taken.keys("3")
        taken.until(GRADED, len(before) + number + 1)
    new = taken.python(REVIEWS)[len(before) :]
    assert {3} == {ease for _, ease in new}


def test_undo_brings_back_numbers_and_text(taken: Desktop, deck: Deck) -> None:
    """Again pressed by mistake and undone: the same variant and text, and Good is possible."""
    study(taken, "numeric", most=3)
    first = told(taken)
    taken.until(FOCUSED, page=True)
    taken.type("777")
    taken.python("mw.reviewer._showAnswer()")
    taken.side("answer")
    taken.keys("1")
    taken.until(f"return mw.reviewer.card.note().fields[0] != {first['key']!r}")
    taken.side("question")
    taken.keys("Escape", "ctrl+z")
    taken.until("return mw.reviewer.card.note().fields[0]", first["key"])
    taken.side("question")
    again = told(taken)
    assert first["variant"] == again["variant"]
    assert "777" == taken.page(TYPED)[0]


BROWSER = "aqt.dialogs._dialogs['Browser'][1]"


def walk(anki: Desktop, notes: int) -> None:
    """Look at every note in Anki's Browser, row by row with the arrow key, each in the editor."""
    anki.python("aqt.dialogs.open('Browser', mw).search_for('note:Gradeck*')")
    anki.until(f"return {BROWSER}.table.len() >= {notes}")
    anki.python(f"{BROWSER}.table.to_first_row(); {BROWSER}.form.tableView.setFocus()")
    for row in range(anki.python(f"return {BROWSER}.table.len()")):
        anki.until(f"return {BROWSER}.table._current().row()", row)
        anki.until(f"return {BROWSER}.editor.note.id == {BROWSER}.table.get_current_note().id")
        anki.python(
            f"{BROWSER}.editor.call_after_note_saved("
            f"lambda: setattr(mw, 'saved_row', {row}), keepFocus=True)"
        )
        anki.until("return getattr(mw, 'saved_row', None)", row)
        anki.keys("Down")
    anki.python(f"{BROWSER}.close()")
    anki.until(f"return {BROWSER} is None")


MODIFIED = "return mw.col.db.all('select id, mod from notes order by id')"
PLANT = """
note = mw.col.get_note(mw.col.find_notes('note:Gradeck*')[0])
note['Spare 2'] = '<svg><path d="M0,0"/></svg>'
mw.col.update_note(note)
mw.col.db.execute('update notes set mod = 1')
return note.id
"""


def test_a_walk_through_the_browser_changes_nothing(taken: Desktop, deck: Deck) -> None:
    """Only the note is modified in which a drawing was planted as older decks had it."""
    planted = taken.python(PLANT)
    walk(taken, len(deck.notes))
    changed = [note for note, modified in taken.python(MODIFIED) if modified != 1]
    assert [planted] == changed


def test_an_update_arrives_after_the_walk(taken: Desktop, deck: Deck, tmp_path: Path) -> None:
    """A correction is taken by the dialog's own settings; other notes and all reviews stay."""
    first, *others = deck.notes[1:]
    package = tmp_path / "update.apkg"
    lock = built(tmp_path / "before.apkg", deck.notes, now=NOW)
    built(package, [deck.notes[0], edited(first, Source="a later book"), *others], lock, now=LATER)
    reviews, modified = taken.python(REVIEWS), dict(taken.python(MODIFIED))
    taken.take(package)
    source = f"return mw.col.get_note(mw.col.find_notes('Key:\"{first.key}\"')[0])['Source']"
    taken.until(source, "a later book")
    assert reviews == taken.python(REVIEWS)
    after = dict(taken.python(MODIFIED))
    assert 1 == sum(modified[note] != after[note] for note in modified)
