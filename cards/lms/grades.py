"""Marks into an exported gradebook: who is who, what changes, and the file to import.

Nothing is sent anywhere. The exported file tells which people and which items there are, so that
a file of another course, another item or a person who is not there is found before the import.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from cards.lms.gradebooks import GradebookKind
from cards.lms.spreadsheet import SheetRow, Spreadsheet
from grader.errors import Fault, QuestionError
from grader.marking.points import as_decimal
from grader.naming import nearest_hint

_IDS: Final = ("id", "login")
_POINTS: Final = ("score", "total", "points")
_OUT_OF: Final = "out_of"


@dataclass(frozen=True, slots=True)
class Earned:
    """What somebody earned; `line` is where it stands in the file of marks."""

    id: str
    points: Fraction
    line: int


@dataclass(frozen=True, slots=True)
class Change:
    """A person's cell in the gradebook: what it is, and what it becomes."""

    row: SheetRow
    mark: Earned
    before: str

    @property
    def after(self) -> str:
        """The new cell."""
        return as_decimal(self.mark.points)

    @property
    def changes(self) -> bool:
        """Whether the number becomes another one."""
        try:
            return Fraction(self.before.strip()) != Fraction(self.after)
        except ValueError:
            return True


@dataclass(frozen=True, slots=True)
class Filling:
    """A gradebook's column filled with marks, and those people that it doesn't have."""

    kind: GradebookKind
    book: Spreadsheet
    item: str
    person: str
    changes: tuple[Change, ...]
    missing: tuple[Earned, ...]

    def lines(self) -> Iterator[str]:
        """What an import would change, person by person."""
        for change in self.changes:
            if change.changes:
                before = change.before.strip().removeprefix("-") or "nothing"
                yield f"{change.mark.id}: {before} -> {change.after}"
        for mark in self.missing:
            yield f"{mark.id}: not in the gradebook, left out"
        new = sum(change.changes for change in self.changes)
        yield f"{self.item}: {new} of {len(self.changes)} change, by {self.person}"

    def content(self) -> bytes:
        """The CSV to import: who, and the item; nobody else's cells."""
        columns = [name for name in self.kind.handed_back if name in self.book.columns]
        columns = [*(columns or [self.person]), self.item]
        written = io.StringIO()
        writer = csv.writer(written, lineterminator="\r\n")
        writer.writerow(columns)
        for row in self.book.rows:
            if self.kind.possible(row.cells):
                writer.writerow([row.cells[name] for name in columns])
        for change in self.changes:
            cells = {**change.row.cells, self.item: change.after}
            writer.writerow([cells[name] for name in columns])
        return b"\xef\xbb\xbf" + written.getvalue().encode()


def read_marks(sheet: Spreadsheet) -> tuple[Earned, ...]:
    """The marks of a file of `gradeck exam mark` or of the service; who has none is left out.

    Raises QuestionError with every fault: a column that isn't there, no number, somebody twice.
    """
    who = next((name for name in _IDS if name in sheet.columns), "")
    points = next((name for name in _POINTS if name in sheet.columns), "")
    faults = [
        sheet.fault(f"a column {' or '.join(names)}", ", ".join(sheet.columns), "is it marks?")
        for found, names in ((who, _IDS), (points, _POINTS))
        if not found
    ]
    if faults:
        raise QuestionError(faults)
    marks: list[Earned] = []
    lines: dict[str, int] = {}
    for row in sheet.rows:
        name, text = row.cells[who].strip(), row.cells[points].strip()
        if name in lines:
            got = f"{name!r}, which stands in line {lines[name]}"
            faults.append(sheet.fault("each person once", got, "keep one", line=row.line, at=who))
        lines.setdefault(name, row.line)
        if not text:
            continue
        value = _number(text)
        most = _number(row.cells.get(_OUT_OF, ""))
        if not name or value is None or value < 0 or (most is not None and value > most):
            expected = "an id, and points from 0 up to what the exam is worth"
            faults.append(sheet.fault(expected, f"{name!r}, {text!r}", line=row.line, at=points))
        else:
            marks.append(Earned(name, value, row.line))
    if not marks and not faults:
        faults.append(sheet.fault("the marks of somebody", "none"))
    if faults:
        raise QuestionError(faults)
    return tuple(marks)


