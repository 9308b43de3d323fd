"""The grader: what the marking process opens, over question folders."""

import os
from fractions import Fraction
from pathlib import Path

from cards.exam.sitting import Place
from cards.variants.replaying import ReplayError
from cards.variants.variant import Variant
from grader.arithmetic import whole
from grader.errors import UnknownNameError
from service.bank.bank import Versions
from service.bank.folders import sound_questions
from service.queue.work import Failed, MarkingResult, MarkOne, SourceWanted, Work
from service.store.verdicts import VerdictJson


def open_grader(paths: str = "") -> MarkOne:
    """What marks answers to the questions in `paths`, as the marking process opens it.

    A file that can't be read stops no marking: what was dealt from it is marked from its source.
    """
    folders = tuple(Path(path) for path in paths.split(os.pathsep) if path)
    versions = Versions(sound_questions(folders))

    def mark(work: Work) -> VerdictJson | MarkingResult:
        dealt_hash = work.dealt_hash or work.content_hash
        if not (
            versions.take_in(work.content_hash, work.source)
            and versions.take_in(dealt_hash, work.dealt_source)
        ):
            return SourceWanted()
        try:
            variant = versions.variant(work.content_hash, work.seed, dealt_hash)
            return _marked(variant, work)
        except (ReplayError, UnknownNameError) as error:
            if work.strict or dealt_hash == work.content_hash:
                return Failed(_why(error))
        variant = versions.variant(dealt_hash, work.seed, dealt_hash)
        return _marked(variant, work)

    return mark


def _marked(variant: Variant, work: Work) -> VerdictJson:
    """The verdict in the question's own points, whatever an assignment makes of them."""
    place = Place(variant, Fraction(1), 0)
    shares = Fraction(work.carried_share), Fraction(work.mistake_share)
    return place.mark(work.raw, *map(whole, shares)).as_dict()


def _why(error: ReplayError | UnknownNameError) -> str:
    """Why a version can't mark what was dealt: a reason's name, then the names it is about."""
    if isinstance(error, ReplayError):
        return f"{error.reason} {error.names}".rstrip()
    return "other-parts"
