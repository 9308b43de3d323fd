"""Charts of a class's results: how the scores spread, and which questions to look at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cards.figures.drawing import Circle, Label, Pen, Rectangle, Shape, Strokes, write_svg
from cards.figures.known import say
from cards.figures.palette import SCREEN, Palette

WIDTH, HEIGHT = 430.0, 210.0
USUAL_FACILITY = (0.3, 0.9)
LEAST_DISCRIMINATION = 0.2
LOWEST, HIGHEST = -0.2, 0.8  # of the discrimination axis; a point beyond stands on the edge


@dataclass(frozen=True, slots=True)
class ItemPoint:
    """A question's first attempts: share right (0 to 1), correlation with the rest score."""

    name: str
    facility: float
    discrimination: float

    @property
    def unusual(self) -> bool:
        """Whether a teacher should look: too hard, too easy, or it doesn't separate.

        >>> ItemPoint("Q4", 0.97, 0.05).unusual
        True
        """
        low, high = USUAL_FACILITY
        return not low <= self.facility <= high or self.discrimination < LEAST_DISCRIMINATION


def draw_histogram(counts: Sequence[int], language: str = "en", palette: Palette = SCREEN) -> str:
    """The SVG of how many scores fell into each equal share of 0 to 100 percent.

    >>> "22" in draw_histogram([0, 4, 22, 9])
    True
    """
    edges = [100 * index // len(counts) for index in range(len(counts) + 1)]
    spread = "; ".join(
        f"{low}-{high} %: {count}"
        for low, high, count in zip(edges, edges[1:], counts, strict=False)
    )
    return write_svg(
        histogram(counts, edges, language),
        title=say("How the scores spread", "分数分布", language),
        description=spread,
        language=language,
        palette=palette,
    )


def histogram(counts: Sequence[int], edges: Sequence[int], language: str) -> Iterator[Shape]:
    """Level lines, a bar a share, and both axes' words."""
    top = nice_top(max(*counts, 1))
    for quarter in range(5):
        y = HEIGHT - HEIGHT * quarter / 4
        yield Strokes((((0, y), (WIDTH, y)),), Pen("grid"))
        yield Label(-8, y + 4, f"{top * quarter // 4}", "end", 12)
    pitch = WIDTH / len(counts)
    for index, count in enumerate(counts):
        tall = HEIGHT * count / top
        x = index * pitch
        if count:
            yield Rectangle(x + 2, HEIGHT - tall, pitch - 4, tall, Pen("none", "point"), 1.5)
            yield Label(x + pitch / 2, HEIGHT - tall - 5, f"{count}", size=11, colour="soft")
    for index, edge in enumerate(edges):
        yield Label(index * pitch, HEIGHT + 17, f"{edge}", size=12)
    words = say("score in percent", "得分（百分比）", language)
    yield Label(WIDTH / 2, HEIGHT + 38, words, size=12, colour="soft")


def nice_top(largest: int) -> int:
    """The top of an axis from zero: the least multiple of 4 of a round step that holds it.

    >>> nice_top(72), nice_top(3), nice_top(130)
    (80, 4, 200)
    """
    step = 1
    while True:
        for factor in (1, 2, 5):
            if 4 * factor * step >= largest:
                return 4 * factor * step
        step *= 10


def draw_scatter(
    points: Sequence[ItemPoint], language: str = "en", palette: Palette = SCREEN
) -> str:
    """The SVG of each question's facility against its discrimination, the unusual ones named.

    >>> svg = draw_scatter([ItemPoint("Q1", 0.6, 0.5), ItemPoint("Q4", 0.97, 0.05)])
    >>> "Q4" in svg, ">Q1<" in svg
    (True, False)
    """
    listed = "; ".join(
        f"{point.name}: {point.facility:.0%}, {point.discrimination:.2f}" for point in points
    )
    title = say("Facility and discrimination of each question", "各题的难度与区分度", language)
    return write_svg(
        scatter(points, language),
        title=title,
        description=listed,
        language=language,
        palette=palette,
    )


def scatter(points: Sequence[ItemPoint], language: str) -> Iterator[Shape]:
    """The usual range as a band, the axes, a disc or a triangle a question."""
    low, high = USUAL_FACILITY
    floor = level(LEAST_DISCRIMINATION)
    yield Rectangle(low * WIDTH, 0, (high - low) * WIDTH, floor, Pen("none", "point-fill"))
    for fifth in range(6):
        value = LOWEST + (HIGHEST - LOWEST) * fifth / 5
        yield Strokes((((0, level(value)), (WIDTH, level(value))),), Pen("grid"))
        yield Label(-8, level(value) + 4, f"{value:.1f}".replace("-0.0", "0.0"), "end", 12)
    for quarter in range(5):
        x = WIDTH * quarter / 4
        yield Strokes((((x, 0), (x, HEIGHT)),), Pen("grid"))
        yield Label(x, HEIGHT + 17, f"{25 * quarter} %", size=12)
    facility = say("facility (share right at the first try)", "难度（首次作答正确率）", language)
    yield Label(WIDTH / 2, HEIGHT + 38, facility, size=12, colour="soft")
    yield Label(-34, -14, say("discrimination", "区分度", language), "start", 12, colour="soft")
    for point in points:
        x, y = point.facility * WIDTH, level(point.discrimination)
        if point.unusual:
            triangle = ((x, y - 6.5), (x + 6.5, y + 5), (x - 6.5, y + 5))
            yield Strokes((triangle,), Pen("none", "mark"), closed=True)
            beside = x < WIDTH - 40
            yield Label(x + (11 if beside else -11), y + 4, point.name,
                        "start" if beside else "end", 12)  # fmt: skip
        else:
            yield Circle(x, y, 5.5, Pen("none", "point"))


def level(discrimination: float) -> float:
    """Where a discrimination stands, in pixels from the top.

    >>> level(HIGHEST), level(LOWEST) == HEIGHT
    (0.0, True)
    """
    inside = min(max(discrimination, LOWEST), HIGHEST)
    return HEIGHT * (HIGHEST - inside) / (HIGHEST - LOWEST)
