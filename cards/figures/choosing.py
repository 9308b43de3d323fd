"""Which figure a question wants, and its numbers looked up in the variant's cells."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from cards.figures import examples
from cards.figures.blocks import draw_block
from cards.figures.known import Known, Pair
from cards.figures.maps import draw_network
from cards.figures.memory import MemoryFigure, Moment, draw_memory
from cards.figures.palette import SCREEN, Palette
from cards.figures.pooling import PoolingFigure, draw_pooling
from cards.figures.window import WindowFigure, draw_window
from grader.arithmetic import Number
from grader.errors import Fault, QuestionError, UnknownNameError
from grader.formula import read
from grader.writing import shown

KINDS = ("window", "network", "inception", "residual", "memory", "pooling")


@dataclass(frozen=True, slots=True)
class Numbers:
    """The cells that a figure may read: an asked one is not even there."""

    cells: Mapping[str, Number]
    asked: frozenset[str]

    def whole(self, given: int | str) -> Known:
        """The whole number that a number or a formula over cells gives; None where it is asked.

        >>> Numbers({"size": 7}, frozenset({"out"})).whole("size + 2")
        9
        """
        if isinstance(given, int):
            return given
        value = self.value(given)
        if value is not None and Fraction(value).denominator != 1:
            raise refusal(given, "a whole number", shown(value)[0])
        return None if value is None else int(value)

    def value(self, formula: str) -> Number | None:
        """The exact value of a formula over cells; None where it reads an asked one."""
        tree = read(formula)
        if not self.asked.isdisjoint(tree.names):
            return None
        for name in tree.names:
            if name not in self.cells:
                raise UnknownNameError("draw or line", name, self.cells)
        return tree.value(self.cells)

    def pair(self, given: object) -> Pair:
        """(height, width) of one number for both or a list of two."""
        match given:
            case int() | str():
                return self.whole(given), self.whole(given)
            case [int() | str() as height, int() | str() as width]:
                return self.whole(height), self.whole(width)
        raise refusal("figure", "a number, a formula or [height, width]", repr(given))

    def words(self, given: int | str) -> str:
        """The number as a figure prints it, `?` where it is asked."""
        value = given if isinstance(given, int) else self.value(given)
        return "?" if value is None else shown(value)[0]


def refusal(field: str, expected: str, got: str) -> QuestionError:
    """The error for a figure that can't be drawn."""
    return QuestionError([Fault("figure", expected, got, field=str(field))])


def draw_figure(
    figure: str | Mapping[str, Any],
    cells: Mapping[str, Number],
    *,
    asked: Collection[str] = (),
    language: str = "en",
    palette: Palette = SCREEN,
) -> str:
    """The SVG of a question's `figure:`, from a variant's cells.

    `figure` is a kind, or a mapping with `kind` and that kind's own fields. `asked` names the
    cells that may not show (see `hidden_cells`). Raises UnknownNameError for a kind or cell
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
    return DRAWERS[kind](fields, numbers, language, palette)


def _window(fields: Mapping[str, Any], numbers: Numbers, language: str, palette: Palette) -> str:
    if not fields:
        return draw_window(examples.WINDOW, language, palette)
    given = {"stride": 1, "padding": 0, "dilation": 1, "output": None, **fields}
    padding = given["padding"]
    sides = padding if isinstance(padding, list) and len(padding) == 2 else [padding, padding]
    down, across = (numbers.pair(side) for side in sides)
    dilation = numbers.pair(given["dilation"])
    window = WindowFigure(
        input=numbers.pair(given.get("input")),
        kernel=numbers.pair(given.get("kernel")),
        stride=numbers.pair(given["stride"]),
        padding=(down, across),
        dilation=(dilation[0] or 1, dilation[1] or 1),
        output=(None, None) if given["output"] is None else numbers.pair(given["output"]),
    )
    return draw_window(window, language, palette)


def _pooling(fields: Mapping[str, Any], numbers: Numbers, language: str, palette: Palette) -> str:
    if not fields:
        return draw_pooling(examples.POOLING, language, palette)
    window = numbers.pair(fields.get("window", 2))
    stride = numbers.pair(fields.get("stride", fields.get("window", 2)))
    pooling = PoolingFigure(
        values=_rows(fields.get("values", []), numbers),
        window=(window[0] or 1, window[1] or 1),
        stride=(stride[0] or 1, stride[1] or 1),
        output=_rows(fields.get("output", []), numbers),
        kind=str(fields.get("of", "max")),
    )
    return draw_pooling(pooling, language, palette)


def _rows(given: Sequence[Sequence[int | str]], numbers: Numbers) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(numbers.words(value) for value in row) for row in given)


def _memory(fields: Mapping[str, Any], numbers: Numbers, language: str, palette: Palette) -> str:
    if not fields:
        return draw_memory(examples.MEMORY, language, palette)
    moments = tuple(
        Moment(str(row["layer"]), numbers.whole(row.get("held", 0)), numbers.whole(row["made"]))
        for row in fields.get("moments", [])
    )
    return draw_memory(MemoryFigure(moments), language, palette)


def _network(_: Mapping[str, Any], __: Numbers, language: str, palette: Palette) -> str:
    return draw_network(examples.NETWORK, language, palette)


def _inception(_: Mapping[str, Any], __: Numbers, language: str, palette: Palette) -> str:
    return draw_block(examples.INCEPTION, language, palette)


def _residual(_: Mapping[str, Any], __: Numbers, language: str, palette: Palette) -> str:
    return draw_block(examples.RESIDUAL, language, palette)


Drawer = Callable[[Mapping[str, Any], Numbers, str, Palette], str]
DRAWERS: Mapping[str, Drawer] = {
    "window": _window,
    "network": _network,
    "inception": _inception,
    "residual": _residual,
    "memory": _memory,
    "pooling": _pooling,
}
