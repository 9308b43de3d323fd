"""The kinds of figures in one table: their fields, what they need, and how each is drawn.

To add a kind, write the file that draws it, and its row here: the loader, the check and the
reference follow the table.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from cards.documents.entry import Entry
from cards.documents.strict_yaml import Document
from cards.figures import examples
from cards.figures.blocks import BlockFigure, draw_block
from cards.figures.fields import (
    LONGEST_AXIS,
    Amount,
    Both,
    FigureField,
    Grid,
    LayerName,
    One,
    OneOf,
    Rows,
    ShortText,
    Sides,
    Surroundings,
    read_fields,
)
from cards.figures.maps import draw_network
from cards.figures.memory import MemoryFigure, MemoryMoment, draw_memory
from cards.figures.networks import (
    WINDOWED,
    block_figure,
    memory_figure,
    network_figure,
    window_figure,
)
from cards.figures.numbers import Numbers
from cards.figures.palette import SCREEN, Palette
from cards.figures.pooling import PoolingFigure, draw_pooling
from cards.figures.window import WindowFigure, draw_window
from grader.arithmetic import Number
from grader.cnn.network import Network
from grader.errors import Fault, QuestionError


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as it was read: its kind, and the typed values of that kind's own fields."""

    kind: str
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Request:
    """A figure to draw: its own fields, the cells it may read, and how."""

    fields: Mapping[str, Any]
    numbers: Numbers
    network: Network | None
    language: str
    palette: Palette


@dataclass(frozen=True, slots=True)
class FigureKind:
    """A kind of figure: how it is drawn, its fields, and which of them must stand together.

    Where its fields aren't written, it shows the question's network, or an example.
    """

    draw: Callable[[Request], str]
    fields: Mapping[str, FigureField] = field(default_factory=dict)
    required: frozenset[str] = frozenset()


def read_figure(
    entry: Entry, names: Collection[str], network: Network | None, *, example: bool
) -> Figure | None:
    """The figure of a question's `figure:`; None, with every fault noted, where it can't be drawn.

    `names` are the draws and lines that it may speak of; `example` tells whether it may show an
    example instead of this question's numbers.
    """
    kind_entry = entry.at("kind") if isinstance(entry.value, dict) else entry
    kind = kind_entry.choice(tuple(KINDS))
    if kind != kind_entry.value:
        return None
    fields: dict[str, Any] = {}
    if isinstance(entry.value, dict):
        own = KINDS[kind]
        layers = [] if network is None else network.layers
        windowed = {layer.id for layer in layers if layer.operation.name in WINDOWED}
        around = Surroundings(names, windowed)
        needed = own.required if own.required & entry.value.keys() else ()
        read = read_fields(entry, own.fields, needed, around, also=("kind",))
        if read is None:
            return None
        fields = read
    if not example and network is None and not fields:
        others = f", or the fields of `{kind}`" if KINDS[kind].fields else ""
        cure = f"add `network:`{others}"
        entry.note("a figure of this question's numbers", f"{kind!r} without any", cure)
    return Figure(kind, fields)


def figure_from(
    value: object, names: Collection[str] = (), network: Network | None = None
) -> Figure:
    """The figure that a value of a file describes; QuestionError with every fault of it.

    >>> figure_from({"kind": "window", "input": 9, "kernel": 3, "strid": 2})
    Traceback (most recent call last):
    grader.errors.QuestionError: strid: expected a known key, got 'strid'; the nearest is 'stride'
    """
    faults: list[Fault] = []
    entry = Entry(value, Document(value, "", {}), (), faults)
    figure = read_figure(entry, names, network, example=True)
    if figure is None or faults:
        raise QuestionError(Fault(f.expected, f.got, f.cure, field=f.field) for f in faults)
    return figure


def draw_figure(
    figure: Figure,
    cells: Mapping[str, Number],
    *,
    network: Network | None = None,
    asked: Collection[str] = (),
    language: str = "en",
    palette: Palette = SCREEN,
) -> str:
    """The SVG of a figure, from a variant's cells.

    `network` is what a figure without fields shows, and without either it shows an example.
    `asked` names the cells that may not show (see `hidden_cells`). Raises QuestionError, with
    the field, where the numbers of these cells can't be drawn.

    >>> figure = {"kind": "window", "input": "size", "kernel": 3, "output": "rows"}
    >>> figure = figure_from(figure, {"size", "rows"})
    >>> svg = draw_figure(figure, {"size": 9, "rows": 7}, asked={"rows"})
    >>> "output ? × ?" in svg, "7" in svg.partition("<desc>")[2].partition("</desc>")[0]
    (True, False)
    """
    hidden = frozenset(asked)
    numbers = Numbers({name: cells[name] for name in cells if name not in hidden}, hidden)
    wanted = Request(figure.fields, numbers, network, language, palette)
    return KINDS[figure.kind].draw(wanted)


