"""The formats of an exam: the table is what the files and the reference follow."""

from collections.abc import Callable, Iterator
from pathlib import Path

from cards.exam.dealing import deal_exam
from cards.exam.files import MANIFEST, exam_files
from cards.exam.folder import write_exam
from cards.exam.formats.format import File, Format
from cards.exam.formats.papers_json import PAPERS_JSON
from cards.exam.formats.table import FORMATS
from cards.exam.plan_file import load_plan
from cards.exam.record import Exam
from cards.exam.roster import Student
from cards.exam.verifying import verify_exam
from cards.loading.bank import load_bank

COMMANDS = Path(__file__).parents[3] / "docs" / "reference" / "commands.md"
PLAN = "id: quiz\ntitle: {en: Quiz, zh: 测验}\nquestions: [cnn/multiply-adds]\n"
SECRET = b"a secret of the teacher"


def test_the_reference_names_every_format() -> None:
    """The commands' page has a row for each format, with its sentence."""
    page = COMMANDS.read_text(encoding="utf-8")
    rows = [f"| `{each.name}` | {each.says}" for each in FORMATS.values()]
    assert [] == [row for row in rows if row not in page]


def test_a_format_has_its_files_sealed_and_verified(tmp_path: Path) -> None:
    """A format that is given beside the others has its files in the manifest, and they verify."""

    def seats(exam: Exam, on_student: Callable[[], object]) -> Iterator[File]:
        for sitting in exam.sittings:
            yield f"seats/{sitting.student.id}.txt", b"1A"
            on_student()
        yield "seats.txt", f"{exam.plan.id} {len(exam.sittings)}".encode()

    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    plan = load_plan(tmp_path / "plan.yaml", load_bank())
    exam = Exam(plan, deal_exam(plan, [Student("ada", "Ada"), Student("bo", "Bo")], SECRET))

    listed = [PAPERS_JSON, Format("seats", "A list of seats.", seats)]
    files = dict(exam_files(exam, SECRET, formats=listed))
    write_exam(files.items(), tmp_path / "quiz")

    assert {"seats/ada.txt", "seats/bo.txt", "seats.txt", MANIFEST} < files.keys()
    assert b"quiz 2" == files["seats.txt"]
    assert 2 == verify_exam(tmp_path / "quiz", SECRET)
