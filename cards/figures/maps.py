"""A network as its stack of feature maps: planes, one kernel's reach, bars for dense layers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from cards.figures.drawing import (
    Circle,
    Label,
    Pen,
    Rectangle,
    Shape,
    Strokes,
    arrow,
    text_width,
    write_svg,
)
from cards.figures.known import Known, Pair, say, size
from cards.figures.palette import SCREEN, Palette

LARGEST, SMALLEST, NEUTRAL = 92.0, 20.0, 54.0  # a plane's longer side in pixels
OFFSET = 6.5  # from one plane of a stack to the next
NEUTRAL_PLANES, MOST_PLANES = 5, 8
BAR_WIDTH, BAR_HEIGHT = 14.0, 150.0
MOST_IN_A_ROW = 8


@dataclass(frozen=True, slots=True)
class MapStack:
    """What a layer puts out: `channels` maps of (height, width)."""

    channels: Known
    extent: Pair

    def label(self) -> str:
        """The maps as a figure names them: their number, then one map's height and width.

        >>> MapStack(96, (55, None)).label()
        '96@55×?'
        """
        return f"{size(self.channels)}@{size(self.extent[0])}×{size(self.extent[1])}"


@dataclass(frozen=True, slots=True)
class Units:
    """What a dense layer puts out: `count` numbers in a row."""

    count: Known

    def label(self) -> str:
        """The number of units.

        >>> Units(4096).label()
        '4096'
        """
        return size(self.count)


@dataclass(frozen=True, slots=True)
class StepOfMaps:
    """From one stage to the next: the layer's words, a line each, and its kernel if it has one."""

    words: tuple[str, ...]
    kernel: Pair | None = None


