"""Values of convolutions, pooling and shifts: by loops over arrays, not by formulas."""

from collections.abc import Mapping, Sequence
from itertools import pairwise, product
from types import SimpleNamespace as Draws

import pytest

from tests.cards.questions.recomputed import Computation, hold, numeric_in

FILES = ("convolution_by_hand.yaml", "equivariance.yaml")
Grid = Sequence[Sequence[float]]


def convolve(grid: Grid, kernel: Grid) -> list[list[float]]:
    """The cross-correlation of a grid with a kernel, stride 1, without padding."""
    rows, columns = len(kernel), len(kernel[0])
    return [
        [
            sum(
                kernel[i][j] * grid[top + i][left + j]
                for i, j in product(range(rows), range(columns))
            )
            for left in range(len(grid[0]) - columns + 1)
        ]
        for top in range(len(grid) - rows + 1)
    ]


def windows(row: Sequence[float], size: int, stride: int) -> list[list[float]]:
    """The windows of a row, each as a list."""
    return [list(row[start : start + size]) for start in range(0, len(row) - size + 1, stride)]


def _convolved_value(d: Draws) -> Mapping[str, float]:
    patch = [[d.a1, d.a2, d.a3], [d.b1, d.b2, d.b3], [d.c1, d.c2, d.c3]]
    ((value,),) = convolve(patch, [[d.left, d.middle, d.right]] * 3)
    value += d.bias
    return {"value": value, "activation": max(0, value)}


def _convolved_row(d: Draws) -> Mapping[str, float]:
    grid = [[d.a1, d.a2, d.a3, d.a4], [d.b1, d.b2, d.b3, d.b4]]
    (row,) = convolve(grid, [[d.w1, d.w2], [d.w3, d.w4]])
    return dict(zip(("first", "second", "third"), row, strict=True))


def _convolved_channels(d: Draws) -> Mapping[str, float]:
    ((a,),) = convolve([[d.a1, d.a2], [d.a3, d.a4]], [[d.u1] * 2, [d.u2] * 2])
    ((b,),) = convolve([[d.b1, d.b2], [d.b3, d.b4]], [[d.v1] * 2, [d.v2] * 2])
    value = a + b + d.bias
    return {"value": value, "activation": max(0, value)}


def _convolution_or_correlation(d: Draws) -> Mapping[str, float]:
    patch, kernel = [[d.a, d.b], [d.c, d.d]], [[d.w1, d.w2], [d.w3, d.w4]]
    flipped = [row[::-1] for row in kernel[::-1]]
    return {
        "correlation": convolve(patch, kernel)[0][0],
        "convolution": convolve(patch, flipped)[0][0],
    }


def _convolved_signal(d: Draws) -> Mapping[str, float]:
    padded = [0, d.a, d.b, d.c, d.d, d.e, 0]
    outputs = [
        sum(value * weight for value, weight in zip(window, (d.w1, d.w2, d.w3), strict=True))
        + d.bias
        for window in windows(padded, 3, 2)
    ]
    return dict(zip(("first", "second", "third"), outputs, strict=True))


def _shifted_feature(d: Draws) -> Mapping[str, float]:
    """A bright pixel goes through two layers that keep every first pixel of a stride."""
    jump = d.stride1 * d.stride2
    row = [0] * (jump * (d.place + 2) + d.shift)

    def responds(pixel: int) -> int:
        image = [int(place == pixel) for place in range(len(row))]
        return image[:: d.stride1][:: d.stride2].index(1)

    found = [pixel for pixel in range(0, len(row), jump) if responds(pixel) == d.place]
    moved = responds(found[0] + d.shift)
    return {"jump": jump, "column": moved}


def _pooled_after_a_shift(d: Draws) -> Mapping[str, float]:
    row = [d.a, d.b, d.c, d.d, d.e, d.f]
    before = [max(window) for window in windows(row, 2, 2)]
    after = [max(window) for window in windows([0, *row[:-1]], 2, 2)]
    return {
        "second": after[1],
        "changed": sum(one != other for one, other in zip(before, after, strict=True)),
    }


def _blurred_before_subsampling(d: Draws) -> Mapping[str, float]:
    largest = [max(pair) for pair in pairwise([d.a, d.b, d.c, d.d, d.e, d.f])]
    blurred = [one / 4 + two / 2 + three / 4 for one, two, three in windows(largest, 3, 2)]
    return dict(zip(("first", "second"), blurred, strict=True))


KEYS: dict[str, Computation] = {
    "cnn/convolved-value": _convolved_value,
    "cnn/convolved-row": _convolved_row,
    "cnn/convolved-channels": _convolved_channels,
    "cnn/convolution-or-correlation": _convolution_or_correlation,
    "cnn/convolved-signal": _convolved_signal,
    "cnn/shifted-feature": _shifted_feature,
    "cnn/pooled-after-a-shift": _pooled_after_a_shift,
    "cnn/blurred-before-subsampling": _blurred_before_subsampling,
}


@pytest.mark.parametrize("question", KEYS)
def test_keys_are_what_loops_find(question: str) -> None:
    """Every key is the value that loops over the grid, window by window, arrive at."""
    hold(question, KEYS[question])


def test_every_question_is_recomputed() -> None:
    """No numeric question of these files is left out."""
    assert numeric_in(*FILES) == set(KEYS)
