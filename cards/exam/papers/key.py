"""The key of a paper as data: answers, worked steps, each mistake's number, what follows."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from cards.exam.papers.content import Node, content
from cards.exam.papers.paper import LETTERS, TEXT_POINTS, Printing, foot, seat_name
from cards.exam.papers.words import counted, label
from cards.exam.sitting import Place, Sitting
from cards.printing.page import PrintedPart, print_variant
from cards.texts.rendering import html_inline, plain_text
from cards.variants.variant import Variant, VariantPart
from grader.arithmetic import Number, whole
from grader.marking.numbers import AnswerKey
from grader.numerals import numeral
from grader.wording import Text

_HEADS: Final = ("key", "markers_only", "part", "answer", "points_head", "worked", "if_box")
_MORE_HEADS: Final = ("not_listed", "wrote", "it_was", "give", "in_words", "follow")
_MOST_GIVEN: Final = 6
_BETWEEN: Final = re.compile("</math><math[^>]*>")


def key_data(printing: Printing, sitting: Sitting) -> dict[str, Any]:
    """What the template `key` prints: the key of one student's paper, in the paper's language."""
    plan, student = printing.plan, sitting.student
    language = student.language
    title = plain_text(plan.title.in_(language))
    labels = {name: label(name, language) for name in (*_HEADS, *_MORE_HEADS, "page")}
    share = f"{numeral(whole(plan.carried_share * 100))} %"
    labels["follow_says"] = label("follow_says", language).format(share=share)
    worth = counted("points", numeral(sitting.out_of), language)
    seat = seat_name(student.seat_row, student.seat_column)
    places = list(named(sitting))
    share_of_mistake = plan.mistake_share
    return {
        "name": f"{labels['key']} · {title} · {student.id}",
        "language": language,
        "size": TEXT_POINTS,
        "words": labels,
        "title": title,
        "who": [student.name, student.id, seat, f"{sitting.paper} · {worth}"],
        "answers": [row for place in places for row in _answers(*place, language)],
        "mistakes": [
            row for place in places for row in _mistakes(*place, language, share_of_mistake)
        ],
        "follow": [row for place in places for row in _follow(*place)],
        "foot": foot(label("confidential", language), sitting),
    }


def named(sitting: Sitting) -> Iterator[tuple[Place, dict[str, str]]]:
    """Each place of a sitting with what its parts are called on the paper: 1a, 1b, 2."""
    for number, place in enumerate(sitting.places, start=1):
        parts = place.variant.parts
        letters = LETTERS if len(parts) > 1 else ("",)
        yield place, {part.id: f"{number}{letters[i]}" for i, part in enumerate(parts)}


def _answers(place: Place, names: dict[str, str], language: str) -> Iterator[dict[str, Any]]:
    """Each part's answer with its working."""
    printed = print_variant(place.variant, language, solved=None)
    parts = zip(place.variant.parts, printed.parts, worked_steps(printed.parts), strict=True)
    for i, (part, solved, worked) in enumerate(parts):
        yield {
            "part": names[part.id],
            "answer": f"{solved.answer} {solved.unit}".rstrip(),
            "points": numeral(place.worth(part)),
            "worked": worked,
            "sentences": bool(solved.options),
            "first": i == 0,
        }


def worked_steps(parts: Iterable[PrintedPart]) -> list[list[list[Node]]]:
    """Each part's steps, an equation each; a line that an earlier part has is not worked again."""
    shown: set[tuple[str, ...]] = set()
    found = []
    for part in parts:
        steps = [step.equations for step in part.steps if step.equations not in shown]
        shown.update(steps)
        found.append([_worked(equations) for equations in steps] or _reasons(part))
    return found


def _worked(equations: tuple[str, ...]) -> list[Node]:
    """A step as one equation: its name, the numbers put in, the result."""
    joined = "".join(dict.fromkeys((*equations[:1], *equations[-2:])))
    return content(_BETWEEN.sub("", joined.replace(' display="block"', "")))


def _reasons(part: PrintedPart) -> list[list[Node]]:
    return [content(f"{option.letter} {option.reason}") for option in part.options]


def _mistakes(
    place: Place, names: dict[str, str], language: str, share: Number
) -> Iterator[dict[str, Any]]:
    """Each wrong number of each part, with every mistake that leads to it."""
    variant = place.variant
    for part in variant.parts:
        if not isinstance(part.key, AnswerKey):
            continue
        wrote: dict[str, list[str]] = {}
        for mistake, wrong in variant.mistaken[part.id].items():
            wrote.setdefault(part.key.precision.display(wrong), []).append(mistake)
        wrote.pop(variant.right(part.key)["display"], None)
        for i, (number, ids) in enumerate(wrote.items()):
            yield {
                "part": names[part.id],
                "wrote": number,
                "ids": " · ".join(ids),
                "give": numeral(whole(place.worth(part) * share)),
                "says": content(html_inline(_says(variant, ids[0]).in_(language))),
                "first": i == 0,
            }


def _says(variant: Variant, mistake: str) -> Text:
    """The sentence of a mistake that the question lists."""
    return next(one.says for one in variant.question.numeric.mistakes if one.id == mistake)


def _follow(place: Place, names: dict[str, str]) -> Iterator[dict[str, Any]]:
    """For each part that rests on an earlier one: what it comes to from each wrong number there."""
    variant = place.variant
    numeric = [part for part in variant.parts if isinstance(part.key, AnswerKey)]
    for j, later in enumerate(numeric):
        for earlier in numeric[:j]:
            found = _carried(place, earlier, later)
            if found:
                called = {"earlier": names[earlier.id], "later": names[later.id]}
                yield {
                    "earlier": called["earlier"],
                    "later": called["later"],
                    "given": [given for given, _ in found],
                    "then": [then for _, then in found],
                }


def _carried(place: Place, earlier: VariantPart, later: VariantPart) -> list[tuple[str, str]]:
    """The right number of the earlier part and its wrong ones, each with what the later becomes."""
    variant = place.variant
    before, after = earlier.key, later.key
    if not (isinstance(before, AnswerKey) and isinstance(after, AnswerKey)):
        return []
    found: dict[str, str] = {}
    for number in (variant.core[before.line], *variant.mistaken[earlier.id].values()):
        then = variant.question.numeric.marking.following(variant.core, after, before, number)
        if then is not None:
            found.setdefault(before.precision.display(number), after.precision.display(then))
    right = variant.right(after)["display"]
    return list(found.items())[:_MOST_GIVEN] if set(found.values()) - {right} else []
