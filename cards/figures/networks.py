"""A network of the engine as figures: its trunk of maps, one of its blocks, its memory.

Sizes come from the cells of the network's worksheet (`conv1.height`, ...), so an asked one is
unknown here. Layers that keep the shape and learn nothing worth a plane go with the one before.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from cards.figures.blocks import BlockFigure, Box, Meeting
from cards.figures.known import Known, Pair, say
from cards.figures.layer_words import field_pair, layer_words, operation_name
from cards.figures.maps import MapStack, NetworkFigure, StepOfMaps, Units
from cards.figures.memory import MemoryFigure, MemoryMoment
from cards.figures.numbers import Numbers, refusal
from cards.figures.window import WindowFigure
from grader.cnn.layers.layer import INPUT, Layer
from grader.cnn.liveness import liveness
from grader.cnn.network import Network

MERGING = ("add", "concat", "multiply")
MANY_STAGES = 21
FEW_LAYERS = 12  # up to so many, layers that keep the shape are named too
WINDOWED = ("conv", "depthwise_conv", "separable_conv", "max_pool", "avg_pool", "subsample")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A network with the cells that a figure of it may read."""

    network: Network
    numbers: Numbers
    language: str

    def layer(self, index: int) -> Layer:
        """The layer at an index."""
        return self.network.layers[index]

    def id(self, index: int) -> str:
        """The layer's id, or the input's."""
        return "input" if index == INPUT else self.layer(index).id

    def cell(self, index: int, name: str) -> Known:
        """A layer's number; None where it is asked."""
        return self.numbers.cell(f"{self.id(index)}.{name}")

    def stage(self, index: int) -> MapStack | Units:
        """What a layer puts out."""
        if self.numbers.has(f"{self.id(index)}.units"):
            return Units(self.cell(index, "units"))
        extent = self.cell(index, "height"), self.cell(index, "width")
        return MapStack(self.cell(index, "channels"), extent)

    def words(self, index: int) -> tuple[str, ...]:
        """What a figure calls the layer."""
        return layer_words(self.layer(index), self.numbers, self.language)

    def keeps(self, index: int) -> bool:
        """Whether a layer keeps the shape, so that it gets no plane of its own."""
        operation = self.layer(index).operation
        joins = operation.name in MERGING
        return operation.is_view or (operation.gives == "same" and not joins)


def network_figure(
    network: Network, numbers: Numbers, language: str = "en", name: str = ""
) -> NetworkFigure:
    """The network's trunk: maps through which everything passes, and the steps between them.

    What lies between two of them, such as an inception module, is one step.
    """
    drawn = Drawn(network, numbers, language)
    indices = trunk(network)
    stages: list[MapStack | Units] = [drawn.stage(INPUT)]
    steps: list[StepOfMaps] = []
    before = INPUT
    for index in indices:
        if drawn.keeps(index) and drawn.layer(index).sources == (before,):
            if (
                steps
                and len(network.layers) <= FEW_LAYERS
                and not drawn.layer(index).operation.is_view
            ):
                words = (*steps[-1].words, operation_name(drawn.layer(index), language))
                steps[-1] = replace(steps[-1], words=words)
        else:
            steps.append(_step(drawn, before, index))
            stages.append(drawn.stage(index))
        before = index
    return collapsed(NetworkFigure(tuple(stages), tuple(steps), name or network.name))


def trunk(network: Network) -> list[int]:
    """The indices of the layers that no connection goes past, in order.

    >>> from grader.cnn.network import read_network
    >>> layers = [{"id": "a", "op": "relu"}, {"id": "b", "op": "relu"},
    ...           {"id": "c", "op": "add", "from": ["a", "b"]}]
    >>> trunk(read_network({"input": {"units": 3}, "layers": layers}))
    [0, 2]
    """
    farthest = INPUT
    found = []
    reach = {INPUT: INPUT}
    for index, layer in enumerate(network.layers):
        for source in layer.sources:
            reach[source] = index
    for index in range(len(network.layers)):
        # A connection from an earlier layer to a later one goes past this one.
        farthest = max(farthest, reach.get(index - 1, INPUT))
        if farthest <= index:
            found.append(index)
    return found


def collapsed(figure: NetworkFigure) -> NetworkFigure:
    """The figure with equal steps to equal stages that follow each other drawn as one.

    Where that leaves many, stages of one size whose channels grow are drawn as one too.
    """
    once = _joined(figure, lambda stage: stage)
    if len(once.stages) <= MANY_STAGES:
        return once
    return _joined(figure, lambda stage: stage.extent if isinstance(stage, MapStack) else stage)


def _joined(figure: NetworkFigure, likeness: Callable[[MapStack | Units], object]) -> NetworkFigure:
    """The figure with runs of equal steps to stages that are alike drawn as one."""
    runs: list[tuple[StepOfMaps, MapStack | Units, int]] = []
    for step, stage in zip(figure.steps, figure.stages[1:], strict=True):
        before = runs[-1] if runs else None
        # An asked number may differ from another asked one.
        known = "?" not in stage.label()
        if before and known and step == before[0] and likeness(stage) == likeness(before[1]):
            runs[-1] = (step, stage, before[2] + 1)
        else:
            runs.append((step, stage, 1))
    steps = tuple(
        replace(step, words=(f"{count} × {step.words[0]}", *step.words[1:])) if count > 1 else step
        for step, _, count in runs
    )
    return replace(figure, stages=(figure.stages[0], *(run[1] for run in runs)), steps=steps)


