"""An exam as JSON: what every other program reads, and what keys are made again from.

papers/ID.json     what the student sees
keys/ID.json       answer keys, steps, and every mistake's number
questions.json     the questions as they were
"""

import json
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, Final

from cards.exam.formats.format import File, Format
from cards.exam.keys import QUESTIONS
from cards.exam.plan import ExamPlan
from cards.exam.record import Exam
from cards.exam.sitting import Sitting
from grader.arithmetic import whole
from grader.marking.points import as_json
from grader.numerals import numeral


def json_file(value: object) -> bytes:
    r"""A value as the JSON of a file.

    >>> json_file({"name": "王"}).decode()
    '{\n "name": "王"\n}\n'
    """
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _files(exam: Exam, on_student: Callable[[], object]) -> Iterator[File]:
    questions = exam.questions
    yield QUESTIONS, json_file({name: questions[name].document for name in sorted(questions)})
    for sitting in exam.sittings:
        head = _head(exam.plan, sitting)
        papers = [place.public() for place in sitting.places]
        keys = [place.with_key() for place in sitting.places]
        name = f"{sitting.student.id}.json"
        yield f"papers/{name}", json_file({**head, "questions": papers})
        yield f"keys/{name}", json_file({**head, "questions": keys})
        on_student()


def _head(plan: ExamPlan, sitting: Sitting) -> dict[str, Any]:
    student = sitting.student
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


PAPERS_JSON: Final = Format(
    "json", "Papers and keys as JSON, and the questions as they were.", _files
)
