"""Who sits near whom: seats of one room, at most two apart in rows and in columns."""

from collections.abc import Mapping, Sequence
from typing import Final

from cards.exam.roster import Student

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
