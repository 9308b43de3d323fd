"""An exam on paper: each student's paper and key, and all of them in one file for the printer.

papers/ID.pdf, keys/ID.pdf     one student's
papers.pdf, keys.pdf           everybody's; each begins on a right-hand page
papers-two-up.pdf              where it is asked for: everybody's papers on A3, to be cut
marking.pdf                    the right answers of every paper, by seat
template/                      where papers are set by a template of one's own: its files
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Final

from cards.exam.formats.format import File, Format
from cards.exam.papers.key import key_data
from cards.exam.papers.marking_sheet import marking_data
from cards.exam.papers.merging import Merged
from cards.exam.papers.paper import Printing, paper_data, widths
from cards.exam.papers.printer import OWN, printed
from cards.exam.papers.two_up import two_up
from cards.exam.record import Exam

TEMPLATE: Final = "template"


def _files(exam: Exam, on_student: Callable[[], object], *, pairs: bool = False) -> Iterator[File]:
    own = exam.template
    for name, content in own:
        yield f"{TEMPLATE}/{name}", content
    printing = Printing(exam.plan, widths(exam.sittings), OWN if own else "")
    with Merged() as papers, Merged() as keys:
        for sitting in exam.sittings:
            paper = printed("paper", paper_data(printing, sitting), own)
            key = printed("key", key_data(printing, sitting))
            papers.add(paper)
            keys.add(key)
            yield f"papers/{sitting.student.id}.pdf", paper
            yield f"keys/{sitting.student.id}.pdf", key
            on_student()
        together = papers.content()
        yield "papers.pdf", together
        if pairs:
            yield "papers-two-up.pdf", two_up(together)
        del together
        yield "keys.pdf", keys.content()
    yield "marking.pdf", printed("marking", marking_data(exam, exam.plan.languages[0]))


PAPERS_PDF: Final = Format(
    "pdf",
    "Papers, keys and the marking sheet as PDF, one by one and all in one file.",
    _files,
    prints=True,
)
WITH_TWO_UP: Final = replace(PAPERS_PDF, files=partial(_files, pairs=True))
