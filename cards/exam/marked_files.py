"""A marked exam as files.

marks.csv, marks.xlsx             the table of marks; in the workbook also answers and statistics
returned/ID.pdf, returned.pdf     each student's paper as it comes back, and all of them together
returned-1.pdf, returned-2.pdf    in place of returned.pdf, in a large class
"""

from collections.abc import Callable, Iterator, Sequence

from cards.exam.folder import MARKS
from cards.exam.formats.format import File
from cards.exam.marking_exam import MarkedPaper
from cards.exam.marks_table import marks_csv, marks_workbook
from cards.exam.papers.merging import Merged
from cards.exam.papers.printer import printed
from cards.exam.papers.returned import returned_data
from cards.exam.record import Exam


def marked_files(
    exam: Exam, papers: Sequence[MarkedPaper], on_paper: Callable[[], object] = lambda: None
) -> Iterator[File]:
    """Each file's path and bytes; `on_paper` is called for each student."""
    yield MARKS, marks_csv(exam, papers)
    yield "marks.xlsx", marks_workbook(exam, papers)
    with Merged() as merged:
        for paper in papers:
            if not paper.absent:
                document = printed("returned", returned_data(exam.plan, paper))
                merged.add(document)
                yield f"returned/{paper.sitting.student.id}.pdf", document
            on_paper()
        for end, together in merged.volumes():
            yield f"returned{end}.pdf", together
