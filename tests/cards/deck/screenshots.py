"""Pictures of the deck's cards as Anki renders them, for the docs and to look at.

    python -m tests.cards.deck.screenshots FOLDER

The dice of the cards are fixed: a picture changes only when the bank or the look does.
"""

import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser

from cards.deck.notes import deck_variants, notes_of
from cards.loading.bank import Bank, load_bank
from cards.question import Question
from tests.cards.deck.anki_screen import HEARS, Screen, browser
from tests.cards.deck.sample_deck import Rendered, built, student
from tests.conftest import BROWSERS

NUMBERS = "cnn/three-conv-parameters"
STATEMENTS = "cnn/statements-pooling"
DICE = 0.3


@dataclass(frozen=True)
class Picture:
    """A picture: its file, the card, what is typed into it, and how it is looked at."""

    name: str
    key: str
    typed: tuple[str, ...]
    back: bool = False
    mode: str = ""
    width: int = 720


def pictures(question: Question) -> list[Picture]:
    """The pictures: of the question's card, one part answered right and one without the bias."""
    variants = deck_variants(question)
    variant = variants[int(DICE * len(variants))]
    second = variant.parts[1]
    product = "({kernel}*{kernel}*{channels}+1)*{filters}".format(**variant.numbers)
    typed = product, f"{variant.mistaken[second.id]['no-bias']:,}"
    english, night = f"{question.id} en", "nightMode"
    return [
        Picture("card-front-light", english, typed),
        Picture("card-back-light", english, typed, back=True),
        Picture("card-front-dark", english, typed, mode=night),
        Picture("card-back-dark", english, typed, back=True, mode=night),
        Picture("card-phone-zh", f"{question.id} zh", (product, "1,5"), back=True, width=390),
        Picture("card-statements", f"{STATEMENTS} en", ("A, C",), back=True),
    ]


def rendered(bank: Bank, folder: Path) -> dict[str, Rendered]:
    """The cards to picture by their keys, and their media in the folder."""
    notes = [note for name in (NUMBERS, STATEMENTS) for note in notes_of(bank[name], ["en", "zh"])]
    built(folder / "deck.apkg", notes)
    with student() as ada:
        ada.take(folder / "deck.apkg")
        shutil.copytree(ada.media, folder / "media")
        return {card.key: card for card in ada.rendered()}


def take(launched: Browser, card: Rendered, media: Path, picture: Picture, file: Path) -> None:
    """Take one picture."""
    context = launched.new_context(viewport={"width": picture.width, "height": 480})
    context.add_init_script(f"{HEARS} Math.random = () => {DICE};")
    screen = Screen(context.new_page(), card, media, mode=picture.mode).front()
    screen.type(*picture.typed)
    if picture.back:
        screen.back()
    screen.page.evaluate("document.fonts.ready.then(() => 0)")
    screen.page.evaluate("document.activeElement.blur()")
    screen.page.screenshot(path=file, full_page=True)
    context.close()


def main() -> None:
    """Take all pictures into the folder named."""
    (target,) = map(Path, sys.argv[1:])
    chromium = next(path for name in BROWSERS if (path := shutil.which(name)))
    with tempfile.TemporaryDirectory() as folder, browser(chromium) as launched:
        bank = load_bank()
        cards = rendered(bank, Path(folder))
        for picture in pictures(bank[NUMBERS]):
            file = target / f"{picture.name}.png"
            take(launched, cards[picture.key], Path(folder, "media"), picture, file)


if __name__ == "__main__":
    main()
