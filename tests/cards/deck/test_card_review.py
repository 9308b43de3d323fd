"""One review of a card: what it keeps, what it tells, and how each of Anki's programs turns it."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from cards.deck.notes import deck_variants
from cards.loading.bank import load_bank
from tests.cards.deck.anki_screen import NUMBERS, STATEMENTS, Screen, Way
from tests.cards.deck.sample_deck import SAMPLE, SIZES

pytestmark = pytest.mark.browser

Open = Callable[..., Screen]

WEB = "window.turned = 0; window.study = { drawAnswer() { window.turned += 1; } };"
IPHONE = """window.turned = 0; window.sendMessage2 = (...said) => {
  if (said.join() === "ankitap,midCenter") window.turned += 1;
};"""


@pytest.mark.parametrize("setup", [WEB, IPHONE], ids=["AnkiWeb", "AnkiMobile"])
def test_enter_turns_the_card_wherever_anki_runs(screen: Open, setup: str) -> None:
    """AnkiWeb's and AnkiMobile's own calls are made."""
    card = screen(setup=setup).front()
    card.page.locator(".gk-box").last.press("Enter")
    assert 1 == card.page.evaluate("turned")


def test_every_tap_that_means_something_is_kept_from_the_program(screen: Open) -> None:
    """AnkiMobile and AnkiDroid turn the card on a tap, but for these elements and this class."""
    card = screen(STATEMENTS).front()
    statements = card.page.locator(".gk-statement").all()
    assert statements
    assert all("tappable" in (one.get_attribute("class") or "").split() for one in statements)
    kept = "document.querySelector('.gk-box').matches('a, button, input, summary')"
    assert card.page.evaluate(kept)


AGAIN = {
    "the editor is closed": ["front"],
    "another card was begun": ["back", "other front"],
}


@pytest.mark.parametrize("way", ["desktop", "reloading"])
@pytest.mark.parametrize("between", AGAIN.values(), ids=AGAIN.keys())
def test_the_same_review_keeps_its_numbers_and_text(
    screen: Open, between: list[str], way: Way
) -> None:
    """A front shown again, after an edit or an undo, has the same variant and what was typed."""
    card = screen(way=way).front().type("777")
    asked = card.question()
    for side in between:
        if side == "other front":
            card.showing(STATEMENTS).front()
            card.showing(NUMBERS)
        elif side == "back":
            card.back()
    for _ in range(3):
        assert asked == card.front().question()
        assert "777" == card.page.locator(".gk-box").first.input_value()
    assert "read as 777" in card.text(".gk-rule >> nth=0")
    assert "You wrote 777" in card.back().text()


@pytest.mark.parametrize("way", ["desktop", "reloading"])
def test_a_repeat_is_a_new_review(screen: Open, way: Way) -> None:
    """A card that comes again after its answer, alone or after another one, is asked afresh."""
    card = screen(way=way)
    for others in (0, 1):
        seen = []
        for _ in range(6):
            seen.append(card.front().numbers())
            assert "" == card.page.locator(".gk-box").first.input_value()
            card.type("1").back()
            if others:
                card.showing(STATEMENTS).front().back()
                card.showing(NUMBERS)
        assert all(one != other for one, other in pairwise(seen)), others


def test_a_card_tells_programs_what_it_shows(screen: Open) -> None:
    """`gradeckCard` has the question, its version, the variant and the texts by part."""
    card = screen().front().type("12")
    told = card.page.evaluate("gradeckCard")
    question = load_bank([SAMPLE])["sample/numbers"]
    kernel, filters = SIZES[{3: 0, 5: 1, 7: 2}[card.numbers()[1]]]
    variant = deck_variants(question)[told["variant"]]
    assert {"kernel": kernel, "filters": filters} == dict(variant.numbers)
    assert told == {
        "key": NUMBERS,
        "question": question.id,
        "language": "en",
        "item": None,
        "content_hash": question.content_hash,
        "side": "front",
        "variant": told["variant"],
        "typed": {"parameters": "12"},
        "hinted": False,
    }
    assert "back" == card.back().page.evaluate("gradeckCard.side")
    told = card.showing("sample/item en batch").front().page.evaluate("gradeckCard")
    assert ("sample/item", "batch", None) == (told["question"], told["item"], told["variant"])


SAID = [
    ("sample/item en batch", "make it smaller!", "✓ The point is there."),
    ("sample/item en batch", "pool earlier", "≟ Not recognised: compare it yourself."),
    ("sample/item en batch", "do not make it smaller", "≟ Not recognised: compare it yourself."),
    ("sample/item zh batch", "可以减小批量", "✓ 要点已写出。"),
    ("sample/gaps en", "The Window", "✓ The point is there."),
    ("sample/gaps en", "smallest", "≟ Not recognised: compare it yourself."),
]


@pytest.mark.parametrize(("key", "typed", "told"), SAID)
def test_words_are_compared_with_the_key_points(
    screen: Open, key: str, typed: str, told: str
) -> None:
    """List and cloze cards say what they found, and advise nothing: the student decides."""
    card = screen(key).front().type(typed).back()
    assert told == card.text(".gk-verdict")
    assert typed in card.text(".gk-yours")
    assert 0 == card.page.locator(".gk-advice").count()
    assert [] == card.complaints
