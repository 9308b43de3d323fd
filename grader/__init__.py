"""Numbers and answers: formulas, worksheets, units, reading and marking. No question, no web."""
