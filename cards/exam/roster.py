"""A roster: the students of a class, from CSV with the columns `id,name` and some optional ones.

seat_row, seat_column   whole numbers; rows begin at 0 or at 1, and the first is called A
language                en or zh; without it: en
extra_time              percent more minutes, such as 25 or 25%
section                 a group, such as a room or a course section
large_print             yes for a paper in large print
"""

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from cards.documents.file_names import names_a_device
from cards.documents.sheet_text import sheet_rows, sheet_text
from grader.errors import Fault, QuestionError
from grader.naming import nearest_hint
from grader.wording import LANGUAGES

REQUIRED: Final = ("id", "name")
OPTIONAL: Final = (
    "seat_row",
    "seat_column",
    "language",
    "extra_time",
    "section",
    "large_print",
)
MAX_STUDENTS: Final = 20_000
MAX_BYTES: Final = 10_000_000

_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")
_EXTRA: Final = re.compile(r"(?P<percent>[0-9]{1,3}) ?%?\Z")
_LONGEST: Final = 200
_YES: Final = frozenset({"yes", "y", "true", "1", "18", "是"})
_NO: Final = frozenset({"", "no", "n", "false", "0", "否"})


@dataclass(frozen=True, slots=True)
class Student:
    """One student of a roster; a seat of None is none. A spare is a paper without a name."""

    id: str
    name: str
    seat_row: int | None = None
    seat_column: int | None = None
    language: str = "en"
    extra_time: int = 0
    section: str = ""
    large_print: bool = False
    spare: bool = False


def load_roster(path: Path) -> tuple[Student, ...]:
    """The students of a CSV file, in its order; QuestionError with every fault of every row."""
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    return read_roster(content, path.name)


def read_roster(content: bytes, where: str) -> tuple[Student, ...]:
    r"""The students of a CSV text, in its order; QuestionError with every fault of every row.

    >>> read_roster(b"id,name,language\n7,Ada,zh\n", "class.csv")[0].language
    'zh'
    >>> read_roster(b"id,name\n7,Ada\n7,Bo\n", "class.csv")
    Traceback (most recent call last):
    ...
    grader.errors.QuestionError: class.csv:3: id: expected an id of its own,
    got '7', which stands in line 2; give each student one row
    """
    reader = _RosterReader(where)
    students = reader.read(content)
    if reader.faults:
        raise QuestionError(reader.faults)
    return students


def sound_students(students: Iterable[Student]) -> tuple[Student, ...]:
    """Students from elsewhere, whose ids can name files too; QuestionError for those that can't."""
    reader = _RosterReader("the class")
    known: set[str] = set()
    found = tuple(students)
    for student in found:
        reader.check_id(student.id)
        if student.id.casefold() in known:
            reader.note(
                student.id, "an id of its own", "one that differs in case alone or not at all"
            )
        known.add(student.id.casefold())
    if reader.faults:
        raise QuestionError(reader.faults)
    return found


