"""Marks into exported gradebooks: the right cell of the right person, or a sentence."""

import csv
import io
from pathlib import Path

import pytest

from cards.cli import main
from cards.exam.dealing import deal_exam
from cards.exam.marking_exam import mark_exam
from cards.exam.marks_table import marks_csv
from cards.exam.plan_file import load_plan
from cards.exam.record import Exam
from cards.exam.results import Answers, part_names
from cards.exam.roster import Student
from cards.lms.gradebooks import GRADEBOOKS
from cards.lms.grades import Filling, fill
from cards.lms.spreadsheet import read_spreadsheet
from grader.errors import QuestionError
from tests.cards.lms.outcomes import named

MARKS = "id,name,score,out_of\n1001,Ada,7.5,10\n1002,王伟,10,10\n1003,Absent,,10\n"
MOODLE = (
    "First name,Last name,ID number,Email address,Quiz: Midterm (Real),Course total (Real)\n"
    "Ada,L,1001,a@x.org,5.00,5.00\n伟,王,1002,w@x.org,10.00,-\nCy,B,1003,c@x.org,-,-\n"
)
CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Midterm (77),Final Score\n"
    ",,,,,Manual Posting,(read only)\n"
    "    Points Possible,,,,,10,(read only)\n"
    '"L, Ada",5,1001,ada,A,,50\n"王, 伟",6,1002,wei,A,9,90\n"Student, Test",9,,,A,,\n'
)


def filled(
    system: str, book: str, marks: str = MARKS, item: str = "", *, partly: bool = False
) -> Filling:
    """The marks put into a gradebook."""
    item = item or ("Midterm (77)" if system == "canvas" else "Quiz: Midterm (Real)")
    exported, given = (
        read_spreadsheet(text.encode(), f"{name}.csv")
        for name, text in (("book", book), ("marks", marks))
    )
    return fill(GRADEBOOKS[system], exported, given, item, partly=partly)


def rows_of(content: bytes) -> list[list[str]]:
    """The rows of a CSV file."""
    return [*csv.reader(io.StringIO(content.decode("utf-8-sig")))]


def test_moodle_is_given_ids_and_the_item() -> None:
    """Each person's points stand beside the id number; who was absent keeps what is there."""
    assert [
        ["ID number", "Quiz: Midterm (Real)"],
        ["1001", "7.5"],
        ["1002", "10"],
    ] == rows_of(filled("moodle", MOODLE).content())


def test_canvas_is_given_its_own_columns_back() -> None:
    """Canvas wants its five columns, the points possible, and the item with its number."""
    assert [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Midterm (77)"],
        ["    Points Possible", "", "", "", "", "10"],
        ["L, Ada", "5", "1001", "ada", "A", "7.5"],
        ["王, 伟", "6", "1002", "wei", "A", "10"],
    ] == rows_of(filled("canvas", CANVAS).content())


def test_logins_are_found_as_well() -> None:
    """Marks whose ids are logins go by the column of logins."""
    by_login = MARKS.replace("1001", "ada").replace("1002", "wei")
    assert "SIS Login ID" == filled("canvas", CANVAS, by_login).person
    assert "Email address" == filled("moodle", MOODLE, MARKS.replace("1001", "a@x.org")
        .replace("1002", "w@x.org")).person  # fmt: skip


def test_a_dry_run_says_what_changes() -> None:
    """A cell that is the same number already does not change."""
    assert [
        "1001: 5.00 -> 7.5",
        "Quiz: Midterm (Real): 1 of 2 change, by ID number",
    ] == [*filled("moodle", MOODLE).lines()]


