"""An exam as JSON: what every other program reads, and what keys are made again from.

papers/ID.json           what the student sees
keys/ID.json             answer keys, steps, and every mistake's number
keys/_questions.json     the questions as they were
"""

import json
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Final

from cards.exam.dealing import Sitting
from cards.exam.formats.format import Files, Format
from cards.exam.keys import QUESTIONS_FILE
from cards.exam.plan import ExamPlan
from grader.arithmetic import whole
from grader.marking.numbers import as_json
from grader.writing import numeral

QUESTIONS: Final = f"keys/{QUESTIONS_FILE}"


def json_file(value: object) -> bytes:
    """A value as the JSON of a file."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _of_student(plan: ExamPlan, sitting: Sitting) -> Files:
    head = _head(plan, sitting)
    share = numeral(whole(Fraction(plan.carried_share)))
    papers = [place.public() for place in sitting.places]
    keys = [place.with_key() for place in sitting.places]
    name = f"{sitting.student.id}.json"
    return {
        f"papers/{name}": json_file({**head, "questions": papers}),
        f"keys/{name}": json_file({**head, "carried_share": share, "questions": keys}),
    }


def _of_exam(_plan: ExamPlan, sittings: Sequence[Sitting]) -> Files:
    questions = [place.variant.question for sitting in sittings for place in sitting.places]
    documents = {question.id: question.document for question in questions}
    return {QUESTIONS: json_file(dict(sorted(documents.items())))}


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
        "out_of": as_json(sitting.out_of),
    }


PAPERS_JSON: Final = Format(
    "json", "Papers and keys as JSON, and the questions as they were.", _of_student, _of_exam
)
