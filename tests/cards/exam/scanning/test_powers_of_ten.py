"""Very small and very large numbers: a power of ten is drawn on the sheet, scanned, and marked."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from cards.exam.dealing import deal_exam
from cards.exam.files import exam_files
from cards.exam.folder import read_exam, write_exam
from cards.exam.formats.papers_json import PAPERS_JSON
from cards.exam.formats.sheets_pdf import SHEETS_PDF
from cards.exam.marking_exam import mark_exam
from cards.exam.papers.columns import Columns, columns_for
from cards.exam.plan_file import load_plan
from cards.exam.record import Exam
from cards.exam.results import read_results
from cards.exam.roster import Student
from cards.exam.scanning.answers import answers_of
from cards.exam.scanning.images import ScannedPage
from cards.exam.scanning.marks import Bubble, Mark
from cards.exam.scanning.run import scan_files
from cards.exam.scanning.scanning import read_layouts, scan
from cards.loading.bank import load_bank
from grader.arithmetic import Number
from grader.errors import QuestionError
from grader.quantities import Precision
from tests.cards.exam.scanning.filled import SOLID, chosen, fill, scanned, sheet_picture

QUESTION = """\
id: own/small
title: {en: Small, zh: 小}
kind: numeric
level: 1
tags: [own]
text: {en: "Parts of {a}.", zh: "{a} 的几分之一。"}
draw: {a: [17, 23]}
lines:
  small: {formula: a / 10**8}
  large: {formula: a * 10**12}
  third: {formula: a / 3}
parts:
  - {id: small, ask: {en: A hundred-millionth?, zh: 一亿分之一？}, answer: small}
  - {id: large, ask: {en: A billionfold?, zh: 一万亿倍？}, answer: large}
  - {id: third, ask: {en: A third?, zh: 三分之一？}, answer: third}
"""
PLAN = """\
id: powers
title: {en: Powers, zh: 幂}
answer_sheet: true
questions: [own/small]
"""


@pytest.mark.parametrize(
    ("right", "mistaken", "expected"),
    [
        ([903400], [90340000], Columns(8)),
        ([Fraction(-3, 2)], [2], Columns(3, point=True, sign=True)),
        ([7_193_280_000], [], Columns(10)),
        ([Fraction(17, 10**8)], [], Columns(3, point=True, exponent=1, exponent_sign=True)),
        ([23 * 10**12], [Fraction(1, 3)], Columns(8, point=True, exponent=2)),
        ([Fraction(1, 3)], [], None),
        ([12345678901234567], [], None),
    ],
)
def test_columns_hold_what_can_be_answered(
    right: list[Number], mistaken: list[Number], expected: Columns | None
) -> None:
    """An exponent is there where plain digits would be long, and no columns where none suffice."""
    assert expected == columns_for(right, mistaken, Precision())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of an exam with a very small number, a very large one, and a third."""
    (tmp_path / "bank").mkdir()
    (tmp_path / "bank" / "small.yaml").write_text(QUESTION, encoding="utf-8")
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    plan = load_plan(tmp_path / "plan.yaml", load_bank([tmp_path / "bank"]))
    exam = Exam(plan, deal_exam(plan, [Student("ada", "Ada")], b"a secret of the teacher"))
    write_exam(exam_files(exam, None, formats=[PAPERS_JSON, SHEETS_PDF]), tmp_path / "exam")
    return tmp_path / "exam"


def test_a_power_of_ten_is_drawn_scanned_and_marked(folder: Path) -> None:
    """What is filled in as 1.7 times ten to the -7 is right; the third is asked of the paper."""
    exam = read_exam(folder)
    (sitting,) = exam.sittings
    (layout,) = read_layouts(folder)[1]
    by_name = {part["name"]: part for part in layout["parts"]}
    value = Fraction(sitting.places[0].variant.core["third"]) * 3
    digits = f"{float(value / 10):g}"
    filled = {
        by_name["1a"]["id"]: f"{digits}e-7",
        by_name["1b"]["id"]: f"{digits}e13",
    }
    picture = sheet_picture((folder / "sheets" / "ada.pdf").read_bytes())
    dice = np.random.default_rng(4)
    for bubble in chosen(layout, filled, [Bubble.of(noted) for noted in layout["bubbles"]]):
        fill(picture, bubble, SOLID, dice)
    read = scan(exam, folder, [ScannedPage("a", scanned(picture, dice, phone=True))])
    found = {answer.name: (answer.text, answer.doubt) for answer in read.sheets[0].answers}
    assert (f"{digits}e-7", "") == found["1a"]
    assert (f"{digits}e13", "") == found["1b"]
    assert "written on the paper" in found["1c"][1]

    head = "id,1a,1b,1c\n"
    with pytest.raises(QuestionError, match="waits for a person"):
        read_results(f"{head}ada,{found['1a'][0]},{found['1b'][0]},?".encode(), "t.csv", exam)
    table = f"{head}ada,{found['1a'][0]},{found['1b'][0]},{value}/3".encode()
    (paper,) = mark_exam(exam, read_results(table, "t.csv", exam))
    assert ["right"] * 3 == [part.outcome for _, part in paper.parts]


def test_what_stays_on_the_paper_stands_on_the_page_of_doubts(folder: Path, tmp_path: Path) -> None:
    """An empty sheet has one thing to settle: the part that only the paper can tell."""
    picture = sheet_picture((folder / "sheets" / "ada.pdf").read_bytes())
    (tmp_path / "scans").mkdir()
    cv2.imwrite(str(tmp_path / "scans" / "a.png"), picture)
    _, table, page = scan_files(read_exam(folder), folder, [tmp_path / "scans"])
    assert ",,,?" in table.decode()
    assert "not on the sheet" in page


PART = {"id": "p", "name": "1", "kind": "digits"}


def marked(columns: dict[int | str, str]) -> Iterator[tuple[Bubble, Mark]]:
    """The marks of a sheet on which these columns are filled."""
    for column, value in columns.items():
        yield Bubble("p", column, value, 1, 0, 0), Mark.FILLED


@pytest.mark.parametrize(
    ("columns", "text", "doubt"),
    [
        ({0: "1", 1: ".", 2: "7", "e0": "1", "e1": "3"}, "1.7e13", ""),
        ({0: "2", "e1": "7", "power sign": "−"}, "2e-7", ""),
        ({0: "2", "power sign": "−"}, "", "a sign without a number"),
        ({"e0": "7"}, "", "a power of ten without a number"),
        ({0: "2", "e0": "1", "e2": "1"}, "", "an empty column between two digits"),
    ],
)
def test_half_a_power_is_a_doubt(columns: dict[int | str, str], text: str, doubt: str) -> None:
    """A minus without digits, a power without a number and a gap are asked about."""
    (answer,) = answers_of([PART], dict(marked(columns)))
    assert (text, doubt) == (answer.text, answer.doubt)
