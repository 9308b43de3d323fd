"""Answer sheets with bubbles, where the plan asks for them, and what a scanner must know of them.

sheets/ID.pdf, sheets.pdf     each student's, and everybody's (sheets-1.pdf, … in a large class)
sheets.json                   where the bubbles of each layout lie, and which paper has which layout
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any, Final

from cards.exam.formats.format import File, Format
from cards.exam.formats.papers_json import json_file
from cards.exam.papers.merging import Merged
from cards.exam.papers.printer import printed
from cards.exam.papers.sheet import bubbles, sheet_columns, sheet_data, sheet_parts
from cards.exam.record import Exam

SHEETS: Final = "sheets.json"


def _files(exam: Exam, on_student: Callable[[], object]) -> Iterator[File]:
    columns = sheet_columns(exam) if exam.plan.answer_sheet else {}
    layouts: dict[object, dict[str, Any]] = {}
    papers: dict[str, int] = {}
    with Merged() as merged:
        for sitting in exam.sittings:
            on_student()
            if not exam.plan.answer_sheet:
                continue
            parts = sheet_parts(sitting, columns)
            data = sheet_data(exam.plan, sitting, parts)
            layout = sitting.student.language, parts
            if layout not in layouts:
                layouts[layout] = {"parts": [asdict(p) for p in parts], "bubbles": bubbles(data)}
            papers[sitting.paper] = list(layouts).index(layout)
            sheet = printed("sheet", data)
            merged.add(sheet)
            yield f"sheets/{sitting.student.id}.pdf", sheet
        if exam.plan.answer_sheet:
            for end, together in merged.volumes():
                yield f"sheets{end}.pdf", together
            yield SHEETS, json_file({"papers": papers, "layouts": list(layouts.values())})


SHEETS_PDF: Final = Format(
    "sheets", "Answer sheets to be scanned, where the plan asks for them.", _files, prints=True
)
