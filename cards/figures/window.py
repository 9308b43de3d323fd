"""The kernel's window on its grid: padding, this window, the next one a stride on, the output."""

from collections.abc import Iterator
from dataclasses import dataclass

from cards.figures.drawing import (
    Circle,
    Extent,
    Label,
    Pen,
    Point,
    Rectangle,
    Shape,
    Strokes,
    write_svg,
)
from cards.figures.known import Pair, one_or_two, say, times
from cards.figures.palette import SCREEN, Palette

MOST_CELLS = 15  # a longer axis is cut off after the second window
NEUTRAL_KERNEL, NEUTRAL_STRIDE, NEUTRAL_OUTPUT = 3, 2, 3
NONE_PADDED: tuple[Pair, Pair] = ((0, 0), (0, 0))


@dataclass(frozen=True, slots=True)
class WindowFigure:
    """A kernel on its input; pairs are (height, width), None is a number that is asked for.

    `padding` is ((above, below), (left, right)); `padding_name` is what it goes by, such as SAME.
    """

    input: Pair
    kernel: Pair
    stride: Pair = (1, 1)
    padding: tuple[Pair, Pair] = NONE_PADDED
    dilation: tuple[int, int] = (1, 1)
    output: Pair = (None, None)
    padding_name: str = ""


@dataclass(frozen=True, slots=True)
class WindowAxis:
    """One axis as it is drawn, in cells: what stands in for an unknown number is neutral."""

    before: int
    inside: int
    after: int
    cut: bool  # the input goes on beyond the last cell
    start: int  # where this window begins
    taps: tuple[int, ...]  # the window's cells, from its beginning
    step: int  # to the next window; 0 where there is none
    output: int
    output_cut: bool
    place: int  # this window's output cell

    @property
    def cells(self) -> int:
        """The input's cells with the padding's."""
        return self.before + self.inside + self.after

    @property
    def span(self) -> int:
        """The cells from the window's first tap to its last, both counted."""
        return self.taps[-1] + 1


