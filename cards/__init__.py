"""The question bank, and everything printed from it: variants, decks, exam plans and sittings."""
