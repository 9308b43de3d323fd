"""The grader: what the marking process opens, over question folders."""

import os
from pathlib import Path

from cards.variants.variant import mark_variant
from service.bank.bank import Versions
from service.bank.folders import load
from service.queue.work import MarkOne, Outcome, SourceWanted, Verdict, Work


def open_grader(paths: str = "") -> MarkOne:
    """What marks answers to the questions in `paths`, as the marking process opens it."""
    versions = Versions(load(tuple(Path(path) for path in paths.split(os.pathsep) if path)))

    def mark(work: Work) -> Verdict | Outcome:
        dealt_hash = work.dealt_hash or work.content_hash
        if not (
            versions.hold(work.content_hash, work.source)
            and versions.hold(dealt_hash, work.dealt_source)
        ):
            return SourceWanted()
        variant = versions.variant(work.content_hash, work.seed, dealt_hash)
        return mark_variant(variant, work.raw).as_dict()

    return mark
