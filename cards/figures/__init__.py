"""Diagrams as SVG, drawn from a variant's numbers."""
