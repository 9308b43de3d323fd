"""From scanned answer sheets to what was written: pages, marks, doubts. Needs `gradeck[scan]`."""
