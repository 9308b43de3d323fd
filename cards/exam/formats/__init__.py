"""The formats in which an exam is written, each a file of this folder and a row of one table."""
