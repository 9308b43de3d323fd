"""A block whose ways part and meet again: inception modules, residual connections."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

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
from cards.figures.known import say
from cards.figures.palette import SCREEN, Palette

LINE, BOX_SIZE = 16.0, 12.5
ROW_GAP, COLUMN_GAP = 22.0, 34.0


class Meeting(Enum):
    """How the ways come together: stacked maps, added maps, multiplied maps."""

    CONCAT = "concat"
    ADD = "add"
    MULTIPLY = "multiply"


@dataclass(frozen=True, slots=True)
class Box:
    """A layer on a way: its words, a line each (an asked number is `?` in them already)."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BlockFigure:
    """A block: what comes in, the ways (an empty one is the identity), what comes out."""

    arriving: str
    ways: tuple[tuple[Box, ...], ...]
    meeting: Meeting
    leaving: str
    after: tuple[Box, ...] = ()
    name: str = ""


def draw_block(figure: BlockFigure, language: str = "en", palette: Palette = SCREEN) -> str:
    """The SVG of a block, its ways from left to right.

    >>> block = BlockFigure("64@56×56", ((Box(("conv 3×3", "64@56×56")),), ()), Meeting.ADD, "?")
    >>> "identity" in draw_block(block)
    True
    """
    heights = [way_height(way) for way in figure.ways]
    inner = max(way_width(way) for way in figure.ways)
    start = text_width(figure.arriving, 13) * 1.08 + 46
    end = start + inner + 2 * COLUMN_GAP
    tops = [sum(heights[:index]) + index * ROW_GAP for index in range(len(heights))]
    total = tops[-1] + heights[-1]
    middle = total / 2
    shapes: list[Shape] = [
        Label(0, middle + 4.5, figure.arriving, anchor="start", size=13, bold=True),
        Strokes((((start - 34, middle), (start, middle)),), Pen(width=1.2)),
        Circle(start, middle, 2.6, Pen("none", "line")),
    ]
    for way, top, height in zip(figure.ways, tops, heights, strict=True):
        y = top + height / 2
        shapes += draw_way(way, (start, middle), y, (end, middle), inner=inner, language=language)
    shapes += draw_meeting(figure, end, middle, total, language)
    return write_svg(
        shapes,
        title=figure.name or title(figure, language),
        description=describe(figure, language),
        language=language,
        palette=palette,
    )


def title(figure: BlockFigure, language: str) -> str:
    """The figure's name where the block has none."""
    if figure.meeting is Meeting.CONCAT:
        return say("A module with parallel ways", "多路并行的模块", language)
    return say("A block with a shortcut", "带跳跃连接的模块", language)


def describe(figure: BlockFigure, language: str) -> str:
    """The ways in order, with the words that the figure shows."""
    ways = [
        " → ".join(" ".join(box.words) for box in way) or say("identity", "恒等", language)
        for way in figure.ways
    ]
    after = "".join(" → " + " ".join(box.words) for box in figure.after)
    numbered = say("; ", "；", language).join(
        f"{index}. {way}" for index, way in enumerate(ways, start=1)
    )
    return say(
        f"From {figure.arriving}: {numbered}; then {meeting_words(figure.meeting, language)}{after}"
        f" to {figure.leaving}.",
        f"输入 {figure.arriving}：{numbered}；{meeting_words(figure.meeting, language)}{after}"
        f"，输出 {figure.leaving}。",
        language,
    )


def box_width(box: Box) -> float:
    """A box's width in pixels.

    >>> box_width(Box(("conv",))) < box_width(Box(("convolution",)))
    True
    """
    return max(text_width(word, BOX_SIZE) for word in box.words) + 18


def box_height(box: Box) -> float:
    """A box's height in pixels.

    >>> box_height(Box(("conv", "3×3")))
    44.0
    """
    return LINE * len(box.words) + 12


def way_width(way: Sequence[Box]) -> float:
    """The width of a way's boxes and the arrows between them, in pixels."""
    return sum(box_width(box) for box in way) + COLUMN_GAP * max(len(way) - 1, 0)


def way_height(way: Sequence[Box]) -> float:
    """The height of a way in pixels; the identity has one too.

    >>> way_height([]), way_height([Box(("conv", "3×3")), Box(("add",))])
    (22.0, 44.0)
    """
    return max((box_height(box) for box in way), default=22.0)


def draw_box(box: Box, x: float, y: float) -> Iterator[Shape]:
    """A box with its words, `y` its middle."""
    width, height = box_width(box), box_height(box)
    pen = Pen("line", "plane", 1.1)
    yield Rectangle(x, y - height / 2, width, height, pen, 4)
    for line, word in enumerate(box.words):
        base = y - height / 2 + 6 + LINE * (line + 1) - 4
        yield Label(x + width / 2, base, word, size=BOX_SIZE, colour="soft" if line else "ink")


def draw_way(
    way: Sequence[Box],
    fork: tuple[float, float],
    y: float,
    join: tuple[float, float],
    *,
    inner: float,
    language: str,
) -> Iterator[Shape]:
    """A way from the fork through its boxes to where the ways meet."""
    x = fork[0] + COLUMN_GAP + (inner - way_width(way)) / 2
    bend = fork[0] + 10
    if not way:
        words = say("identity", "恒等", language)
        yield arrow((fork, (bend, fork[1]), (bend, y), (join[0], y)), Pen("mark", width=1.4))
        yield Label((fork[0] + join[0]) / 2, y - 6, words, size=BOX_SIZE, colour="mark")
        return
    yield arrow((fork, (bend, fork[1]), (bend, y), (x, y)))
    for index, box in enumerate(way):
        if index:
            yield arrow(((x - COLUMN_GAP, y), (x, y)))
        yield from draw_box(box, x, y)
        x += box_width(box) + COLUMN_GAP
    yield arrow(((x - COLUMN_GAP, y), (join[0], y)))


def meeting_words(meeting: Meeting, language: str) -> str:
    """What happens to the ways where they meet."""
    match meeting:
        case Meeting.CONCAT:
            return say("concatenated", "拼接", language)
        case Meeting.ADD:
            return say("added", "相加", language)
        case Meeting.MULTIPLY:
            return say("multiplied", "相乘", language)


def draw_meeting(
    figure: BlockFigure, x: float, middle: float, total: float, language: str
) -> Iterator[Shape]:
    """The bar where the ways meet, what follows it, and what comes out."""
    yield Rectangle(x, -4, 24, total + 8, Pen("point", "point-fill", 1.4), 5)
    if sign := {Meeting.ADD: "+", Meeting.MULTIPLY: "×"}.get(figure.meeting):
        yield Label(x + 12, middle + 6, sign, size=18, bold=True)
    yield Label(x + 12, total + 22, meeting_words(figure.meeting, language), size=BOX_SIZE)
    x += 24
    for box in figure.after:
        yield arrow(((x, middle), (x + COLUMN_GAP, middle)))
        yield from draw_box(box, x + COLUMN_GAP, middle)
        x += COLUMN_GAP + box_width(box)
    yield arrow(((x, middle), (x + COLUMN_GAP, middle)))
    yield Label(x + COLUMN_GAP + 8, middle + 4.5, figure.leaving, "start", 13, bold=True)
