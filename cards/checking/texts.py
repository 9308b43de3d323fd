"""The texts of a question, each with its field."""

from collections.abc import Iterator
from typing import assert_never

from cards.question import Choice, Cloze, Content, Enumeration, Fact, Numeric, Question
from grader.wording import Text


def texts_of(question: Question) -> Iterator[tuple[str, Text]]:
    """Every text of a question that a student reads, and its field.

    >>> from cards.loading.bank import load_bank
    >>> [field for field, _ in texts_of(load_bank()["cnn/pooled-size"])]
    ['title', 'text', 'hints[1]', 'parts.height.ask', 'parts.width.ask']
    """
    yield "title", question.title
    yield "text", question.text
    if question.note is not None:
        yield "note", question.note
    for number, hint in enumerate(question.hints, start=1):
        yield f"hints[{number}]", hint
    yield from _texts_of_content(question.content)


def _texts_of_content(content: Content) -> Iterator[tuple[str, Text]]:
    match content:
        case Numeric():
            yield from ((f"parts.{part.id}.ask", part.ask) for part in content.parts)
        case Fact(answer):
            yield "answer", answer
        case Cloze():
            pass
        case Enumeration(items):
            for item in items:
                yield f"items.{item.id}.cue", item.cue
                yield f"items.{item.id}.answer", item.answer
        case Choice(statements):
            for statement in statements:
                yield f"statements.{statement.id}.says", statement.says
                yield f"statements.{statement.id}.reason", statement.reason
        case never:
            assert_never(never)
