"""Rows: the engine, the tables, and one module per kind of row."""
