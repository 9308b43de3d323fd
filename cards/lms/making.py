"""From a variant to an item: its printed pages in one language or in two, and its replies."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Final

from cards.figures.palette import PAPER
from cards.lms.item import FIGURE, Box, ChoiceBox, LmsItem, LmsOption, NumberBox, WordsBox
from cards.lms.replies import replies
from cards.printing.figure import variant_figure
from cards.printing.page import PrintedPart, PrintedStep, PrintedVariant, print_variant, steps_once
from cards.printing.terminal import ABOVE
from cards.question import Cloze, Enumeration, Fact
from cards.texts.rendering import html, html_inline, plain_text
from cards.variants.variant import Variant, VariantPart
from grader.arithmetic import Number
from grader.marking.choices import ChoiceKey
from grader.marking.key_points import KeyPoint
from grader.marking.numbers import AnswerKey
from grader.wording import Text

_GAP: Final = re.compile(r"\{\{c[0-9]+::(?P<answer>.*?)(::(?P<hint>.*?))?\}\}", re.DOTALL)
_TITLE: Final = re.compile(r"<title>(.*?)</title>")
_TRUE: Final = Text("True", "正确")
_FALSE: Final = Text("False", "错误")
_RIGHT: Final = Text("Answer:", "答案：")
_GAPS: Final = Text("What belongs in the gaps?", "空白处应填什么？")
_ANSWER: Final = Text("Your answer:", "你的答案：")
_SOURCE: Final = Text("Source:", "来源：")

Joined = Callable[[Mapping[str, str]], str]
"""Puts a text in several languages, by code, into one piece of HTML."""


@dataclass(frozen=True, slots=True)
class Speech:
    """The languages of an item, the first for titles, and how their texts are joined."""

    languages: tuple[str, ...]
    joined: Joined

    def html(self, made: Callable[[str], str]) -> str:
        """What is made in each language, in one; nothing where all of them have nothing."""
        texts = {language: made(language) for language in self.languages}
        if len(set(texts.values())) == 1:
            return texts[self.languages[0]]
        return self.joined(texts)

    def line(self, text: Text) -> str:
        """A text as HTML without blocks."""
        return self.html(lambda language: html_inline(text.in_(language)))

    def words(self, text: Text) -> str:
        """A text as it is, as HTML."""
        return self.html(lambda language: escape(text.in_(language), quote=False))


def alone(texts: Mapping[str, str]) -> str:
    """The text in the one language that there is.

    >>> alone({"en": "stride"})
    'stride'
    """
    (text,) = texts.values()
    return text


def make_item(variant: Variant, number: int, speech: Speech, mistake_share: Number = 0) -> LmsItem:
    """The item of a variant that is the question's `number`-th, counted from 1.

    `mistake_share` is the share of the points of an answer that a listed mistake explains.

    >>> from cards.loading.bank import BANK, load_bank
    >>> pooled = load_bank([BANK / "cnn" / "pooled_sizes.yaml"])["cnn/pooled-size"]
    >>> from cards.variants.dealing import make_variant
    >>> variant = make_variant(pooled, "1")
    >>> item = make_item(variant, 1, Speech(("en",), alone))
    >>> item.title, len(item.boxes)
    ('Pooled size', 2)
    """
    question = variant.question
    page = _Page(variant, number, speech, mistake_share)
    return LmsItem(
        question=question.id,
        number=number,
        varies=question.content.varies,
        topic=question.topic,
        title=plain_text(question.title.in_(speech.languages[0])),
        text=speech.html(page.text),
        boxes=page.boxes(),
        solution=speech.html(page.solution),
        hints=tuple(
            speech.html(lambda language, hint=hint: html(hint.in_(language)))  # type: ignore[misc]  # mypy can't infer a lambda's default
            for hint in variant.hints
        ),
        tags=question.tags,
        figures=page.figures,
        where=question.place,
    )


class _Page:
    """A variant printed in every language, open and solved."""

    def __init__(
        self, variant: Variant, number: int, speech: Speech, mistake_share: Number
    ) -> None:
        self.variant = variant
        self.question = variant.question
        self.speech = speech
        self.mistake_share = mistake_share
        self.open = {each: print_variant(variant, each) for each in speech.languages}
        self.solved = {each: print_variant(variant, each, solved=None) for each in speech.languages}
        drawn = {each: variant_figure(variant, each, palette=PAPER) for each in speech.languages}
        name = f"{self.question.id.replace('/', '-')}-{number}"
        self.figures = {f"{name}-{each}.svg": svg for each, svg in drawn.items() if svg}
        self._figure_of = {
            each: _image(f"{name}-{each}.svg", svg) if svg else "" for each, svg in drawn.items()
        }

    def text(self, language: str) -> str:
        text = _GAP.sub(lambda gap: f"____{_hint(gap)}", self.open[language].text.strip())
        return text + self._figure_of[language]

    def solution(self, language: str) -> str:
        """The whole worked solution; a line that an earlier part has worked is left out."""
        printed = self.solved[language]
        steps = zip(printed.parts, steps_once(printed.parts), strict=True)
        blocks = (_part_solution(part, new, language) for part, new in steps)
        return "".join(blocks) + self._end(printed, language)

    def _end(self, printed: PrintedVariant, language: str) -> str:
        match self.question.content:
            case Fact():
                blocks = [self._front_answer(language)]
            case Cloze():
                blocks = [self._gap_answers(language)]
            case _:
                blocks = []
        if printed.note:
            blocks.append(printed.note.strip())
        if printed.source:
            source = escape(printed.source, quote=False)
            blocks.append(f"<p>{_SOURCE.in_(language)} {source}</p>")
        return "".join(blocks)

    def _gap_answers(self, language: str) -> str:
        gaps = _GAP.finditer(self.open[language].text)
        return "<p>" + "; ".join(gap["answer"] for gap in gaps) + "</p>"

    def boxes(self) -> tuple[Box, ...]:
        """The answer boxes; one for a person where the question is not marked by itself."""
        if not self.variant.parts:
            gaps = isinstance(self.question.content, Cloze)
            answer = self._gap_answers if gaps else self._front_answer
            ask = _GAPS if gaps else _ANSWER
            return (WordsBox("answer", self.speech.words(ask), 1, self.speech.html(answer)),)
        return tuple(self._box(index, part) for index, part in enumerate(self.variant.parts))

    def _front_answer(self, language: str) -> str:
        content = self.question.content
        return html(content.answer.in_(language)).strip() if isinstance(content, Fact) else ""

    def _box(self, index: int, part: VariantPart) -> Box:
        solution = self.speech.html(partial(self._solution_of, index))
        match part.key:
            case AnswerKey():
                return NumberBox(
                    part.id,
                    self.speech.html(partial(self._asked, index)),
                    part.points,
                    self.variant.core[part.key.line],
                    replies(self.variant, part.key, self.mistake_share, self.speech.line),
                    part.unit,
                    part.key.binary_prefixes,
                    solution,
                )
            case ChoiceKey():
                options = tuple(
                    LmsOption(
                        option.letter,
                        self.speech.line(option.says),
                        option.holds,
                        self.speech.line(option.reason),
                    )
                    for option in part.options
                )
                ask = self.speech.line(part.ask)
                return ChoiceBox(part.id, ask, part.points, part.key.single, options, solution)
            case KeyPoint():
                answer = self.speech.html(lambda each: self._item_answer(part.id, each))
                return WordsBox(
                    part.id,
                    self.speech.line(part.ask),
                    part.points,
                    answer,
                    part.key.accept,
                    solution,
                )

    def _asked(self, index: int, language: str) -> str:
        part = self.open[language].parts[index]
        needs = [text for text in (part.unit, part.rule) if text]
        return f"{part.ask} ({', '.join(needs)})" if needs else part.ask

    def _solution_of(self, index: int, language: str) -> str:
        printed = self.solved[language]
        return _part_solution(printed.parts[index], (), language) + self._end(printed, language)

    def _item_answer(self, item_id: str, language: str) -> str:
        content = self.question.content
        items = content.items if isinstance(content, Enumeration) else ()
        (item,) = (item for item in items if item.id == item_id)
        return html_inline(item.answer.in_(language))


def _hint(gap: re.Match[str]) -> str:
    return f" ({gap['hint']})" if gap["hint"] else ""


def _image(name: str, svg: str) -> str:
    title = _TITLE.search(svg)
    return f'<p><img src="{FIGURE}{name}" alt="{title[1] if title else ""}"></p>'


def _part_solution(part: PrintedPart, steps: Sequence[PrintedStep], language: str) -> str:
    """The answer of a part, its new steps, or what is true of each statement."""
    if part.options:
        return "".join(
            f"<p><strong>{truth.in_(language)}:</strong> {option.says} <em>{option.reason}</em></p>"
            for option in part.options
            for truth in (_TRUE if option.holds else _FALSE,)
        )
    unit = f" {part.unit}" if part.unit else ""
    answer = f"{escape(part.answer, quote=False)}{unit}"
    head = f"<p>{part.ask} <strong>{_RIGHT.in_(language)} {answer}</strong></p>"
    above = f"<p>{ABOVE.in_(language)}</p>" if len(steps) < len(part.steps) else ""
    items = "".join(f"<li>{step.says}{''.join(step.equations)}</li>" for step in steps)
    return head + above + (f"<ol>{items}</ol>" if items else "")
