"""Who sits near whom: seats of one room, at most two apart in rows and in columns."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from cards.exam.roster import Student
from grader.errors import Fault, QuestionError

RADIUS: Final = 2


def neighbours(students: Sequence[Student]) -> Mapping[str, frozenset[str]]:
    """For each student the ids of those who sit near; a student without a seat has none.

    >>> class_ = [Student("a", "A", 1, 1), Student("b", "B", 1, 3), Student("c", "C", 1, 4)]
    >>> sorted(neighbours(class_)["b"])
    ['a', 'c']
    """
    seats = {
        (student.section, student.seat_row, student.seat_column): student.id
        for student in students
        if student.seat_row is not None and student.seat_column is not None
    }
    near: dict[str, frozenset[str]] = {student.id: frozenset() for student in students}
    reach = range(-RADIUS, RADIUS + 1)
    for (room, row, column), student_id in seats.items():
        around = {
            seats.get((room, row + down, column + across)) for down in reach for across in reach
        }
        near[student_id] = frozenset(other for other in around if other and other != student_id)
    return near


def refuse_shared_seats(students: Iterable[Student]) -> None:
    """QuestionError that names both of each two students on one seat of a room.

    >>> refuse_shared_seats([Student("a", "Ann", 1, 2), Student("b", "Bob", 1, 2)])
    Traceback (most recent call last):
    ...
    grader.errors.QuestionError: roster: b: expected a seat of one's own for Bob, got row 1,
    column 2, where Ann (a) sits; give one of them another seat
    """
    taken: dict[tuple[str, int, int], Student] = {}
    faults = []
    for student in students:
        if student.seat_row is None or student.seat_column is None:
            continue
        row, column = student.seat_row, student.seat_column
        other = taken.setdefault((student.section, row, column), student)
        if other.id != student.id:
            expected = f"a seat of one's own for {student.name}"
            got = f"row {row}, column {column}, where {other.name} ({other.id}) sits"
            cure = "give one of them another seat"
            faults.append(Fault(expected, got, cure, file="roster", field=student.id))
    if faults:
        raise QuestionError(faults)
