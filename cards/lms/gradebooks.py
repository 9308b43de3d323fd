"""The gradebooks that marks go to: how an exported file of each is known, and what is handed back.

moodle    the grade export as plain text; any column may tell who somebody is
canvas    the gradebook's export, whose head is the same in every language
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_POINTS_POSSIBLE: Final = "Points Possible"


@dataclass(frozen=True, slots=True)
class GradebookKind:
    """A system's gradebook: the columns that its export has, and those that tell who one is.

    No `known_by`: whichever column fits the marks best. `handed_back` are the columns that its
    import asks for beside the item's.
    """

    name: str
    has: tuple[str, ...]
    known_by: tuple[str, ...]
    handed_back: tuple[str, ...]

    def possible(self, cells: Mapping[str, str]) -> bool:
        """Whether a row is the one that tells what each item is worth."""
        return bool(self.has) and cells[self.has[0]].strip().startswith(_POINTS_POSSIBLE)

    def is_person(self, cells: Mapping[str, str]) -> bool:
        """Whether a row is somebody's: Canvas has rows of its own at the top."""
        return not self.has or any(cells[name].strip() for name in self.known_by if name in cells)


_CANVAS: Final = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
GRADEBOOKS: Final[Mapping[str, GradebookKind]] = {
    "moodle": GradebookKind("moodle", (), (), ()),
    "canvas": GradebookKind(
        "canvas",
        ("Student", "ID", "Section"),
        ("SIS User ID", "SIS Login ID", "ID"),
        _CANVAS,
    ),
}
