"""The two sides of a card as HTML: what a note's fields hold.

The live kinds, numbers and statements, come with all their variants folded into one text for
the card's script; their first variant also stands there plainly, for readers without it.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from cards.deck.folding import Folder
from grader.arithmetic import Number
from grader.quantities import EXACT, Precision, unit_named
from grader.wording import Text
from grader.writing import numeral

_ANSWER: Final = Text("Answer: ", "答案：")
_SOLUTION: Final = Text("Worked solution", "解题步骤")
_HINT: Final = Text("Hint {number} <kbd>?</kbd>", "提示 {number} <kbd>?</kbd>")
_IN: Final = Text("in {unit}", "单位：{unit}")
_TRUE: Final = Text("True.", "正确。")
_FALSE: Final = Text("False.", "错误。")
_WIDTH: Final = re.compile(r'<svg[^>]* width="([0-9.]+)"')
# A figure of more pixels than this is moved sideways on a phone, where it would be too small.
_WIDE: Final = 540


@dataclass(frozen=True, slots=True)
class LiveMistake:
    """Where a mistake leads in one variant (None: nowhere), and what is said to it (HTML)."""

    id: str
    exact: Number | None
    says: str
    accepted: bool = False


@dataclass(frozen=True, slots=True)
class LivePart:
    """One answer box of one variant; `ask` and `steps` are HTML."""

    ask: str
    right: Number
    unit: str = ""
    precision: Precision = EXACT
    percent: bool = False
    binary_prefixes: bool = False
    steps: str = ""
    mistakes: tuple[LiveMistake, ...] = ()


@dataclass(frozen=True, slots=True)
class LiveVariant:
    """One variant of a numeric question: its text, figure and hints as HTML, its parts."""

    text: str
    parts: tuple[LivePart, ...]
    figure: str = ""
    hints: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class DealtStatement:
    """One statement of a choice variant: whether it holds; its words and its reason as HTML."""

    letter: str
    says: str
    holds: bool
    reason: str


@dataclass(frozen=True, slots=True)
class ChoiceVariant:
    """One hand of statements with the prompt above them (HTML)."""

    text: str
    statements: tuple[DealtStatement, ...]
    hints: tuple[str, ...] = ()
    note: str = ""


def numeric_fields(variants: Sequence[LiveVariant], language: str) -> dict[str, str]:
    """The fields Front, Back and Data of a numeric note; the first variant stands plainly.

    >>> part = LivePart("How many?", 2800, steps="<p>(3·3·3 + 1)·100 = 2,800</p>")
    >>> fields = numeric_fields([LiveVariant("<p>100 filters</p>", (part,))], "en")
    >>> "2,800" in fields["Front"], "2,800" in fields["Back"]
    (False, True)
    """
    shown = [
        {
            "front": _numeric_front(variant, language),
            "back": _numeric_back(variant, language),
            "parts": [part_data(part, language) for part in variant.parts],
        }
        for variant in variants
    ]
    return _fields(shown)


def choice_fields(variants: Sequence[ChoiceVariant], language: str) -> dict[str, str]:
    """The fields Front, Back and Data of a note with statements dealt afresh."""
    single = all(sum(one.holds for one in variant.statements) == 1 for variant in variants)
    shown = [
        {
            "front": _choice_front(variant, language),
            "back": _choice_back(variant, language),
            "true": "".join(one.letter for one in variant.statements if one.holds),
            "single": single,
        }
        for variant in variants
    ]
    return _fields(shown)


def prompt_side(text: str, *, figure: str = "", hints: Sequence[str] = (), language: str) -> str:
    """The front of a concept card: its prompt, figure and hints."""
    return _joined(text, _figure(figure), _hints(hints, language))


def _fields(shown: Sequence[dict[str, Any]]) -> dict[str, str]:
    return {"Front": shown[0]["front"], "Back": shown[0]["back"], "Data": _data(shown)}


def _data(shown: Sequence[Mapping[str, Any]]) -> str:
    r"""All variants as JSON that neither Anki nor a browser takes for anything but text.

    >>> _data([{"front": "<p>1</p>"}, {"front": "<p>2</p>"}])
    '{"count":2,"shown":{"front":{"$":["\\u003cp\\u003e",0,"\\u003c/p\\u003e"]}},"columns":[["1","2"]]}'
    """
    folder = Folder()
    folded = folder.fold(list(shown))
    data = {"count": len(shown), "shown": folded, "columns": folder.columns}
    written = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    # Neither markup nor the marks of LaTeX can arise from escapes.
    for character in "<>&":
        written = written.replace(character, f"\\u{ord(character):04x}")
    return written.replace("\\\\", "\\u005c")


def part_data(part: LivePart, language: str) -> dict[str, Any]:
    """What the card's script marks an answer to the part by."""
    asked = {"unit": part.unit, "percent": part.percent, "binary": part.binary_prefixes}
    return {
        "asked": {name: value for name, value in asked.items() if value},
        "unit": unit_named(part.unit).says.in_(language),
        "precision": [part.precision.kind, numeral(part.precision.amount)],
        "right": numeral(part.right),
        "mistakes": [
            {
                "exact": None if mistake.exact is None else numeral(mistake.exact),
                "says": mistake.says,
                "accepted": mistake.accepted,
            }
            for mistake in part.mistakes
        ],
    }


