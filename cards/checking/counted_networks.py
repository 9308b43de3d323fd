"""A network's figures counted one by one: windows laid, weights listed, maps held and let go.

Nothing here shares a formula with the engine, and nothing is solved: what a network comes to is
found by going through it. A layer that isn't known here ends the count.
"""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from math import prod
from typing import Any, Final, NamedTuple

from grader.arithmetic import Number
from grader.cnn.layers.layer import INPUT, Layer
from grader.cnn.network import Network

_AXES: Final = ("height", "width")
_SIDES: Final = {"height": ("top", "bottom"), "width": ("left", "right")}
_UNCHANGED: Final = frozenset({"relu", "tanh", "sigmoid", "lrn", "dropout", "identity", "add"})
_WINDOWS: Final = frozenset(
    {"conv", "depthwise_conv", "separable_conv", "max_pool", "avg_pool", "subsample"}
)

Shape = tuple[int, ...]
Counts = dict[str, Number]


class _Counted(NamedTuple):
    """What a layer outputs, how many numbers it learns, and how often its weights are used."""

    shape: Shape
    learned: int = 0
    uses: int = 0


def window_starts(
    size: int,
    kernel: int,
    stride: int,
    sides: tuple[int, int] | None = (0, 0),
    *,
    ceil: bool = False,
) -> list[int]:
    """Where windows begin on an axis, padding before it being negative; None pads as `same` does.

    >>> window_starts(7, 3, 2), window_starts(5, 3, 2, None), window_starts(6, 3, 2, ceil=True)
    ([0, 2, 4], [-1, 1, 3], [0, 2, 4])
    """
    if sides is None:
        found = list(range(0, size, stride))
        lacking = max(found[-1] + kernel - size, 0)
        return [start - lacking // 2 for start in found]
    found = []
    start, end = -sides[0], size + sides[1]
    # Rounded up, a window may overhang, if it begins within and something is left over.
    while start + kernel <= end or (ceil and start < size and found and found[-1] + kernel < end):
        found.append(start)
        start += stride
    return found


def counted_figures(network: Network, cells: Mapping[str, Number]) -> Counts:
    """The figures that were counted, by the names of their lines; draws are among the cells."""
    return _Count(network, cells).found


class _Count:
    """One network's count."""

    def __init__(self, network: Network, cells: Mapping[str, Number]) -> None:
        self.network = network
        self.cells = cells
        self.shapes: dict[int, Shape] = {INPUT: tuple(map(self._number, network.shape))}
        self.counted: list[_Counted] = []
        self.found: Counts = {}
        for place, layer in enumerate(network.layers):
            counted = self._layer(layer)
            if counted is None:
                return
            self.shapes[place] = counted.shape
            self.counted.append(counted)
            self._note(layer.id, counted)
        self._totals()

    def _number(self, cell: Any) -> int:  # noqa: ANN401 - a number, or the name of a cell
        return int(self.cells[cell] if isinstance(cell, str) else cell)

    def _layer(self, layer: Layer) -> _Counted | None:
        """What a layer comes to; None where it isn't known."""
        shape = self.shapes[layer.sources[0]]
        fields = layer.fields
        name = layer.operation.name
        if name in _WINDOWS:
            return self._windows(layer, shape)
        if name in {"dense", "rbf"}:
            units = range(self._number(fields["units"]))
            inputs = prod(shape) if name == "dense" else 0
            bias = bool(fields.get("bias"))
            learned, uses = sum(inputs + bias for _ in units), sum(inputs for _ in units)
            return _Counted((len(units),), learned, uses)
        if name == "flatten":
            return _Counted((prod(shape),))
        if name == "concat":
            return _Counted((sum(self.shapes[one][0] for one in layer.sources), *shape[1:]))
        if name == "batch_norm":
            return _Counted(shape, sum(len(("scale", "shift")) for _ in range(shape[0])))
        return _Counted(shape) if name in _UNCHANGED else None

    def _windows(self, layer: Layer, shape: Shape) -> _Counted | None:
        if len(shape) == 1 or layer.fields.get("connections") is not None:
            return None
        channels, *sizes = shape
        places = [self._places(layer, axis, size) for axis, size in zip(_AXES, sizes, strict=True)]
        maps, learned, used = self._weights(layer, channels)
        return _Counted((maps, *places), learned, sum(used for _ in range(prod(places))))

    def _places(self, layer: Layer, axis: str, size: int) -> int:
        """How many windows were laid along an axis."""
        fields = layer.fields
        kernel, stride, dilation = (
            self._number(getattr(fields[name], axis)) if name in fields else 1
            for name in ("kernel", "stride", "dilation")
        )
        padding = fields["padding"]
        first, last = (self._number(getattr(padding, side)) for side in _SIDES[axis])
        reach = range(0, kernel * dilation, dilation)[-1] + 1
        sides = None if padding.kind == "same" else (first, last)
        return len(window_starts(size, reach, stride, sides, ceil=fields.get("ceil", False)))

    def _weights(self, layer: Layer, channels: int) -> tuple[int, int, int]:
        """How many maps come out, how many numbers are learned, how many weights a place uses."""
        fields = layer.fields
        name = layer.operation.name
        if name in {"max_pool", "avg_pool"}:
            return channels, 0, 0
        if name == "subsample":
            return channels, sum(len(("factor", "bias")) for _ in range(channels)), 0
        bias = bool(fields["bias"])
        window = prod(self._number(side) for side in fields["kernel"])
        if name == "conv":
            filters = range(self._number(fields["filters"]))
            of_a_filter = sum(window for _ in range(0, channels, self._number(fields["groups"])))
            return (
                len(filters),
                sum(of_a_filter + bias for _ in filters),
                sum(of_a_filter for _ in filters),
            )
        middle = range(channels * self._number(fields["multiplier"]))
        in_the_middle = sum(window for _ in middle)
        if name == "depthwise_conv":
            return len(middle), in_the_middle + bias * len(middle), in_the_middle
        filters = range(self._number(fields["filters"]))
        mixing = sum(len(middle) for _ in filters)
        return (
            len(filters),
            in_the_middle + mixing + sum(bias for _ in filters),
            in_the_middle + mixing,
        )

    def _note(self, owner: str, counted: _Counted) -> None:
        names = ("units",) if len(counted.shape) == 1 else ("channels", *_AXES)
        values = prod(counted.shape)
        figures = {
            **dict(zip(names, counted.shape, strict=True)),
            "count": values,
            "bytes": values * self.network.value_bytes,
            "parameters": counted.learned,
            "multiply_adds": counted.uses,
        }
        self.found |= {f"{owner}.{figure}": value for figure, value in figures.items()}

    def _totals(self) -> None:
        size = self.network.value_bytes
        learned = sum(one.learned for one in self.counted)
        self.found |= {
            "total.parameters": learned,
            "total.parameter_bytes": learned * size,
            "total.multiply_adds": sum(one.uses for one in self.counted),
        }
        if any(one.in_place or one.operation.is_view for one in self.network.layers):
            return
        batch = self._number(self.network.batch)
        written = [prod(one.shape) * size for one in self.counted]
        images = sum(prod(self.shapes[INPUT]) * size for _ in range(batch))
        kept = sum(sum(written) for _ in range(batch))
        peak = max(self._held())
        pair = max((sum(two) for two in pairwise(written)), default=written[0])
        needed = pair if self.network.is_chain else peak
        self.found |= {
            "inference.live_peak_bytes": peak,
            "inference.bytes": needed + learned * size,
            "training.activation_bytes": kept,
            "training.input_bytes": images,
            "training.bytes": kept + images + learned * size,
        }
        if self.network.is_chain:
            self.found["inference.pair_peak_bytes"] = pair

    def _held(self) -> Iterator[int]:
        """The bytes of all maps that are held while each layer is computed."""
        layers = self.network.layers
        held = {INPUT}
        for place in range(len(layers)):
            held.add(place)
            yield sum(prod(self.shapes[one]) * self.network.value_bytes for one in held)
            held &= {source for layer in layers[place + 1 :] for source in layer.sources}
