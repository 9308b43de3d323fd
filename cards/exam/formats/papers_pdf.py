"""An exam on paper: each student's paper and key, and all of them in one file for the printer.

papers/ID.pdf, keys/ID.pdf     one student's
papers.pdf, keys.pdf           everybody's; each begins on a right-hand page
marking.pdf                    the right answers of every paper, by seat
"""

from collections.abc import Callable, Iterator
from typing import Final

from cards.exam.formats.format import File, Format
from cards.exam.papers.key import key_data
from cards.exam.papers.marking_sheet import marking_data
from cards.exam.papers.merging import Merged
from cards.exam.papers.paper import Printing, paper_data, widths
from cards.exam.papers.printer import printed
from cards.exam.record import Exam


def _files(exam: Exam, on_student: Callable[[], object]) -> Iterator[File]:
    printing = Printing(exam.plan, widths(exam.sittings))
    with Merged() as papers, Merged() as keys:
        for sitting in exam.sittings:
            paper = printed("paper", paper_data(printing, sitting))
            key = printed("key", key_data(printing, sitting))
            papers.add(paper)
            keys.add(key)
            yield f"papers/{sitting.student.id}.pdf", paper
            yield f"keys/{sitting.student.id}.pdf", key
            on_student()
        yield "papers.pdf", papers.content()
        yield "keys.pdf", keys.content()
    yield "marking.pdf", printed("marking", marking_data(exam, exam.plan.languages[0]))


PAPERS_PDF: Final = Format(
    "pdf",
    "Papers, keys and the marking sheet as PDF, one by one and all in one file.",
    _files,
    prints=True,
)
