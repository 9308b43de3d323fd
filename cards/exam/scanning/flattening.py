"""A scanned sheet laid flat: its code read, its corners found, its shadows evened out.

The four corner marks give the perspective; the code tells which of the four turns is right.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from cards.exam.scanning.images import Grey

MM: Final = 8  # pixels of a millimetre on the flat sheet
WIDTH: Final = 210 * MM
HEIGHT: Final = 297 * MM
_EDGE: Final = 9.0  # of `sheet.typ`: from the paper's edge to the middle of a corner mark, in mm
_SIDE: Final = 6.0
# Where the middle of the code lies between the corner marks, as shares of width and height.
_CODE: Final = (0.891, 0.082)
_OFF: Final = 0.02
_BLACK: Final = 0.55
_CANDIDATES: Final = 14

Corners = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class FlatSheet:
    """A sheet seen from straight above, and what its code says."""

    code: str
    picture: Grey


def flat_sheet(picture: Grey) -> FlatSheet | None:
    """The sheet in a picture, whichever way it lies; None where no code of ours can be read."""
    found = _read_code(picture)
    if found is None:
        return None
    code, centre = found
    for corners in _corners(picture, centre):
        flat = _warped(picture, corners)
        if _marks_lie_there(flat):
            return FlatSheet(code, flat)
    return FlatSheet(code, np.empty((0, 0), np.uint8))


def _warped(picture: Grey, corners: Corners) -> Grey:
    near, far = _EDGE * MM, (WIDTH - _EDGE * MM, HEIGHT - _EDGE * MM)
    target = np.array([[near, near], [far[0], near], [far[0], far[1]], [near, far[1]]], np.float32)
    warp = cv2.getPerspectiveTransform(corners, target)
    flat = cv2.warpPerspective(
        picture, warp, (WIDTH, HEIGHT), flags=cv2.INTER_AREA, borderValue=255
    )
    return _evened(flat.astype(np.uint8))


def _marks_lie_there(flat: Grey) -> bool:
    """Whether the corner marks are where they were printed: three are black, the last is hollow."""
    near, right, low = round(_EDGE * MM), round(WIDTH - _EDGE * MM), round(HEIGHT - _EDGE * MM)
    inner = round(_SIDE * MM * 0.35)
    dark = [
        1 - float(flat[y - inner : y + inner, x - inner : x + inner].mean()) / 255
        for x, y in ((near, near), (right, near), (near, low), (right, low))
    ]
    return min(dark[:3]) > _BLACK and dark[3] < 1 - _BLACK


def _read_code(picture: Grey) -> tuple[str, NDArray[np.float64]] | None:
    """What our code says and where its middle lies."""
    for scale in (1.0, 0.5, 2.0):
        seen = picture if scale == 1 else cv2.resize(picture, None, fx=scale, fy=scale)
        for code in zxingcpp.read_barcodes(
            seen, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
        ):
            if code.text.startswith("gradeck/"):
                at = code.position
                points = [at.top_left, at.top_right, at.bottom_right, at.bottom_left]
                return code.text, np.mean([[p.x, p.y] for p in points], axis=0) / scale
    return None


def _corners(picture: Grey, code: NDArray[np.float64]) -> Iterator[Corners]:
    """The middles of the corner marks as they may lie, upper left first, clockwise."""
    found = [_clockwise(np.array(four, np.float32)) for four in combinations(_squares(picture), 4)]
    found.sort(key=lambda four: -float(cv2.contourArea(four)))
    for four in found:
        if _is_sheet(four) and (turned := _turned(four, code)) is not None:
            yield turned


def _squares(picture: Grey) -> list[tuple[float, float]]:
    """The middles of what looks like a corner mark, the most likely first."""
    block = max(picture.shape) // 20 | 1
    blurred = cv2.GaussianBlur(picture, (5, 5), 0)
    dark = cv2.adaptiveThreshold(
        blurred, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, block, 12
    )
    contours, _ = cv2.findContours(dark, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    expected = max(picture.shape) * _SIDE / 297
    found = []
    for contour in contours:
        (x, y), (width, height), _ = cv2.minAreaRect(contour)
        if not 0.35 * expected < min(width, height) <= max(width, height) < 1.8 * expected:
            continue
        squareness = min(width, height) / max(width, height)
        filled = cv2.contourArea(contour) / (width * height)
        if squareness > 0.72 and filled > 0.78:
            found.append((squareness * filled, (x, y)))
    found.sort(reverse=True)
    return [middle for _, middle in _far_out(found, picture.shape)][:_CANDIDATES]


def _far_out(
    found: Sequence[tuple[float, tuple[float, float]]], shape: tuple[int, ...]
) -> list[tuple[float, tuple[float, float]]]:
    """Those in the order of how far they lie from the middle: corners before all else."""
    height, width = shape[:2]
    return sorted(
        found,
        key=lambda one: -abs(one[1][0] / width - 0.5) - abs(one[1][1] / height - 0.5),
    )


def _clockwise(points: Corners) -> Corners:
    middle = points.mean(axis=0)
    angles = np.arctan2(points[:, 1] - middle[1], points[:, 0] - middle[0])
    return points[np.argsort(angles)]


def _is_sheet(corners: Corners) -> bool:
    """Whether four points lie as a sheet's corner marks do, whichever way it is turned."""
    sides = np.linalg.norm(corners - np.roll(corners, -1, axis=0), axis=1)
    one, other = (sides[0] + sides[2]) / 2, (sides[1] + sides[3]) / 2
    ratio = max(one, other) / max(min(one, other), 1)
    opposite = max(sides[0] / max(sides[2], 1), sides[2] / max(sides[0], 1))
    opposite = max(opposite, sides[1] / max(sides[3], 1), sides[3] / max(sides[1], 1))
    return bool(1.2 < ratio < 1.8 and opposite < 1.35 and cv2.isContourConvex(corners))


def _turned(corners: Corners, code: NDArray[np.float64]) -> Corners | None:
    """The corners from the sheet's own upper left: there the code lies where it was printed."""
    square = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
    for turn in range(4):
        turned = np.roll(corners, turn, axis=0)
        warp = cv2.getPerspectiveTransform(turned, square)
        x, y = cv2.perspectiveTransform(np.array([[code]], np.float32), warp)[0][0]
        if abs(x - _CODE[0]) < _OFF and abs(y - _CODE[1]) < _OFF:
            return turned
    return None


def _evened(flat: Grey) -> Grey:
    """The sheet as if it were lit evenly: each place as a share of the paper's brightness there."""
    small = cv2.resize(flat, (WIDTH // 8, HEIGHT // 8), interpolation=cv2.INTER_AREA)
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8))
    paper = cv2.resize(cv2.GaussianBlur(paper, (15, 15), 0), (WIDTH, HEIGHT))
    even = flat.astype(np.float32) / np.maximum(paper.astype(np.float32), 40) * 255
    return np.clip(even, 0, 255).astype(np.uint8)
