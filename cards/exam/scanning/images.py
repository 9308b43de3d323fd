"""The pages of scans: PDFs of a copier, pictures of a camera, as arrays of greys."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import pypdfium2
from numpy.typing import NDArray

from grader.errors import GradeckError

Grey = NDArray[np.uint8]
"""A picture: rows of pixels from 0 (black) to 255."""

PICTURES: Final = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp"})
_DOTS_PER_POINT: Final = 200 / 72
_LONGEST_PIXELS: Final = 6000


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """A page and where it came from: the file's name, and the page's number in a PDF."""

    where: str
    picture: Grey


def scanned_pages(paths: Iterable[Path]) -> Iterator[ScannedPage]:
    """The pages of some files and folders, in their order; GradeckError for what is no scan."""
    for path in paths:
        files = sorted(p for p in path.iterdir() if p.is_file()) if path.is_dir() else [path]
        for file in files:
            if file.suffix.lower() == ".pdf":
                yield from _pdf_pages(file)
            elif file.suffix.lower() in PICTURES:
                yield ScannedPage(file.name, _picture(file))
            else:
                expected = f"a PDF or a picture ({', '.join(sorted(PICTURES))})"
                raise GradeckError(f"{file}: expected {expected}, got another file; take it away")


def _pdf_pages(path: Path) -> Iterator[ScannedPage]:
    try:
        document = pypdfium2.PdfDocument(path)
    except (pypdfium2.PdfiumError, FileNotFoundError) as error:
        raise GradeckError(
            f"{path}: expected a PDF, got one that can't be opened: {error}"
        ) from None
    with document:
        for number in range(len(document)):
            page = document[number]
            longest = max(page.get_size()) or 1
            scale = min(_DOTS_PER_POINT, _LONGEST_PIXELS / longest)
            picture = page.render(scale=scale, grayscale=True).to_numpy()
            yield ScannedPage(f"{path.name}, page {number + 1}", _grey(picture))


def _picture(path: Path) -> Grey:
    try:
        content = np.fromfile(path, np.uint8)
        picture = cv2.imdecode(content, cv2.IMREAD_GRAYSCALE)
    except (OSError, cv2.error) as error:
        raise GradeckError(f"{path}: expected a picture, got {error}") from None
    if picture is None:
        raise GradeckError(f"{path}: expected a picture, got a file that can't be read as one")
    scale = _LONGEST_PIXELS / max(picture.shape)
    if scale < 1:
        picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return _grey(picture)


def _grey(picture: NDArray[Any]) -> Grey:
    return np.ascontiguousarray(picture.squeeze(), dtype=np.uint8)
