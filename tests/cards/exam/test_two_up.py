"""Papers two up: after the cut each leaf has its own back, and the pile is in order."""

import io

import pikepdf
import pypdfium2
import pytest

from cards.exam.papers.merging import Merged
from cards.exam.papers.paper import Printing, paper_data, widths
from cards.exam.papers.printer import printed
from cards.exam.papers.two_up import A3, two_up
from cards.exam.roster import Student
from tests.cards.exam.test_papers import SOME, sitting


def halves(pdf: bytes) -> list[tuple[str, str]]:
    """What stands on the left and on the right half of each page."""
    found = []
    with pypdfium2.PdfDocument(io.BytesIO(pdf)) as document:
        for page in document:
            width, height = page.get_size()
            text = page.get_textpage()
            left = text.get_text_bounded(0, 0, width / 2, height)
            found.append((left, text.get_text_bounded(width / 2, 0, width, height)))
    return found


@pytest.mark.parametrize("students", [1, 4, 5])
def test_the_cut_pile_is_everybodys_papers_in_order(students: int) -> None:
    """Left halves, then right halves, fronts with their backs, are the pages of the merged file."""
    with Merged() as merged:
        for number in range(students):
            plan, one = sitting(SOME, Student(f"student-{number}", f"Name {number}"))
            merged.add(printed("paper", paper_data(Printing(plan, widths([one])), one)))
        ((_, together),) = merged.volumes()
    with pypdfium2.PdfDocument(io.BytesIO(together)) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    made = two_up(together)
    sides = halves(made)
    fronts, backs = sides[::2], sides[1::2]
    left = [(front[0], back[1]) for front, back in zip(fronts, backs, strict=True)]
    right = [(front[1], back[0]) for front, back in zip(fronts, backs, strict=True)]
    cut = [side.split() for leaf in (*left, *right) for side in leaf]
    assert [page.split() for page in pages] == cut[: len(pages)]
    assert all(not side for side in cut[len(pages) :])
    with pikepdf.open(io.BytesIO(made)) as document:
        assert pytest.approx(A3) == [float(side) for side in document.pages[0].mediabox[2:]]
    assert made == two_up(together)
