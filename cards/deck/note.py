"""A note of the deck before it has a place and a date: what a student will see of a question."""

import hashlib
import json
import re
from base64 import b64encode
from dataclasses import dataclass
from typing import Final

from cards.deck.note_types import FIELDS, NoteType

RETIRED_TAG: Final = "gradeck::retired"

# Nine bytes are twelve characters: with a million notes two are alike once in ten billion times.
_GUID_BYTES: Final = 9
_CLOZE = re.compile(r"\{\{c([1-9][0-9]*)::")


@dataclass(frozen=True, slots=True)
class DeckNote:
    """One note: its key, its type, its deck's name, its tags, the field texts in Anki's order.

    The key is stable for ever: question id and language, and for a list the item's id.

    >>> from cards.deck.note_types import BASIC
    >>> note = DeckNote("cnn/shared-weights en", BASIC, "Gradeck::English", ("cnn::weights",),
    ...                 note_fields(Key="cnn/shared-weights en", Front="Why share weights?"))
    >>> note.guid == DeckNote("cnn/shared-weights en", BASIC, "other", (), ()).guid
    True
    """

    key: str
    note_type: NoteType
    deck: str
    tags: tuple[str, ...]
    fields: tuple[str, ...]
    level: int = 1
    retired: bool = False

    @property
    def guid(self) -> str:
        """What Anki knows the note by: made from the key alone, so that an edit keeps it."""
        digest = hashlib.sha256(f"gradeck {self.key}".encode()).digest()
        return b64encode(digest[:_GUID_BYTES]).decode()

    @property
    def content_hash(self) -> str:
        """A hash of all that an update would bring to a student."""
        shown = json.dumps([self.note_type.kind, self.tags, self.fields], ensure_ascii=False)
        return hashlib.sha256(shown.encode()).hexdigest()[:16]

    @property
    def cards(self) -> tuple[int, ...]:
        """The ordinals of the note's cards: one, or one for each number of a cloze.

        >>> from cards.deck.note_types import CLOZE
        >>> text = note_fields(Front="{{c1::Pooling}} has {{c2::no}} parameters; {{c1::it}} ...")
        >>> DeckNote("cnn/pooling en", CLOZE, "Gradeck::English", (), text).cards
        (0, 1)
        """
        if not self.note_type.cloze:
            return (0,)
        front = self.fields[tuple(FIELDS).index("Front")]
        return tuple(sorted({int(number) - 1 for number in _CLOZE.findall(front)}))


def note_fields(**texts: str) -> tuple[str, ...]:
    """The field texts in Anki's order; what isn't given is empty.

    Each stands as a browser writes it: Anki's editor would write it anew otherwise, and what it
    has touched takes no update.

    >>> fields = note_fields(Title="Rows")
    >>> fields[1], set(fields) == {"Rows", ""}
    ('Rows', True)
    """
    return tuple(texts.get(name, "").replace("\u00a0", "&nbsp;") for name in FIELDS)
