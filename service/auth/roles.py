"""Roles: what somebody is in a course. A role more is a row here, and one migration.

The tables' constraints, the API's values and what a role sees (`service.store.visibility`) are
read from here; what it may do is what the acts of the classroom name.
"""

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
# Whose rows a role sees beside the own: everybody's in the course, or the own section's students'.
SEES_COURSE: Final = (Role.TEACHER,)
SEES_SECTION: Final = (Role.ASSISTANT,)