@dataclass(frozen=True, slots=True)
class NetworkFigure:
    """A network's stages in order, and the step between each two; None is a number asked for."""

    stages: tuple[MapStack | Units, ...]
    steps: tuple[StepOfMaps, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Stack:
    """A stage as it is drawn: its left edge, its planes' size and number; a bar has no planes."""

    stage: MapStack | Units
    x: float
    width: float
    height: float
    planes: int

    @property
    def spread(self) -> float:
        """How far the plane in front stands from the one at the back, in pixels."""
        return OFFSET * (self.planes - 1) if self.planes else 0.0

    @property
    def right(self) -> float:
        """The right edge of the plane in front."""
        return self.x + self.width + self.spread

    @property
    def centre(self) -> float:
        """The middle between both edges."""
        return (self.x + self.right) / 2

    @property
    def front(self) -> float:
        """The left edge of the plane in front."""
        return self.x + self.spread


def draw_network(figure: NetworkFigure, language: str = "en", palette: Palette = SCREEN) -> str:
    """The SVG of a network's feature maps.

    >>> step = StepOfMaps(("conv 11×11", "s 4"), kernel=(11, 11))
    >>> "96@?×?" in draw_network(
    ...     NetworkFigure((MapStack(3, (227, 227)), MapStack(96, (None, None))), (step,)))
    True
    """
    stacks = [stack(stage, largest_side(figure)) for stage in figure.stages]
    rows = -(-len(stacks) // MOST_IN_A_ROW)
    per_row = -(-len(stacks) // rows)
    shapes: list[Shape] = []
    top = 0.0
    for begin in range(0, len(stacks), per_row):
        end = min(begin + per_row, len(stacks))
        arriving = figure.steps[begin - 1] if begin else None
        shapes += draw_row(stacks[begin:end], figure.steps[begin : end - 1], arriving, top)
        top = max(shape.extent()[3] for shape in shapes) + 40
    title = figure.name or say("A network's feature maps", "网络的特征图", language)
    return write_svg(
        shapes,
        title=title,
        description=describe(figure, language),
        language=language,
        palette=palette,
    )


def describe(figure: NetworkFigure, language: str) -> str:
    """The stages and steps in order, with the words that the figure shows."""
    words = [figure.stages[0].label()]
    for step, stage in zip(figure.steps, figure.stages[1:], strict=True):
        words += [" ".join(step.words), stage.label()]
    head = say("Feature maps in order: ", "特征图依次为：", language)
    return head + " → ".join(words) + say(".", "。", language)


def largest_side(figure: NetworkFigure) -> int:
    """The longest side of any map that may be shown; 1 where there is none."""
    sides = [
        side
        for stage in figure.stages
        if isinstance(stage, MapStack) and None not in stage.extent
        for side in stage.extent
        if side is not None
    ]
    return max(sides, default=1)


def stack(stage: MapStack | Units, largest: int) -> Stack:
    """How a stage is drawn; one with an asked number at a neutral size."""
    if isinstance(stage, Units):
        return Stack(stage, 0, BAR_WIDTH, BAR_HEIGHT, 0)
    height, width = stage.extent
    if height is None or width is None:
        sides = NEUTRAL, NEUTRAL
    else:
        longer = max(height, width)
        scale = max(SMALLEST, LARGEST * (longer / largest) ** 0.5) / longer
        sides = max(scale * width, 5.0), max(scale * height, 5.0)
    if stage.channels is None:
        planes = NEUTRAL_PLANES
    else:
        planes = min(stage.channels, 3 + stage.channels.bit_length() // 2, MOST_PLANES)
    return Stack(stage, 0, *sides, planes)


def draw_row(
    stacks: Sequence[Stack], steps: Sequence[StepOfMaps], arriving: StepOfMaps | None, top: float
) -> Iterator[Shape]:
    """Stages side by side on one middle line, with the steps between them."""
    half = max((item.height + item.spread) / 2 for item in stacks)
    middle = top + 24 + half
    floor = middle + half + 24
    left = 0.0
    if arriving is not None:
        left = words_width(arriving) + 26
        yield from step_words(arriving, words_width(arriving) / 2, floor)
        yield arrow(((left / 2 - 28, middle), (left / 2 + 14, middle)))
    placed = side_by_side(stacks, steps, left)
    for item in placed:
        yield from draw_stack(item, middle)
    for (item, following), step in zip(pairwise(placed), steps, strict=True):
        yield from step_words(step, (item.centre + following.centre) / 2, floor)
        if isinstance(item.stage, MapStack) and isinstance(following.stage, MapStack):
            yield from reach(item, following, step, middle)
        else:
            yield arrow(((item.right + 8, middle), (following.x - 8, middle)))


def side_by_side(stacks: Sequence[Stack], steps: Sequence[StepOfMaps], left: float) -> list[Stack]:
    """The stacks from `left` on, far enough apart for their labels and the steps' words."""
    placed = [replace(stacks[0], x=left + overhang(stacks[0]))]
    for (item, following), step in zip(pairwise(stacks), steps, strict=True):
        before = placed[-1]
        own, next_own = half_width(item), half_width(following)
        apart = max(
            own + next_own + 64,
            words_width(step) + 14,
            overhang(item) + overhang(following) + own + next_own + 14,
        )
        centre = before.centre + apart
        placed.append(replace(following, x=centre - next_own))
    return placed


def half_width(item: Stack) -> float:
    """Half the width of all the planes together, in pixels."""
    return (item.width + item.spread) / 2


def overhang(item: Stack) -> float:
    """How far the label stands out on either side of its stack."""
    return max(0.0, text_width(item.stage.label(), 13) / 2 - half_width(item))


def words_width(step: StepOfMaps) -> float:
    """The width of a step's longest line, in pixels."""
    return max(text_width(word, 12) for word in step.words)


def step_words(step: StepOfMaps, x: float, top: float) -> Iterator[Shape]:
    """A step's words, line under line, `x` their middle."""
    for line, word in enumerate(step.words):
        yield Label(x, top + 16 * line, word, size=12)


def draw_stack(item: Stack, middle: float) -> Iterator[Shape]:
    """The planes from the back to the front, or the bar, with the label above."""
    top = middle - (item.height + item.spread) / 2
    asked = "?" in item.stage.label()
    pen = Pen("line", "neutral" if asked else "plane", 1.1)
    for plane in range(max(item.planes, 1)):
        step = OFFSET * plane
        yield Rectangle(item.x + step, top + step, item.width, item.height, pen)
    yield Label(item.centre, top - 9, item.stage.label(), size=13)


def reach(item: Stack, following: Stack, step: StepOfMaps, middle: float) -> Iterator[Shape]:
    """A kernel position on the plane in front, and the lines to the number it makes."""
    top = middle - (item.height + item.spread) / 2 + item.spread
    width, height = kernel_sides(item, step)
    x = item.front + 0.62 * (item.width - width)
    y = top + 0.32 * (item.height - height)
    target = (
        following.front + 0.24 * following.width,
        (middle + following.spread / 2 + 0.16 * following.height),
    )
    yield Rectangle(x, y, width, height, Pen("mark", "mark-fill", 1.8))
    lines = (((x + width, y), target), ((x + width, y + height), target))
    yield Strokes(lines, Pen("mark", width=1, dashes="4 3"))
    yield Circle(*target, 3.4, Pen("none", "mark"))


def kernel_sides(item: Stack, step: StepOfMaps) -> tuple[float, float]:
    """The kernel's width and height in pixels, large enough to be seen; neutral where asked."""
    known = isinstance(item.stage, MapStack) and None not in item.stage.extent
    if step.kernel is None or None in step.kernel or not known:
        return 0.28 * item.width, 0.28 * item.height
    kernel, extent = step.kernel, item.stage.extent if isinstance(item.stage, MapStack) else (1, 1)
    shares = [
        min(max((window or 1) / (side or 1), 0.16), 0.7)
        for window, side in zip(kernel, extent, strict=True)
    ]
    return shares[1] * item.width, shares[0] * item.height
