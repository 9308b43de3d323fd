"""The whole bank as a deck: what every note holds, and that the real backend takes it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from cards.deck.building import SHELVES
from cards.deck.folding import unfolded
from cards.deck.lock import Lock
from cards.deck.note import RETIRED_TAG, DeckNote
from cards.deck.note_types import FIELDS
from cards.deck.notes import VARIANTS, note_keys, notes_of, selected
from cards.loading.bank import Bank, load_bank
from grader.quantities import Precision
from tests.cards.deck.anki_screen import HEARS, Screen
from tests.cards.deck.sample_deck import Rendered, built, student

LARGEST = 400_000


@dataclass(frozen=True)
class Deck:
    """The bank, its notes in both languages, and what the backend made of them."""

    bank: Bank
    notes: list[DeckNote]
    arrived: dict[str, int]
    cards: int
    empty: int
    rendered: list[Rendered]
    media: Path


@pytest.fixture(scope="module")
def deck(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deck]:
    """The whole bank, built and imported once."""
    bank = load_bank()
    notes = [note for question in bank.values() for note in notes_of(question, list(SHELVES))]
    package = tmp_path_factory.mktemp("bank") / "bank.apkg"
    built(package, notes)
    with student() as ada:
        arrived = ada.take(package)
        [[cards]] = ada.rows("select count() from cards")
        empty = len(ada.collection.get_empty_cards().notes)
        rendered = list(ada.rendered())
        yield Deck(bank, notes, arrived, cards, empty, rendered, ada.media)


def field(note: DeckNote, name: str) -> str:
    """A field's text."""
    return note.fields[list(FIELDS).index(name)]


def variants(note: DeckNote) -> list[dict[str, Any]]:
    """What the card's script shows of each variant of a live note."""
    data = json.loads(field(note, "Data"))
    return [unfolded(data["shown"], data["columns"], number) for number in range(data["count"])]


def live(deck: Deck, kind: str) -> list[DeckNote]:
    """The notes of a live kind."""
    found = [note for note in deck.notes if note.note_type.kind == kind]
    assert found
    return found


def test_the_backend_takes_every_note(deck: Deck) -> None:
    """All notes arrive as new, with as many cards as they say, none of them empty."""
    assert {"new": len(deck.notes)} == deck.arrived
    assert sum(len(note.cards) for note in deck.notes) == deck.cards
    assert 0 == deck.empty


def test_every_card_renders(deck: Deck) -> None:
    """Both sides of every card render with nothing left over of templates or Markdown."""
    assert deck.cards == len(deck.rendered)
    for card in deck.rendered:
        for side in (card.front, card.back):
            shown = side.partition("<script")[0]
            assert "{{" not in shown, card.key
            assert "**" not in prose(shown), card.key


def prose(side: str) -> str:
    """A side without its variants and code, in which two stars may stand."""
    return re.sub(r"<code>.*?</code>", "", side.partition('<script type="application/json"')[0])


def test_keys_are_those_foretold(deck: Deck) -> None:
    """The notes' keys are what `note_keys` says without drawing a variant."""
    foretold = [key for question in deck.bank.values() for key in note_keys(question)]
    assert sorted(foretold) == sorted(note.key for note in deck.notes)
    assert len(set(foretold)) == len(foretold)


def test_numeric_notes_hold_many_variants(deck: Deck) -> None:
    """Each numeric note has 20 to 50 variants, all different, within a bearable size."""
    for note in live(deck, "numeric"):
        shown = variants(note)
        assert 20 <= len(shown) <= 50, note.key
        assert len({json.dumps(one["front"]) for one in shown}) == len(shown), note.key
        assert len("".join(note.fields).encode()) < LARGEST, note.key


def test_the_first_variant_stands_plainly(deck: Deck) -> None:
    """What stands on a live note without a script is the script's first variant."""
    for kind in ("numeric", "choice"):
        for note in live(deck, kind):
            first = variants(note)[0]
            for side in ("front", "back"):
                plainly = first[side].replace("\u00a0", "&nbsp;")
                assert plainly == field(note, side.title()), note.key