def _step(drawn: Drawn, before: int, index: int) -> StepOfMaps:
    layer = drawn.layer(index)
    if layer.sources == (before,) and layer.operation.name not in MERGING:
        return StepOfMaps(drawn.words(index), field_pair(layer.fields, "kernel", drawn.numbers))
    if layer.operation.name == "concat":
        count = len(layer.sources)
        return StepOfMaps((say(f"module of {count} ways", f"{count} 路模块", drawn.language),))
    if layer.operation.name == "add":
        return StepOfMaps((say("residual block", "残差块", drawn.language),))
    return StepOfMaps((say("block", "模块", drawn.language),))


def block_figure(
    network: Network, numbers: Numbers, language: str = "en", name: str = ""
) -> BlockFigure:
    """The first block of a network whose ways part and meet again."""
    drawn = Drawn(network, numbers, language)
    before = INPUT
    for index in trunk(network):
        layer = drawn.layer(index)
        if layer.operation.name in MERGING:
            ways = tuple(_way(drawn, source, before) for source in layer.sources)
            return BlockFigure(
                arriving=drawn.stage(before).label(),
                ways=ways,
                meeting=Meeting(layer.operation.name),
                leaving=drawn.stage(index).label(),
                after=_after(drawn, index),
                name=name,
            )
        before = index
    raise refusal("figure", "layers whose ways part and meet again", "a chain")


def _way(drawn: Drawn, last: int, fork: int) -> tuple[Box, ...]:
    """The boxes of a way, from the fork to its last layer; what keeps the shape joins a box."""
    boxes: list[Box] = []
    kept: list[str] = []
    index = last
    while index != fork:
        layer = drawn.layer(index)
        if len(layer.sources) > 1:
            raise refusal("figure", "ways that don't part again inside a block", layer.id)
        if drawn.keeps(index):
            kept.insert(0, operation_name(layer, drawn.language))
        else:
            more = (", ".join(kept),) if kept else ()
            boxes.insert(0, Box((*drawn.words(index), drawn.stage(index).label(), *more)))
            kept = []
        (index,) = layer.sources
    if kept:
        boxes.insert(0, Box((", ".join(kept),)))
    return tuple(boxes)


def _after(drawn: Drawn, index: int) -> tuple[Box, ...]:
    boxes = []
    for following in range(index + 1, len(drawn.network.layers)):
        if not drawn.keeps(following) or drawn.layer(following).operation.is_view:
            break
        boxes.append(Box((operation_name(drawn.layer(following), drawn.language),)))
    return tuple(boxes)


def memory_figure(network: Network, numbers: Numbers, language: str = "en") -> MemoryFigure:
    """The bytes of maps alive at each layer that writes one.

    In a chain those are a layer's input and output, the network's own input not counted; where
    ways part, all maps that are still to be read, the input too.
    """
    drawn = Drawn(network, numbers, language)
    alive: dict[int, Known] = {} if network.is_chain else {INPUT: drawn.cell(INPUT, "bytes")}
    moments = []
    for index, moment in enumerate(liveness(network)):
        if moment.written is not None:
            kept = _total(alive.values())
            made = drawn.cell(moment.written, "bytes")
            moments.append(MemoryMoment(drawn.id(index), kept, made))
            alive[moment.written] = made
        for freed in moment.freed:
            alive.pop(freed, None)
    asked = not numbers.asked.isdisjoint({"inference.pair_peak_bytes", "inference.live_peak_bytes"})
    return MemoryFigure(tuple(moments), peak_asked=asked)


def _total(counts: Iterable[Known]) -> Known:
    total = 0
    for count in counts:
        if count is None:
            return None
        total += count
    return total


def window_figure(network: Network, numbers: Numbers, layer_id: str = "") -> WindowFigure:
    """The window of one layer on its input: the named layer, or the first that has one."""
    drawn = Drawn(network, numbers, "en")
    for index, layer in enumerate(network.layers):
        if layer.operation.name in WINDOWED and layer_id in {"", layer.id}:
            (source,) = layer.sources
            return WindowFigure(
                input=_extent(drawn, source),
                kernel=field_pair(layer.fields, "kernel", numbers) or (1, 1),
                stride=field_pair(layer.fields, "stride", numbers) or (1, 1),
                padding=_padding(drawn, layer),
                padding_name="SAME" if layer.fields["padding"].kind.startswith("same") else "",
                dilation=_dilation(layer, numbers),
                output=_extent(drawn, index),
            )
    raise refusal("figure", "a layer with a kernel that slides", layer_id or "none")


def _extent(drawn: Drawn, index: int) -> Pair:
    return drawn.cell(index, "height"), drawn.cell(index, "width")


def _dilation(layer: Layer, numbers: Numbers) -> tuple[int, int]:
    pair = field_pair(layer.fields, "dilation", numbers) or (1, 1)
    return pair[0] or 1, pair[1] or 1


def _padding(drawn: Drawn, layer: Layer) -> tuple[Pair, Pair]:
    padding = layer.fields["padding"]
    if padding.kind == "valid":
        return (0, 0), (0, 0)
    if padding.kind == "explicit":
        top, bottom, left, right = (drawn.numbers.whole(side) for side in padding[1:])
        return (top, bottom), (left, right)
    return (None, None), (None, None)
