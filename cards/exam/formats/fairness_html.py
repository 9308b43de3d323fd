"""The report on an exam's fairness, as one page.

fairness.html     how hard the papers are, and how much of one helps with another
"""

from collections.abc import Callable, Iterator
from typing import Final

from cards.exam.fairness import Fairness
from cards.exam.fairness_page import fairness_page
from cards.exam.formats.format import File, Format
from cards.exam.record import Exam


def _files(exam: Exam, on_student: Callable[[], object]) -> Iterator[File]:
    yield "fairness.html", fairness_page(Fairness(exam), exam.plan.languages[0]).encode()
    for _ in exam.sittings:
        on_student()


FAIRNESS_HTML: Final = Format(
    "fairness", "How equally hard the papers are, and how much neighbours share.", _files
)
