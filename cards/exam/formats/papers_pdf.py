"""An exam on paper: each student's paper and key, and all of them in few files for the printer.

papers/ID.pdf, keys/ID.pdf     one student's
papers.pdf, keys.pdf           everybody's; each begins on a right-hand page
papers-two-up.pdf              where it is asked for: everybody's papers on A3, to be cut
papers-1.pdf, papers-2.pdf     in place of papers.pdf, and so for the others, in a large class
marking.pdf                    the right answers of every paper, by seat
template/                      where papers are set by a template of one's own: its files
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Final

from cards.exam.formats.format import File, Format
from cards.exam.papers.key import key_data
from cards.exam.papers.marking_sheet import by_seat, marking_data
from cards.exam.papers.merging import MOST_TOGETHER, Merged, volume_end
from cards.exam.papers.paper import Printing, paper_data, widths
from cards.exam.papers.printer import OWN, printed
from cards.exam.papers.two_up import two_up
from cards.exam.record import Exam

TEMPLATE: Final = "template"


def papers_pdf(
    exam: Exam,
    on_student: Callable[[], object],
    *,
    pairs: bool = False,
    most_together: int = MOST_TOGETHER,
) -> Iterator[File]:
    """Each file's path and bytes; also two up if `pairs`, so many papers in a file at most."""
    own = exam.template
    for name, content in own:
        yield f"{TEMPLATE}/{name}", content
    printing = Printing(exam.plan, widths(exam.sittings), OWN if own else "")
    with Merged(most_together) as papers, Merged(most_together) as keys:
        sheets = _marking_sheets(exam, most_together)
        for number, sitting in enumerate(exam.sittings, 1):
            paper = printed("paper", paper_data(printing, sitting), own)
            key = printed("key", key_data(printing, sitting))
            papers.add(paper)
            keys.add(key)
            yield f"papers/{sitting.student.id}.pdf", paper
            yield f"keys/{sitting.student.id}.pdf", key
            on_student()
            # Among the papers: the setter keeps what it knows of the last ten documents.
            if number % most_together == 0 or number == len(exam.sittings):
                yield next(sheets)
        for end, together in papers.volumes():
            yield f"papers{end}.pdf", together
            if pairs:
                yield f"papers-two-up{end}.pdf", two_up(together)
        for end, together in keys.volumes():
            yield f"keys{end}.pdf", together


def _marking_sheets(exam: Exam, most: int) -> Iterator[File]:
    """The marking sheet, or several of so many papers: one of all needs memory for each line."""
    ordered = tuple(sorted(exam.sittings, key=by_seat))
    starts = range(0, len(ordered), most)
    for number, start in enumerate(starts, 1):
        some = Exam(exam.plan, ordered[start : start + most])
        sheet = printed("marking", marking_data(some, exam.plan.languages[0]))
        yield f"marking{volume_end(number, len(starts))}.pdf", sheet


PAPERS_PDF: Final = Format(
    "pdf",
    "Papers, keys and the marking sheet as PDF, one by one and all together.",
    papers_pdf,
    prints=True,
)
WITH_TWO_UP: Final = replace(PAPERS_PDF, files=partial(papers_pdf, pairs=True))