def axis(figure: WindowFigure, side: int) -> WindowAxis:
    """The figure's axis `side` (0 height, 1 width) laid out in cells."""
    length, output = figure.input[side], figure.output[side]
    kernel, stride = figure.kernel[side], figure.stride[side]
    before, after = figure.padding[side]
    unknown_padding = before is None or after is None
    cells, apart = kernel or NEUTRAL_KERNEL, figure.dilation[side]
    step = stride or NEUTRAL_STRIDE
    if (cells - 1) * apart + step > 40:  # not to scale any more: a small kernel stands for it
        cells, apart, step = NEUTRAL_KERNEL, 1, NEUTRAL_STRIDE
    taps = tuple(range(0, cells * apart, apart))
    span = taps[-1] + 1
    pre, post = (1, 1) if unknown_padding else (before or 0, after or 0)
    known = None not in (length, kernel, stride) and not unknown_padding
    whole = known and length is not None and length + pre + post <= MOST_CELLS
    if whole and length is not None:
        inside, cut = length, False
    else:
        room = max(span + step + 2, 8)
        inside, post, cut = max(room - pre, 2), 0, True
    cells = pre + inside + post
    place = 0
    if whole and output is not None and not pre:
        place = max((output - 1) // 2, 0)
    start = place * step
    has_next = start + step + span <= cells and (output is None or place + 1 < output)
    shown = NEUTRAL_OUTPUT if output is None else min(output, MOST_CELLS if whole else 4)
    return WindowAxis(
        before=pre,
        inside=inside,
        after=post,
        cut=cut,
        start=start,
        taps=taps,
        step=step if has_next else 0,
        output=shown,
        output_cut=output is None or shown < output,
        place=place,
    )


def draw_window(figure: WindowFigure, language: str = "en", palette: Palette = SCREEN) -> str:
    """The SVG of a kernel's window on its grid.

    >>> svg = draw_window(WindowFigure(input=(7, 7), kernel=(3, 3), stride=(2, 2)))
    >>> "output ? × ?" in svg and "stride 2" in svg
    True
    """
    down, across = axis(figure, 0), axis(figure, 1)
    cell = max(8.0, min(26.0, 330.0 / max(down.cells, across.cells)))
    right = across.cells * cell
    output_cell = min(26.0, max(cell, 16.0))
    height = down.output * output_cell
    gap = 96.0
    origin = (right + gap, (down.cells * cell - height) / 2)
    label = input_label(figure, language)
    shapes: list[Shape] = [
        Label(right / 2, -12, label, size=13.5),
        *input_grid(down, across, cell),
        *window(down, across, cell, asked=None in figure.kernel),
        *padding_values(
            down, across, cell, "?" if unknown_padding(figure) and not figure.padding_name else "0"
        ),
        *measures(figure, down, across, cell, language),
        *output_grid(down, across, output_cell, origin),
        *rays(down, across, cell, output_cell, origin),
        Label(
            origin[0] + across.output * output_cell / 2,
            origin[1] - 12,
            say("output ", "输出 ", language) + times(figure.output),
            size=13.5,
        ),
    ]
    return write_svg(
        shapes,
        title=say("A kernel's window on its input", "卷积核在输入上的窗口", language),
        description=describe(figure, language),
        language=language,
        palette=palette,
    )


def unknown_padding(figure: WindowFigure) -> bool:
    """Whether any side's padding is asked for."""
    return any(None in pair for pair in figure.padding)


def padding_words(figure: WindowFigure, language: str) -> str:
    """The padding in words; empty where there is none."""
    (above, below), (left, right) = figure.padding
    if figure.padding_name:
        return say("padding ", "填充 ", language) + figure.padding_name
    if unknown_padding(figure):
        return say("padding ?", "填充 ?", language)
    if above == below == left == right:
        return say(f"padding {above}", f"填充 {above}", language) if above else ""
    if above == below and left == right:
        return say(f"padding {above} × {left}", f"填充 {above} × {left}", language)
    return say(
        f"padding {above}+{below} × {left}+{right}",
        f"填充 {above}+{below} × {left}+{right}",
        language,
    )


def input_label(figure: WindowFigure, language: str) -> str:
    """The input's size and padding as the figure prints them."""
    words = say("input ", "输入 ", language) + times(figure.input)
    padding = padding_words(figure, language)
    return words + (say(", ", "，", language) + padding if padding else "")


def describe(figure: WindowFigure, language: str) -> str:
    """What the figure shows, for those who can't see it; says `?` where it shows `?`."""
    kernel, stride = times(figure.kernel), one_or_two(figure.stride)
    dilation = one_or_two(figure.dilation)
    wide = figure.dilation != (1, 1)
    en = f"{input_label(figure, 'en')}; kernel {kernel}, stride {stride}"
    zh = f"{input_label(figure, 'zh')}；卷积核 {kernel}，步幅 {stride}"
    en += f", dilation {dilation}" if wide else ""
    zh += f"，膨胀 {dilation}" if wide else ""
    en += f"; output {times(figure.output)}. Solid: this window. Dashed: the next one."
    zh += f"；输出 {times(figure.output)}。实线：当前窗口；虚线：下一个窗口。"
    return say(en[0].upper() + en[1:], zh, language)


def grid(corner: Point, cells: tuple[int, int], cell: float, pen: Pen) -> Strokes:
    """The lines of a grid from its upper left corner on; `cells` is (columns, rows)."""
    (x, y), (columns, rows) = corner, cells
    right, bottom = x + columns * cell, y + rows * cell
    upright = [((x + i * cell, y), (x + i * cell, bottom)) for i in range(columns + 1)]
    level = [((x, y + i * cell), (right, y + i * cell)) for i in range(rows + 1)]
    return Strokes((*upright, *level), pen)


def input_grid(down: WindowAxis, across: WindowAxis, cell: float) -> Iterator[Shape]:
    """The input's cells, the padding dotted around them, open where the input goes on."""
    x, y = across.before * cell, down.before * cell
    yield grid((0, 0), (across.cells, down.cells), cell, Pen("line", width=0.8, dashes="2 2"))
    yield Rectangle(x, y, across.inside * cell, down.inside * cell, Pen("none", "plane"))
    yield grid((x, y), (across.inside, down.inside), cell, Pen("line", width=0.8))
    yield from torn_edges(
        (0, 0, across.cells * cell, down.cells * cell), right=across.cut, below=down.cut
    )


def padding_values(
    down: WindowAxis, across: WindowAxis, cell: float, value: str
) -> Iterator[Shape]:
    """What stands in the padding's cells, where there is room for it."""
    if cell < 14:
        return
    for row in range(down.cells):
        for column in range(across.cells):
            inside = 0 <= row - down.before < down.inside
            if not (inside and 0 <= column - across.before < across.inside):
                middle = (column + 0.5) * cell, (row + 0.5) * cell + 4
                yield Label(*middle, value, size=11, colour="soft")


def torn_edges(extent: Extent, *, right: bool, below: bool) -> Iterator[Shape]:
    """Dots that say that a grid goes on to the right or below."""
    middle = (extent[0] + extent[2]) / 2, (extent[1] + extent[3]) / 2
    for step in range(3):
        beyond = 7.2 + 6 * step
        if right:
            yield Circle(extent[2] + beyond, middle[1], 1.2, Pen("none", "line"))
        if below:
            yield Circle(middle[0], extent[3] + beyond, 1.2, Pen("none", "line"))


def window(down: WindowAxis, across: WindowAxis, cell: float, *, asked: bool) -> Iterator[Shape]:
    """This window's cells, its outline, and the next window dashed; without cells when asked."""
    x, y = across.start * cell, down.start * cell
    spread = across.span > len(across.taps) or down.span > len(down.taps)
    outline = (across.span * cell, down.span * cell)
    if asked:
        middle = x + outline[0] / 2, y + outline[1] / 2
        yield Rectangle(x, y, *outline, Pen("none", "mark-fill"))
        yield Label(middle[0], middle[1] + 8, "?", size=24, colour="mark")
    elif spread:
        for row in down.taps:
            for column in across.taps:
                yield Rectangle(
                    x + column * cell, y + row * cell, cell, cell, Pen("mark", "mark-fill", 0.8)
                )
    else:
        yield Rectangle(x, y, *outline, Pen("none", "mark-fill", opacity=0.75))
        yield grid((x, y), (across.span, down.span), cell, Pen("mark", width=0.5, opacity=0.6))
    if across.step:
        yield Rectangle(
            x + across.step * cell, y, *outline, Pen("mark", width=1.3, dashes="5 3"), 2
        )
    yield Rectangle(x, y, *outline, Pen("mark", width=2.2), 2)


def measures(
    figure: WindowFigure, down: WindowAxis, across: WindowAxis, cell: float, language: str
) -> Iterator[Shape]:
    """The stride's and the kernel's lengths, with their numbers."""
    bottom = down.cells * cell + (30 if down.cut else 12)
    left = across.start * cell
    words = say("stride ", "步幅 ", language) + one_or_two(figure.stride)
    if across.step:
        yield from bracket((left, bottom), (left + across.step * cell, bottom))
        yield Label(left, bottom + 20, words, anchor="start", size=12)
    else:
        yield Label(left, bottom + 8, words, anchor="start", size=12)
    top, side = down.start * cell, -12.0
    yield from bracket((side, top), (side, top + down.span * cell))
    kernel = say("kernel ", "核 ", language) + kernel_words(figure)
    yield Label(side - 8, top + down.span * cell / 2 + 4, kernel, anchor="end", size=12)


def kernel_words(figure: WindowFigure) -> str:
    """The kernel's size, with its dilation where it has one."""
    words = times(figure.kernel)
    if figure.dilation != (1, 1):
        words += f" (d {one_or_two(figure.dilation)})"
    return words


def bracket(begin: Point, end: Point) -> Iterator[Shape]:
    """A measured length: a line with a bar at both ends."""
    (x0, y0), (x1, y1) = begin, end
    bars = [((x, y0 - 4), (x, y0 + 4)) if y0 == y1 else ((x - 4, y), (x + 4, y))
            for x, y in (begin, end)]  # fmt: skip
    yield Strokes((((x0, y0), (x1, y1)), *bars), Pen("ink", width=1.2))


def output_grid(
    down: WindowAxis, across: WindowAxis, cell: float, origin: Point
) -> Iterator[Shape]:
    """The output's cells with this window's one filled and the next one's dashed."""
    x, y = origin
    width, height = across.output * cell, down.output * cell
    yield Rectangle(x, y, width, height, Pen("none", "plane"))
    yield grid((x, y), (across.output, down.output), cell, Pen("line", width=0.8))
    left, top = x + across.place * cell, y + down.place * cell
    if across.step and across.place + 1 < across.output:
        yield Rectangle(left + cell, top, cell, cell, Pen("point", width=1.3, dashes="5 3"))
    yield Rectangle(left, top, cell, cell, Pen("point", "point-fill", 2.2))
    yield from torn_edges(
        (x, y, x + width, y + height), right=across.output_cut, below=down.output_cut
    )


def rays(
    down: WindowAxis, across: WindowAxis, cell: float, output_cell: float, origin: Point
) -> Iterator[Shape]:
    """From the window's right side to its output cell."""
    right = (across.start + across.span) * cell
    top = down.start * cell
    left = origin[0] + across.place * output_cell
    upper = origin[1] + down.place * output_cell
    yield Strokes(
        (
            ((right, top), (left, upper)),
            ((right, top + down.span * cell), (left, upper + output_cell)),
        ),
        Pen("mark", width=1, dashes="4 3"),
    )
