"""Moodle XML: a category for each place, in which every variant is a question with an id number.

A number's mistakes are answers of 0 % or of a share, each with its sentence. Several parts become
one question with embedded answers, or one question each. Figures are files inside the file.
"""

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import Final

from cards.lms.choosing import Filled
from cards.lms.decimals import digits
from cards.lms.format import Layout, LmsFormat
from cards.lms.formats.moodle_rules import check_quiz
from cards.lms.item import ChoiceBox, LmsItem, NumberBox, Reply, WordsBox
from cards.lms.xml import Element, child, file_of
from grader.arithmetic import Number, divide
from grader.numerals import decimals_needed, in_decimals, numeral
from grader.quantities import SPELLINGS, UNITS, unit_named
from grader.wording import SPOKEN

_FILES: Final = "@@PLUGINFILE@@/"
_EMBEDDED: Final = re.compile(r"[&{}#~\n]")
_LONGEST_MULTIPLIER: Final = 20
_FEWEST_PAIRS: Final = 3
_UNIT_TYPED, _NO_UNIT = "0", "3"


def multilang(texts: Mapping[str, str]) -> str:
    """The text in several languages, of which Moodle's multi-language filter shows one.

    >>> multilang({"en": "MB"})
    '<span lang="en" class="multilang">MB</span>'
    """
    return "".join(
        f'<span lang="{SPOKEN[language].moodle or language}" class="multilang">{text}</span>'
        for language, text in texts.items()
    )


def write_moodle(groups: Sequence[Filled], layout: Layout) -> bytes:
    """The quiz as Moodle XML; QuestionError with all that Moodle would take and not understand."""
    root = Element("quiz")
    items: dict[Element, LmsItem] = {}
    for filled in groups:
        _category(root, [layout.title, *filled.group.path])
        for whole in filled.items:
            for item in whole.apart() if layout.apart else (whole,):
                items[_question(root, item, layout)] = item
    check_quiz(root, items)
    return file_of(root)


def _category(root: Element, path: Sequence[str]) -> None:
    """A category, in which all questions stand that follow; a slash in a name is written twice."""
    question = child(root, "question", type="category")
    names = "/".join(name.replace("/", "//") for name in path)
    child(child(question, "category"), "text", f"$course$/top/{names}")


def _question(root: Element, item: LmsItem, layout: Layout) -> Element:
    """The question of an item: which of Moodle's types it is depends on its boxes."""
    first = item.boxes[0]
    pairs = [box for box in item.boxes if isinstance(box, WordsBox) and box.accept]
    if isinstance(first, ChoiceBox):
        question = _headed(root, "multichoice", item, _asked(item))
        _choices(question, first)
    elif layout.matching and len(pairs) >= _FEWEST_PAIRS:
        question = _headed(root, "matching", item, item.text_with_figures_at(_FILES))
        _pairs(question, pairs)
    elif isinstance(first, WordsBox):
        question = _headed(root, "essay", item, _asked(item))
        _essay(question, item)
    elif len(item.boxes) > 1:
        question = _headed(root, "cloze", item, _embedded(item))
    else:
        question = _headed(root, "numerical", item, _asked(item))
        _numerical(question, first)
    for hint in item.hints:
        _html(question, "hint", hint)
    tags = child(question, "tags")
    for tag in item.tags:
        child(child(tags, "tag"), "text", tag)
    return question


def _headed(root: Element, kind: str, item: LmsItem, text: str) -> Element:
    """The question with what all types have."""
    question = child(root, "question", type=kind)
    name = item.title if item.number == 1 else f"{item.title} ({item.number})"
    child(child(question, "name"), "text", f"{name} · {item.part}" if item.part else name)
    body = _html(question, "questiontext", text)
    for file, svg in item.figures.items():
        content = base64.b64encode(svg.encode()).decode()
        child(body, "file", content, name=file, path="/", encoding="base64")
    _html(question, "generalfeedback", item.solution)
    if kind != "cloze":
        child(question, "defaultgrade", digits(item.points))
    child(question, "penalty", "0.3333333")
    child(question, "hidden", "0")
    child(question, "idnumber", item.id)
    return question


def _html(parent: Element, name: str, text: str) -> Element:
    element = child(parent, name, format="html")
    child(element, "text", text)
    return element


def _asked(item: LmsItem) -> str:
    """The text, and below it what is asked for."""
    return item.text_with_figures_at(_FILES) + "".join(f"<p>{box.ask}</p>" for box in item.boxes)


def _numerical(question: Element, box: NumberBox) -> None:
    for reply in box.replies:
        middle, tolerance = _middle(reply)
        answer = child(
            question, "answer", fraction=percent(reply.share), format="moodle_auto_format"
        )
        child(answer, "text", digits(middle))
        _html(answer, "feedback", reply.says)
        child(answer, "tolerance", digits(tolerance))
    if box.unit:
        units = child(question, "units")
        for symbol, multiplier in _units(box):
            unit = child(units, "unit")
            child(unit, "multiplier", multiplier)
            child(unit, "unit_name", symbol)
    child(question, "unitgradingtype", "0")
    child(question, "unitpenalty", "0.1")
    child(question, "showunits", _UNIT_TYPED if box.unit else _NO_UNIT)
    child(question, "unitsleft", "0")


