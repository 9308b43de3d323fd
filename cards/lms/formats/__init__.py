"""The formats for other systems, each a file of this folder and a row of one table."""
