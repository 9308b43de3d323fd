"""Marking an exam: answers in, points and diagnoses out, by the keys that were dealt."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from cards.exam.papers.key import named
from cards.exam.plan import ExamPlan
from cards.exam.record import Exam
from cards.exam.results import Answers
from cards.exam.sitting import Place, Sitting
from grader.arithmetic import Number, multiply, whole
from grader.marking.verdict import PartVerdict, Verdict


@dataclass(frozen=True, slots=True)
class MarkedPlace:
    """A place with its verdict, and what its parts are called on the paper."""

    place: Place
    names: dict[str, str]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class MarkedPaper:
    """A student's paper, marked; without places for one who wasn't there."""

    sitting: Sitting
    places: tuple[MarkedPlace, ...]

    @property
    def absent(self) -> bool:
        """Whether the student wasn't there."""
        return not self.places

    @property
    def score(self) -> Number:
        """The points earned."""
        return whole(Fraction(sum((one.verdict.score for one in self.places), start=Fraction(0))))

    @property
    def parts(self) -> tuple[tuple[str, PartVerdict], ...]:
        """The verdict on each part under its name on the paper."""
        return tuple(
            (one.names[part.id], part) for one in self.places for part in one.verdict.parts
        )


def mark_exam(exam: Exam, answers: Iterable[Answers]) -> tuple[MarkedPaper, ...]:
    """Every paper, marked, in the order of the answers."""
    return tuple(_paper(exam.plan, given) for given in answers)


def _paper(plan: ExamPlan, given: Answers) -> MarkedPaper:
    texts = given.texts
    if texts is None:
        return MarkedPaper(given.sitting, ())
    places = []
    for place, names in named(given.sitting):
        raw = {part: texts.get(name, "") for part, name in names.items()}
        places.append(MarkedPlace(place, names, _verdict(plan, place, raw)))
    return MarkedPaper(given.sitting, tuple(places))


def _verdict(plan: ExamPlan, place: Place, raw: dict[str, str]) -> Verdict:
    """The verdict in the plan's points; a named mistake earns the plan's share of them."""
    verdict = place.mark(raw, plan.carried_share)
    worth = {part.id: place.worth(part) for part in place.variant.parts}
    parts = tuple(
        replace(part, points=multiply(worth[part.id], plan.mistake_share))
        if _explained(part)
        else part
        for part in verdict.parts
    )
    return replace(verdict, parts=parts)


def _explained(part: PartVerdict) -> bool:
    named_mistakes = [mistake for mistake in part.mistakes if mistake != "other-part"]
    return part.outcome == "wrong" and bool(named_mistakes) and not part.points