def _middle(reply: Reply) -> tuple[Number, Number]:
    return divide(reply.low + reply.high, 2), divide(reply.high - reply.low, 2)


def _units(box: NumberBox) -> Iterator[tuple[str, str]]:
    """The units that may be typed, the asked one first, and how many of each make one of it."""
    asked = unit_named(box.unit, binary_prefixes=box.binary_prefixes)
    yield box.unit, "1"
    for spelling in sorted({*UNITS, *SPELLINGS} - {"", box.unit}):
        unit = unit_named(spelling, binary_prefixes=box.binary_prefixes)
        if unit.dimension != asked.dimension or spelling[0] in "0123456789/":
            continue
        multiplier = divide(asked.factor, unit.factor)
        decimals = decimals_needed(multiplier)
        if decimals is not None and decimals <= _LONGEST_MULTIPLIER:
            yield spelling, in_decimals(multiplier, decimals)


def _choices(question: Element, box: ChoiceBox) -> None:
    """The statements; where several hold, each that doesn't takes the share of one away."""
    child(question, "single", "true" if box.single else "false")
    child(question, "shuffleanswers", "1")
    child(question, "answernumbering", "ABCD")
    for name in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"):
        _html(question, name, "")
    share = Fraction(1, sum(option.holds for option in box.options) or 1)
    for option in box.options:
        earned = share if option.holds else Fraction(0) if box.single else -share
        answer = child(question, "answer", fraction=percent(earned), format="html")
        child(answer, "text", option.says)
        _html(answer, "feedback", option.reason)


def _pairs(question: Element, boxes: Sequence[WordsBox]) -> None:
    child(question, "shuffleanswers", "true")
    for name in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"):
        _html(question, name, "")
    for box in boxes:
        pair = _html(question, "subquestion", box.ask)
        child(child(pair, "answer"), "text", box.answer)


def _essay(question: Element, item: LmsItem) -> None:
    child(question, "responseformat", "editor")
    child(question, "responserequired", "1")
    child(question, "responsefieldlines", "10")
    child(question, "attachments", "0")
    child(question, "attachmentsrequired", "0")
    points = [
        f"<li>{box.ask} <strong>{box.answer}</strong> ({numeral(box.points)}){_wordings(box)}</li>"
        for box in item.boxes
        if isinstance(box, WordsBox)
    ]
    _html(question, "graderinfo", f"<ol>{''.join(points)}</ol>")
    _html(question, "responsetemplate", "")


def _wordings(box: WordsBox) -> str:
    """Other wordings that are right, for the person who reads."""
    words = "; ".join(box.accept[2:])
    return f"<br>{escaped(words)}" if words else ""


def escaped(text: str) -> str:
    """Plain text as HTML.

    >>> escaped("a < b")
    'a &lt; b'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _embedded(item: LmsItem) -> str:
    """The text with its answers embedded, the parts worth whole numbers in the same proportion."""
    numbers = [box for box in item.boxes if isinstance(box, NumberBox)]
    # Weights in embedded answers are whole; only their proportion matters to a quiz.
    unit = lcm(*(box.points.denominator for box in numbers))
    asked = "".join(f"<p>{safe(box.ask)} {_answers(box, box.points * unit)}</p>" for box in numbers)
    return safe(item.text_with_figures_at(_FILES)) + asked


def safe(text: str) -> str:
    """HTML in which no brace begins an embedded answer; entities elsewhere stay as they are.

    >>> safe("{1} &lt; 2")
    '&#123;1&#125; &lt; 2'
    """
    return text.replace("{", "&#123;").replace("}", "&#125;")


def _answers(box: NumberBox, weight: Number) -> str:
    answers = "~".join(
        f"%{percent(reply.share)}%{digits(middle)}:{digits(tolerance)}#{inside_answer(reply.says)}"
        for reply in box.replies
        for middle, tolerance in (_middle(reply),)
    )
    return f"{{{digits(weight)}:NUMERICAL:{answers}}}"


def inside_answer(html: str) -> str:
    """HTML as it stands inside an embedded answer, which Moodle decodes once: all in one pass.

    >>> inside_answer("<b>{x}</b> &lt; ~3")
    '<b>&#123;x&#125;</b> &amp;lt; &#126;3'
    """
    return _EMBEDDED.sub(
        lambda found: "&amp;" if found[0] == "&" else f"&#{ord(found[0])};", html.strip()
    )


def percent(share: Number) -> str:
    """A share as Moodle's list writes it: in per cent, to five decimals.

    >>> percent(1), percent(Fraction(-1, 3)), percent(Fraction(1, 8))
    ('100', '-33.33333', '12.5')
    """
    text = f"{float(share * 100):.5f}".rstrip("0").rstrip(".")
    return "0" if text in {"", "-0"} else text


_ALWAYS: Final = ("follow-through", "calculations", "fresh-numbers", "pairs", "words")

MOODLE: Final = LmsFormat(
    name="moodle",
    title="Moodle",
    says="Moodle XML: diagnoses, hints, units, worked solutions, a category for each question.",
    suffix=".xml",
    write=write_moodle,
    loses=(*_ALWAYS, "units", "id-number", "points"),
    loses_apart=(*_ALWAYS, "together"),
    joined=multilang,
)
