"""From questions to an Anki package that repeats exactly and keeps a student's history."""
