"""The page on what the bank holds: generated, whole, and true to the tests that it names."""

from pathlib import Path

from cards.loading.bank import load_bank
from cards.reference.bank_page import BANK_FILE, CHAPTER, bank_page, covering, recomputed

ROOT = Path(__file__).parents[3]
COMPUTED = recomputed(ROOT / "tests" / "cards" / "questions")


def test_the_page_is_what_the_bank_holds() -> None:
    """`python -m cards.reference.bank_page docs/reference tests/cards/questions` mends it."""
    page = (ROOT / "docs" / "reference" / BANK_FILE).read_text(encoding="utf-8")
    assert bank_page(load_bank(), COMPUTED) == page


def test_every_question_has_a_row() -> None:
    """Each question that is dealt stands in one table, once."""
    page = bank_page(load_bank(), COMPUTED)
    names = [name.partition("/")[2] for name, one in load_bank().items() if not one.retired]
    assert [] == [name for name in names if page.count(f"| `{name}` |") != 1]


def test_the_chapter_is_covered_by_questions_that_exist() -> None:
    """Each fact of the six exercises names questions of the bank."""
    bank = load_bank()
    named = [
        (name, one)
        for facts in CHAPTER.values()
        for names in facts.values()
        for name in names
        for one in covering(bank, name) or [name]
    ]
    assert 6 == len(CHAPTER)
    assert [] == [name for name, one in named if one not in bank]


def test_what_is_called_recomputed_is() -> None:
    """Every id that the page ticks is a numeric question, and there are many."""
    bank = load_bank()
    assert {"numeric"} == {bank[one].kind for one in COMPUTED}
    assert len(COMPUTED) >= 50
