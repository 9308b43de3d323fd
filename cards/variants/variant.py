"""A variant: a question with a seed. All its numbers are fixed, and they can tell.

`cards.variants.dealing` makes it. The same question version and seed always give the same one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Final, NamedTuple, assert_never

from cards.question import Choice, Cloze, Enumeration, Fact, Numeric, Question
from cards.texts.placeholders import TextTemplate, templates, unchanged
from cards.texts.worked_steps import step_as_json
from cards.variants.working import worked
from grader.arithmetic import Number
from grader.errors import GradeckError, UnknownNameError
from grader.marking.choices import ChoiceKey, Option, mark_choice
from grader.marking.key_points import KeyPoint, mark_key_point
from grader.marking.numbers import AnswerKey
from grader.marking.points import as_json
from grader.marking.verdict import Verdict
from grader.numerals import numeral
from grader.quantities import Precision
from grader.step import Step
from grader.wording import Text
from grader.worksheet import Cells

_CHOICE: Final = Text("Which of them hold?", "哪些成立？")
_SINGLE: Final = Text("Which one holds?", "哪一项成立？")

PartKey = AnswerKey | ChoiceKey | KeyPoint

MistakenNumbers = Mapping[str, Mapping[str, Number]]
"""By part and mistake, the number that who makes it arrives at."""


@dataclass(frozen=True, slots=True)
class VariantPart:
    """One answer box of a variant: what it asks, and the key of its answer."""

    id: str
    ask: Text
    key: PartKey

    @property
    def unit(self) -> str:
        """The unit asked for; empty for a plain number and for words."""
        return self.key.unit if isinstance(self.key, AnswerKey) else ""

    @property
    def points(self) -> Number:
        """What a right answer earns."""
        return self.key.points

    @property
    def precision(self) -> Precision | None:
        """How near a number must come; None where no number is asked."""
        return self.key.precision if isinstance(self.key, AnswerKey) else None

    @property
    def options(self) -> tuple[Option, ...]:
        """The statements to choose from; empty for other kinds."""
        return self.key.options if isinstance(self.key, ChoiceKey) else ()

    def public(self) -> dict[str, Any]:
        """The part as a student may see it."""
        shown: dict[str, Any] = {
            "id": self.id,
            "ask": self.ask.as_dict(),
            "unit": self.unit,
            "precision": self.precision.as_dict() if self.precision else {},
            "points": as_json(self.points),
        }
        if isinstance(self.key, ChoiceKey):
            shown["single"] = self.key.single
            shown["options"] = [
                {"letter": option.letter, "says": option.says.as_dict()} for option in self.options
            ]
        return shown


@dataclass(frozen=True, eq=False)
class Variant:
    """A question with a seed; `core` are the solved lines that its answers rest on.

    `mistaken` tells, for each part and mistake, the number that who makes it arrives at.
    `label` is the text that stands for the seed where a person gave one. The seed never
    leaves the service.
    """

    question: Question
    seed: bytes
    label: str
    attempt: int
    numbers: Mapping[str, Number]
    core: Cells
    keys: tuple[PartKey, ...]
    mistaken: MistakenNumbers = field(default_factory=dict)

    @cached_property
    def cells(self) -> Cells:
        """All solved lines of a numeric question, for texts and figures."""
        content = self.question.content
        return content.worksheet.solve(self.numbers) if isinstance(content, Numeric) else {}

    @cached_property
    def text(self) -> Text:
        """What the student reads, numbers put in."""
        return _templates(self.question).text.fill(self.cells)

    @cached_property
    def hints(self) -> tuple[Text, ...]:
        """The hints, numbers put in."""
        return tuple(hint.fill(self.cells) for hint in _templates(self.question).hints)

    @cached_property
    def note(self) -> Text | None:
        """What is good to know once it is answered."""
        note = _templates(self.question).note
        return note.fill(self.cells) if note is not None else None

    @cached_property
    def parts(self) -> tuple[VariantPart, ...]:
        """The answer boxes, numbers put in."""
        match self.question.content:
            case Numeric():
                asks = [ask.fill(self.cells) for ask in _templates(self.question).asks]
            case Enumeration(items):
                asks = [item.cue for item in items]
            case Choice() as choice:
                asks = [_SINGLE if choice.single else _CHOICE]
            case Fact() | Cloze():
                asks = []
            case never:
                assert_never(never)
        return tuple(
            VariantPart(key.part, ask, key) for key, ask in zip(self.keys, asks, strict=True)
        )

    @property
    def identity(self) -> object:
        """What two variants of a question that are the same have in common."""
        hands = [key.options for key in self.keys if isinstance(key, ChoiceKey)]
        if hands:
            return frozenset(option.id for options in hands for option in options)
        return tuple(sorted(self.numbers.items()))

    @property
    def out_of(self) -> Number:
        """The points of all parts."""
        return sum((key.points for key in self.keys), start=0)

    def steps(self, part: str) -> tuple[Step, ...]:
        """The worked solution of a numeric part, line by line."""
        key = next((key for key in self.keys if key.part == part), None)
        if not isinstance(key, AnswerKey):
            return ()
        return worked(self.question.numeric.worksheet.steps(self.cells, key.line), key)

    def right(self, key: PartKey) -> dict[str, str]:
        """The right answer, exact and as displayed at its precision."""
        match key:
            case AnswerKey():
                value = self.core[key.line]
                return {"exact": numeral(value), "display": key.precision.display(value)}
            case ChoiceKey():
                return {"exact": key.right, "display": key.right}
            case KeyPoint():
                return {"exact": key.accept[0], "display": " / ".join(key.accept)}

    def public(self) -> dict[str, Any]:
        """The variant as a student may see it: no answer key, no seed."""
        return {
            "question": self.question.id,
            "content_hash": self.question.content_hash,
            "kind": self.question.kind,
            "title": self.question.title.as_dict(),
            "numbers": {name: _number_json(value) for name, value in self.numbers.items()},
            "text": self.text.as_dict(),
            "parts": [part.public() for part in self.parts],
        }

    def with_key(self) -> dict[str, Any]:
        """The variant with its answer keys, worked steps and every mistake's number."""
        shown = self.public()
        shown["seed"] = self.label or self.seed.hex()
        for part, target in zip(self.parts, shown["parts"], strict=True):
            target["answer"] = self.right(part.key)
            target["steps"] = [step_as_json(step) for step in self.steps(part.id)]
            target["mistakes"] = self._mistakes_json(part.key)
        if isinstance(self.question.content, Fact):
            shown["answer"] = self.question.content.answer.as_dict()
        return shown

    def _mistakes_json(self, key: PartKey) -> list[dict[str, Any]]:
        if isinstance(key, ChoiceKey):
            return [
                {"id": o.id, "exact": o.letter, "display": o.letter, "says": o.reason.as_dict()}
                for o in key.options
                if not o.holds
            ]
        if not isinstance(key, AnswerKey):
            return []
        says = {mistake.id: mistake.says for mistake in self.question.numeric.mistakes}
        return [
            {
                "id": mistake,
                "exact": numeral(wrong),
                "display": key.precision.display(wrong),
                "says": says[mistake].as_dict(),
            }
            for mistake, wrong in self.mistaken[key.part].items()
        ]


