"""A sitting: one student's paper, its questions with the variants dealt."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from cards.exam.roster import Student
from cards.variants.variant import Variant, VariantPart, mark_variant
from grader.arithmetic import Number, multiply, whole
from grader.marking.verdict import PartVerdict, Verdict
from grader.numerals import numeral

Card = tuple[str, int]
"""A question and the number of its variant in the question's list."""


@dataclass(frozen=True, slots=True)
class Place:
    """One question of a sitting: its variant, its number in the list, what its points count."""

    variant: Variant
    scale: Fraction
    number: int

    @property
    def card(self) -> Card:
        """What names the variant within the exam."""
        return self.variant.question.id, self.number

    @property
    def points(self) -> Number:
        """What the place earns at most."""
        return whole(self.variant.out_of * self.scale)

    def worth(self, part: VariantPart) -> Number:
        """What a part of the place earns at most."""
        return whole(part.points * self.scale)

    @property
    def printed(self) -> Variant:
        """The variant with the plan's points in place of the question's."""
        keys = (replace(key, points=whole(key.points * self.scale)) for key in self.variant.keys)
        return replace(self.variant, keys=tuple(keys))

    def public(self) -> dict[str, Any]:
        """The place as the student sees it."""
        return self.printed.public()

    def with_key(self) -> dict[str, Any]:
        """The place with its answer keys, steps and every mistake's number.

        `scale` says exactly what the question's own points are multiplied by.
        """
        shown = self.printed.with_key()
        return {**shown, "number": self.number, "scale": numeral(whole(self.scale))}

    def mark(
        self, raw: Mapping[str, str], carried_share: Number = 1, mistake_share: Number = 0
    ) -> Verdict:
        """The verdict on a student's texts, by part, in the plan's points.

        What follows from a wrong answer earns `carried_share` of its part's points, what a named
        mistake explains `mistake_share`.
        """
        verdict = mark_variant(self.variant, raw, carried_share)
        worth = {part.id: part.points for part in self.variant.parts}
        parts = tuple(
            replace(part, points=whole(_earned(part, worth[part.id], mistake_share) * self.scale))
            for part in verdict.parts
        )
        return Verdict(parts, self.points)


@dataclass(frozen=True, slots=True)
class Sitting:
    """One student's paper: its id, and its places in order, section by section."""

    student: Student
    paper: str
    sections: tuple[tuple[Place, ...], ...]

    @property
    def places(self) -> tuple[Place, ...]:
        """The places of all sections."""
        return tuple(place for section in self.sections for place in section)

    @property
    def out_of(self) -> Number:
        """The points of the whole paper."""
        return sum((place.points for place in self.places), start=0)


def _earned(part: PartVerdict, worth: Number, mistake_share: Number) -> Number:
    named_mistakes = [mistake for mistake in part.mistakes if mistake != "other-part"]
    explained = part.outcome == "wrong" and named_mistakes and not part.points
    return multiply(worth, mistake_share) if explained else part.points


Hand = tuple[tuple[Place, ...], ...]
"""A student's places by the slots of the plan."""
