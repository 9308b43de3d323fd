"""The formats of an exam: the table is what the files and the reference follow."""

from pathlib import Path

from cards.exam.dealing import deal_exam
from cards.exam.files import MANIFEST, exam_files, verify_exam, write_exam
from cards.exam.formats.format import Format
from cards.exam.formats.table import FORMATS
from cards.exam.plan import ExamPlan
from cards.exam.roster import Student
from grader.wording import Text

COMMANDS = Path(__file__).parents[3] / "docs" / "reference" / "commands.md"
PLAN = ExamPlan("quiz", Text("Quiz", "测验"), None, None, (), False, 1, "0" * 64)
SECRET = b"a secret of the teacher"


def test_the_reference_names_every_format() -> None:
    """The commands' page has a row for each format, with its sentence."""
    page = COMMANDS.read_text(encoding="utf-8")
    rows = [f"| `{each.name}` | {each.says}" for each in FORMATS.values()]
    assert [] == [row for row in rows if row not in page]


def test_a_format_has_its_files_sealed_and_verified(tmp_path: Path) -> None:
    """A format that is given beside the others has its files in the manifest, and they verify."""
    seats = Format(
        "seats",
        "A list of seats.",
        lambda _plan, sitting: {f"seats/{sitting.student.id}.txt": b"1A"},
        lambda plan, sittings: {"seats.txt": f"{plan.id} {len(sittings)}".encode()},
    )
    sittings = deal_exam(PLAN, [Student("ada", "Ada"), Student("bo", "Bo")], SECRET)

    files = exam_files(PLAN, sittings, SECRET, formats=[*FORMATS.values(), seats])
    write_exam(files, tmp_path / "quiz")

    assert {"seats/ada.txt", "seats/bo.txt", "seats.txt", MANIFEST} < files.keys()
    assert b"quiz 2" == files["seats.txt"]
    assert 2 == verify_exam(tmp_path / "quiz", SECRET)
