"""Moodle's rules for what it imports from its XML, written anew from its documentation.

A number is a float, and counts for the first answer in whose tolerance it lies, a tiny bit more
being allowed. An embedded answer is found by its braces, and what is said inside is decoded once.
"""

import html
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from fractions import Fraction

from tests.cards.lms.outcomes import Answered, Chosen, Outcome, Read, parsed

_EMBEDDED = re.compile(r"\{(\d+):(?:NUMERICAL|NM):(.*?)\}", re.DOTALL)
_ALTERNATIVE = re.compile(r"(?:(=)|%(-?[0-9.]+)%)?([^~#}]+)(?:#([^~}]*))?")
_TYPED = re.compile(r"\s*(-?[0-9.]+(?:e-?[0-9]+)?)\s*(.*?)\s*\Z")
_SNAPPED = {33.33333: Fraction(1, 3), 66.66667: Fraction(2, 3), -33.33333: Fraction(-1, 3)}


def read_moodle(content: bytes) -> Read:
    """The questions of a file, as Moodle would mark them."""
    numbers: dict[tuple[str, int, str], Answered] = {}
    choices: dict[tuple[str, int], Chosen] = {}
    people = set()
    for question in parsed(content).findall("question"):
        name, _, number = (question.findtext("idnumber") or "#0").partition("#")
        kind = question.get("type")
        if kind == "numerical":
            # Of a question with one part, the part's name is not in the file.
            owner, _, part = name.rpartition("/")
            numbers[name, int(number), ""] = _numerical(question)
            numbers[owner, int(number), part] = _numerical(question)
        elif kind == "cloze":
            text = question.findtext("questiontext/text") or ""
            for index, embedded in enumerate(_EMBEDDED.findall(text)):
                numbers[name, int(number), str(index)] = _embedded(embedded[1])
        elif kind == "multichoice":
            choices[name, int(number)] = _choice(question)
        elif kind == "essay" and question.findtext("graderinfo/text"):
            people.add((name, int(number)))
    return Read(numbers, choices, frozenset(people))


Rows = list[tuple[float, float, Fraction, str]]


def first_of(rows: Rows, scale: Callable[[str], float | None]) -> Answered:
    """What marks a number by rows of value, tolerance, fraction and feedback."""

    def answered(text: str) -> Outcome:
        value = scale(text)
        if value is None:
            return Outcome(Fraction(0))
        for right, tolerance, fraction, says in rows:
            allowed = tolerance + 1e-14 * max(1, abs(right))
            if right - allowed <= value <= right + allowed:
                return Outcome(fraction, says)
        return Outcome(Fraction(0))

    return answered


def _numerical(question: ET.Element) -> Answered:
    units = {
        unit.findtext("unit_name") or "": float(unit.findtext("multiplier") or "nan")
        for unit in question.findall("units/unit")
    }
    typed = units if question.findtext("showunits") == "0" else {}

    def scale(text: str) -> float | None:
        found = _TYPED.match(text)
        if found is None or found[2] not in {"", *typed}:
            return None
        return float(found[1]) / typed.get(found[2], 1.0)

    return first_of(
        [
            (
                float(answer.findtext("text") or "nan"),
                float(answer.findtext("tolerance") or "nan"),
                fraction_of(answer.get("fraction") or "nan"),
                answer.findtext("feedback/text") or "",
            )
            for answer in question.findall("answer")
        ],
        scale,
    )


def fraction_of(text: str) -> Fraction:
    """A fraction of Moodle's list, which stands in the file rounded."""
    return _SNAPPED.get(float(text), Fraction(text) / 100)


def _embedded(alternatives: str) -> Answered:
    rows: Rows = []
    for full, percent, answer, says in _ALTERNATIVE.findall(alternatives):
        value, _, tolerance = answer.partition(":")
        share = Fraction(1) if full else fraction_of(percent or "0")
        rows.append((float(value), float(tolerance or 0), share, html.unescape(says)))
    return first_of(rows, float)


def _choice(question: ET.Element) -> Chosen:
    worth = {
        answer.findtext("text") or "": fraction_of(answer.get("fraction") or "nan")
        for answer in question.findall("answer")
    }

    def chosen(says: AbstractSet[str]) -> Outcome:
        assert says <= worth.keys()
        return Outcome(
            min(max(sum((worth[one] for one in says), Fraction()), Fraction()), Fraction(1))
        )

    return chosen
