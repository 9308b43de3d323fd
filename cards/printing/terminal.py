"""A variant and a verdict as lines of plain text, for a terminal."""

from collections.abc import Iterator
from typing import Final

from cards.question import Fact
from cards.texts.rendering import plain_text
from cards.texts.terminal_width import terminal_width
from cards.texts.worked_steps import step_lines
from cards.variants.variant import Variant, VariantPart
from grader.marking.numbers import AnswerKey
from grader.marking.points import as_decimal
from grader.marking.verdict import PartVerdict, Verdict
from grader.numerals import numeral
from grader.wording import Text

_POINTS: Final = Text("points", "分")
_POINT: Final = Text("point", "分")
_RIGHT: Final = Text("Answer", "答案")
# Where a part's solution begins with what an earlier part has worked out.
ABOVE: Final = Text("With the results of the parts above:", "利用前面各部分的结果：")
_WORKED: Final = Text("Worked", "步骤")
_MISTAKES: Final = Text("Mistakes", "错误")
_NONE: Final = Text("(none)", "（无）")
_NOTE: Final = Text("Note", "说明")
_OUTCOMES: Final = {
    "right": Text("right", "正确"),
    "wrong": Text("wrong", "错误"),
    "unreadable": Text("unreadable", "无法读取"),
    "held": Text("held", "待人工评阅"),
}
_EMPTY: Final = Text("empty", "未填写")
_READ_AS: Final = Text("read as", "读作")
_SCORE: Final = Text("Score", "得分")
_OF: Final = Text("of", "/")


def variant_lines(variant: Variant, language: str, *, key: bool = False) -> Iterator[str]:
    """The variant as a student reads it; with `key`, answers, steps and mistakes as well.

    >>> from cards.loading.bank import BANK, load_bank
    >>> pooled = load_bank([BANK / "cnn" / "pooled_sizes.yaml"])["cnn/pooled-size"]
    >>> from cards.variants.dealing import make_variant
    >>> variant = make_variant(pooled, "1")
    >>> list(variant_lines(variant, "en"))[-1]
    '[width] How wide are they? (1 point, exact)'
    """
    question = variant.question
    title = plain_text(question.title.in_(language))
    yield title
    yield "=" * terminal_width(title)
    yield ""
    yield plain_text(variant.text.in_(language))
    worked: set[str] = set()
    for part in variant.parts:
        yield ""
        yield from _part_lines(part, language)
        if key:
            yield from _key_lines(variant, part, language, worked)
    if key and isinstance(question.content, Fact):
        yield ""
        yield f"{_RIGHT.in_(language)}: {plain_text(question.content.answer.in_(language))}"
    if key and variant.note is not None:
        yield ""
        yield f"{_NOTE.in_(language)}: {plain_text(variant.note.in_(language))}"


def _part_lines(part: VariantPart, language: str) -> Iterator[str]:
    points = (_POINT if part.points == 1 else _POINTS).in_(language)
    asked = f"({numeral(part.points)} {points}"
    if part.unit:
        asked += f", {part.unit}"
    if part.precision is not None:
        asked += f", {part.precision.says().in_(language)}"
    yield f"[{part.id}] {plain_text(part.ask.in_(language))} {asked})"
    for option in part.options:
        yield f"  {option.letter}. {plain_text(option.says.in_(language))}"


def _key_lines(
    variant: Variant, part: VariantPart, language: str, worked: set[str]
) -> Iterator[str]:
    """The answer, the lines that no earlier part has worked, and each mistake's number."""
    right = variant.right(part.key)["display"]
    yield f"  {_RIGHT.in_(language)}: {right} {part.unit}".rstrip()
    for option in part.options:
        mark = "+" if option.holds else "-"
        yield f"    {mark} {option.letter}: {plain_text(option.reason.in_(language))}"
    if not isinstance(part.key, AnswerKey):
        return
    all_steps = variant.steps(part.id)
    steps = [step for step in all_steps if step.name not in worked]
    worked.update(step.name for step in steps)
    if steps:
        yield f"  {_WORKED.in_(language)}:"
    if len(steps) < len(all_steps):
        yield f"    {ABOVE.in_(language)}"
    for step in steps:
        yield from (f"    {line}" for line in step_lines(step, language))
    yield f"  {_MISTAKES.in_(language)}:"
    found = variant.mistaken[part.id]
    if not found:
        yield f"    {_NONE.in_(language)}"
    width = max(map(len, found), default=0)
    for mistake, value in found.items():
        shown = f"{part.key.precision.display(value)} {part.unit}".rstrip()
        yield f"    {mistake.ljust(width)}  {shown}"


def verdict_lines(verdict: Verdict, language: str) -> Iterator[str]:
    """The verdict on each part, then the score.

    >>> from cards.loading.bank import BANK, load_bank
    >>> pooled = load_bank([BANK / "cnn" / "pooled_sizes.yaml"])["cnn/pooled-size"]
    >>> from cards.variants.dealing import make_variant
    >>> variant = make_variant(pooled, "1")
    >>> from cards.variants.variant import mark_variant
    >>> list(verdict_lines(mark_variant(variant, {"height": "7"}), "en"))[:2]
    ['[height] right, read as 7', '  Correct.']
    """
    for part in verdict.parts:
        yield from _verdict_lines(part, language)
    score, out_of = (as_decimal(value) for value in (verdict.score, verdict.out_of))
    yield f"{_SCORE.in_(language)}: {score} {_OF.in_(language)} {out_of}"


def _verdict_lines(part: PartVerdict, language: str) -> Iterator[str]:
    outcome = _OUTCOMES[part.outcome] if part.raw.strip() else _EMPTY
    head = f"[{part.id}] {outcome.in_(language)}"
    if part.read_as is not None:
        head += f", {_READ_AS.in_(language)} {part.read_as}"
    if part.mistakes:
        head += f" ({', '.join(part.mistakes)})"
    yield head
    yield f"  {plain_text(part.feedback.in_(language))}"