def _window(wanted: Request) -> str:
    fields, numbers = wanted.fields, wanted.numbers
    if "input" in fields:
        window = _window_of(fields, numbers)
    elif wanted.network is not None:
        window = window_figure(wanted.network, numbers, fields.get("layer", ""))
    else:
        window = examples.WINDOW
    return draw_window(window, wanted.language, wanted.palette)


def _window_of(fields: Mapping[str, Any], numbers: Numbers) -> WindowFigure:
    one, none = Amount(1, "", 1, 1), Amount(0, "", 0, 0)
    down, across = fields.get("padding", ((none, none), (none, none)))
    tall, wide = numbers.both(fields.get("dilation", (one, one)))
    return WindowFigure(
        input=numbers.both(fields["input"]),
        kernel=numbers.both(fields["kernel"]),
        stride=numbers.both(fields.get("stride", (one, one))),
        padding=(numbers.both(down), numbers.both(across)),
        dilation=(tall or 1, wide or 1),
        output=numbers.both(fields["output"]) if "output" in fields else (None, None),
    )


def _pooling(wanted: Request) -> str:
    fields, numbers = wanted.fields, wanted.numbers
    if "values" not in fields:
        return draw_pooling(examples.POOLING, wanted.language, wanted.palette)
    two = Amount(2, "", 1, 2)
    window = numbers.both(fields.get("window", (two, two)))
    stride = numbers.both(fields["stride"]) if "stride" in fields else window
    pooling = PoolingFigure(
        values=_rows(fields["values"], numbers),
        window=(window[0] or 1, window[1] or 1),
        stride=(stride[0] or 1, stride[1] or 1),
        output=_rows(fields.get("output", ()), numbers),
        kind=fields.get("of", "max"),
    )
    return draw_pooling(pooling, wanted.language, wanted.palette)


def _rows(given: Collection[Collection[Amount]], numbers: Numbers) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(numbers.words(value) for value in row) for row in given)


def _memory(wanted: Request) -> str:
    numbers = wanted.numbers
    if "moments" in wanted.fields:
        nothing = Amount(0, "", 0, 0)
        moments = tuple(
            MemoryMoment(row["layer"], *numbers.both((row.get("held", nothing), row["made"])))
            for row in wanted.fields["moments"]
        )
        memory = MemoryFigure(moments)
    elif wanted.network is not None:
        memory = memory_figure(wanted.network, numbers)
    else:
        memory = examples.MEMORY
    return draw_memory(memory, wanted.language, wanted.palette)


def _network(wanted: Request) -> str:
    if wanted.network is None:
        figure = examples.network(wanted.language)
    else:
        figure = network_figure(wanted.network, wanted.numbers, wanted.language)
    return draw_network(figure, wanted.language, wanted.palette)


def _inception(wanted: Request) -> str:
    return _block(wanted, examples.inception(wanted.language))


def _residual(wanted: Request) -> str:
    return _block(wanted, examples.residual(wanted.language))


def _block(wanted: Request, figure: BlockFigure) -> str:
    if wanted.network is not None:
        figure = block_figure(wanted.network, wanted.numbers, wanted.language)
    return draw_block(figure, wanted.language, wanted.palette)


_LENGTH: Final = Both(One(1, LONGEST_AXIS))

KINDS: Final[Mapping[str, FigureKind]] = {
    "window": FigureKind(
        _window,
        {
            "input": _LENGTH,
            "kernel": _LENGTH,
            "stride": _LENGTH,
            "padding": Sides(One(0, LONGEST_AXIS)),
            "dilation": _LENGTH,
            "output": _LENGTH,
            "layer": LayerName(),
        },
        frozenset({"input", "kernel"}),
    ),
    "network": FigureKind(_network),
    "inception": FigureKind(_inception),
    "residual": FigureKind(_residual),
    "memory": FigureKind(
        _memory,
        {
            "moments": Rows(
                {"layer": ShortText(), "held": One(), "made": One()}, frozenset({"layer", "made"})
            )
        },
    ),
    "pooling": FigureKind(
        _pooling,
        {
            "values": Grid(),
            "window": _LENGTH,
            "stride": _LENGTH,
            "output": Grid(),
            "of": OneOf(("max", "avg")),
        },
        frozenset({"values"}),
    ),
}
