"""A pooling layer on a small grid of values: the windows, and what comes out of each."""

from collections.abc import Iterator
from dataclasses import dataclass

from cards.figures.drawing import Label, Pen, Rectangle, Shape, arrow, write_svg
from cards.figures.known import say
from cards.figures.palette import SCREEN, Palette
from cards.figures.window import grid

CELL = 38.0


@dataclass(frozen=True, slots=True)
class PoolingFigure:
    """Values as they are printed, row by row, with the window that slides over them.

    `output` holds what each window gives, "?" where it is asked for; its shape is asked for too
    where it is empty.
    """

    values: tuple[tuple[str, ...], ...]
    window: tuple[int, int]
    stride: tuple[int, int]
    output: tuple[tuple[str, ...], ...] = ()
    kind: str = "max"


def draw_pooling(figure: PoolingFigure, language: str = "en", palette: Palette = SCREEN) -> str:
    """The SVG of a grid of values, its first windows, and the pooled values.

    >>> grid = (("1", "5"), ("2", "7"))
    >>> draw_pooling(PoolingFigure(grid, (2, 2), (2, 2), (("?",),))).count("<text")
    7
    """
    return write_svg(
        draw_grids(figure, language),
        title=say(f"{name(figure, 'en')} of a grid", f"网格的{name(figure, 'zh')}", language),
        description=describe(figure, language),
        language=language,
        palette=palette,
    )


def name(figure: PoolingFigure, language: str) -> str:
    """The layer's name."""
    if figure.kind == "avg":
        return say("Average pooling", "平均池化", language)
    return say("Max pooling", "最大池化", language)


def words(figure: PoolingFigure, language: str) -> str:
    """Window and stride as the figure prints them."""
    window = f"{figure.window[0]} × {figure.window[1]}"
    down, across = figure.stride
    stride = f"{down}" if down == across else f"{down} × {across}"
    return say(f"window {window}, stride {stride}", f"窗口 {window}，步幅 {stride}", language)


def describe(figure: PoolingFigure, language: str) -> str:
    """The values row by row, and what comes out."""
    between = say("; ", "；", language)
    rows = between.join(" ".join(row) for row in figure.values)
    output = between.join(" ".join(row) for row in figure.output) or "?"
    return say(
        f"Values by row: {rows}. {words(figure, 'en').capitalize()}. Output by row: {output}.",
        f"逐行数值：{rows}。{words(figure, 'zh')}。逐行输出：{output}。",
        language,
    )


def draw_grids(figure: PoolingFigure, language: str) -> Iterator[Shape]:
    """The values with their windows on the left, the output on the right."""
    rows, columns = len(figure.values), len(figure.values[0])
    width, height = columns * CELL, rows * CELL
    yield Rectangle(0, 0, width, height, Pen("none", "plane"))
    yield from tints(figure, rows, columns)
    yield grid((0, 0), (columns, rows), CELL, Pen("line", width=0.9))
    yield from values(figure.values, 0, 0)
    window_height, window_width = figure.window
    across = figure.stride[1]
    if across + window_width <= columns:
        yield Rectangle(
            across * CELL, 0, window_width * CELL, window_height * CELL,
            Pen("mark", width=1.3, dashes="5 3"), 2,
        )  # fmt: skip
    yield Rectangle(0, 0, window_width * CELL, window_height * CELL, Pen("mark", width=2.2), 2)
    yield Label(width / 2, -12, words(figure, language), size=13)
    yield arrow(((width + 16, height / 2), (width + 60, height / 2)))
    output = figure.output or (("?", "?"), ("?", "?"))
    shape = len(output[0]) * CELL, len(output) * CELL
    x, y = width + 76, (height - shape[1]) / 2
    yield Rectangle(x, y, *shape, Pen("none", "plane"))
    yield Rectangle(x, y, CELL, CELL, Pen("none", "point-fill"))
    yield grid((x, y), (len(output[0]), len(output)), CELL, Pen("line", width=0.9))
    yield Rectangle(x, y, CELL, CELL, Pen("point", width=2.2))
    yield from values(output, x, y)
    yield Label(x + shape[0] / 2, y - 12, name(figure, language), size=13)


def tints(figure: PoolingFigure, rows: int, columns: int) -> Iterator[Shape]:
    """Every other window filled, where windows don't overlap; else only the first."""
    height, width = figure.window
    apart = figure.stride == figure.window
    for row in range(0, rows - height + 1 if apart else 1, height):
        for column in range(0, columns - width + 1 if apart else 1, width):
            if (row // height + column // width) % 2 == 0:
                yield Rectangle(
                    column * CELL, row * CELL, width * CELL, height * CELL, Pen("none", "mark-fill")
                )


def values(rows: tuple[tuple[str, ...], ...], x: float, y: float) -> Iterator[Shape]:
    """Each value in the middle of its cell."""
    for down, row in enumerate(rows):
        for across, value in enumerate(row):
            yield Label(x + (across + 0.5) * CELL, y + (down + 0.5) * CELL + 5, value, size=14)
