"""Reading the concept kinds of one fact a card: basic, cloze and list."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from cards.documents.entry import Entry
from cards.documents.prose import read_prose
from cards.loading.question_fields import DECISIONS, ITEM, WORDINGS, known
from cards.question import Cloze, Enumeration, Fact, Item
from grader.wording import LANGUAGES

# A gap ends where the next begins: so each place of the text is looked at once, however many
# gaps never close.
CLOZE: Final = re.compile(
    r"\{\{c(?P<number>[1-9][0-9]?)::"
    r"(?P<hidden>(?:(?!::|\}\}|\{\{c).)*)(?:::(?P<hint>(?:(?!\}\}|\{\{c).)*))?\}\}",
    re.DOTALL,
)


def read_basic(fields: Mapping[str, Entry]) -> Fact | None:
    """The back of a basic question; None where there is none."""
    return Fact(read_prose(fields["answer"])) if "answer" in fields else None


def read_cloze(fields: Mapping[str, Entry]) -> Cloze | None:
    """Nothing beyond the common fields; the gaps of the text are checked."""
    if "text" not in fields:
        return None
    entry = fields["text"]
    text = entry.texts()
    found = [_gap_numbers(entry.at(language), words) for language, words in text.items()]
    if not found or None in found or [] in found:
        return Cloze()
    numbers, *others = found
    if any(other != numbers for other in others):
        told = zip(text, found, strict=True)
        got = "; ".join(f"{language}: {', '.join(gaps or ())}" for language, gaps in told)
        entry.note("the same gap numbers in all languages", got, "number them alike")
    elif numbers and numbers != [str(number) for number in range(1, len(numbers) + 1)]:
        entry.note("gaps numbered from c1 on", ", ".join(f"c{n}" for n in numbers), "renumber them")
    return Cloze()


def _gap_numbers(entry: Entry, words: str) -> list[str] | None:
    """The numbers of a text's gaps; None, with a fault noted, where a gap isn't whole."""
    matches = list(CLOZE.finditer(words))
    rest = CLOZE.sub("", words)
    brace = any(words[match.end() : match.end() + 1] == "}" for match in matches)
    if brace or "{{c" in rest or "}}" in rest:
        cure = "close each as {{c1::word}}; put a space between a } of its own and the }}"
        entry.note("gaps that close", _left_over(rest), cure)
        return None
    if not matches:
        entry.note("a gap such as {{c1::word}}", "none", "mark what is to be recalled")
    elif any(match["hidden"].count("$") % 2 for match in matches):
        entry.note("mathematics whole inside or outside of a gap", "a gap that cuts it", "")
    elif not all(match["hidden"].strip() for match in matches):
        entry.note("something to recall in each gap", "an empty gap", "fill it")
    return sorted({match["number"] for match in matches}, key=int)


def _left_over(rest: str) -> str:
    """What stands around braces that belong to no gap."""
    at = min((place for place in (rest.find("{{c"), rest.find("}")) if place >= 0), default=0)
    return f"braces left over near {rest[max(at - 10, 0) : at + 20]!r}"


def without_gaps(text: str) -> str:
    """A cloze text with its gaps filled in.

    >>> without_gaps("Pooling has {{c1::no::how many}} parameters.")
    'Pooling has no parameters.'
    """
    return CLOZE.sub(lambda match: match["hidden"], text)


def read_list(fields: Mapping[str, Entry]) -> Enumeration | None:
    """The items of an enumeration; None where there are none."""
    if "items" not in fields:
        return None
    items = []
    for entry in fields["items"].items():
        inner = entry.mapping(known(ITEM))
        if not {"id", "cue", "answer"} <= inner.keys():
            continue
        samples: dict[str, tuple[str, ...]] = {
            decision: tuple(sample.text() for sample in inner[decision].items())
            for decision in DECISIONS
            if decision in inner
        }
        items.append(
            Item(
                inner["id"].identifier(),
                read_prose(inner["cue"]),
                read_prose(inner["answer"]),
                _wordings(inner.get("accept")),
                _wordings(inner.get("reject")),
                samples,
            )
        )
    refuse_repeated(fields["items"], [item.id for item in items])
    if len(items) < 2 and isinstance(fields["items"].value, list):
        fields["items"].note("two items or more", f"{len(items)}", "use `kind: basic` for one fact")
    return Enumeration(tuple(items))


def _wordings(entry: Entry | None) -> dict[str, tuple[str, ...]]:
    """The wordings of a key point by language."""
    found: dict[str, tuple[str, ...]] = dict.fromkeys(LANGUAGES, ())
    if entry is not None:
        for language, wordings in entry.mapping(known(WORDINGS)).items():
            found[language] = tuple(wording.text() for wording in wordings.items())
    return found


def refuse_repeated(entry: Entry, ids: Sequence[str], what: str = "id") -> None:
    """Note each id that stands more than once.

    >>> from cards.documents.strict_yaml import Document
    >>> items = Entry([], Document([], "a.yaml", {}), ("items",))
    >>> refuse_repeated(items, ["same", "valid", "same"])
    >>> print(items.faults[0])
    a.yaml:1: items: expected each id once, got 'same' 2 times; rename one of them
    """
    for one, times in sorted(Counter(ids).items()):
        if times > 1:
            entry.note(f"each {what} once", f"{one!r} {times} times", "rename one of them")
