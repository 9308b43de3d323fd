"""The bubbles of a flat sheet: filled, empty, or doubtful. What is doubtful is never guessed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from cards.exam.scanning.flattening import MM
from cards.exam.scanning.images import Grey

RADIUS_MM: Final = 2.3
_INSIDE: Final = 0.78  # of the radius: within the printed circle
_SEARCH_MM: Final = 0.8
# How dark a bubble is, as a share of black, over what the printed letter alone makes of it.
_EMPTY: Final = 0.10
_FILLED: Final = 0.30
# How much of it must be dark for a filled one: a tick or a dot leaves most of it white.
_COVERED: Final = 0.70
_DARK: Final = 45


class Mark(Enum):
    """What a bubble is."""

    EMPTY = "empty"
    FILLED = "filled"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class Bubble:
    """A bubble of a layout: its part, column (or row of letters), value, and place in mm."""

    part: str
    column: int | str
    value: str
    page: int
    x: float
    y: float

    @classmethod
    def of(cls, noted: Mapping[str, Any]) -> "Bubble":
        """The bubble that a layout notes."""
        return cls(**{name: noted[name] for name in cls.__dataclass_fields__})


def marks_of(sheet: Grey, bubbles: Sequence[Bubble]) -> dict[Bubble, Mark]:
    """What each bubble of one page is."""
    maps = _Maps.of(sheet)
    seen = {bubble: maps.seen(bubble) for bubble in bubbles}
    letters: dict[str, list[float]] = {}
    for bubble, (darkness, _) in seen.items():
        letters.setdefault(bubble.value, []).append(darkness)
    everywhere = float(np.median([darkness for darkness, _ in seen.values()])) if seen else 0.0
    # What the printed sign alone makes of a bubble: most with the same sign are empty.
    printed = {
        value: min(float(np.percentile(found, 25)), everywhere + _EMPTY)
        for value, found in letters.items()
    }
    return {
        bubble: _judged(darkness - printed[bubble.value], covered)
        for bubble, (darkness, covered) in seen.items()
    }


def _judged(darkness: float, covered: float) -> Mark:
    if darkness < _EMPTY:
        return Mark.EMPTY
    if darkness >= _FILLED and covered >= _COVERED:
        return Mark.FILLED
    return Mark.DOUBTFUL


@dataclass(frozen=True, slots=True)
class _Maps:
    """What a bubble would be if its middle were here, for every place of a sheet, from 0 to 1."""

    ring: NDArray[np.float32]
    darkness: NDArray[np.float32]
    covered: NDArray[np.float32]

    @classmethod
    def of(cls, sheet: Grey) -> "_Maps":
        dark = (255 - sheet).astype(np.float32) / 255
        covered = (sheet < 255 - _DARK).astype(np.float32)
        return cls(
            cv2.filter2D(dark, cv2.CV_32F, _RING).astype(np.float32),
            cv2.filter2D(dark, cv2.CV_32F, _DISC).astype(np.float32),
            cv2.filter2D(covered, cv2.CV_32F, _DISC).astype(np.float32),
        )

    def seen(self, bubble: Bubble) -> tuple[float, float]:
        """How dark a bubble is on the whole, and the share of it that is dark at all.

        Its middle is that of the printed circle near where it should be: paper is never quite flat.
        """
        height, width = self.ring.shape
        x, y = round(bubble.x * MM), round(bubble.y * MM)
        top, left = max(y - _REACH, 0), max(x - _REACH, 0)
        near = self.ring[top : y + _REACH + 1, left : x + _REACH + 1]
        if near.shape != _AWAY.shape:
            return 0.0, 0.0
        down, across = np.unravel_index(int(np.argmax(near - _AWAY)), near.shape)
        at = min(top + int(down), height - 1), min(left + int(across), width - 1)
        return float(self.darkness[at]), float(self.covered[at])


def _kernel(inner: float, outer: float) -> NDArray[np.float32]:
    """A ring, or a disc, whose places add up to one."""
    reach = int(outer) + 1
    down, across = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    away = np.hypot(down, across)
    chosen = ((away >= inner) & (away <= outer)).astype(np.float32)
    kernel: NDArray[np.float32] = chosen / chosen.sum()
    return kernel


_REACH: Final = round(_SEARCH_MM * MM)
_RING: Final = _kernel(RADIUS_MM * MM - 1.5, RADIUS_MM * MM + 1.0)
_DISC: Final = _kernel(0, RADIUS_MM * MM * _INSIDE)
# A circle far from where it should be must be clearer than one that is near.
_AWAY: Final = 0.001 * np.abs(np.mgrid[-_REACH : _REACH + 1, -_REACH : _REACH + 1]).sum(axis=0)
