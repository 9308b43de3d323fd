"""The formats for other systems: the table is what the command and the how-to follow."""

from dataclasses import replace
from pathlib import Path

import pytest

from cards.lms.choosing import Wish, bank_groups, filled
from cards.lms.format import Layout
from cards.lms.losses import LOSSES
from cards.lms.making import Speech, alone
from cards.lms.table import FORMATS
from grader.errors import QuestionError
from tests.cards.lms.outcomes import named

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "export-to-an-lms.md"


def test_the_page_names_every_format() -> None:
    """The how-to has a row for each format, with its sentence."""
    page = PAGE.read_text(encoding="utf-8")
    rows = [f"| `{each.name}` | {each.says} |" for each in FORMATS.values()]
    assert [] == [row for row in rows if row not in page]


@pytest.mark.parametrize("name", FORMATS)
def test_a_text_that_no_file_can_hold_is_refused(name: str) -> None:
    """A control character is named with its question, in every format."""
    speech = Speech(("en",), alone)
    (one,) = filled(bank_groups([named("cnn/multiply-adds")]), Wish(speech))
    broken = replace(one.items[0], solution="<p>a\vb</p>")
    told = r"multiply_adds.yaml:[0-9]+: cnn/multiply-adds#1: expected text that XML .* U\+000B"
    with pytest.raises(QuestionError, match=told):
        FORMATS[name].write([replace(one, items=(broken,))], Layout())


def test_every_loss_of_a_format_is_in_the_table() -> None:
    """A loss has its sentence, and each sentence is some format's."""
    named = {name for each in FORMATS.values() for name in (*each.loses, *each.loses_apart)}
    assert LOSSES.keys() == named
