"""CSV for spreadsheets: opened as it is meant, and nothing in it runs."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

# A spreadsheet takes a cell that begins so for a formula; the full-width forms too.
FORMULA_STARTS = tuple("=+-@\t\r\n|%＝＋－＠｜％")
# What stands before it is passed over.
BLANK = " \u3000\u00a0\u200b\ufeff"
# Where a spreadsheet separates its lists by something else, a cell may begin after that.
_STARTS = re.escape("".join(FORMULA_STARTS))
_INNER = re.compile(rf"(?<=[^\s{BLANK}])([;\t|][{BLANK}]*)(?=[{_STARTS}])")


def safe_cell(text: str) -> str:
    """A cell that no spreadsheet runs as a formula.

    >>> safe_cell("=1+1"), safe_cell("＠SUM(A1)"), safe_cell("Ada"), safe_cell("Bob;=1+1")
    ("'=1+1", "'＠SUM(A1)", 'Ada', "Bob;'=1+1")
    """
    inner = _INNER.sub(r"\1'", text)
    return f"'{inner}" if text.lstrip(BLANK).startswith(FORMULA_STARTS) else inner


def as_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A CSV file that spreadsheets open as it is meant, Chinese names included."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    for row in (header, *rows):
        writer.writerow([safe_cell(cell) for cell in row])
    # Excel takes a file for UTF-8 by this mark only.
    return "\ufeff" + text.getvalue()