def _number(text: str) -> Fraction | None:
    try:
        return Fraction(text.strip())
    except (ValueError, ZeroDivisionError):
        return None


def fill(
    kind: GradebookKind,
    book: Spreadsheet,
    marks_in: Spreadsheet,
    item: str,
    *,
    partly: bool = False,
) -> Filling:
    """The gradebook's item filled with marks; with `partly` whoever it doesn't have is left out.

    Raises QuestionError for a file that is no such gradebook, for an item or people that it doesn't
    have, for somebody who is in it twice, and for more points than the item is worth.
    """
    marks = read_marks(marks_in)
    missing_columns = [name for name in kind.has if name not in book.columns]
    if missing_columns:
        expected = f"a gradebook exported from {kind.name}, with {', '.join(kind.has)}"
        raise QuestionError([book.fault(expected, ", ".join(book.columns))])
    if item not in book.columns:
        cure = nearest_hint(item, book.columns)
        got = f"none called {item!r} in {', '.join(book.columns)}"
        raise QuestionError([book.fault("the item's column", got, cure)])
    person = _person_column(kind, book, marks, item)
    found, faults = _people(kind, book, person)
    missing = tuple(mark for mark in marks if mark.id not in found)
    changes = tuple(
        Change(found[mark.id], mark, found[mark.id].cells[item])
        for mark in marks
        if mark.id in found
    )
    if not partly:
        faults += [
            marks_in.fault(
                f"somebody whom {book.where} has in {person}",
                repr(mark.id),
                "export the gradebook again, or leave out whom it doesn't have with --partly",
                line=mark.line,
            )
            for mark in missing
        ]
    faults += _too_many_points(kind, book, changes, item)
    if faults:
        raise QuestionError(faults)
    return Filling(kind, book, item, person, changes, missing)


def _person_column(
    kind: GradebookKind, book: Spreadsheet, marks: Sequence[Earned], item: str
) -> str:
    """The column that tells who somebody is: that in which most of the marks' ids stand."""
    ids = {mark.id for mark in marks}
    columns = [name for name in kind.known_by or book.columns if name in book.columns]
    counts = Counter(
        {
            name: len(ids & {row.cells[name].strip() for row in book.rows})
            for name in columns
            if name and name != item
        }
    )
    best, count = counts.most_common(1)[0] if counts else ("", 0)
    if not count:
        expected = f"people of the marks in one of {', '.join(columns)}"
        cure = "is it another course's file, or do the marks have other ids?"
        raise QuestionError([book.fault(expected, "none of them", cure)])
    return best


def _people(
    kind: GradebookKind, book: Spreadsheet, person: str
) -> tuple[dict[str, SheetRow], list[Fault]]:
    """Each person's row; a fault for who has two."""
    found: dict[str, SheetRow] = {}
    faults = []
    for row in book.rows:
        name = row.cells[person].strip()
        if not name or kind.possible(row.cells) or not kind.is_person(row.cells):
            continue
        if name in found:
            got = f"{name!r}, who stands in line {found[name].line}"
            faults.append(book.fault("each person once", got, line=row.line, at=person))
        found.setdefault(name, row)
    return found, faults


def _too_many_points(
    kind: GradebookKind, book: Spreadsheet, changes: Sequence[Change], item: str
) -> Iterator[Fault]:
    for row in book.rows:
        most = _number(row.cells[item]) if kind.possible(row.cells) else None
        if most is None:
            continue
        for change in changes:
            if change.mark.points > most:
                got = f"{change.after} for {change.mark.id!r}"
                cure = "set the assignment's points in Canvas to what the exam is worth"
                yield book.fault(f"at most {as_decimal(most)} points", got, cure, line=row.line)
