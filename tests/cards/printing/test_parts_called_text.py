"""Parts called `text` and `note`: their asks are theirs, on a card, in the terminal, on paper."""

from pathlib import Path

import pytest

from cards.deck.note_types import FIELDS
from cards.deck.notes import notes_of
from cards.loading.bank import load_bank
from cards.printing.page import print_variant
from cards.printing.terminal import variant_lines
from cards.variants.dealing import make_variant
from cards.variants.variant import Variant

QUESTION = """\
id: test/named
title: {en: Areas, zh: 面积}
kind: numeric
draw: {width: {from: 20, to: 90}, height: {from: 100, to: 190}}
lines: {area: width * height, edge: width + height}
text: {en: "A field of {width} by {height}.", zh: "一块 {width} 乘 {height} 的田。"}
note: {en: "Half of its edge is {edge}.", zh: "周长的一半是 {edge}。"}
parts:
  - {id: text, ask: {en: How large is it?, zh: 面积多大？}, answer: area}
  - {id: note, ask: {en: How long are two sides?, zh: 两边共长多少？}, answer: edge}
  - {id: title, ask: {en: And four sides twice?, zh: 四边的两倍呢？}, answer: edge}
mistakes: []
"""
ASKS = ["How large is it?", "How long are two sides?", "And four sides twice?"]


@pytest.fixture
def variant(tmp_path: Path) -> Variant:
    """A variant of the question."""
    path = tmp_path / "named.yaml"
    path.write_text(QUESTION, encoding="utf-8")
    return make_variant(load_bank([path]).find("test/named"), "1")


def field(variant: Variant) -> str:
    """The question's text with its numbers."""
    return f"A field of {variant.numbers['width']} by {variant.numbers['height']}."


def test_the_terminal_shows_text_and_asks(variant: Variant) -> None:
    """The text once, each ask at its part, and the note with the key alone."""
    told = "\n".join(variant_lines(variant, "en"))
    assert [1, 1, 1, 1] == [told.count(words) for words in (field(variant), *ASKS)]
    assert [
        f"[{name}] {ask}" in told for name, ask in zip(("text", "note", "title"), ASKS, strict=True)
    ]
    assert "Half of its edge" not in told
    assert "Note: Half of its edge is" in "\n".join(variant_lines(variant, "en", key=True))


def test_a_card_shows_the_note_on_its_back_alone(variant: Variant) -> None:
    """The front has the text and the asks, and not the note, which holds an answer."""
    (note,) = notes_of(variant.question, ["en"])
    fields = dict(zip(FIELDS, note.fields, strict=True))
    front, back = fields["Front"], fields["Back"]
    assert "A field of " in front
    assert all(ask in front for ask in ASKS)
    assert "Half of its edge" not in front
    assert "Half of its edge" in back


def test_a_page_keeps_the_note_until_it_is_solved(variant: Variant) -> None:
    """The printed variant has each text in its place, with no note before its solution."""
    before = print_variant(variant, "en", solved=())
    after = print_variant(variant, "en", solved=None)
    assert field(variant) in before.text
    assert ASKS == [part.ask for part in before.parts]
    assert "Half of its edge" not in str(before)
    assert "Half of its edge" in str(after)
