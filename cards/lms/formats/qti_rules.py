"""What readers of QTI pass over without a word, refused before it is written."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from cards.lms.decimals import is_exact
from cards.lms.item import LmsItem, NumberBox
from cards.lms.xml import Element, unwritable
from grader.errors import Fault, QuestionError
from grader.numerals import numeral

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9._-]*\Z")
_Found = Iterator[tuple[str, str, str]]


def check_package(files: Mapping[str, Element], items: Mapping[str, LmsItem]) -> None:
    """Raise QuestionError with every fault of a package; `items` tells where files came from."""
    faults = [
        Fault(expected, got, cure, file=items[name].where, field=items[name].id)
        for name, file in files.items()
        for expected, got, cure in (*_file_faults(name, file), *_number_faults(items[name]))
    ]
    if not files:
        faults.append(Fault("at least one question", "none", "name a question, a tag or a plan"))
    if faults:
        raise QuestionError(faults)


def _file_faults(name: str, file: Element) -> _Found:
    if not _NAME.match(name):
        yield "an id that can be an identifier", repr(name), "letters, digits, '.', '-', '_'"
    yield from unwritable(file)
    declared, asked, shown, said = _names(file)
    for response in declared ^ asked:
        yield "a box for each response", f"{response} alone", ""
    for feedback in shown - said.keys():
        yield "a text for each feedback that is shown", f"none for {feedback}", ""
    for feedback, times in said.items():
        if times > 1 or not _NAME.match(feedback):
            yield "a name of its own for each feedback", repr(feedback), ""


def _names(file: Element) -> tuple[set[str], set[str], set[str], Counter[str]]:
    """The responses declared and asked for, the feedbacks shown and written."""
    declared, asked, shown, said = set(), set(), set(), Counter[str]()
    for element in file.iter():
        kind = element.tag.removeprefix("qti-").replace("-", "").lower()
        value = {key.replace("-", "").lower(): text for key, text in element.attrib.items()}
        if kind == "responsedeclaration":
            declared.add(value["identifier"])
        elif kind.endswith("interaction"):
            asked.add(value["responseidentifier"])
        elif kind == "basevalue" and (element.text or "").startswith("f."):
            shown.add(element.text or "")
        elif kind == "modalfeedback":
            said[value["identifier"]] += 1
    return declared, asked, shown, said


def _number_faults(item: LmsItem) -> _Found:
    for box in item.boxes:
        if isinstance(box, NumberBox) and box.exact and not is_exact(box.right):
            cure = f"give the part {box.id} a precision, such as {{decimals: 3}}"
            yield "a number of at most 14 digits, or a tolerance", numeral(box.right), cure
