"""What Canvas takes without a word and then marks wrongly, refused before it is written.

Both importers make an accepted answer worth full marks of every condition on a number, whatever it
sets the score to. A group's questions all earn what the group says, and a quiz without questions
is imported as a success.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from cards.lms.decimals import is_exact
from cards.lms.item import LmsItem, NumberBox
from cards.lms.xml import Element, unwritable
from grader.arithmetic import divide
from grader.errors import Fault, QuestionError
from grader.numerals import numeral

_FULL = "100"


def check_canvas(root: Element, items: Mapping[Element, LmsItem]) -> None:
    """Raise QuestionError with every fault of a quiz; `items` tells where each came from."""
    faults = [*_quiz_faults(root, items)]
    for element, item in items.items():
        faults += (
            Fault(expected, got, cure, file=item.where, field=item.id)
            for expected, got, cure in (
                *unwritable(element),
                *_item_faults(element, item),
                *_choice_faults(element),
            )
        )
    if faults:
        raise QuestionError(faults)


def _quiz_faults(root: Element, items: Mapping[Element, LmsItem]) -> Iterator[Fault]:
    if not items:
        yield Fault("at least one question", "none", "Canvas would report a success all the same")
    for section in root.iter("section"):
        points = {numeral(items[item].points): items[item].id for item in section.findall("item")}
        if section.find("selection_ordering") is not None and len(points) > 1:
            got = " and ".join(f"{worth} ({name})" for worth, name in points.items())
            cure = "give the place points that its questions' parts share, or name one question"
            yield Fault("questions of a group that are worth the same", got, cure)


def _item_faults(element: Element, item: LmsItem) -> Iterator[tuple[str, str, str]]:
    """The faults of a number question: each condition has to be about what is right."""
    for box in item.boxes:
        if not isinstance(box, NumberBox):
            continue
        if box.exact and not is_exact(box.right):
            cure = f"give the part {box.id} a precision, such as {{decimals: 3}}"
            yield "a number of at most 14 digits, or a tolerance", numeral(box.right), cure
        full = [reply for reply in box.replies if reply.share == 1]
        found = [*element.iter("vargte")]
        if len(found) != len(full):
            yield f"{len(full)} conditions on what is right", f"{len(found)}", ""
        for condition in found:
            low = Fraction(condition.text or "")
            if not any(reply.holds(low + divide(reply.high - reply.low, 2)) for reply in full):
                cure = "Canvas gives full marks for every number that a condition names"
                yield "a condition on what is right", f"one on {condition.text}", cure


def _choice_faults(element: Element) -> Iterator[tuple[str, str, str]]:
    if element.find(".//render_choice") is None:
        return
    scored = [each for each in element.iter("respcondition") if each.find("setvar") is not None]
    holding = [each for each in scored if each.find("setvar").text == _FULL]  # type: ignore[union-attr]  # those that have one
    if len(holding) != 1 or holding[0].find(".//varequal") is None:
        yield "a statement that holds", "none", "Canvas would give nobody full marks"
