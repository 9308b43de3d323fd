"""Many documents as one file for the printer, two-sided: each begins on a right-hand page."""

import io
import tempfile
from typing import Final, Self

import pikepdf

A4: Final = (595.276, 841.89)


class Merged:
    """Documents one after the other, in a `with` block; they are kept on disk, not in memory."""

    def __init__(self) -> None:
        self._kept: list[tuple[int, int]] = []
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 -- closed with this object

    def __enter__(self) -> Self:
        """The documents, none yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """Forget them."""
        self._file.close()

    def add(self, document: bytes) -> None:
        """Add a PDF after those that are there."""
        self._kept.append((self._file.tell(), len(document)))
        self._file.write(document)

    def content(self) -> bytes:
        """The PDF of them all; the same documents give the same bytes."""
        merged = pikepdf.Pdf.new()
        sources = []
        for start, length in self._kept:
            self._file.seek(start)
            source = pikepdf.open(io.BytesIO(self._file.read(length)))
            sources.append(source)
            merged.pages.extend(source.pages)
            if len(source.pages) % 2:
                merged.add_blank_page(page_size=A4)
        written = io.BytesIO()
        merged.save(written, deterministic_id=True)
        for source in sources:
            source.close()
        return written.getvalue()
