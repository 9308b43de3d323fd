"""What a format of an exam is: a name, a sentence, and what writes its files."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cards.exam.record import Exam

# A path below the exam's folder, and its bytes.
File = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write an exam.

    `says` tells in one line, for people, which files it makes; `prints` whether they are paper.
    `files` makes one file after the other, so that a large class needs no more memory than a
    small one, and calls its second argument once for each student. The same exam gives the same
    bytes: no format looks at a clock.
    """

    name: str
    says: str
    files: Callable[[Exam, Callable[[], object]], Iterator[File]]
    prints: bool = False
