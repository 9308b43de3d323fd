"""What a format of an exam is: the files of each student, and those of all students together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from cards.exam.dealing import Sitting
from cards.exam.plan import ExamPlan

# Paths below the exam's folder, each with its bytes.
Files = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write an exam; `says` tells in one line, for people, which files it makes.

    The same plan and sittings give the same bytes: neither function looks at a clock.
    """

    name: str
    says: str
    of_student: Callable[[ExamPlan, Sitting], Files]
    of_exam: Callable[[ExamPlan, Sequence[Sitting]], Files]