def test_choices_have_a_true_statement(deck: Deck) -> None:
    """Every hand of statements has a true one and a false one, and at least 18 hands differ."""
    for note in live(deck, "choice"):
        hands = variants(note)
        assert 18 <= len({json.dumps(hand["front"]) for hand in hands}) <= VARIANTS, note.key
        for hand in hands:
            assert 0 < len(hand["true"]) < hand["front"].count("gk-statement") - 1, note.key


def test_no_front_tells_a_mistake_or_a_step(deck: Deck) -> None:
    """What leads to the answer stands on the back alone."""
    for note in live(deck, "numeric"):
        assert "gk-solution" not in field(note, "Front"), note.key
        assert "gk-solution" in field(note, "Back"), note.key


def test_notes_are_tagged_and_placed_by_language(deck: Deck) -> None:
    """Each note has its question's tags, and lies in its language's deck."""
    for note in deck.notes:
        question_id, language, *_ = note.key.split()
        assert deck.bank[question_id].tags == note.tags
        assert SHELVES[language].name == note.deck


def test_a_retired_question_keeps_its_notes(deck: Deck) -> None:
    """A retired question's notes say so, are tagged, and keep their GUIDs."""
    question = next(iter(deck.bank.values()))
    before = list(notes_of(question, ["en"]))
    after = list(notes_of(replace(question, retired=True), ["en"]))
    assert [note.guid for note in before] == [note.guid for note in after]
    assert all(note.retired and RETIRED_TAG in note.tags for note in after)
    assert all("retired" in field(note, "Notice") for note in after)


def test_tags_choose_questions(deck: Deck) -> None:
    """A tag stands for itself and those below it, and for no tag that only begins alike."""
    questions = deck.bank.values()
    memory = selected(questions, "cnn::memory")
    assert memory
    assert all("cnn::memory" in question.tags for question in memory)
    assert len(memory) < len(selected(questions, "cnn"))
    assert [] == selected(questions, "cnn::mem")


def test_long_questions_are_no_cards_unless_asked_for(deck: Deck) -> None:
    """What is tagged homework stays out, comes with `homework`, and is found by its own tag."""
    questions = deck.bank.values()
    long = [question for question in questions if "homework" in question.tags]
    assert long
    assert long == selected(questions, "homework")
    assert [q for q in questions if q not in long] == selected(questions, "")
    assert len(deck.bank) == len(selected(questions, "", homework=True))


def test_a_second_build_is_identical(deck: Deck, tmp_path: Path) -> None:
    """Questions read and drawn again give the same package to the byte."""
    chosen = list(deck.bank)[::8]
    again = load_bank()
    for name, bank in (("one", deck.bank), ("other", again)):
        notes = [note for key in chosen for note in notes_of(bank[key], list(SHELVES))]
        built(tmp_path / f"{name}.apkg", notes, Lock())
    assert (tmp_path / "one.apkg").read_bytes() == (tmp_path / "other.apkg").read_bytes()


def test_precisions_are_those_the_script_knows(deck: Deck) -> None:
    """Every part's precision is a kind that the card's script compares by."""
    kinds = {
        part["precision"][0]
        for note in live(deck, "numeric")
        for part in variants(note)[0]["parts"]
    }
    assert Precision().kind in kinds
    assert kinds <= {"exact", "within", "absolute", "digits", "decimals"}


@pytest.mark.browser
def test_every_live_card_works_on_a_phone(deck: Deck, opened: Browser) -> None:
    """Both sides of every live card show one variant, complain of nothing, and fit a phone."""
    context = opened.new_context(viewport={"width": 390, "height": 700})
    context.add_init_script(HEARS)
    page = context.new_page()
    cards = [card for card in deck.rendered if 'class="gk-text"' in card.front]
    screen = Screen(page, cards[0], deck.media)
    wide = []
    for card in cards:
        screen.card = card
        question = screen.front().question()
        fits = page.evaluate("document.documentElement.scrollWidth") <= 390
        screen.type("A", "2")
        assert question == screen.back().question(), card.key
        fits = fits and page.evaluate("document.documentElement.scrollWidth") <= 390
        assert page.locator(".gk-verdict").count(), card.key
        assert [] == screen.complaints, card.key
        wide += [] if fits else [card.key]
    context.close()
    assert [] == wide
