"""The formats for other systems: the table is what the command and the how-to follow."""

from pathlib import Path

from cards.lms.losses import LOSSES
from cards.lms.table import FORMATS

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "export-to-an-lms.md"


def test_the_page_names_every_format() -> None:
    """The how-to has a row for each format, with its sentence."""
    page = PAGE.read_text(encoding="utf-8")
    rows = [f"| `{each.name}` | {each.says} |" for each in FORMATS.values()]
    assert [] == [row for row in rows if row not in page]


def test_every_loss_of_a_format_is_in_the_table() -> None:
    """A loss has its sentence, and each sentence is some format's."""
    named = {name for each in FORMATS.values() for name in (*each.loses, *each.loses_apart)}
    assert LOSSES.keys() == named
