"""How the demo's students answer: some better than others, often with known mistakes."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any


def likely_answers(
    parts: Sequence[Mapping[str, Any]], number: int, place: int
) -> Iterator[tuple[str, str]]:
    """A student's answers: the abler, the more often right; else one of the likely mistakes."""
    ability = 0.35 + 0.6 * chance(number, 0, "ability")
    for index, part in enumerate(parts):
        right = part["answer"]["display"]
        if chance(number, place, f"right {index}") < ability - 0.08 * place + 0.12:
            yield part["id"], right
        elif part["mistakes"]:
            choice = int(chance(number, place, f"which {index}") ** 2 * len(part["mistakes"]))
            yield part["id"], part["mistakes"][choice]["display"]
        else:
            yield part["id"], "12"


def chance(number: int, place: int, name: str) -> float:
    """A number from 0 to 1 that is always the same for the same names."""
    digest = hashlib.sha256(f"{number} {place} {name}".encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48