def test_what_gradeck_exam_mark_writes_is_taken(tmp_path: Path) -> None:
    """The marks of a real exam go into the gradebook as they are; who was absent is left alone."""
    plan = "id: q\ntitle: {en: Q, zh: 测}\nquestions: [{question: cnn/multiply-adds, points: 3}]\n"
    (tmp_path / "p.yaml").write_text(plan, encoding="utf-8")
    read = load_plan(tmp_path / "p.yaml", {"cnn/multiply-adds": named("cnn/multiply-adds")})
    students = [Student("1001", "Ada"), Student("1002", "王伟"), Student("1003", "Absent")]
    exam = Exam(read, deal_exam(read, students, b"a secret of the teacher"))
    (part,) = part_names(exam)
    variant = exam.sittings[0].places[0].variant
    right = variant.right(variant.parts[0].key)["display"]
    answers = [{part: right}, {part: "1"}, None]
    given = [Answers(*pair) for pair in zip(exam.sittings, answers, strict=True)]
    marks = marks_csv(exam, mark_exam(exam, given)).decode("utf-8-sig")
    assert [["1001", "3"], ["1002", "0"]] == rows_of(filled("moodle", MOODLE, marks).content())[1:]


REFUSED = [
    (
        "moodle",
        MOODLE.replace("1001", "8").replace("1002", "9"),
        MARKS,
        "",
        "another course's file",
    ),
    (
        "moodle",
        MOODLE.replace("1002", "9"),
        MARKS,
        "",
        "marks.csv:3: expected somebody whom book.csv",
    ),
    (
        "moodle",
        MOODLE.replace("1002", "1001"),
        MARKS,
        "",
        "book.csv:3: ID number: .* each person once",
    ),
    ("moodle", MOODLE, MARKS + "1001,Ada,3,10\n", "", "marks.csv:5: id: expected each person once"),
    ("moodle", MOODLE, MARKS, "Quiz: Midtern (Real)", "the item's column, got none called"),
    ("moodle", MOODLE, MARKS.replace("score", "sum"), "", "a column score or total or points"),
    ("moodle", MOODLE, MARKS.replace("7.5", "7,5").replace("Ada,", '"A",'), "", "expected 4 cells"),
    (
        "moodle",
        MOODLE,
        MARKS.replace("7.5", "11"),
        "",
        "up to what the exam is worth, got '1001', '11'",
    ),
    ("canvas", MOODLE, MARKS, "Quiz: Midterm (Real)", "a gradebook exported from canvas"),
    ("canvas", CANVAS.replace(",10,", ",5,"), MARKS, "", "at most 5 points, got 7.5 for '1001'"),
    ("moodle", "", MARKS, "", "book.csv: .* an empty file"),
]


@pytest.mark.parametrize(("system", "book", "marks", "item", "says"), REFUSED)
def test_a_file_that_does_not_fit_is_refused(
    system: str, book: str, marks: str, item: str, says: str
) -> None:
    """Another course, other columns, a person twice: each has its sentence with file and line."""
    with pytest.raises(QuestionError, match=says):
        filled(system, book, marks, item)


def test_who_is_not_there_can_be_left_out() -> None:
    """With --partly the others' marks are written, and those left out are named."""
    filling = filled("moodle", MOODLE.replace("1002", "9"), partly=True)
    assert 2 == len(rows_of(filling.content()))
    assert "1002: not in the gradebook, left out" in [*filling.lines()]


def test_the_command_writes_the_file_or_says_what_it_would_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`gradeck grades` with -o writes, with --dry-run only says, and takes one of the two."""
    (tmp_path / "marks.csv").write_text(MARKS, encoding="utf-8")
    (tmp_path / "book.csv").write_text(CANVAS, encoding="utf-8")
    asked = ["grades", "canvas", str(tmp_path / "marks.csv"), "--into", str(tmp_path / "book.csv")]
    asked += ["--item", "Midterm (77)"]
    for more, code in ((["--dry-run"], 0), ([], 2), (["-o", str(tmp_path / "o.csv")], 0)):
        with pytest.raises(SystemExit) as ended:
            main([*asked, *more])
        assert code == ended.value.code
        assert (tmp_path / "o.csv").exists() == ("-o" in more)
    assert "1001: nothing -> 7.5" in capsys.readouterr().out
