"""Papers two up: an A3 sheet holds two A4 leaves side by side, to be cut in the middle."""

import io
from collections.abc import Sequence
from typing import Final

import pikepdf

from cards.exam.papers.merging import A4

_WIDE, _TALL = A4
A3: Final = (2 * _WIDE, _TALL)


def two_up(document: bytes) -> bytes:
    """The PDF of A3 sheets to be printed on both sides, flipped on the short edge, and cut.

    The document's pages are leaves, a front and a back each, as `Merged` gives them. The left half
    of the cut pile holds the first half of the leaves: put upon the right one, all are in order.
    """
    sheets = pikepdf.Pdf.new()
    with pikepdf.open(io.BytesIO(document)) as source:
        pages = source.pages
        leaves = len(pages) // 2
        half = (leaves + 1) // 2
        for left in range(half):
            right = left + half
            # Behind the left leaf's front lies the right half of the sheet's back.
            for side in ((2 * left, 2 * right), (2 * right + 1, 2 * left + 1)):
                _add_side(sheets, [pages[page] if page < 2 * leaves else None for page in side])
        written = io.BytesIO()
        sheets.save(written, deterministic_id=True)
    return written.getvalue()


def _add_side(sheets: pikepdf.Pdf, pages: Sequence[pikepdf.Page | None]) -> None:
    """A side of a sheet with these pages beside each other, as they are."""
    side = sheets.add_blank_page(page_size=A3)
    drawn = ""
    forms = pikepdf.Dictionary()
    for number, page in enumerate(pages):
        if page is not None:
            forms[f"/P{number}"] = sheets.copy_foreign(page.as_form_xobject())
            drawn += f"q 1 0 0 1 {number * _WIDE:.3f} 0 cm /P{number} Do Q\n"
    side.Resources = pikepdf.Dictionary(XObject=forms)
    side.Contents = sheets.make_stream(drawn.encode())
