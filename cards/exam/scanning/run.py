"""Scanning an exam: from files to a table of results and the page of doubts."""

import csv
import io
from collections.abc import Callable, Iterable
from pathlib import Path

from cards.exam.record import Exam
from cards.exam.results import UNSETTLED, Answers, results_csv
from cards.exam.scanning.doubts_page import doubts_page
from cards.exam.scanning.images import ScannedPage, scanned_pages
from cards.exam.scanning.scanning import ReadSheet, Scanned, scan


def scan_files(
    exam: Exam,
    folder: Path,
    paths: Iterable[Path],
    on_page: Callable[[], object] = lambda: None,
) -> tuple[Scanned, bytes, str]:
    """What was scanned, the results as CSV, and the page of doubts."""
    return scan_pages(exam, folder, scanned_pages(paths), on_page)


def scan_pages(
    exam: Exam,
    folder: Path,
    pages: Iterable[ScannedPage],
    on_page: Callable[[], object] = lambda: None,
) -> tuple[Scanned, bytes, str]:
    """The same of pages that are at hand."""
    scanned = scan(exam, folder, pages, on_page=on_page)
    table = results_csv(exam, [_answers(sheet) for sheet in scanned.sheets])
    rows = list(csv.reader(io.StringIO(table.decode("utf-8-sig"), newline="")))
    return scanned, table, doubts_page(scanned, rows)


def _answers(sheet: ReadSheet) -> Answers:
    if sheet.absent:
        return Answers(sheet.sitting, None)
    missing = {noted["part"] for noted in sheet.layout["bubbles"] if noted["page"] in sheet.missing}
    texts = {
        answer.name: UNSETTLED if answer.doubt or answer.part in missing else answer.text
        for answer in sheet.answers
    }
    return Answers(sheet.sitting, texts)
