"""Rosters: what spreadsheets write is read, and every bad row is reported with its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.exam.roster import Student, read_roster
from grader.errors import QuestionError

READ = [
    ("id,name\n7,Ada\n", Student("7", "Ada"), "the two columns that must be there"),
    ("name,id\nAda,7\n", Student("7", "Ada"), "columns in another order"),
    (
        "ID, Name\r\n7, Ada\r\n",
        Student("7", "Ada"),
        "capitals, blanks and a spreadsheet's line ends",
    ),
    ("\ufeffid,name\n7,Ada\n", Student("7", "Ada"), "a byte order mark"),
    ("id;name\n7;Ada\n", Student("7", "Ada"), "semicolons, where a comma is the decimal sign"),
    ("id\tname\n7\tAda\n", Student("7", "Ada"), "tabs"),
    ('id,name\n7,"Lovelace, Ada"\n', Student("7", "Lovelace, Ada"), "a comma in quotes"),
    ("id,name\n\n7,Ada\n,\n", Student("7", "Ada"), "empty rows"),
    ("id,name\n007,王小明\n", Student("007", "王小明"), "zeros before an id are kept"),
    (
        "id,name,seat_row,seat_column,language,extra_time,section\n7,Ada,2,3,zh,25%,B\n",
        Student("7", "Ada", 2, 3, "zh", 25, "B"),
        "all columns",
    ),
    (
        "id,name,seat_row,language,extra_time\n7,Ada,,,\n",
        Student("7", "Ada"),
        "optional cells left empty",
    ),
]


@pytest.mark.parametrize(("text", "student", "why"), READ)
def test_what_spreadsheets_write_is_read(text: str, student: Student, why: str) -> None:
    """A roster is read whatever program saved it."""
    assert (student,) == read_roster(text.encode(), "class.csv"), why


REFUSED = [
    ("", 1, "an empty file", "nothing at all"),
    ("id,name\n", 2, "at least one student", "a head without rows"),
    ("name\nAda\n", 1, "the column id", "a column that must be there"),
    ("id,name,seat\n7,Ada,1\n", 1, "'seat_row'", "an unknown column, with the nearest"),
    ("id,name,name\n7,Ada,A\n", 1, "each column once", "a column twice"),
    ("id,name\n7\n", 2, "2 cells", "too few cells"),
    ("id,name\n7,Lovelace,Ada\n", 2, "2 cells", "too many cells"),
    ("id,name\n,Ada\n", 2, "''", "no id"),
    ("id,name\n7,\n", 2, "a name", "no name"),
    ("id,name\n../7,Ada\n", 2, "'../7'", "an id that would leave the folder"),
    ("id,name\n.7,Ada\n", 2, "'.7'", "an id that would hide its file"),
    ("id,name\nNUL,Ada\n", 2, "'NUL'", "an id that is a device on Windows"),
    ("id,name\n7 a,Ada\n", 2, "'7 a'", "a blank in an id"),
    ("id,name\n7,Ada\n7,Bo\n", 3, "line 2", "an id twice"),
    ("id,name\na7,Ada\nA7,Bo\n", 3, "line 2", "ids that are one file on some machines"),
    ("id,name,language\n7,Ada,fr\n", 2, "'fr'", "a language that isn't spoken"),
    ("id,name,seat_row\n7,Ada,-1\n", 2, "'-1'", "a seat before the first"),
    ("id,name,seat_row,seat_column\n7,Ada,0,1\n8,Bo,0,1\n", 3, "line 2 has", "two on one seat"),
    ("id,name\n7,A\u202eda\n", 2, "U+202E", "a name that shows otherwise"),
    ("id,name\ncon,Ada\n", 2, "devices", "a name of a device"),
    ("id,name,large_print\n7,Ada,big\n", 2, "yes or no", "a size in words"),
    ("id,name,seat_row\n7,Ada,second\n", 2, "'second'", "a seat in words"),
    ("id,name,extra_time\n7,Ada,a lot\n", 2, "'a lot'", "time in words"),
    ('id,name\n7,"Ada\n', 2, "CSV", "quotes that don't close"),
    ("id,name\n7,Ada\x00\n", 1, "a zero byte", "a file of another sort"),
    ("id,name\n7,x\n" + "8," + "y" * 300 + "\n", 3, "200 characters", "a name without end"),
]


@pytest.mark.parametrize(("text", "line", "words", "why"), REFUSED)
def test_bad_rows_are_reported_with_their_line(text: str, line: int, words: str, why: str) -> None:
    """A row that can't be used is named by its line, with what was expected and what came."""
    with pytest.raises(QuestionError) as raised:
        read_roster(text.encode(), "class.csv")
    fault = raised.value.faults[0]
    assert line == fault.line, why
    assert words in str(fault)


def test_all_bad_rows_come_at_once() -> None:
    """Three bad rows are three faults."""
    with pytest.raises(QuestionError) as raised:
        read_roster(b"id,name,language\n7,,fr\n,Bo,en\n", "class.csv")
    assert [(2, "name"), (2, "language"), (3, "id")] == [
        (fault.line, fault.field) for fault in raised.value.faults
    ]


def test_another_encoding_is_named() -> None:
    """A sheet saved in a Chinese encoding is refused with the cure, at its line."""
    with pytest.raises(QuestionError, match=r"class.csv:2: expected UTF-8 text.*CSV UTF-8"):
        read_roster("id,name\n7,王\n".encode("gb18030"), "class.csv")


@given(st.binary(max_size=80))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    """No file brings the reader down."""
    try:
        students = read_roster(b"id,name\n" + content, "class.csv")
    except QuestionError as error:
        found = len(error.faults)
    else:
        found = len(students)
    assert found > 0