class _RosterReader:
    """Reads row by row, noting every fault."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.faults: list[Fault] = []
        self.line = 1

    def note(self, column: str, expected: str, got: str, cure: str = "") -> None:
        self.faults.append(
            Fault(expected, got, cure, file=self.where, line=self.line, field=column)
        )

    def read(self, content: bytes) -> tuple[Student, ...]:
        if len(content) > MAX_BYTES:
            self.note("", f"at most {MAX_BYTES:,} bytes", f"{len(content):,} or more", "split it")
            return ()
        try:
            text = sheet_text(content)
        except UnicodeDecodeError as error:
            self.line = content[: error.start].count(b"\n") + 1
            got = f"the byte 0x{content[error.start]:02x}"
            self.note("", "UTF-8 text", got, "save the sheet as CSV UTF-8")
            return ()
        if "\0" in text:
            self.note("", "text", "a zero byte", "save the sheet as CSV UTF-8")
            return ()
        rows = self.rows(text)
        header = next(rows, None)
        if header is None:
            self.note("", "a first line id,name", "an empty file", "add the columns' names")
            return ()
        columns = [name.strip().lower() for name in header]
        self.check_columns(columns)
        if self.faults:
            return ()
        return self.students(rows, columns)

    def rows(self, text: str) -> Iterator[list[str]]:
        """The rows that aren't empty; `line` is that on which each begins."""
        if text[:4].lower() == "sep=":  # what some spreadsheets write first
            text = text.partition("\n")[2]
        reader = sheet_rows(text)
        while True:
            self.line = reader.line_num + 1
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                self.note("", "CSV", str(error), "mind the quotation marks")
                return
            if any(cell.strip() for cell in row):
                yield row

    def check_columns(self, columns: list[str]) -> None:
        known = (*REQUIRED, *OPTIONAL)
        for name in columns:
            if name not in known:
                self.note(name, "a known column", repr(name), nearest_hint(name, known))
            elif columns.count(name) > 1 and not any(f.field == name for f in self.faults):
                self.note(name, "each column once", f"{name!r} again", "remove one of them")
        for name in REQUIRED:
            if name not in columns:
                self.note(name, f"the column {name}", "none", "add it to the first line")

    def students(self, rows: Iterator[list[str]], columns: list[str]) -> tuple[Student, ...]:
        students: list[Student] = []
        lines: dict[str, int] = {}
        seats: dict[tuple[str, int, int], int] = {}
        for row in rows:
            if len(row) != len(columns):
                cure = "quote a name that holds a comma"
                self.note("", f"{len(columns)} cells", f"{len(row)}", cure)
                continue
            cells = {name: cell.strip() for name, cell in zip(columns, row, strict=True)}
            student = self.student(cells)
            # Two ids that differ in case alone are one file on some machines.
            key = student.id.casefold()
            if key in lines:
                got = f"{student.id!r}, which stands in line {lines[key]}"
                self.note("id", "an id of its own", got, "give each student one row")
            lines.setdefault(key, self.line)
            self.check_seat(student, seats)
            students.append(student)
            if len(students) > MAX_STUDENTS:
                self.note("", f"at most {MAX_STUDENTS:,} students", "more", "split the roster")
                break
        if not students and not self.faults:
            self.note("", "at least one student", "none", "add a row for each")
        return _from_the_first_row(students)

    def student(self, cells: Mapping[str, str]) -> Student:
        self.check_id(cells["id"])
        if strange := [c for c in cells["name"] if _hidden(c)]:
            got = f"the invisible character U+{ord(strange[0]):04X}"
            self.note("name", "a name that shows as it is", got, "remove it")
        if not cells["name"]:
            self.note("name", "a name", "nothing", "write the id again where there is none")
        for name, cell in cells.items():
            if len(cell) > _LONGEST:
                self.note(name, f"at most {_LONGEST} characters", f"{len(cell)}", "shorten it")
        language = cells.get("language", "").lower() or "en"
        if language not in LANGUAGES:
            self.note("language", f"one of {', '.join(LANGUAGES)}", repr(language))
        return Student(
            id=cells["id"],
            name=cells["name"],
            seat_row=self.seat(cells, "seat_row"),
            seat_column=self.seat(cells, "seat_column"),
            language=language,
            extra_time=self.extra_time(cells.get("extra_time", "")),
            section=cells.get("section", ""),
            large_print=self.large_print(cells.get("large_print", "")),
        )

    def check_id(self, text: str) -> None:
        """Note an id that can't name a student's files."""
        if names_a_device(text):
            expected = "an id that can name a file; con, nul, com1 and their like are devices"
            self.note("id", expected, repr(text), "put a letter before it")
        elif not _ID.match(text):
            expected = "letters, digits, '.', '_' and '-', at most 64, a letter or a digit first"
            self.note("id", expected, repr(text[:_LONGEST]), "it names the student's files")
        elif text.lower().startswith("spare-"):
            self.note("id", "an id that no spare paper has", repr(text), "choose another")

    def check_seat(self, student: Student, seats: dict[tuple[str, int, int], int]) -> None:
        """Note a seat that somebody of the same section has already."""
        if student.seat_row is None or student.seat_column is None:
            return
        seat = student.section, student.seat_row, student.seat_column
        if seat in seats:
            got = f"row {seat[1]}, column {seat[2]}, which line {seats[seat]} has"
            self.note("seat_row", "a seat of one's own", got, "give each student a seat")
        seats.setdefault(seat, self.line)

    def seat(self, cells: Mapping[str, str], column: str) -> int | None:
        text = cells.get(column, "")
        if not text:
            return None
        if not (text.isascii() and text.isdigit()) or not 0 <= int(text[:6]) <= 10_000:
            self.note(column, "a whole number from 0 to 10000", repr(text))
            return None
        return int(text)

    def extra_time(self, text: str) -> int:
        match = _EXTRA.match(text)
        if text and match is None:
            self.note("extra_time", "percent more minutes, such as 25", repr(text))
        return int(match["percent"]) if match else 0

    def large_print(self, text: str) -> bool:
        word = text.lower()
        if word not in {*_YES, *_NO}:
            self.note("large_print", "yes or no", repr(text))
        return word in _YES


def _from_the_first_row(students: Sequence[Student]) -> tuple[Student, ...]:
    """The students with rows counted from 1, whether the roster counts from 0 or from 1."""
    if all(student.seat_row != 0 for student in students):
        return tuple(students)
    return tuple(
        student if student.seat_row is None else replace(student, seat_row=student.seat_row + 1)
        for student in students
    )


def _hidden(sign: str) -> bool:
    """Whether a sign is invisible and changes how others show; joiners belong to some scripts."""
    return unicodedata.category(sign) in {"Cc", "Cf", "Cs"} and sign not in "\u200c\u200d"


def with_newcomers(there: Iterable[Student], newcomers: Iterable[Student]) -> tuple[Student, ...]:
    """Everybody who was there and everybody who comes, spares last; who is both is as who comes.

    >>> [one.name for one in with_newcomers([Student("a", "Ann")], [Student("b", "Bob")])]
    ['Ann', 'Bob']
    """
    coming = tuple(newcomers)
    known = {student.id for student in coming}
    everybody = [*(student for student in there if student.id not in known), *coming]
    return tuple(sorted(everybody, key=lambda student: student.spare))


def spares(count: int) -> tuple[Student, ...]:
    """Papers without a name, for whoever isn't on the roster.

    >>> [student.id for student in spares(2)]
    ['spare-01', 'spare-02']
    """
    return tuple(Student(f"spare-{number:02}", "", spare=True) for number in range(1, count + 1))
