"""What each number that somebody may answer earns, asked of our own marking beforehand."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from cards.lms.item import Reply
from cards.variants.variant import Variant, mark_variant
from grader.arithmetic import Number, divide
from grader.marking.numbers import AnswerKey
from grader.marking.verdict import PartVerdict
from grader.numerals import numeral
from grader.quantities import Precision
from grader.wording import Text

OTHER_PART: Final = "other-part"

Span = tuple[Number, Number]


@dataclass(frozen=True, slots=True)
class _Asking:
    """A box of a variant, and how what is said to an answer is written."""

    variant: Variant
    key: AnswerKey
    say: Callable[[Text], str]
    mistake_share: Number

    def verdict(self, value: Number) -> PartVerdict:
        """What our marking finds where this number alone is answered."""
        marked = mark_variant(self.variant, {self.key.part: numeral(value)})
        return next(part for part in marked.parts if part.id == self.key.part)

    def reply(self, value: Number, span: Span) -> Reply:
        """The reply to all numbers of a span, of which `value` is one."""
        verdict = self.verdict(value)
        listed = self.variant.mistaken[self.key.part].keys()
        share: Number = 0
        if verdict.outcome == "right":
            share = 1
        elif verdict.mistakes and set(verdict.mistakes) <= listed:
            share = self.mistake_share
        return Reply(*span, share, self.say(verdict.feedback), verdict.mistakes)


def replies(
    variant: Variant, key: AnswerKey, mistake_share: Number, say: Callable[[Text], str]
) -> tuple[Reply, ...]:
    """The replies of a box, in the order in which a system tries them: the right one first.

    Then what is accepted, then the answers of other boxes, then the mistakes, as our marking
    judges. Where two mistakes' numbers are so near that their tolerances overlap, each has the
    half that is nearer to it.

    >>> from cards.loading.bank import BANK, load_bank
    >>> pooled = load_bank([BANK / "cnn" / "pooled_sizes.yaml"])["cnn/pooled-size"]
    >>> from cards.variants.dealing import make_variant
    >>> variant = make_variant(pooled, "1")
    >>> key = variant.keys[0]
    >>> [reply.mistakes for reply in replies(variant, key, 0, lambda text: text.in_("en"))][:2]
    [(), ('other-part',)]
    """
    asking = _Asking(variant, key, say, mistake_share)
    right = variant.core[key.line]
    span = _around(key.precision, right)
    wrong = [*_mistaken(asking, set(variant.mistaken[key.part].values()) - {right}, span)]
    return (
        asking.reply(right, span),
        *(reply for reply in wrong if reply.share == 1),
        *_other_boxes(asking),
        *(reply for reply in wrong if reply.share != 1),
    )


def _mistaken(asking: _Asking, values: Iterable[Number], right: Span) -> Iterator[Reply]:
    """The reply to each mistake's number, asked where neither the right nor another box's is."""
    for value, span in _halved(asking.key.precision, values):
        for asked in (value, *span):
            if right[0] <= asked <= right[1]:
                continue
            reply = asking.reply(asked, span)
            if reply.mistakes and OTHER_PART not in reply.mistakes:
                yield reply
                break


def _other_boxes(asking: _Asking) -> Iterator[Reply]:
    """The replies to the right answers of the other boxes."""
    for part in asking.variant.question.numeric.parts:
        if part.id != asking.key.part:
            value = asking.variant.core[part.key.line]
            reply = asking.reply(value, _around(part.key.precision, value))
            if OTHER_PART in reply.mistakes:
                yield reply


def _around(precision: Precision, value: Number) -> Span:
    tolerance = precision.tolerance(value)
    return value - tolerance, value + tolerance


def _halved(precision: Precision, values: Iterable[Number]) -> Iterator[tuple[Number, Span]]:
    """Each number with those that are near it and nearer to no other."""
    ordered = sorted(values)
    spans = [_around(precision, value) for value in ordered]
    for index, value in enumerate(ordered):
        lowest, highest = spans[index]
        if index and spans[index - 1][1] > lowest:
            lowest = max(lowest, divide(ordered[index - 1] + value, 2))
        if index + 1 < len(ordered) and spans[index + 1][0] < highest:
            highest = min(highest, divide(value + ordered[index + 1], 2))
        yield value, (lowest, highest)
