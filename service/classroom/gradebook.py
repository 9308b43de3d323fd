"""The gradebook of an assignment: what its questions are worth, and what each student earned."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection

from cards.results.item_statistics import item_statistics
from grader.marking.grades import Grades, grades
from grader.marking.points import as_decimal
from service.auth.identity import Identity
from service.classroom.spreadsheet import as_csv
from service.store.assignments import Assignment, questions_of
from service.store.engine import Store
from service.store.grades import EnrolledStudent, first_attempts, scored, students


@dataclass(frozen=True, slots=True)
class GradeTable:
    """The points of each question, the students in order, and what they earned by user."""

    worth: Mapping[str, Fraction]
    students: Sequence[EnrolledStudent]
    earned: Mapping[str, Grades]

    def of(self, user_id: str) -> Grades:
        """A student's points; none where nothing was handed in."""
        return self.earned.get(user_id, Grades(user_id))

    def as_csv(self) -> str:
        """The gradebook as a CSV file, a line a student."""
        rows = [
            [
                one.student_id or one.login,
                one.name,
                one.section,
                *(
                    as_decimal(self.of(one.user_id).points.get(name, Fraction()))
                    for name in self.worth
                ),
                as_decimal(self.of(one.user_id).total),
            ]
            for one in self.students
        ]
        return as_csv(["id", "name", "section", *self.worth, "total"], rows)


def gradebook_of(connection: Connection, who: Identity, assignment: Assignment) -> GradeTable:
    """The gradebook of an assignment, with the students that the user may see."""
    worth = {
        row.question_id: Fraction(row.points) for row in questions_of(connection, assignment.id)
    }
    found = scored(connection, who, assignment.id)
    earned = grades(found, worth, Fraction(assignment.late_credit))
    return GradeTable(worth, students(connection, who, assignment.course_id), earned)


def statistics_of(store: Store, who: Identity, assignment_id: str) -> Mapping[str, Any]:
    """Item statistics by question, of the students that the user may see."""
    with store.read() as connection:
        found = item_statistics(first_attempts(connection, who, assignment_id).shares)
    return {"items": {name: asdict(one) for name, one in found.items()}}
