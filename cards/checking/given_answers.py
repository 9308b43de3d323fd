"""Whether a question has its answer in it, or takes nearly anything for one."""

import re
from collections.abc import Iterator
from typing import Final

from cards.checking.rules import Finding
from cards.loading.concepts import CLOZE
from cards.question import Cloze, Content, Enumeration, Fact, Item, Numeric, Question
from grader.marking.key_points import words

_BRACED: Final = re.compile(r"\{(?P<name>[A-Za-z][\w.]*)\}")


def look_at_answers(question: Question) -> Iterator[Finding]:
    """What the answers of a question, of any kind, are found to be that no answer should be.

    >>> from dataclasses import replace
    >>> from cards.loading.bank import load_bank
    >>> from grader.wording import both
    >>> fact = next(one for one in load_bank().values() if isinstance(one.content, Fact))
    >>> again = replace(fact, text=both("What is it?"), content=Fact(both("What is it")))
    >>> [finding.field for finding in look_at_answers(again)]
    ['answer.en', 'answer.zh']
    """
    content: Content = question.content
    if isinstance(content, Fact):
        yield from _answers_that_ask(question, content)
    elif isinstance(content, Cloze):
        yield from _hints_that_answer(question)
    elif isinstance(content, Enumeration):
        for item in content.items:
            yield from _single_letters(item)
    elif isinstance(content, Numeric):
        yield from _braced_names(content)


def _answers_that_ask(question: Question, content: Fact) -> Iterator[Finding]:
    for language in question.text:
        answer = content.answer.in_(language)
        if words(answer) == words(question.text.in_(language)):
            expected = "an answer that says more than the question"
            cure = "write what whoever turns the card is to learn"
            yield Finding("answer-asks", f"answer.{language}", expected, repr(answer), cure)


def _hints_that_answer(question: Question) -> Iterator[Finding]:
    for language in question.text:
        for gap in CLOZE.finditer(question.text.in_(language)):
            if gap["hint"] and words(gap["hint"]) == words(gap["hidden"]):
                expected = f"a hint in c{gap['number']} that leaves something to recall"
                cure = "write what kind of thing it is, or leave the hint out"
                yield Finding("hint-answers", f"text.{language}", expected, gap["hint"], cure)


def _single_letters(item: Item) -> Iterator[Finding]:
    for language, accepted in item.accept.items():
        for number, wording in enumerate(accepted, start=1):
            if len(wording.strip()) == 1 and wording.strip().isascii():
                field = f"items.{item.id}.accept.{language}[{number}]"
                expected = "a wording of more than one letter"
                cure = "write the word; a letter is found wherever it stands alone"
                yield Finding("one-letter", field, expected, repr(wording), cure, note=True)


def _braced_names(content: Numeric) -> Iterator[Finding]:
    """Sentences of mistakes that name a number, which is shown as its name in braces."""
    known = {*content.draws, *(line.name for line in content.worksheet.lines)}
    for mistake in content.mistakes:
        for language, said in mistake.says.items():
            for name in _BRACED.finditer(said):
                if name["name"] in known:
                    field = f"mistakes.{mistake.id}.says.{language}"
                    expected = "a sentence without numbers of the variant, which asks what leads on"
                    cure = "leave it out: it would show as it is written"
                    yield Finding("says-number", field, expected, name[0], cure)
