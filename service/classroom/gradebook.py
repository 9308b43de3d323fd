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
from service.classroom.access import questions_for
from service.classroom.refusals import Refusal
from service.classroom.spreadsheet import as_csv
from service.store.assignments import Assignment
from service.store.engine import Store
from service.store.grades import EnrolledStudent, first_attempts, scored, students


@dataclass(frozen=True, slots=True)
class GradeTable:
    """The points of each question, the students in order, and what they earned by user.

    `full` is what there is to earn: of an exam less than all its questions together.
    """

    worth: Mapping[str, Fraction]
    full: Fraction
    students: Sequence[EnrolledStudent]
    earned: Mapping[str, Grades]
    is_exam: bool = False

    def of(self, user_id: str) -> Grades:
        """A student's points; none where nothing was handed in."""
        return self.earned.get(user_id, Grades(user_id))

    def shown(self, user_id: str, question_id: str) -> str:
        """A student's points of a question; on an exam none for what wasn't on the paper."""
        points = self.of(user_id).points
        if self.is_exam and question_id not in points:
            return ""
        return as_decimal(points.get(question_id, Fraction()))

    def total(self, user_id: str) -> str:
        """A student's points together; of an exam none before they are in."""
        none = self.is_exam and user_id not in self.earned
        return "" if none else as_decimal(self.of(user_id).total)

    def as_csv(self) -> str:
        """The gradebook as a CSV file, a line a student."""
        rows = [
            [
                one.student_id or one.login,
                one.name,
                one.section,
                *(self.shown(one.user_id, name) for name in self.worth),
                self.total(one.user_id),
            ]
            for one in self.students
        ]
        return as_csv(["id", "name", "section", *self.worth, "total"], rows)


def gradebook_of(connection: Connection, who: Identity, assignment: Assignment) -> GradeTable:
    """The gradebook of an assignment, with the students that the user may see.

    Of an exam students have their own line once it is over and released.
    """
    asked = questions_for(connection, who, [assignment])[assignment.id]
    if assignment.is_exam and not asked:
        raise Refusal("not-released", "the results of this exam are not released")
    worth = {row.question_id: Fraction(row.points) for row in asked}
    found = scored(connection, who, assignment.id)
    earned = grades(found, worth, Fraction(assignment.late_credit))
    listed = students(connection, who, assignment.course_id)
    full = assignment.out_of(worth.values())
    return GradeTable(worth, full, listed, earned, assignment.is_exam)


def statistics_of(store: Store, who: Identity, assignment_id: str) -> Mapping[str, Any]:
    """Item statistics by question, of the students that the user may see."""
    with store.read() as connection:
        found = item_statistics(first_attempts(connection, who, assignment_id).shares)
    return {"items": {name: asdict(one) for name, one in found.items()}}
