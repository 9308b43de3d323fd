"""Authors' texts: the places of numbers in them, and their Markdown printed."""
