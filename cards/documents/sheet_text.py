"""The text of a CSV file as spreadsheets write it, and its rows."""

import csv
import io
from collections.abc import Iterator
from typing import Final, Protocol

_UTF_16: Final = frozenset({b"\xff\xfe", b"\xfe\xff"})


class CsvRows(Iterator[list[str]], Protocol):
    """Rows one by one."""

    @property
    def line_num(self) -> int:
        """The line on which the last row ended; 0 before the first."""


def sheet_text(content: bytes) -> str:
    r"""The text of UTF-8, or of UTF-16 that begins with its mark; UnicodeDecodeError for others.

    >>> sheet_text(b"\xef\xbb\xbfid;name")
    'id;name'
    """
    return content.decode("utf-16" if content[:2] in _UTF_16 else "utf-8-sig")


def sheet_rows(text: str) -> CsvRows:
    r"""The rows of a text, with the delimiter (comma, semicolon, tab) that its first line has most.

    Raises csv.Error on the way, for quotation marks that don't close.

    >>> list(sheet_rows("id;name\n7;Ada, B.\n"))
    [['id', 'name'], ['7', 'Ada, B.']]
    """
    first, _, _ = text.partition("\n")
    delimiter = max(",;\t", key=first.count)
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
