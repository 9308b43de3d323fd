"""The rules that questions are looked through by; what each finds is counted in the report."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from cards.loading.numeric import SAME_NUMBERS, WITHOUT_SIGNS

RULES: Final[Mapping[str, str]] = MappingProxyType({
    "title-tells": "a title that holds a word of the answer",
    "cue-tells": "a cue that holds an accepted wording",
    "two-questions": "a list whose shared text and cues both ask",
    "zh-is-en": "a Chinese text that is the English one",
    "absolutes": "a pool whose false statements are known by their absolutes",
    "complements": "two statements of which one answers the other, dealt together",
    "answer-asks": "an answer that is its question",
    "hint-answers": "a gap whose hint is what it hides",
    "one-letter": "a single letter that is accepted as an answer",
    "says-number": "a mistake's sentence that has a name in braces, which shows as it is written",
    "says-answer": "a mistake's sentence that nearly always has the right answer's number",
    "wide-tolerance": "a tolerance of more than a quarter of the right answer",
    "sample-decided-otherwise": "a sample answer that is not decided as the file says",
    "key-differs": "a key that an independent count does not find",
    "other-box": "a mistake whose number is always another box's right answer, and is told as that",
    "alike": "two mistakes that may lead to one number: those draws are refused, or both are named",
    "rounds-to-right": "a mistake whose number mostly rounds to the right one",
    "never-whole": "a mistake whose number nobody writes: never whole where the answer is",
    "never-even": "a division that never comes out even",
    "one-sided": "a comparison that always goes the same way",
    "unrounded": "a rounded answer whose solution ends in a fraction",
})  # fmt: skip

# What is found while a file is read: by rule, what is said of it, and what its faults expect.
ON_LOADING: Final[Mapping[str, tuple[str, str]]] = MappingProxyType({
    "signs-in-names": ("a name that reads as a formula", WITHOUT_SIGNS),
    "zh-without-numbers": ("a translation that shows fewer of the numbers", SAME_NUMBERS),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found at a field of a question; a note where it is no fault."""

    rule: str
    field: str
    expected: str
    got: str
    cure: str = ""
    note: bool = False
