"""An exam as files, one after the other: a large class needs no more memory than a small one.

    manifest.json           what was dealt to whom, the hash of every file, and the seal
    questions.json          the questions as they were, from which everything can be made again
    papers/ID.pdf, .json    what the student sees
    keys/ID.pdf, .json      answers, steps, every mistake's number, what follows from it
    papers.pdf, keys.pdf    all of them for the printer; every paper begins on a right-hand page
    marking.pdf             the right answers of every paper, by seat
    fairness.html           whether the papers are equally hard, and how much neighbours share

Nothing here depends on the clock: the same exam has the same bytes.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any, Final

from cards.exam.keys import QUESTIONS
from cards.exam.papers.key import key_data
from cards.exam.papers.merging import Merged
from cards.exam.papers.paper import Printing, paper_data, widths
from cards.exam.papers.printer import printed, provenance
from cards.exam.record import Exam, exam_record
from cards.exam.sitting import Sitting
from grader.arithmetic import whole
from grader.marking.numbers import as_json
from grader.writing import numeral

MANIFEST: Final = "manifest.json"
_SEAL: Final = b"gradeck exam manifest"

File = tuple[str, bytes]


def exam_files(
    exam: Exam,
    secret: bytes | None,
    *,
    pdf: bool = True,
    on_paper: Callable[[], object] = lambda: None,
) -> Iterator[File]:
    """Each file's path below the exam's folder with its bytes, the manifest last.

    `on_paper` is called for each student. Without a secret nothing is sealed.
    """
    hashes: dict[str, str] = {}
    for path, content in _contents(exam, pdf=pdf, on_paper=on_paper):
        hashes[path] = hashlib.sha256(content).hexdigest()
        yield path, content
    manifest = {
        **exam_record(exam),
        "printed": provenance() if pdf else None,
        "files": dict(sorted(hashes.items())),
    }
    manifest["seal"] = seal(manifest, secret) if secret is not None else None
    yield MANIFEST, _json(manifest)


def seal(manifest: Mapping[str, Any], secret: bytes) -> str:
    """What only who has the secret can write under all that a manifest says."""
    said = {name: value for name, value in manifest.items() if name != "seal"}
    listed = json.dumps(said, sort_keys=True, ensure_ascii=False).encode()
    return hmac.digest(secret, _SEAL + listed, "sha256").hex()


def _contents(exam: Exam, *, pdf: bool, on_paper: Callable[[], object]) -> Iterator[File]:
    questions = exam.questions
    yield QUESTIONS, _json({name: questions[name].document for name in sorted(questions)})
    for sitting in exam.sittings:
        yield from _of_student(exam, sitting)
        if not pdf:
            on_paper()
    if pdf:
        yield from _printed(exam, on_paper)


def _printed(exam: Exam, on_paper: Callable[[], object]) -> Iterator[File]:
    """Each student's paper and key as PDF, then all of them in one file each."""
    printing = Printing(exam.plan, widths(exam.sittings))
    with Merged() as papers, Merged() as keys:
        for sitting in exam.sittings:
            paper = printed("paper", paper_data(printing, sitting))
            key = printed("key", key_data(printing, sitting))
            papers.add(paper)
            keys.add(key)
            yield f"papers/{sitting.student.id}.pdf", paper
            yield f"keys/{sitting.student.id}.pdf", key
            on_paper()
        yield "papers.pdf", papers.content()
        yield "keys.pdf", keys.content()


def _of_student(exam: Exam, sitting: Sitting) -> Iterator[File]:
    head = _head(exam, sitting)
    papers = [place.public() for place in sitting.places]
    keys = [place.with_key() for place in sitting.places]
    yield f"papers/{sitting.student.id}.json", _json({**head, "questions": papers})
    yield f"keys/{sitting.student.id}.json", _json({**head, "questions": keys})


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _head(exam: Exam, sitting: Sitting) -> dict[str, Any]:
    student, plan = sitting.student, exam.plan
    return {
        "exam": plan.id,
        "title": plan.title.as_dict(),
        "instructions": plan.instructions.as_dict() if plan.instructions else None,
        "minutes": plan.minutes and plan.minutes * (100 + student.extra_time) / 100,
        "student": {
            "id": student.id,
            "name": student.name,
            "language": student.language,
            "section": student.section,
            "seat_row": student.seat_row,
            "seat_column": student.seat_column,
        },
        "paper": sitting.paper,
        "carried_share": numeral(whole(Fraction(plan.carried_share))),
        "out_of": as_json(sitting.out_of),
    }
