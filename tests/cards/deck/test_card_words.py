"""What a card says of an answer is what homework says of it."""

import pytest

from cards.deck.note_types import NOTE_TYPES, NoteType
from grader.marking.verdict import CORRECT, NOT_YET


@pytest.mark.parametrize("note_type", NOTE_TYPES.values(), ids=lambda note_type: note_type.kind)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_script_has_the_sentences_of_the_marking(note_type: NoteType, language: str) -> None:
    """Right and wrong are told in the marking's words, and nothing waits to be put in."""
    said = f'right: "{CORRECT.in_(language)}", wrong: "{NOT_YET.in_(language)}"'
    assert said in note_type.back
    assert '*/ ""' not in note_type.back
