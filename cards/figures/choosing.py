"""Which figure a question wants, and its numbers looked up in the variant's cells."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cards.figures import examples
from cards.figures.blocks import BlockFigure, draw_block
from cards.figures.maps import draw_network
from cards.figures.memory import MemoryFigure, Moment, draw_memory
from cards.figures.networks import block_figure, memory_figure, network_figure, window_figure
from cards.figures.numbers import Numbers
from cards.figures.palette import SCREEN, Palette
from cards.figures.pooling import PoolingFigure, draw_pooling
from cards.figures.window import WindowFigure, draw_window
from grader.arithmetic import Number
from grader.cnn.network import Network
from grader.errors import UnknownNameError

KINDS = ("window", "network", "inception", "residual", "memory", "pooling")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A figure to draw: its own fields, the cells it may read, and how."""

    fields: Mapping[str, Any]
    numbers: Numbers
    network: Network | None
    language: str
    palette: Palette


def draw_figure(
    figure: str | Mapping[str, Any],
    cells: Mapping[str, Number],
    *,
    network: Network | None = None,
    asked: Collection[str] = (),
    language: str = "en",
    palette: Palette = SCREEN,
) -> str:
    """The SVG of a question's `figure:`, from a variant's cells.

    `figure` is a kind, or a mapping with `kind` and that kind's own fields; `network` is what a
    figure without fields shows, and without either it shows an example. `asked` names the cells
    that may not show (see `hidden_cells`). Raises UnknownNameError for a kind or cell
    that isn't there, QuestionError for a field that can't be used.

    >>> figure = {"kind": "window", "input": "size", "kernel": 3, "output": "rows"}
    >>> svg = draw_figure(figure, {"size": 9, "rows": 7}, asked={"rows"})
    >>> "output ? × ?" in svg, "7" in svg.partition("<desc>")[2].partition("</desc>")[0]
    (True, False)
    """
    fields = {"kind": figure} if isinstance(figure, str) else dict(figure)
    kind = fields.pop("kind", "")
    if kind not in KINDS:
        raise UnknownNameError("figure", str(kind), KINDS)
    hidden = frozenset(asked)
    numbers = Numbers({name: cells[name] for name in cells if name not in hidden}, hidden)
    return DRAWERS[kind](Wanted(fields, numbers, network, language, palette))


def _window(wanted: Wanted) -> str:
    fields, numbers = wanted.fields, wanted.numbers
    if "input" in fields:
        window = _window_of(fields, numbers)
    elif wanted.network is not None:
        window = window_figure(wanted.network, numbers, str(fields.get("layer", "")))
    else:
        window = examples.WINDOW
    return draw_window(window, wanted.language, wanted.palette)


def _window_of(fields: Mapping[str, Any], numbers: Numbers) -> WindowFigure:
    given = {"stride": 1, "padding": 0, "dilation": 1, "output": None, **fields}
    padding = given["padding"]
    sides = padding if isinstance(padding, list) and len(padding) == 2 else [padding, padding]
    down, across = (numbers.pair(side) for side in sides)
    dilation = numbers.pair(given["dilation"])
    return WindowFigure(
        input=numbers.pair(given["input"]),
        kernel=numbers.pair(given.get("kernel")),
        stride=numbers.pair(given["stride"]),
        padding=(down, across),
        dilation=(dilation[0] or 1, dilation[1] or 1),
        output=(None, None) if given["output"] is None else numbers.pair(given["output"]),
    )


def _pooling(wanted: Wanted) -> str:
    fields, numbers = wanted.fields, wanted.numbers
    if "values" not in fields:
        return draw_pooling(examples.POOLING, wanted.language, wanted.palette)
    window = numbers.pair(fields.get("window", 2))
    stride = numbers.pair(fields.get("stride", fields.get("window", 2)))
    pooling = PoolingFigure(
        values=_rows(fields["values"], numbers),
        window=(window[0] or 1, window[1] or 1),
        stride=(stride[0] or 1, stride[1] or 1),
        output=_rows(fields.get("output", []), numbers),
        kind=str(fields.get("of", "max")),
    )
    return draw_pooling(pooling, wanted.language, wanted.palette)


def _rows(given: Sequence[Sequence[int | str]], numbers: Numbers) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(numbers.words(value) for value in row) for row in given)


def _memory(wanted: Wanted) -> str:
    numbers = wanted.numbers
    if "moments" in wanted.fields:
        moments = tuple(
            Moment(str(row["layer"]), numbers.whole(row.get("held", 0)), numbers.whole(row["made"]))
            for row in wanted.fields["moments"]
        )
        memory = MemoryFigure(moments)
    elif wanted.network is not None:
        memory = memory_figure(wanted.network, numbers)
    else:
        memory = examples.MEMORY
    return draw_memory(memory, wanted.language, wanted.palette)


def _network(wanted: Wanted) -> str:
    if wanted.network is None:
        figure = examples.network(wanted.language)
    else:
        figure = network_figure(wanted.network, wanted.numbers, wanted.language)
    return draw_network(figure, wanted.language, wanted.palette)


def _inception(wanted: Wanted) -> str:
    return _block(wanted, examples.inception(wanted.language))


def _residual(wanted: Wanted) -> str:
    return _block(wanted, examples.residual(wanted.language))


def _block(wanted: Wanted, figure: BlockFigure) -> str:
    if wanted.network is not None:
        figure = block_figure(wanted.network, wanted.numbers, wanted.language)
    return draw_block(figure, wanted.language, wanted.palette)


DRAWERS: Mapping[str, Callable[[Wanted], str]] = {
    "window": _window,
    "network": _network,
    "inception": _inception,
    "residual": _residual,
    "memory": _memory,
    "pooling": _pooling,
}
