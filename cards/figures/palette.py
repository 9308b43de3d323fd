"""The colours of figures by name: CSS variables on a screen, plain colours on paper."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

LIGHT: Mapping[str, str] = MappingProxyType(
    {
        "ink": "#1f2a44",
        "soft": "#526079",
        "line": "#5b6b8c",
        "plane": "#f4f7fc",
        "grid": "#dde3ec",
        "mark": "#c2410c",
        "mark-fill": "#fbe3d2",
        "point": "#1d4ed8",
        "point-fill": "#d6e2fd",
        "neutral": "#eef0f4",
        "paper": "#ffffff",
    }
)
DARK: Mapping[str, str] = MappingProxyType(
    {
        "ink": "#e3e9f4",
        "soft": "#a3b1c8",
        "line": "#93a7c7",
        "plane": "#1b2534",
        "grid": "#303c50",
        "mark": "#fdba74",
        "mark-fill": "#4d3826",
        "point": "#8fb8ff",
        "point-fill": "#263f78",
        "neutral": "#232b39",
        "paper": "#13171f",
    }
)


@dataclass(frozen=True, slots=True)
class Palette:
    """What each colour's name is written as, and the font of the labels ("" takes the page's)."""

    colours: Mapping[str, str]
    font: str = ""

    def __getitem__(self, name: str) -> str:
        return "none" if name == "none" else self.colours[name]


# Presentation attributes with variables need no style element, which a strict page would refuse.
SCREEN = Palette({name: f"var(--figure-{name},{colour})" for name, colour in LIGHT.items()})
# Printers of SVG outside a browser know no variables.
PAPER = Palette(LIGHT, font="Noto Sans SC, DejaVu Sans, sans-serif")


def variables(colours: Mapping[str, str]) -> str:
    """The CSS declarations that give a figure `colours`, for a style sheet's rule.

    >>> variables({"ink": "#000000", "line": "#222222"})
    '--figure-ink:#000000;--figure-line:#222222'
    """
    return ";".join(f"--figure-{name}:{colour}" for name, colour in colours.items())
