"""What a YAML file holds, told by its keys: questions, an exam plan or a network."""

import re
from pathlib import Path
from typing import Final, Literal

from cards.documents.reading import file_content
from cards.documents.strict_yaml import MAX_BYTES

FileKind = Literal["questions", "plan", "network"]

_NETWORK: Final = re.compile(r"^(layers|input):", re.MULTILINE)
_PLAN: Final = re.compile(r"^(questions|sections):", re.MULTILINE)


def file_kind(text: str) -> FileKind:
    r"""What a YAML file holds, by the keys at its lines' beginnings.

    >>> file_kind("name: LeNet-5\ninput: {channels: 1, height: 28, width: 28}\nlayers: []")
    'network'
    """
    # A plan or network with a `text:` or `kind:` too many is one still: no question has their keys.
    if _PLAN.search(text):
        return "plan"
    return "network" if _NETWORK.search(text) else "questions"


def kind_of(path: Path) -> FileKind:
    """What the file at a path holds; questions where it can't be opened, which says why later.

    >>> kind_of(Path("nothing-here.yaml"))
    'questions'
    """
    try:
        return file_kind(file_content(path, MAX_BYTES).decode("utf-8", errors="replace"))
    except OSError:
        return "questions"
