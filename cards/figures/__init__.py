"""Diagrams as SVG, drawn from a variant's numbers; what is asked for never reaches the drawing."""

from cards.figures.choosing import KINDS, draw_figure
from cards.figures.hiding import hidden_cells
from cards.figures.palette import DARK, LIGHT, PAPER, SCREEN, Palette, variables

__all__ = [
    "DARK",
    "KINDS",
    "LIGHT",
    "PAPER",
    "SCREEN",
    "Palette",
    "draw_figure",
    "hidden_cells",
    "variables",
]
