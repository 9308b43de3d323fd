"""Replaying: a variant that was dealt, taken at a later version of its question.

A corrected question must be marked against what students were asked. Dealing it again would
not do: a draw that could tell mistakes apart may no longer, and a statement that turned out
to be wrong moves to another pool. So the numbers, or the statements and their letters, are
the old variant's, and the lines, keys and reasons are the corrected question's.
"""

from collections.abc import Iterable
from typing import Literal, assert_never

from cards.question import Choice, Cloze, Enumeration, Fact, Numeric, Question
from cards.variants.dealing import make_variant
from cards.variants.variant import Variant, numeric_variant, variant_without_numbers
from grader.errors import GradeckError
from grader.marking.choices import ChoiceKey, Option

Reason = Literal["other-kind", "other-draws", "other-statements", "none-holds", "no-value"]


class ReplayError(GradeckError):
    """A version of a question cannot take over what was dealt from another one.

    `reason` is why, `names` what the versions don't share; neither holds an answer.
    """

    def __init__(self, message: str, reason: Reason, names: str = "") -> None:
        """The message is the author's, with the cure."""
        super().__init__(message)
        self.reason = reason
        self.names = names


def replayed(question: Question, old: Variant) -> Variant:
    """The old variant's numbers or statements under this version of the question.

    Raises ReplayError where the version asks for what the old one did not draw, has no value
    for the old numbers, or leaves nothing that a student could have answered rightly.

    >>> from cards.loading.bank import BANK, load_bank
    >>> pooled = load_bank([BANK / "cnn" / "pooled_sizes.yaml"])["cnn/pooled-size"]
    >>> old = make_variant(pooled, "1")
    >>> replayed(pooled, old).numbers == old.numbers
    True
    """
    if question.kind != old.question.kind:
        why = f"it was {old.question.kind}, and is {question.kind} now"
        raise _cannot(question, why, "other-kind")
    match question.content:
        case Numeric() as numeric:
            return _solved_again(question, numeric, old)
        case Choice() as choice:
            hand = _dealt_again(question, choice, old)
            return variant_without_numbers(question, old.seed, (hand,), label=old.label)
        case Fact() | Cloze() | Enumeration():
            return make_variant(question, old.seed)
        case never:
            assert_never(never)


def _solved_again(question: Question, numeric: Numeric, old: Variant) -> Variant:
    _have(question, "draws", numeric.draws, old.numbers)
    numbers = {name: old.numbers[name] for name in numeric.draws}
    try:
        cells = numeric.core.solve(numbers)
    except GradeckError as error:
        raise _cannot(question, str(error), "no-value") from None
    return numeric_variant(question, old.seed, numbers, cells, label=old.label, attempt=old.attempt)


def _dealt_again(question: Question, choice: Choice, old: Variant) -> ChoiceKey:
    known = {statement.id: statement for statement in choice.statements}
    options = [option for key in old.keys if isinstance(key, ChoiceKey) for option in key.options]
    _have(question, "statements", (option.id for option in options), known)
    now = tuple((option.letter, known[option.id]) for option in options)
    holding = sum(statement.holds for _, statement in now)
    if not holding:
        raise _cannot(question, "none of the dealt statements holds any more", "none-holds")
    return ChoiceKey(
        choice.part,
        tuple(Option(letter, one.id, one.holds, one.says, one.reason) for letter, one in now),
        single=choice.single,
    )


def _have(
    question: Question,
    what: Literal["draws", "statements"],
    wanted: Iterable[str],
    known: Iterable[str],
) -> None:
    missing = sorted(set(wanted) - set(known))
    if missing:
        names = ", ".join(missing)
        why = f"{what} that the versions don't share: {names}"
        raise _cannot(
            question, why, "other-draws" if what == "draws" else "other-statements", names
        )


def _cannot(question: Question, why: str, reason: Reason, names: str = "") -> ReplayError:
    message = (
        f"{question.id}: the corrected version cannot take over what was dealt: {why}; "
        "give the new question another id, or keep the old names"
    )
    return ReplayError(message, reason, names)
