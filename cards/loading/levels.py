"""A question with ranges of its own for each level: one document, a question for each level.

A level is practised, scheduled and put into a deck by itself, so that the small numbers of a
first meeting come before the large ones. The lowest level keeps the id.
"""

from collections.abc import Iterator
from typing import Final

from cards.documents.entry import Entry
from cards.documents.strict_yaml import Document
from grader.errors import Fault

_LEVELS: Final = ("1", "2", "3")


def by_level(document: Document, faults: list[Fault]) -> Iterator[Document]:
    """The document once for each of its levels, with that level's draws; itself without any.

    >>> value = {"id": "a/b", "level": {"1": {"n": [2]}, "2": {}}, "draw": {"n": [10, 20]}}
    >>> for one in by_level(Document(value, "a.yaml", {}), []):
    ...     print(one.value)
    {'id': 'a/b', 'level': 1, 'draw': {'n': [2]}}
    {'id': 'a/b-level-2', 'level': 2, 'draw': {'n': [10, 20]}}
    """
    value = document.value
    if not isinstance(value, dict) or not isinstance(value.get("level"), dict):
        yield document
        return
    levels = Entry(value, document, (), faults).at("level").mapping(dict.fromkeys(_LEVELS, False))
    if not levels or not _are_draws(levels, value):
        yield _with(document, "", 1, {})
        return
    for level, entry in sorted(levels.items()):
        suffix = "" if level == min(levels) else f"-level-{level}"
        yield _with(document, suffix, int(level), entry.value)


def _are_draws(levels: dict[str, Entry], value: dict[str, object]) -> bool:
    """Whether each level names draws that the question has; faults are noted."""
    draws = value.get("draw")
    named = draws if isinstance(draws, dict) else {}
    sound = True
    for entry in levels.values():
        for name, inner in entry.mapping().items():
            if name not in named:
                inner.note("a draw of the question", repr(name), "add it to `draw:` too")
                sound = False
        sound = sound and isinstance(entry.value, dict)
    return sound


def _with(document: Document, suffix: str, level: int, draws: dict[str, object]) -> Document:
    value = dict(document.value)
    value["id"] = f"{value.get('id')}{suffix}" if suffix else value.get("id")
    value["level"] = level
    if draws:
        value["draw"] = {**value["draw"], **draws}
    lines = {
        (("draw", *path[2:]) if path[:2] == ("level", str(level)) else path): line
        for path, line in document.lines.items()
        if path[:1] != ("draw",) or len(path) < 2 or path[1] not in draws
    }
    return Document(value, document.where, lines, document.faults)
