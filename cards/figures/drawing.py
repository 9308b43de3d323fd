"""Shapes and the SVG text they make: few kinds, no ids, the same bytes on every machine."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape

from cards.figures.palette import SCREEN, Palette

Point = tuple[float, float]
Extent = tuple[float, float, float, float]
MARGIN = 6


@dataclass(frozen=True, slots=True)
class Pen:
    """How a shape is drawn: its fill and line by the palette's names, line width and dashes."""

    line: str = "line"
    fill: str = "none"
    width: float = 1
    dashes: str = ""
    opacity: float = 1

    def attributes(self, palette: Palette) -> str:
        """The pen as SVG attributes, those at their default left out."""
        words = [f'fill="{palette[self.fill]}"']
        if self.line != "none":
            words += [f'stroke="{palette[self.line]}"', f'stroke-width="{number(self.width)}"']
        if self.dashes:
            words.append(f'stroke-dasharray="{self.dashes}"')
        if self.opacity != 1:
            words.append(f'opacity="{number(self.opacity)}"')
        return " ".join(words)


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A rectangle by its upper left corner."""

    x: float
    y: float
    width: float
    height: float
    pen: Pen = field(default_factory=Pen)
    corner: float = 0

    def extent(self) -> Extent:
        """Left, top, right and bottom."""
        return self.x, self.y, self.x + self.width, self.y + self.height

    def svg(self, palette: Palette) -> str:
        """The element."""
        rounded = f' rx="{number(self.corner)}"' if self.corner else ""
        return (
            f'<rect x="{number(self.x)}" y="{number(self.y)}" width="{number(self.width)}"'
            f' height="{number(self.height)}"{rounded} {self.pen.attributes(palette)}></rect>'
        )


@dataclass(frozen=True, slots=True)
class Strokes:
    """Lines through points, several in one element; closed where `closed`."""

    lines: tuple[tuple[Point, ...], ...]
    pen: Pen = field(default_factory=Pen)
    closed: bool = False

    def extent(self) -> Extent:
        """Left, top, right and bottom."""
        across = [x for line in self.lines for x, _ in line]
        down = [y for line in self.lines for _, y in line]
        return min(across), min(down), max(across), max(down)

    def svg(self, palette: Palette) -> str:
        """The element."""
        end = "z" if self.closed else ""
        runs = (
            "M" + "L".join(f"{number(x)},{number(y)}" for x, y in line) + end for line in self.lines
        )
        return f'<path d="{"".join(runs)}" {self.pen.attributes(palette)}></path>'


@dataclass(frozen=True, slots=True)
class Circle:
    """A circle by its centre."""

    x: float
    y: float
    radius: float
    pen: Pen = field(default_factory=Pen)

    def extent(self) -> Extent:
        """Left, top, right and bottom."""
        return (
            self.x - self.radius,
            self.y - self.radius,
            self.x + self.radius,
            self.y + self.radius,
        )

    def svg(self, palette: Palette) -> str:
        """The element."""
        place = f'cx="{number(self.x)}" cy="{number(self.y)}" r="{number(self.radius)}"'
        return f"<circle {place} {self.pen.attributes(palette)}></circle>"


@dataclass(frozen=True, slots=True)
class Label:
    """One line of words; `y` is where the letters stand."""

    x: float
    y: float
    words: str
    anchor: str = "middle"
    size: float = 13
    bold: bool = False
    colour: str = "ink"

    def extent(self) -> Extent:
        """Left, top, right and bottom, by an estimate that errs on the wide side."""
        width = text_width(self.words, self.size) * (1.08 if self.bold else 1)
        left = self.x - width * {"start": 0.0, "middle": 0.5, "end": 1.0}[self.anchor]
        return left, self.y - self.size, left + width, self.y + 0.3 * self.size

    def svg(self, palette: Palette) -> str:
        """The element."""
        weight = ' font-weight="600"' if self.bold else ""
        return (
            f'<text x="{number(self.x)}" y="{number(self.y)}" text-anchor="{self.anchor}"'
            f' font-size="{number(self.size)}"{weight} fill="{palette[self.colour]}">'
            f"{escape(self.words, quote=False)}</text>"
        )


Shape = Rectangle | Strokes | Circle | Label


def arrow(points: Sequence[Point], pen: Pen | None = None) -> Strokes:
    """A line through `points` with a head at the last one.

    Heads are drawn: a marker would need an id, and two figures on a page would share it.

    >>> arrow([(0, 0), (10, 0)]).lines[0]
    ((0, 0), (10, 0))
    """
    pen = pen or Pen(width=1.2)
    (x0, y0), (x1, y1) = points[-2], points[-1]
    length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5 or 1.0
    ux, uy = (x1 - x0) / length, (y1 - y0) / length
    head = (
        (x1 - 7 * ux - 3.5 * uy, y1 - 7 * uy + 3.5 * ux),
        (x1, y1),
        (x1 - 7 * ux + 3.5 * uy, y1 - 7 * uy - 3.5 * ux),
    )
    return Strokes((tuple(points), head), pen)


def text_width(words: str, size: float) -> float:
    """The width of a line of words in pixels, by an estimate that errs on the wide side.

    >>> text_width("卷积", 10)
    20.0
    """
    wide = sum(unicodedata.east_asian_width(letter) in "WF" or letter in "@WM" for letter in words)
    middling = sum(letter in "×→+=?" for letter in words)
    return size * (wide + 0.85 * middling + 0.62 * (len(words) - wide - middling))


def number(value: float) -> str:
    """A coordinate to a tenth, without trailing zeros.

    >>> number(12.0), number(0.25), number(-0.01)
    ('12', '0.2', '0')
    """
    text = f"{value:.1f}"
    return "0" if text in {"0.0", "-0.0"} else text.removesuffix(".0")


def write_svg(
    shapes: Iterable[Shape],
    *,
    title: str,
    description: str,
    language: str = "en",
    palette: Palette = SCREEN,
) -> str:
    """The SVG element that shows `shapes`, cut to their extent, named for those who can't see it.

    >>> write_svg([Rectangle(0, 0, 10, 10)], title="a map", description="One map.")[:60]
    '<svg xmlns="http://www.w3.org/2000/svg" class="figure" role='
    """
    drawn = tuple(shapes)
    extents = [shape.extent() for shape in drawn]
    left = min(extent[0] for extent in extents) - MARGIN
    top = min(extent[1] for extent in extents) - MARGIN
    width = max(extent[2] for extent in extents) + MARGIN - left
    height = max(extent[3] for extent in extents) + MARGIN - top
    font = f' font-family="{escape(palette.font)}"' if palette.font else ""
    box = " ".join(number(value) for value in (left, top, width, height))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="figure" role="img"'
        f' lang="{escape(language)}" viewBox="{box}" width="{number(width)}"'
        f' height="{number(height)}"{font}><title>{escape(title, quote=False)}</title>'
        f"<desc>{escape(description, quote=False)}</desc>"
        f"{''.join(shape.svg(palette) for shape in drawn)}</svg>"
    )
