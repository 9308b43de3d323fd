"""Roles: what somebody is in a course. What each may see is in `service.store.visibility`."""

from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """A role in a course."""

    STUDENT = "student"
    # Sees the students of the own section, and settles what waits for a person.
    ASSISTANT = "assistant"
    # Sees and does everything in the course.
    TEACHER = "teacher"


TEACHER: Final = (Role.TEACHER,)
STAFF: Final = (Role.ASSISTANT, Role.TEACHER)
