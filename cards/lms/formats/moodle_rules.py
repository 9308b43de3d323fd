"""What Moodle takes without a word and then marks wrongly, refused before it is written.

Each rule was tried against Moodle's importer, or read in it: a fraction that isn't in its list, a
number question that nobody can answer in full, choices that add up to more than full marks, a
comma for a decimal point, an embedded answer that isn't recognised and is shown as text, a file
without questions.
"""

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Final

from cards.lms.decimals import is_exact
from cards.lms.item import LmsItem, NumberBox
from cards.lms.xml import Element, unwritable
from grader.errors import Fault, QuestionError
from grader.numerals import numeral

_SHARES: Final = frozenset(
    Fraction(text)
    for text in (
        *("0", "1", "9/10", "5/6", "4/5", "3/4", "7/10", "2/3", "3/5", "1/2", "2/5"),
        *("1/3", "3/10", "1/4", "1/5", "1/6", "1/7", "1/8", "1/9", "1/10", "1/20"),
    )
)
# As Moodle writes them: a share in per cent to five decimals.
FRACTIONS: Final = frozenset(
    round(sign * share * 100, 5) for share in _SHARES for sign in (Fraction(1), Fraction(-1))
)
FULL: Final = Fraction(100)
_NEAR: Final = Fraction(1, 1000)
_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?(e-?[0-9]+)?\Z")
EMBEDDED: Final = re.compile(r"\{(?P<points>[^:{}]*):NUMERICAL:(?P<answers>[^{}]*)\}")
_ANSWER: Final = re.compile(
    r"%(?P<fraction>-?[0-9.]+)%(?P<value>[^:#~]*):(?P<tolerance>[^:#~]*)#(?P<says>[^#~]*)\Z"
)
_LONGEST_NAME: Final = 255
_LONGEST_ID: Final = 100
_FRACTION_CURE: Final = "take a share that Moodle has, such as 0, 1/4, 1/3, 1/2"


def check_quiz(root: Element, items: Mapping[Element, LmsItem]) -> None:
    """Raise QuestionError with every fault of a quiz; `items` tells where each came from."""
    faults = [*_quiz_faults(root, items)]
    for element, item in items.items():
        faults += (
            Fault(expected, got, cure, file=item.where, field=item.id)
            for expected, got, cure in (
                *unwritable(element),
                *_question_faults(element),
                *_item_faults(item),
            )
        )
    if faults:
        raise QuestionError(faults)


Found = Iterator[tuple[str, str, str]]


def _quiz_faults(root: Element, items: Mapping[Element, LmsItem]) -> Iterator[Fault]:
    if not items:
        yield Fault("at least one question", "none", "Moodle would report a success all the same")
    for category in root.iter("category"):
        yield from (Fault(*found) for found in unwritable(category))
    seen: dict[str, LmsItem] = {}
    for element, item in items.items():
        name = element.findtext("idnumber") or ""
        if name in seen:
            yield Fault("an id number of its own", f"{name!r} again", file=item.where)
        seen[name] = item


def _item_faults(item: LmsItem) -> Found:
    """The faults of numbers that would change on their way through Moodle's floats."""
    for box in item.boxes:
        if isinstance(box, NumberBox) and box.exact and not is_exact(box.right):
            cure = f"give the part {box.id} a precision, such as {{decimals: 3}}"
            yield "a number of at most 14 digits, or a tolerance", numeral(box.right), cure


def _question_faults(question: Element) -> Found:
    if len(name := question.findtext("name/text") or "") > _LONGEST_NAME:
        yield f"a title of at most {_LONGEST_NAME} characters", f"{len(name)}", "shorten it"
    if len(name := question.findtext("idnumber") or "") > _LONGEST_ID:
        yield f"an id of at most {_LONGEST_ID} characters", f"{len(name)}", "shorten it"
    match question.get("type"):
        case "numerical":
            yield from _numerical_faults(question)
        case "multichoice":
            yield from _choice_faults(question)
        case "cloze":
            yield from _embedded_faults(question.findtext("questiontext/text") or "")
        case "matching":
            yield from _pair_faults(question)


def _numerical_faults(question: Element) -> Found:
    answers = question.findall("answer")
    for answer in answers:
        for number in (answer.findtext("text") or "", answer.findtext("tolerance") or ""):
            yield from _number_faults(number)
    for multiplier in question.findall("units/unit/multiplier"):
        yield from _number_faults(multiplier.text or "")
    yield from _fraction_faults([answer.get("fraction", "") for answer in answers])


def _choice_faults(question: Element) -> Found:
    fractions = [answer.get("fraction", "") for answer in question.findall("answer")]
    if len(set(_texts(question, "answer"))) < len(fractions):
        yield "statements that differ", "two that are the same", "change one of them"
    if question.findtext("single") == "true":
        yield from _fraction_faults(fractions)
        return
    yield from _unlisted(fractions)
    total = sum((share for text in fractions if (share := _share(text) or 0) > 0), Fraction())
    if abs(total - FULL) > _NEAR:
        yield "right statements that add up to 100 %", f"{float(total):g} %", _FRACTION_CURE


def _texts(question: Element, name: str) -> list[str]:
    return [answer.findtext("text") or "" for answer in question.findall(name)]


def _pair_faults(question: Element) -> Found:
    for pair in question.findall("subquestion"):
        if not (pair.findtext("text") and pair.findtext("answer/text")):
            yield "a pair of two texts", "an empty one", "write both"
    answers = [pair.findtext("answer/text") or "" for pair in question.findall("subquestion")]
    if len(set(answers)) < len(answers):
        yield "pairs of which no two have the same answer", "the same twice", "export an essay"


def _embedded_faults(text: str) -> Found:
    found = [*EMBEDDED.finditer(text)]
    braces = text.count("{") + text.count("}")
    if len(found) < 2 or braces != 2 * len(found):
        got = f"{braces} braces for {len(found)} answers"
        yield "embedded answers, and no other braces", got, "write a brace as an entity"
    for embedded in found:
        points = embedded["points"]
        if not re.fullmatch(r"[0-9]+", points) or int(points) == 0:
            cure = "scale the points, or export the parts apart"
            yield "points of each part that are whole numbers", repr(points), cure
        answers = [_ANSWER.match(answer) for answer in embedded["answers"].split("~")]
        for answer in answers:
            if answer is None:
                yield "an embedded answer of four pieces", "another form", "escape # and ~"
            else:
                yield from _number_faults(answer["value"])
                yield from _number_faults(answer["tolerance"])
        yield from _fraction_faults([answer["fraction"] for answer in answers if answer])


def _number_faults(text: str) -> Found:
    if not _NUMBER.match(text):
        yield "a number in digits with a point", repr(text), "Moodle reads 1,5 as 15"


def _fraction_faults(fractions: list[str]) -> Found:
    """The faults of answers of which one is to count."""
    yield from _unlisted(fractions)
    got = ", ".join(fractions) or "none"
    if "100" not in fractions:
        yield "an answer that earns full marks", got, "mark one with 100"
    if any((_share(text) or 0) > FULL for text in fractions):
        yield "answers of at most 100 %", got, _FRACTION_CURE


def _unlisted(fractions: list[str]) -> Found:
    for text in dict.fromkeys(fractions):
        if _share(text) not in FRACTIONS:
            yield "a share that stands in Moodle's list", f"{text} %", _FRACTION_CURE


def _share(text: str) -> Fraction | None:
    try:
        return Fraction(text)
    except ValueError:
        return None