def numeric_variant(
    question: Question,
    seed: bytes,
    numbers: Mapping[str, Number],
    core: Cells,
    *,
    label: str = "",
    attempt: int = 0,
    mistaken: MistakenNumbers | None = None,
) -> Variant:
    """A numeric question with its numbers and the solved lines that its answers rest on.

    `mistaken` is for who has these cells' mistaken numbers already.
    """
    numeric = question.numeric
    found = numeric.marking.mistaken(core) if mistaken is None else mistaken
    keys = tuple(part.key for part in numeric.parts)
    return Variant(question, seed, label, attempt, numbers, core, keys, found)


def variant_without_numbers(
    question: Question, seed: bytes, keys: tuple[PartKey, ...], *, label: str = ""
) -> Variant:
    """A question whose variants have no numbers, with the keys of its parts."""
    return Variant(question, seed, label, 0, {}, {}, keys)


def mark_variant(variant: Variant, raw: Mapping[str, str], carry_share: Number = 1) -> Verdict:
    """The verdict on a student's texts, by part.

    Raises UnknownNameError for a part that doesn't exist, GradeckError for a question that
    has nothing to mark, and for answers that are no texts.

    >>> from cards.loading.bank import BANK, load_bank
    >>> pooled = load_bank([BANK / "cnn" / "pooled_sizes.yaml"])["cnn/pooled-size"]
    >>> from cards.variants.dealing import make_variant
    >>> variant = make_variant(pooled, "1")
    >>> mark_variant(variant, {"height": variant.right(variant.keys[0])["display"]}).score
    1
    """
    _refuse_what_is_no_text(raw)
    content = variant.question.content
    if isinstance(content, Numeric):
        return content.marking.mark(variant.core, raw, carry_share, mistaken=variant.mistaken)
    if not variant.keys:
        message = f"{variant.question.id}: a {content.kind} question is not marked"
        raise GradeckError(message)
    known = [key.part for key in variant.keys]
    for part in raw:
        if part not in known:
            raise UnknownNameError("part", part, known)
    verdicts = []
    for key in variant.keys:
        text = raw.get(key.part, "")
        if isinstance(key, ChoiceKey):
            verdicts.append(mark_choice(key, text))
        elif isinstance(key, KeyPoint):
            verdicts.append(mark_key_point(key, text))
    return Verdict(tuple(verdicts), variant.out_of)


def _refuse_what_is_no_text(raw: object) -> None:
    if not isinstance(raw, Mapping):
        message = f"expected the texts by part, as {{'total': '903,400'}}, got {raw!r:.80}"
        raise GradeckError(message)
    for part, text in raw.items():
        if not isinstance(text, str):
            message = f"{part}: expected a text as it was typed, got {text!r:.80}; quote it"
            raise GradeckError(message)


class _Templates(NamedTuple):
    """The texts of a question, with the places of their numbers."""

    text: TextTemplate
    hints: tuple[TextTemplate, ...]
    asks: tuple[TextTemplate, ...]
    note: TextTemplate | None


@lru_cache(maxsize=1024)
def _templates(question: Question) -> _Templates:
    """The places of all the question's texts, found once."""
    content = question.content
    numeric = content if isinstance(content, Numeric) else None
    names = {*numeric.draws, *(line.name for line in numeric.worksheet.lines)} if numeric else set()

    def found(text: Text) -> TextTemplate:
        return templates(text, names) if numeric else unchanged(text)

    return _Templates(
        found(question.text),
        tuple(map(found, question.hints)),
        tuple(found(part.ask) for part in numeric.parts) if numeric else (),
        None if question.note is None else found(question.note),
    )


def _number_json(value: Number) -> int | str:
    return value if isinstance(value, int) else numeral(value)
