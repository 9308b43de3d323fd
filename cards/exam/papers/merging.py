"""Many documents in few files for the printer, two-sided: each begins on a right-hand page."""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, Self

import pikepdf

A4: Final = (595.276, 841.89)

# A volume is written with all its documents open: more of them need more memory and open files.
MOST_TOGETHER: Final = 100


def volume_end(number: int, volumes: int) -> str:
    """What the name of a volume ends with: nothing for a single one, else its number.

    >>> volume_end(1, 1), volume_end(2, 3), volume_end(2, 10)
    ('', '-2', '-02')
    """
    return f"-{number:0{len(str(volumes))}}" if volumes > 1 else ""


class Merged:
    """Documents one after the other, in a `with` block; they are kept on disk, not in memory.

    They are in volumes of at most so many, so that a thousand need no more memory than one volume.
    """

    def __init__(self, most: int = MOST_TOGETHER) -> None:
        self._most = most
        self._folder = tempfile.TemporaryDirectory(prefix="gradeck-")
        self._volumes: list[Path] = []
        self._waiting: list[Path] = []

    def __enter__(self) -> Self:
        """The documents, none yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """Forget them."""
        self._folder.cleanup()

    def add(self, document: bytes) -> None:
        """Add a PDF after those that are there."""
        path = Path(self._folder.name, f"document-{len(self._waiting)}.pdf")
        path.write_bytes(document)
        self._waiting.append(path)
        if len(self._waiting) == self._most:
            self._set_down()

    def volumes(self) -> Iterator[tuple[str, bytes]]:
        """What a volume's name ends with, and its PDF; the same documents give the same bytes.

        A single volume has nothing at its name's end, the others have their number, -1 first.
        """
        self._set_down()
        for number, path in enumerate(self._volumes, 1):
            yield volume_end(number, len(self._volumes)), path.read_bytes()

    def _set_down(self) -> None:
        """Write those that wait as the next volume."""
        if self._waiting or not self._volumes:
            path = Path(self._folder.name, f"volume-{len(self._volumes)}.pdf")
            _merge(self._waiting, path)
            self._volumes.append(path)
            self._waiting.clear()


def _merge(sources: Sequence[Path], target: Path) -> None:
    """Write the documents as one, each with a last page that is a left-hand one."""
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
