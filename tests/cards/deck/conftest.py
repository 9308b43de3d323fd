"""A browser, the sample deck as the real backend renders it, and screens to open its cards on."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.cards.deck.anki_screen import HEARS, NUMBERS, Screen, Way, browser
from tests.cards.deck.sample_deck import Rendered, built, sample_notes, student

Open = Callable[..., Screen]


@pytest.fixture(scope="module")
def opened(chromium: str) -> Iterator[Browser]:
    """One browser for the whole file."""
    with browser(chromium) as launched:
        yield launched


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, Rendered], Path]]:
    """The sample deck as the backend renders it, by key, and its media folder."""
    package = tmp_path_factory.mktemp("deck") / "deck.apkg"
    built(package, sample_notes("en") + sample_notes("zh"))
    with student() as ada:
        ada.take(package)
        yield {card.key: card for card in ada.rendered()}, ada.media


@pytest.fixture
def screen(opened: Browser, sample: tuple[dict[str, Rendered], Path]) -> Iterator[Open]:
    """Opens a card on a screen of its own; at the end no page may have complained."""
    cards, media = sample
    screens: list[Screen] = []

    def open_card(
        key: str = NUMBERS,
        way: Way = "desktop",
        mode: str = "",
        width: int = 900,
        setup: str = HEARS,
        *,
        script: bool = True,
    ) -> Screen:
        context = opened.new_context(
            viewport={"width": width, "height": 700}, java_script_enabled=script
        )
        context.add_init_script(setup)
        page = context.new_page()
        page.set_default_timeout(10_000)
        screens.append(Screen(page, cards[key], media, way, mode, others=cards))
        return screens[-1]

    yield open_card
    complaints = [complaint for one in screens for complaint in one.complaints]
    for one in screens:
        one.page.context.close()
    assert [] == complaints
