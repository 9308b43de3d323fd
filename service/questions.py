"""The questions as the service sees them: found by id, dealt as variants, shown without keys."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Listed:
    """A question as it is listed: nothing in it depends on a variant."""

    id: str
    content_hash: str
    title: Mapping[str, str]
    kind: str
    level: int
    tags: tuple[str, ...]
    points: str
    source: str


class Questions(Protocol):
    """A bank of questions that variants are dealt from."""

    def listed(self) -> tuple[Listed, ...]:
        """All questions that can be answered here, by id."""

    def find(self, question_id: str) -> Listed:
        """The question; UnknownNameError, with the nearest id, if there is none."""

    def seed(self, question: Listed, purpose: str, who: str, number: int) -> str:
        """The seed of somebody's variant, in hexadecimal; it never leaves the server."""

    def show(self, content_hash: str, seed: str, source: str | None) -> dict[str, Any]:
        """A variant as a student may see it."""


def open_questions(folders: tuple[Path, ...], secret: bytes) -> Questions:
    """The bank in these folders, or the one that came along."""
    from service.grading import open_bank  # noqa: PLC0415 - the bank is loaded where it is used

    return open_bank(folders, secret)
