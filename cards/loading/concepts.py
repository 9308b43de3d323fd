"""Reading the concept kinds of one fact a card: basic, cloze and list."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from cards.documents.entry import Entry
from cards.documents.prose import read_prose
from cards.loading.question_fields import ITEM, WORDINGS, known
from cards.question import Item
from grader.wording import LANGUAGES

CLOZE: Final = re.compile(
    r"\{\{c(?P<number>[1-9][0-9]?)::(?P<hidden>.*?)(?:::(?P<hint>.*?))?\}\}", re.DOTALL
)


def read_basic(fields: Mapping[str, Entry]) -> dict[str, Any]:
    """What a basic question holds beyond the common fields."""
    return {"answer": read_prose(fields["answer"])} if "answer" in fields else {}


def read_cloze(fields: Mapping[str, Entry]) -> dict[str, Any]:
    """Nothing beyond the common fields; the gaps of the text are checked."""
    if "text" not in fields:
        return {}
    entry = fields["text"]
    text = entry.texts()
    gaps: dict[str, list[str]] = {}
    for language, words in text.as_dict().items():
        place = entry.at(language)
        matches = list(CLOZE.finditer(words))
        gaps[language] = sorted({match["number"] for match in matches}, key=int)
        rest = CLOZE.sub("", words)
        if not matches:
            place.note("a gap such as {{c1::word}}", "none", "mark what is to be recalled")
        elif "{{c" in rest or "}}" in rest:
            place.note("gaps that close", "braces left over", "put a space between } and }}")
        elif any(match["hidden"].count("$") % 2 for match in matches):
            place.note("mathematics whole inside or outside of a gap", "a gap that cuts it", "")
        for match in matches:
            if not match["hidden"].strip():
                place.note("something to recall in each gap", "an empty gap", "fill it")
    numbers = list(gaps["en"])
    if numbers and gaps["zh"] and numbers != gaps["zh"]:
        got = f"en: {', '.join(numbers) or 'none'}; zh: {', '.join(gaps['zh']) or 'none'}"
        entry.note("the same gap numbers in both languages", got, "number them alike")
    elif numbers and numbers != [str(number) for number in range(1, len(numbers) + 1)]:
        entry.note("gaps numbered from c1 on", ", ".join(f"c{n}" for n in numbers), "renumber them")
    return {}


def without_gaps(text: str) -> str:
    """A cloze text with its gaps filled in.

    >>> without_gaps("Pooling has {{c1::no::how many}} parameters.")
    'Pooling has no parameters.'
    """
    return CLOZE.sub(lambda match: match["hidden"], text)


def read_list(fields: Mapping[str, Entry]) -> dict[str, Any]:
    """The items of an enumeration."""
    if "items" not in fields:
        return {}
    items = []
    for entry in fields["items"].items():
        inner = entry.mapping(known(ITEM))
        if not {"id", "cue", "answer"} <= inner.keys():
            continue
        accept: dict[str, tuple[str, ...]] = dict.fromkeys(LANGUAGES, ())
        if "accept" in inner:
            for language, wordings in inner["accept"].mapping(known(WORDINGS)).items():
                accept[language] = tuple(wording.text() for wording in wordings.items())
        item_id = inner["id"].identifier()
        items.append(Item(item_id, read_prose(inner["cue"]), read_prose(inner["answer"]), accept))
    refuse_repeated(fields["items"], [item.id for item in items])
    if len(items) < 2 and isinstance(fields["items"].value, list):
        fields["items"].note("two items or more", f"{len(items)}", "use `kind: basic` for one fact")
    return {"items": tuple(items)}


def refuse_repeated(entry: Entry, ids: Sequence[str]) -> None:
    """Note each id that stands more than once."""
    repeated = sorted({one for one in ids if ids.count(one) > 1})
    for one in repeated:
        entry.note("each id once", f"{one!r} {ids.count(one)} times", "rename one of them")
