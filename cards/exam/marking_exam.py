"""Marking an exam: answers in, points and diagnoses out, by the keys that were dealt."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from cards.exam.papers.key import named
from cards.exam.plan import ExamPlan
from cards.exam.record import Exam
from cards.exam.results import Answers
from cards.exam.sitting import Place, Sitting
from grader.arithmetic import Number, whole
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
        verdict = place.mark(raw, plan.carried_share, plan.mistake_share)
        places.append(MarkedPlace(place, names, verdict))
    return MarkedPaper(given.sitting, tuple(places))
