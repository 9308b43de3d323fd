"""Many documents as one file for the printer, two-sided: each begins on a right-hand page."""

import io
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, Final, Self

import pikepdf

A4: Final = (595.276, 841.89)
_TOGETHER: Final = (
    50  # so many are merged at a time: an open document costs five times a merged one
)


class Merged:
    """Documents one after the other, in a `with` block; they are kept on disk, not in memory."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="gradeck-")
        self._merged: list[Path] = []
        self._waiting: list[bytes] = []

    def __enter__(self) -> Self:
        """The documents, none yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """Forget them."""
        self._folder.cleanup()

    def add(self, document: bytes) -> None:
        """Add a PDF after those that are there."""
        self._waiting.append(document)
        if len(self._waiting) == _TOGETHER:
            self._set_down()

    def content(self) -> bytes:
        """The PDF of them all; the same documents give the same bytes."""
        self._set_down()
        whole = Path(self._folder.name, "whole.pdf")
        with whole.open("wb") as file:
            _merge(self._merged, file)
        return whole.read_bytes()

    def _set_down(self) -> None:
        """Merge those that wait, each with a last page that is a left-hand one."""
        if self._waiting:
            path = Path(self._folder.name, f"{len(self._merged)}.pdf")
            with path.open("wb") as file:
                _merge(map(io.BytesIO, self._waiting), file)
            self._merged.append(path)
            self._waiting.clear()


def _merge(sources: Iterable[Path | BinaryIO], target: BinaryIO) -> None:
    merged = pikepdf.Pdf.new()
    opened = []
    for source in sources:
        document = pikepdf.open(source)
        opened.append(document)
        merged.pages.extend(document.pages)
        if len(document.pages) % 2:
            merged.add_blank_page(page_size=A4)
    merged.save(target, deterministic_id=True)
    for document in opened:
        document.close()
