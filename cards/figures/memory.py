"""Bytes alive while a network runs: a bar a layer, its input below, its output above."""

from collections.abc import Iterator
from dataclasses import dataclass

from cards.figures.drawing import Label, Pen, Rectangle, Shape, Strokes, text_width, write_svg
from cards.figures.known import Known, say, shown
from cards.figures.palette import SCREEN, Palette

LONGEST, NEUTRAL = 420.0, 150.0  # a bar's length in pixels; where a number of it is asked
MOST_NAMED = 32


@dataclass(frozen=True, slots=True)
class MemoryMoment:
    """While `layer` is computed: the bytes of the maps it still needs, and of the one it makes."""

    layer: str
    held: Known
    made: Known

    @property
    def total(self) -> Known:
        """All bytes alive at this moment."""
        return None if self.held is None or self.made is None else self.held + self.made


@dataclass(frozen=True, slots=True)
class MemoryFigure:
    """A schedule's moments in order. Whoever asks for the peak passes `peak_asked`."""

    moments: tuple[MemoryMoment, ...]
    peak_asked: bool = False


def draw_memory(figure: MemoryFigure, language: str = "en", palette: Palette = SCREEN) -> str:
    """The SVG of the bytes alive over a schedule, the peak marked.

    >>> svg = draw_memory(MemoryFigure((MemoryMoment("conv1", 0, 600),)))
    >>> "peak: 600" in svg
    True
    """
    return write_svg(
        draw_bars(figure, language),
        title=say("Bytes alive, layer by layer", "逐层占用的字节数", language),
        description=describe(figure, language),
        language=language,
        palette=palette,
    )


def peak(figure: MemoryFigure) -> int | None:
    """The largest total, None where it is asked for or one of the totals is."""
    totals = [moment.total for moment in figure.moments]
    known = [total for total in totals if total is not None]
    if figure.peak_asked or len(known) < len(totals):
        return None
    return max(known)


def describe(figure: MemoryFigure, language: str) -> str:
    """The moments in order and the peak, with the words that the figure shows."""
    lines = say("; ", "；", language).join(
        f"{moment.layer} {shown(moment.held)} + {shown(moment.made)}" for moment in figure.moments
    )
    highest = shown(peak(figure))
    return say(
        f"Maps still needed + map being made: {lines}. Peak: {highest}.",
        f"仍需保留的特征图 + 正在计算的特征图：{lines}。峰值：{highest}。",
        language,
    )


def draw_bars(figure: MemoryFigure, language: str) -> Iterator[Shape]:
    """The key, then a bar a moment."""
    highest = peak(figure)
    totals = [moment.total or 0 for moment in figure.moments]
    unit = LONGEST / max(*totals, 1) if highest is not None else None
    many = len(figure.moments) > MOST_NAMED
    pitch, thick = (7.0, 5.0) if many else (30.0, 20.0)
    yield from key(language)
    marked = totals.index(highest) if highest is not None else -1
    top = 16.0
    for index, moment in enumerate(figure.moments):
        y = top + index * pitch
        parts = lengths(moment, unit)
        yield Rectangle(0, y, parts[0], thick, Pen("line", "plane", 0.9))
        yield Rectangle(parts[0], y, parts[1], thick, Pen("point", "point-fill", 0.9))
        if not many or index == marked:
            base = y + thick / 2 + 4.5
            yield Label(-10, base, moment.layer, anchor="end", size=12.5)
            words = shown(moment.total) if index != marked else peak_words(highest, language)
            bold = index == marked
            yield Label(
                sum(parts) + 10, base, words, "start", 12.5, bold, "mark" if bold else "ink"
            )
        if index == marked:
            yield Rectangle(-1.5, y - 2.5, sum(parts) + 3, thick + 5, Pen("mark", width=2), 2)
    bottom = top + len(figure.moments) * pitch
    yield Strokes((((0, top - 6), (0, bottom)),), Pen("ink", width=1.2))
    if highest is None:
        words = peak_words(None, language) + say("; bars not to scale", "；条长不按比例", language)
        yield Label(0, bottom + 18, words, "start", 12.5, colour="soft")


def peak_words(highest: Known, language: str) -> str:
    """The peak as the figure prints it."""
    return say("peak: ", "峰值：", language) + shown(highest)


def lengths(moment: MemoryMoment, unit: float | None) -> tuple[float, float]:
    """The two pieces of a bar in pixels; neutral ones where the figure has no scale."""
    if unit is None or moment.held is None or moment.made is None:
        return NEUTRAL / 2, NEUTRAL / 2
    return moment.held * unit, moment.made * unit


def key(language: str) -> Iterator[Shape]:
    """What the two fills mean."""
    held = say("still needed", "仍需保留", language)
    made = say("being made", "正在计算", language)
    yield Rectangle(0, -14, 14, 12, Pen("line", "plane", 0.9))
    yield Label(20, -4, held, "start", 12)
    x = 20 + text_width(held, 12) + 16
    yield Rectangle(x, -14, 14, 12, Pen("point", "point-fill", 0.9))
    yield Label(x + 20, -4, made, "start", 12)
