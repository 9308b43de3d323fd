"""Papers, keys and answer sheets as PDF: what is printed, and the templates that print it."""
