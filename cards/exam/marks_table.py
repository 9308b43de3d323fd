"""The marks of an exam as tables: CSV for other programs, a workbook for people."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

import xlsxwriter

from cards.exam.marking_exam import MarkedPaper
from cards.exam.papers.paper import seat_name
from cards.exam.record import Exam
from cards.exam.results import part_names, safe
from cards.results.item_statistics import ItemStatistics, item_statistics
from grader.marking.verdict import PartVerdict

_HEAD: Final = ("id", "name", "paper", "seat", "section", "score", "out_of", "percent", "held")
_FOUND_HEAD: Final = ("id", "name", "part", "question", "answer", "outcome", "points", "mistakes")
_STATISTICS_HEAD: Final = ("question", "papers", "mean", "right", "low", "high", "discrimination")

Row = tuple[object, ...]


def marks_csv(exam: Exam, papers: Sequence[MarkedPaper]) -> bytes:
    """The marks as CSV: one row a student, the points of each part behind the sum."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    for row in marks_rows(exam, papers):
        writer.writerow([safe(cell) if isinstance(cell, str) else cell for cell in row])
    return b"\xef\xbb\xbf" + written.getvalue().encode()


def marks_rows(exam: Exam, papers: Sequence[MarkedPaper]) -> Iterator[Row]:
    """The head, then a row for each student; who was absent has no score."""
    names = part_names(exam)
    yield (*_HEAD, *names)
    for paper in papers:
        student = paper.sitting.student
        seat = seat_name(student.seat_row, student.seat_column)
        parts = dict(paper.parts)
        most = float(paper.sitting.out_of)
        score = "" if paper.absent else round(float(paper.score), 4)
        percent = "" if paper.absent else round(100 * float(paper.score) / most, 1)
        held = sum(part.outcome == "held" for part in parts.values())
        points = [round(float(parts[n].points), 4) if n in parts else "" for n in names]
        yield (
            *(student.id, student.name, paper.sitting.paper, seat, student.section),
            *(score, most, percent, held or ""),
            *points,
        )


def found_rows(papers: Sequence[MarkedPaper]) -> Iterator[Row]:
    """The head, then a row for each answer: what was written, what was found."""
    yield _FOUND_HEAD
    for paper in papers:
        student = paper.sitting.student
        for place in paper.places:
            for part in place.verdict.parts:
                yield (
                    *(student.id, student.name, place.names[part.id]),
                    *(place.place.card[0], part.raw, _outcome(part)),
                    *(round(float(part.points), 4), " ".join(part.mistakes)),
                )


def _outcome(part: PartVerdict) -> str:
    return f"follows from {part.carried_from}" if part.carried_from else part.outcome


def statistics(papers: Sequence[MarkedPaper]) -> dict[str, ItemStatistics]:
    """How hard each question was, and whether it told students apart; absent ones don't count."""
    shares: Mapping[str, Mapping[str, float]] = {
        paper.sitting.student.id: {
            place.place.card[0]: float(place.verdict.score) / float(place.place.points)
            for place in paper.places
        }
        for paper in papers
        if not paper.absent
    }
    return item_statistics(shares)


def _statistics_rows(papers: Sequence[MarkedPaper]) -> Iterator[Row]:
    yield _STATISTICS_HEAD
    for question, one in statistics(papers).items():
        rest = "" if one.discrimination is None else round(one.discrimination, 3)
        yield (question, one.n, one.mean, one.right, one.right_low, one.right_high, rest)


def marks_workbook(exam: Exam, papers: Sequence[MarkedPaper]) -> bytes:
    """A workbook of three sheets: marks, every answer, the questions' statistics."""
    written = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(written, options) as workbook:
        workbook.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC)})
        bold = workbook.add_format({"bold": True, "bottom": 1})
        tables: dict[str, Iterator[Row]] = {
            "marks": marks_rows(exam, papers),
            "answers": found_rows(papers),
            "questions": _statistics_rows(papers),
        }
        for name, rows in tables.items():
            sheet = workbook.add_worksheet(name)
            sheet.freeze_panes(1, 2)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row, bold if number == 0 else None)
            sheet.autofit()
    return written.getvalue()
