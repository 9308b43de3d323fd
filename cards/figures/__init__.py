"""Diagrams as SVG, drawn from a variant's numbers; what is asked for never reaches the drawing."""

from cards.figures.choosing import KINDS, Figure, draw_figure, figure_from, read_figure
from cards.figures.hiding import hidden_cells
from cards.figures.palette import DARK, LIGHT, PAPER, SCREEN, Palette, variables

__all__ = [
    "DARK",
    "KINDS",
    "LIGHT",
    "PAPER",
    "SCREEN",
    "Figure",
    "Palette",
    "draw_figure",
    "figure_from",
    "hidden_cells",
    "read_figure",
    "variables",
]
