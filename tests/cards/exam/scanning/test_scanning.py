"""Filled answer sheets are read back from copiers' and phones' scans, or asked about."""

from collections import Counter
from pathlib import Path

import cv2
import numpy as np
import pikepdf
import pytest
from numpy.random import Generator

from cards.exam.dealing import deal_exam
from cards.exam.files import exam_files
from cards.exam.folder import read_exam, write_exam
from cards.exam.formats.papers_json import PAPERS_JSON
from cards.exam.formats.sheets_pdf import SHEETS_PDF
from cards.exam.plan_file import load_plan
from cards.exam.record import Exam
from cards.exam.roster import Student
from cards.exam.scanning.images import ScannedPage, scanned_pages
from cards.exam.scanning.marks import Bubble, Mark
from cards.exam.scanning.run import scan_files
from cards.exam.scanning.scanning import read_layouts, scan
from cards.loading.bank import load_bank
from grader.errors import GradeckError
from tests.cards.exam.scanning.filled import (
    DOT,
    ERASED,
    FILLED,
    SOLID,
    TICK,
    Picture,
    chosen,
    fill,
    scanned,
    sheet_picture,
)

SECRET = b"a secret of the teacher"
PLAN = """\
id: scanned
title: {en: "Convolutional networks", zh: 卷积神经网络}
answer_sheet: true
questions: [cnn/size-same, cnn/three-conv-inference, cnn/statements-pooling, cnn/lrn-values]
"""
CLASS = [
    Student(f"s{number:02}", f"Name {number}", language="zh" if number % 3 else "en")
    for number in range(30)
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an exam of thirty with answer sheets."""
    made = tmp_path_factory.mktemp("scans")
    (made / "plan.yaml").write_text(PLAN, encoding="utf-8")
    plan = load_plan(made / "plan.yaml", load_bank())
    exam = Exam(plan, deal_exam(plan, CLASS, SECRET))
    write_exam(exam_files(exam, SECRET, formats=[PAPERS_JSON, SHEETS_PDF]), made / "exam")
    return made / "exam"


def drawn(folder: Path, student: str) -> Picture:
    """A student's empty sheet."""
    return sheet_picture((folder / "sheets" / f"{student}.pdf").read_bytes())


def bubbles_of(folder: Path, paper: str) -> tuple[dict[str, object], list[Bubble]]:
    """A paper's layout and its bubbles."""
    papers, layouts = read_layouts(folder)
    layout = layouts[papers[paper]]
    return layout, [Bubble.of(noted) for noted in layout["bubbles"]]


def random_answers(layout: dict[str, object], dice: Generator) -> dict[str, str]:
    """Something to fill in for every part."""
    answers = {}
    for part in layout["parts"]:  # type: ignore[attr-defined]  # a layout is JSON
        if part["kind"] == "letters":
            taken = dice.choice(part["letters"], 2, replace=False)
            answers[part["id"]] = "".join(sorted(map(str, taken)))
        else:
            digits = dice.choice(list("0123456789"), part["columns"])
            answers[part["id"]] = "".join(map(str, digits))
    return answers


def test_thirty_sheets_are_read_back_or_asked_about(folder: Path) -> None:
    """Solid, light and overflowing marks are filled, erased ones are not, whatever the scan.

    Turned by 3 degrees and by quarters, in perspective, blurred, noisy, in shadow.
    """
    exam = read_exam(folder)
    seen: Counter[str] = Counter()
    for number, sitting in enumerate(exam.sittings):
        dice = np.random.default_rng(number)
        layout, bubbles = bubbles_of(folder, sitting.paper)
        picture = drawn(folder, sitting.student.id)
        how = {
            bubble: str(dice.choice(FILLED))
            for bubble in chosen(layout, random_answers(layout, dice), bubbles)
        }
        rubbed = [bubbles[place] for place in dice.choice(len(bubbles), 5, replace=False)]
        how |= {b: ERASED for b in rubbed if b not in how and b.column != "absent"}
        for bubble, kind in how.items():
            fill(picture, bubble, kind, dice)
        page = ScannedPage(f"{number}", scanned(picture, dice, phone=bool(number % 2)))
        (read,) = scan(exam, folder, [page]).sheets
        assert sitting == read.sitting
        for bubble, mark in read.marks.items():
            wanted = Mark.FILLED if how.get(bubble) in FILLED else Mark.EMPTY
            kind = "doubtful" if mark is Mark.DOUBTFUL else "right" if mark is wanted else "wrong"
            seen[kind] += 1
    assert 0 == seen["wrong"], seen
    assert seen["doubtful"] < 0.005 * seen.total(), seen
    assert seen["right"] > 10_000


@pytest.mark.parametrize("kind", [TICK, DOT])
def test_a_mark_that_is_no_filling_is_asked_about(folder: Path, kind: str) -> None:
    """A tick or a dot in a bubble is neither filled nor empty: the table has `?`."""
    exam = read_exam(folder)
    sitting, dice = exam.sittings[0], np.random.default_rng(1)
    layout, bubbles = bubbles_of(folder, sitting.paper)
    picture = drawn(folder, sitting.student.id)
    for bubble in chosen(layout, random_answers(layout, dice), bubbles):
        fill(picture, bubble, kind, dice)
    read = scan(exam, folder, [ScannedPage("a", scanned(picture, dice, phone=False))])
    assert all(answer.doubt for answer in read.sheets[0].answers)


def test_two_marks_in_a_column_are_asked_about(folder: Path) -> None:
    """A column with two digits, and a gap between digits, are doubts that say so."""
    exam = read_exam(folder)
    sitting, dice = exam.sittings[0], np.random.default_rng(2)
    layout, bubbles = bubbles_of(folder, sitting.paper)
    parts = {part["name"]: part["id"] for part in layout["parts"]}  # type: ignore[attr-defined]  # a layout is JSON
    picture = drawn(folder, sitting.student.id)
    at = {(bubble.part, bubble.column, bubble.value): bubble for bubble in bubbles}
    for name, column, value in [("1a", 0, "3"), ("1a", 0, "7"), ("2a", 1, "4"), ("2a", 3, "4")]:
        fill(picture, at[parts[name], column, value], SOLID, dice)
    read = scan(exam, folder, [ScannedPage("a", scanned(picture, dice, phone=False))])
    doubts = {answer.name: answer.doubt for answer in read.sheets[0].answers}
    assert "two marks in one column: 3 and 7" == doubts["1a"]
    assert "an empty column between two digits" == doubts["2a"]
    assert "" == doubts["1b"]


def test_what_is_no_sheet_of_this_exam_is_put_aside(folder: Path, tmp_path: Path) -> None:
    """Another exam's sheet, the same sheet twice, a blank page and a torn corner: each in words."""
    exam = read_exam(folder)
    (tmp_path / "plan.yaml").write_text(PLAN.replace("id: scanned", "id: other"), encoding="utf-8")
    other_plan = load_plan(tmp_path / "plan.yaml", load_bank())
    other = Exam(other_plan, deal_exam(other_plan, CLASS[:1], SECRET))
    write_exam(exam_files(other, SECRET, formats=[PAPERS_JSON, SHEETS_PDF]), tmp_path / "other")
    own = drawn(folder, "s00")
    torn = drawn(folder, "s01")
    torn[: torn.shape[0] // 12, : torn.shape[1] // 8] = 255
    pages = [
        ScannedPage("stranger", drawn(tmp_path / "other", "s00")),
        ScannedPage("first", own),
        ScannedPage("second", own),
        ScannedPage("blank", np.full((2000, 1400), 250, np.uint8)),
        ScannedPage("torn", torn),
    ]
    read = scan(exam, folder, pages)
    assert ["s00"] == [sheet.sitting.student.id for sheet in read.sheets]
    said = {line.partition(":")[0]: line for line in read.aside}
    assert "another exam" in said["stranger"]
    assert "again, after first" in said["second"]
    assert "no code" in said["blank"]
    assert "corner marks" in said["torn"]
    assert 29 == len(read.unseen)


def test_files_of_a_copier_and_of_a_phone_are_read(folder: Path, tmp_path: Path) -> None:
    """A PDF of many pages and a folder of pictures give a table, and a page of doubts."""
    exam = read_exam(folder)
    scans = tmp_path / "scans"
    scans.mkdir()
    with pikepdf.open(folder / "sheets.pdf") as everybody:
        copier = pikepdf.Pdf.new()
        copier.pages.extend(everybody.pages[:4])
        copier.save(scans / "copier.pdf")
    dice = np.random.default_rng(5)
    sitting = exam.sittings[2]
    layout, bubbles = bubbles_of(folder, sitting.paper)
    picture = drawn(folder, sitting.student.id)
    answers = random_answers(layout, dice)
    marked = chosen(layout, answers, bubbles)
    for bubble in marked:
        fill(picture, bubble, SOLID, dice)
    fill(picture, next(b for b in bubbles if b.column == "letters" and b not in marked), DOT, dice)
    cv2.imwrite(str(scans / "phone.jpg"), scanned(picture, dice, phone=True))
    read, table, page = scan_files(exam, folder, [scans])
    assert ["s00", "s01", "s02"] == [sheet.sitting.student.id for sheet in read.sheets]
    rows = [line.split(",") for line in table.decode("utf-8-sig").splitlines()]
    digits = [a for part, a in answers.items() if "statements" not in part]
    assert digits[0] == rows[3][3]
    assert 1 == rows[3].count("?")
    assert 1 == page.count("<section>") == page.count("data:image/png")


def test_a_file_that_is_no_scan_is_refused(tmp_path: Path) -> None:
    """A text and a broken picture are named, with what was expected."""
    (tmp_path / "notes.txt").write_text("hello", encoding="utf-8")
    with pytest.raises(GradeckError, match=r"notes\.txt: expected a PDF or a picture"):
        list(scanned_pages([tmp_path]))
    (tmp_path / "notes.txt").unlink()
    for name in ("a.png", "b.pdf"):
        (tmp_path / name).write_bytes(b"broken")
        with pytest.raises(GradeckError, match=name.replace(".", r"\.")):
            list(scanned_pages([tmp_path / name]))
