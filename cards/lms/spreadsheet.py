"""A spreadsheet's CSV as rows under their heads, each with its line."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cards.documents.sheet_text import sheet_rows, sheet_text
from grader.errors import Fault, QuestionError

MAX_BYTES: Final = 20_000_000


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row: the line on which it begins, and its cells by the heads of their columns."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Spreadsheet:
    """A file's columns and rows; `where` is its name, for faults."""

    where: str
    columns: tuple[str, ...]
    rows: tuple[SheetRow, ...]

    def fault(
        self, expected: str, got: str, cure: str = "", *, line: int = 1, at: str = ""
    ) -> Fault:
        """A fault of this file."""
        return Fault(expected, got, cure, file=self.where, line=line, field=at)


def load_spreadsheet(path: Path) -> Spreadsheet:
    """The spreadsheet of a CSV file; QuestionError for one that is none."""
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    return read_spreadsheet(content, path.name)


def read_spreadsheet(content: bytes, where: str) -> Spreadsheet:
    r"""The spreadsheet of a CSV text: UTF-8 or UTF-16, with commas, semicolons or tabs.

    >>> read_spreadsheet(b"id;points\n7;3\n", "marks.csv").rows[0].cells["points"]
    '3'
    """
    if len(content) > MAX_BYTES:
        raise QuestionError([Fault(f"at most {MAX_BYTES:,} bytes", "more", "split it", file=where)])
    try:
        text = sheet_text(content)
        listed = [*_rows(text)]
    except (UnicodeDecodeError, csv.Error) as error:
        got = "other bytes" if isinstance(error, UnicodeDecodeError) else str(error)
        cure = "save the sheet as CSV UTF-8"
        raise QuestionError([Fault("a CSV file in UTF-8", got, cure, file=where)]) from None
    if not listed:
        fault = Fault("a first line with the columns' names", "an empty file", file=where)
        raise QuestionError([fault])
    (_, head), *rows = listed
    columns = tuple(name.strip() for name in head)
    twice = [
        Fault("each column once", f"{name!r} again", "remove one", file=where, line=1)
        for name in dict.fromkeys(columns)
        if name and columns.count(name) > 1
    ]
    short = [
        Fault(f"{len(columns)} cells", f"{len(row)}", "quote a comma", file=where, line=line)
        for line, row in rows
        if len(row) != len(columns)
    ]
    if twice or short:
        raise QuestionError([*twice, *short])
    found = (SheetRow(line, dict(zip(columns, row, strict=True))) for line, row in rows)
    return Spreadsheet(where, columns, tuple(found))


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that aren't empty, each with the line on which it begins."""
    reader = sheet_rows(text)
    line = 1
    for row in reader:
        if any(cell.strip() for cell in row):
            yield line, row
        line = reader.line_num + 1
