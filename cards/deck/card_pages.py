"""The two sides of a card as HTML: what a note's fields hold.

The live kinds, numbers and statements, come with all their variants folded into one text for
the card's script; their first variant also stands there plainly, for readers without it.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any, Final

from cards.deck.folding import Folder
from cards.printing.page import PrintedPart, PrintedStep, PrintedVariant, print_variant, steps_once
from cards.printing.terminal import ABOVE
from cards.question import Item, Question
from cards.texts.rendering import html, html_inline
from cards.variants.variant import Variant
from grader.marking.key_points import KeyPoint
from grader.marking.numbers import AnswerKey
from grader.numerals import numeral
from grader.quantities import unit_named
from grader.wording import Text

_ANSWER: Final = Text("Answer: ", "答案：")
_SOLUTION: Final = Text("Worked solution", "解题步骤")
_HINT: Final = Text("Hint {number} <kbd>?</kbd>", "提示 {number} <kbd>?</kbd>")
_IN: Final = Text("in {unit}", "单位：{unit}")
_TRUE: Final = Text("True.", "正确。")
_FALSE: Final = Text("False.", "错误。")
_WIDTH: Final = re.compile(r'<svg[^>]* width="([0-9.]+)"')
# A figure of more pixels than this is small on a phone: there a tap makes it large.
_WIDE: Final = 540


def numeric_fields(variants: Sequence[Variant], language: str) -> dict[str, str]:
    """The fields Front, Back and Data of a numeric note; the first variant stands plainly.

    >>> from cards.loading.bank import load_bank
    >>> from cards.variants.dealing import make_variant
    >>> variant = make_variant(load_bank()["cnn/three-conv-parameters"], "1")
    >>> fields = numeric_fields([variant], "en")
    >>> right = variant.right(variant.keys[0])["display"]
    >>> right in fields["Front"], right in fields["Back"]
    (False, True)
    """
    shown = [
        {
            "front": _numeric_front(print_variant(variant, language), language),
            "back": _numeric_back(print_variant(variant, language, solved=None), language),
            "parts": [
                part_data(variant, part.key, language)
                for part in variant.parts
                if isinstance(part.key, AnswerKey)
            ],
        }
        for variant in variants
    ]
    return _fields(variants[0].question, language, shown)


def choice_fields(variants: Sequence[Variant], language: str) -> dict[str, str]:
    """The fields Front, Back and Data of a note with statements dealt afresh."""
    shown = []
    for variant in variants:
        printed = print_variant(variant, language, solved=None)
        [part] = printed.parts
        shown.append(
            {
                "front": _choice_front(printed, part, language),
                "back": _choice_back(printed, part, language),
                "true": "".join(option.letter for option in part.options if option.holds),
                "single": part.single,
            }
        )
    return _fields(variants[0].question, language, shown)


def concept_fields(
    variant: Variant, language: str, item: Item | None = None, answer: Text | None = None
) -> dict[str, str]:
    """The sides of a concept card: the prompt with its cue, figure and hints; answer and note."""
    printed = print_variant(variant, language, solved=None)
    below = f'<p class="gk-cue">{html_inline(item.cue.in_(language))}</p>' if item else ""
    front = _joined(printed.text + below, _figure(printed.figure), _hints(printed.hints, language))
    about = _about(variant.question, language)
    if item:
        about |= {"item": item.id, "parts": [item.id], "point": _point(variant, item)}
    return {
        "Front": front,
        "Back": (html(answer.in_(language)) if answer else "") + printed.note,
        "Data": _json(about),
    }


def _point(variant: Variant, item: Item) -> dict[str, Any]:
    """What the card's script finds an item's point by."""
    key = next(key for key in variant.keys if isinstance(key, KeyPoint) and key.part == item.id)
    return {"accept": key.accept, "others": key.others, "reject": key.reject}


def _about(question: Question, language: str) -> dict[str, Any]:
    """What tells a program which version of which question the note shows."""
    return {
        "question": question.id,
        "language": language,
        "content_hash": question.content_hash,
        "parts": list(question.content.points),
    }


def _fields(question: Question, language: str, shown: Sequence[dict[str, Any]]) -> dict[str, str]:
    folder = Folder()
    folded = folder.fold(list(shown))
    varied = {"count": len(shown), "shown": folded, "columns": folder.columns}
    data = _json(_about(question, language) | varied)
    return {"Front": shown[0]["front"], "Back": shown[0]["back"], "Data": data}


def _json(data: Mapping[str, Any]) -> str:
    r"""JSON that neither Anki nor a browser takes for anything but text.

    >>> _json({"front": "<p>1\u00a0kB</p>"})
    '{"front":"\\u003cp\\u003e1\\u00a0kB\\u003c/p\\u003e"}'
    """
    written = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    # Neither markup nor the marks of LaTeX can arise from escapes.
    for character in "<>&\u00a0":
        written = written.replace(character, f"\\u{ord(character):04x}")
    return written.replace("\\\\", "\\u005c")


def part_data(variant: Variant, key: AnswerKey, language: str) -> dict[str, Any]:
    """What the card's script marks an answer to the part by."""
    asked = {"unit": key.unit, "percent": key.percent, "binary": key.binary_prefixes}
    results = variant.mistaken[key.part]
    marking = variant.question.numeric.marking
    told_first = sorted(
        marking.touching(key), key=lambda mistake: key.part not in marking.told.get(mistake.id, ())
    )
    return {
        "asked": {name: value for name, value in asked.items() if value},
        "unit": unit_named(key.unit).says.in_(language),
        "precision": [key.precision.kind, numeral(key.precision.amount)],
        "right": numeral(variant.cells[key.line]),
        "mistakes": [
            {
                "exact": numeral(results[mistake.id]) if mistake.id in results else None,
                "says": html(mistake.says.in_(language)),
                "accepted": mistake.accepted,
            }
            for mistake in told_first
        ],
    }


