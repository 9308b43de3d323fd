"""A student's key as a file, read again: the very places that were dealt, with their points.

What `DIR/keys/ID.json` says is held against what its seeds give today: a key that Gradeck
would make otherwise now is refused rather than marked by.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from cards.exam.sitting import Place
from cards.loading.bank import question_from_document
from cards.variants.dealing import make_variant
from grader.errors import GradeckError, UnknownNameError

QUESTIONS: Final = "questions.json"


@dataclass(frozen=True, slots=True)
class DealtKey:
    """One student's key: its places in the paper's order, and what a carried answer earns."""

    path: Path
    places: tuple[Place, ...]
    carried_share: Fraction

    def place(self, which: str) -> Place:
        """The place of that question, or of that number in the paper, from 1.

        Raises UnknownNameError where there is none, GradeckError where the question stands twice.
        """
        if which.isdecimal() and 1 <= int(which) <= len(self.places):
            return self.places[int(which) - 1]
        ids = [place.variant.question.id for place in self.places]
        found = [number for number, id_ in enumerate(ids, start=1) if id_ == which]
        if not found:
            raise UnknownNameError(f"question in {self.path}", which, ids)
        if len(found) > 1:
            places = " and ".join(str(number) for number in found)
            raise _unlike(self.path, f"{which} once", f"it as {places}", "give the place's number")
        return self.places[found[0] - 1]


def read_key(path: Path) -> DealtKey:
    """The key in a file, its variants made again; GradeckError where that isn't what was dealt."""
    dealt = _json(path, "the key of a student, as in DIR/keys/ID.json")
    documents = _json(path.parent.parent / QUESTIONS, "the questions of the exam, in DIR")
    try:
        places = tuple(_place(path, one, documents) for one in dealt["questions"])
        return DealtKey(path, places, Fraction(dealt["carried_share"]))
    except (AttributeError, KeyError, TypeError, ValueError, ZeroDivisionError) as error:
        got = f"one without {error}" if isinstance(error, KeyError) else f"one with {error}"
        raise _unlike(path, "a key as Gradeck writes it", got, "name DIR/keys/ID.json") from None


def _place(path: Path, dealt: Mapping[str, Any], documents: Mapping[str, str]) -> Place:
    question = question_from_document(documents[dealt["question"]])
    variant = make_variant(question, bytes.fromhex(dealt["seed"]))
    place = Place(variant, Fraction(dealt["scale"]), dealt["number"])
    made = json.loads(json.dumps(place.with_key()))
    for name in ("numbers", "parts"):
        if made[name] != dealt[name]:
            got = "others: the file was edited, or Gradeck has changed since"
            expected = f"the {name} that the seed of {question.id} gives"
            raise _unlike(path, expected, got, "mark by the printed key, or deal again")
    return place


def _json(path: Path, what: str) -> Any:  # noqa: ANN401 -- whatever the file holds
    try:
        return json.loads(path.read_bytes())
    except FileNotFoundError:
        raise _unlike(path, what, "no such file", "name a file of the exam's folder") from None
    except (OSError, ValueError, RecursionError) as error:
        raise _unlike(path, what, str(error), "name a file of the exam's folder") from None


def _unlike(path: Path, expected: str, got: str, cure: str) -> GradeckError:
    return GradeckError(f"{path}: expected {expected}, got {got}; {cure}")
