"""The page on printing an exam: every command that it shows is run, and prints what it shows."""

import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pytest

from cards.exam.dealing import deal_exam
from cards.exam.folder import read_exam
from cards.exam.marking_exam import mark_exam
from cards.exam.marks_table import marks_rows
from cards.exam.papers.printer import printed
from cards.exam.papers.sheet import bubbles, sheet_columns, sheet_data, sheet_parts
from cards.exam.plan_file import load_plan
from cards.exam.record import Exam
from cards.exam.results import load_results
from cards.exam.roster import Student, load_roster
from cards.exam.scanning.marks import Bubble
from cards.exam.scanning.scanning import read_layouts
from cards.loading.bank import load_bank
from tests.cards.exam.scanning.filled import SOLID, chosen, fill, scanned, sheet_picture
from tests.test_tutorial import ROOT, printed_like, shown

PAGE = ROOT / "docs" / "how-to" / "print-an-exam.md"
MIDTERM = ROOT / "cards" / "exams" / "midterm.yaml"
LONG = ("three-conv-parameters", "multiply-adds", "dense-against-convolution", "size-valid")
DEMO = ROOT / "cards" / "exams" / "demo.csv"


def fill_sheets(folder: Path, scans: Path) -> None:
    """A phone's pictures of every sheet of the exam, each filled with the right answers."""
    scans.mkdir()
    papers, layouts = read_layouts(folder)
    dice = np.random.default_rng(3)
    for sitting in read_exam(folder).sittings:
        layout = layouts[papers[sitting.paper]]
        right = {
            f"{place.variant.question.id}#{part.id}": place.variant.right(part.key)["display"]
            for place in sitting.places
            for part in place.variant.parts
        }
        answers = {
            part["id"]: right[part["id"]].replace(",", "").replace(" ", "")
            for part in layout["parts"]
        }
        places = [Bubble.of(noted) for noted in layout["bubbles"]]
        student = sitting.student.id
        sheet = (folder / "sheets" / f"{student}.pdf").read_bytes()
        for page in sorted({bubble.page for bubble in places}):
            picture = sheet_picture(sheet, page - 1)
            for bubble in chosen(layout, answers, places):
                if bubble.page == page:
                    fill(picture, bubble, SOLID, dice)
            seen = scanned(picture, dice, phone=True)
            cv2.imwrite(str(scans / f"{student}-{page}.png"), seen)


def test_every_command_prints_what_the_page_shows(tmp_path: Path) -> None:
    """Who types what the page says has papers, scans and marks, and full marks for right sheets."""
    (tmp_path / "cards").symlink_to(ROOT / "cards")
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    commands = shown(PAGE)
    assert 9 == len(commands)
    for command, expected in commands:
        if command.startswith("gradeck exam scan"):
            fill_sheets(tmp_path / "exam", tmp_path / "scans")
        done = subprocess.run(
            ["/bin/sh", "-c", command], cwd=tmp_path, env=environment, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        assert (0, "") == (done.returncode, done.stderr), command
        assert printed_like(done.stdout.splitlines(), expected), f"{command}\n{done.stdout}"
    exam = read_exam(tmp_path / "exam")
    answers = load_results(tmp_path / "results.csv", exam)
    head, *rows = marks_rows(exam, mark_exam(exam, answers))
    assert [20] * 3 == [row[head.index("score")] for row in rows]


def test_three_rows_of_digits_leave_no_page_empty(tmp_path: Path) -> None:
    """Every page of a sheet has bubbles, also where the third row of digits goes to the next."""
    plan = "id: rows\ntitle: {en: Rows, zh: 行}\nanswer_sheet: true\nlanguages: [en]\nquestions:\n"
    plan += "".join(f"  - cnn/{name}\n" for name in ("three-conv-inference", *LONG))
    (tmp_path / "rows.yaml").write_text(plan, encoding="utf-8")
    read = load_plan(tmp_path / "rows.yaml", load_bank())
    exam = Exam(read, deal_exam(read, [Student("a", "Ada")], b"a secret of a test"))
    parts = sheet_parts(exam.sittings[0], sheet_columns(exam))
    data = sheet_data(read, exam.sittings[0], parts)
    pdf = printed("sheet", data)
    with pypdfium2.PdfDocument(pdf) as document:
        pages = set(range(1, len(document) + 1))
    assert {1, 2} == pages == {noted["page"] for noted in bubbles(data)}


def test_the_demo_class_sits_in_a_hall_and_the_midterm_is_two_pages() -> None:
    """200 students, each on a seat of their own, some in Chinese, with more time or large print."""
    students = load_roster(DEMO)
    assert 200 == len(students) == len({(one.seat_row, one.seat_column) for one in students})
    assert {"en", "zh"} == {one.language for one in students}
    assert any(one.extra_time for one in students)
    assert any(one.large_print for one in students)
    assert pytest.approx(20) == float(load_plan(MIDTERM, load_bank()).points)