def _numeric_front(variant: LiveVariant, language: str) -> str:
    parts = (
        f'<section class="gk-part" data-part="{number}">'
        f'<div class="gk-ask">{part.ask.strip()}</div>'
        f'<p class="gk-rule">{_rule(part, language)}</p></section>'
        for number, part in enumerate(variant.parts)
    )
    return _joined(
        f'<div class="gk-text">{variant.text.strip()}</div>',
        _figure(variant.figure),
        _hints(variant.hints, language),
        *parts,
    )


def _numeric_back(variant: LiveVariant, language: str) -> str:
    """The answers, numbered where no script puts each to its question."""
    label = '<span class="gk-label">{}. </span>' if len(variant.parts) > 1 else ""
    return _joined(
        *(
            f'<section class="gk-answer" data-part="{number}">'
            f'<p class="gk-result">{label.format(number + 1)}{_ANSWER.in_(language)}'
            f"<b>{_result(part, language)}</b></p>"
            f"{_solution(part.steps, language)}</section>"
            for number, part in enumerate(variant.parts)
        ),
        _note(variant.note),
    )


def _rule(part: LivePart, language: str) -> str:
    """The unit, which a live card has beside its box, and the precision."""
    unit = unit_named(part.unit).says.in_(language)
    label = f"{escape(_IN.format(unit=unit).in_(language))} · "
    said = escape(part.precision.says().in_(language))
    return f'<span class="gk-label">{label}</span>{said}' if unit else said


def _result(part: LivePart, language: str) -> str:
    unit = unit_named(part.unit).says.in_(language)
    return escape(f"{part.precision.display(part.right)} {unit}".strip())


def _solution(steps: str, language: str) -> str:
    if not steps:
        return ""
    heading = _SOLUTION.in_(language)
    return f'<div class="gk-solution"><p class="gk-heading">{heading}</p>{steps.strip()}</div>'


def _choice_front(variant: ChoiceVariant, language: str) -> str:
    statements = "".join(
        f'<li class="gk-statement" data-letter="{one.letter}">'
        f'<span class="gk-letter">{one.letter}</span><div>{one.says.strip()}</div></li>'
        for one in variant.statements
    )
    return _joined(
        f'<div class="gk-text">{variant.text.strip()}</div>',
        f'<ol class="gk-statements">{statements}</ol>',
        _hints(variant.hints, language),
    )


def _choice_back(variant: ChoiceVariant, language: str) -> str:
    reasons = "".join(
        f'<div class="gk-reason" data-letter="{one.letter}">'
        f'<p><b><span class="gk-label">{one.letter}. </span>'
        f"{(_TRUE if one.holds else _FALSE).in_(language)}</b></p>"
        f"{one.reason.strip()}</div>"
        for one in variant.statements
    )
    return _joined(f'<div class="gk-reasons">{reasons}</div>', _note(variant.note))


def _note(note: str) -> str:
    return f'<div class="gk-note">{note.strip()}</div>' if note else ""


def _figure(svg: str) -> str:
    if not svg:
        return ""
    width = _WIDTH.search(svg)
    wide = " gk-wide" if width is not None and float(width[1]) > _WIDE else ""
    return f'<figure class="gk-figure{wide}">{svg}</figure>'


def _hints(hints: Sequence[str], language: str) -> str:
    return "".join(
        f"<details><summary>{_HINT.format(number=str(number)).in_(language)}</summary>"
        f"{hint.strip()}</details>"
        for number, hint in enumerate(hints, start=1)
    )


def _joined(*blocks: str) -> str:
    return "\n".join(block for block in blocks if block)