def _numeric_front(printed: PrintedVariant, language: str) -> str:
    parts = (
        f'<section class="gk-part" data-part="{number}">'
        f'<div class="gk-ask"><p>{part.ask}</p></div>'
        f'<p class="gk-rule">{_rule(part, language)}</p></section>'
        for number, part in enumerate(printed.parts)
    )
    return _joined(
        f'<div class="gk-text">{printed.text.strip()}</div>',
        _figure(printed.figure),
        _hints(printed.hints, language),
        *parts,
    )


def _numeric_back(printed: PrintedVariant, language: str) -> str:
    """The answers, numbered where no script puts each to its question."""
    label = '<span class="gk-label">{}. </span>' if len(printed.parts) > 1 else ""
    solutions = _solutions(printed.parts, language)
    return _joined(
        *(
            f'<section class="gk-answer" data-part="{number}">'
            f'<p class="gk-result">{label.format(number + 1)}{_ANSWER.in_(language)}'
            f"<b>{escape(f'{part.answer} {part.unit}'.strip())}</b></p>"
            f"{solution}</section>"
            for number, (part, solution) in enumerate(zip(printed.parts, solutions, strict=True))
        ),
        _note(printed.note),
    )


def _rule(part: PrintedPart, language: str) -> str:
    """The unit, which a live card has beside its box, and the precision."""
    label = f"{escape(_IN.format(unit=part.unit).in_(language))} · "
    said = escape(part.rule)
    return f'<span class="gk-label">{label}</span>{said}' if part.unit else said


def _solutions(parts: Sequence[PrintedPart], language: str) -> Iterator[str]:
    """Each part's worked solution; what an earlier part has worked is left out."""
    for part, steps in zip(parts, steps_once(parts), strict=True):
        above = f"<p>{ABOVE.in_(language)}</p>" if len(steps) < len(part.steps) else ""
        heading = f'<p class="gk-heading">{_SOLUTION.in_(language)}</p>'
        work = above + _steps(steps)
        yield f'<div class="gk-solution">{heading}{work}</div>' if work else ""


def _steps(steps: Sequence[PrintedStep]) -> str:
    items = ""
    for step in steps:
        equations = " ".join(f'<span class="gk-eq">{one}</span>' for one in step.equations)
        items += f'<li>{step.says}<div class="gk-work">{equations}</div></li>'
    return f"<ol>{items}</ol>" if items else ""


def _choice_front(printed: PrintedVariant, part: PrintedPart, language: str) -> str:
    statements = "".join(
        f'<li class="gk-statement tappable" data-letter="{option.letter}">'
        f'<span class="gk-letter">{option.letter}</span><div><p>{option.says}</p></div></li>'
        for option in part.options
    )
    return _joined(
        f'<div class="gk-text">{printed.text.strip()}</div>',
        f'<ol class="gk-statements">{statements}</ol>',
        _hints(printed.hints, language),
    )


def _choice_back(printed: PrintedVariant, part: PrintedPart, language: str) -> str:
    reasons = "".join(
        f'<div class="gk-reason" data-letter="{option.letter}">'
        f'<p><b><span class="gk-label">{option.letter}. </span>'
        f"{(_TRUE if option.holds else _FALSE).in_(language)}</b></p>"
        f"<p>{option.reason}</p></div>"
        for option in part.options
    )
    return _joined(f'<div class="gk-reasons">{reasons}</div>', _note(printed.note))


def _note(note: str) -> str:
    return f'<div class="gk-note">{note.strip()}</div>' if note else ""


def _figure(svg: str) -> str:
    if not svg:
        return ""
    width = _WIDTH.search(svg)
    wide = " gk-wide tappable" if width is not None and float(width[1]) > _WIDE else ""
    return f'<figure class="gk-figure{wide}">{svg}</figure>'


def _hints(hints: Sequence[str], language: str) -> str:
    return "".join(
        f"<details><summary>{_HINT.format(number=str(number)).in_(language)}</summary>"
        f"{hint.strip()}</details>"
        for number, hint in enumerate(hints, start=1)
    )


def _joined(*blocks: str) -> str:
    return "\n".join(block for block in blocks if block)
