"""Papers and keys as PDF: every question of the bank can be printed, read aloud, and reproduced."""

import io
import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from cards.exam.dealing import deal_exam, paper_ids
from cards.exam.papers import printer
from cards.exam.papers.key import key_data
from cards.exam.papers.merging import Merged
from cards.exam.papers.own_template import SOURCE
from cards.exam.papers.paper import LARGE_POINTS, Printing, paper_data, widths
from cards.exam.papers.printer import OWN, PaperError, printed
from cards.exam.plan import ExamPlan, Section, Slot
from cards.exam.roster import Student, spares
from cards.exam.sitting import Sitting
from cards.loading.bank import load_bank
from cards.question import Question
from grader.wording import Text

SECRET = b"a secret of the teacher"
MARKED = [q for q in load_bank().values() if q.kind in {"numeric", "choice", "list"}]
SOME = [q for q in MARKED if q.id in {"cnn/three-conv-inference", "cnn/statements-pooling"}]
ADA = Student("2026-01", "Ada 王", seat_row=2, seat_column=3, extra_time=25)


def sitting(questions: Sequence[Question], student: Student = ADA) -> tuple[ExamPlan, Sitting]:
    """One student's paper with these questions."""
    plan = ExamPlan(
        id="test",
        title=Text("Test", "测验"),
        sections=(Section(tuple(Slot((question,)) for question in questions)),),
        content_hash="",
        document="",
        minutes=61,
        carried_share=Fraction(1, 2),
    )
    return plan, deal_exam(plan, [student], SECRET)[0]


def paper_of(plan: ExamPlan, one: Sitting) -> bytes:
    """The PDF of a student's paper."""
    return printed("paper", paper_data(Printing(plan, widths([one])), one))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("template", ["paper", "key"])
def test_every_question_of_the_bank_is_printed(language: str, template: str) -> None:
    """No text, formula or figure has a sign that no font has, or stands without its words."""
    plan, one = sitting(MARKED, replace(ADA, language=language))
    printing = Printing(plan, widths([one]))
    data = paper_data(printing, one) if template == "paper" else key_data(printing, one)
    with pikepdf.open(io.BytesIO(printed(template, data))) as document:
        root = document.Root
        assert root.MarkInfo.Marked
        assert {"en": "en", "zh": "zh"}[language] == str(root.Lang)
        assert len(document.pages) > len(MARKED) // 6


def test_missing_fonts_are_told_before_anything_is_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the package of fonts has lost its files, it is named, not the first missing sign."""
    plan, one = sitting(SOME[:1])
    monkeypatch.setattr(printer, "FONTS", tmp_path)
    printer._fonts.cache_clear()
    own = ((SOURCE, b"#let head(paper) = heading(level: 1, paper.title)"),)
    data = paper_data(Printing(plan, widths([one]), OWN), one)
    with pytest.raises(PaperError, match="install pylopdf-fonts-zh-cn again"):
        printed("paper", data, own)


def test_the_same_paper_has_the_same_bytes() -> None:
    """Printed twice, a paper is the same to the byte; with another name it isn't."""
    plan, one = sitting(SOME)
    first = paper_of(plan, one)
    assert first == paper_of(plan, one)
    assert first != paper_of(plan, replace(one, student=replace(ADA, name="Bob")))


@pytest.mark.parametrize("name", ["Ada 😀", "ทดสอบ", "김철수"])
def test_a_name_that_no_font_has_is_refused(name: str) -> None:
    """Never a hole where a name should be: the student and the character are named."""
    plan, one = sitting(SOME[:1], replace(ADA, name=name))
    with pytest.raises(PaperError, match="2026-01: no font has the character") as raised:
        paper_of(plan, one)
    assert any(sign in str(raised.value) for sign in name if not sign.isascii())


@pytest.mark.parametrize("name", ["Łukasz Żółć", "Nguyễn Văn A", "Борис", "Ελένη", "王芳", "ひな"])
def test_names_of_many_scripts_are_printed(name: str) -> None:
    """A name in Latin, Cyrillic, Greek, Chinese or kana is set as it is."""
    plan, one = sitting(SOME[:1], replace(ADA, name=name))
    assert paper_of(plan, one).startswith(b"%PDF")


def test_what_a_function_is_of_stands_close_to_its_name() -> None:
    """A key says max(a + b; c + d): no gap after the name, one after the sign between."""
    plan, one = sitting([q for q in SOME if q.id == "cnn/three-conv-inference"])
    key = printed("key", key_data(Printing(plan, widths([one])), one))
    with pypdfium2.PdfDocument(io.BytesIO(key)) as document:
        text = "".join(page.get_textpage().get_text_bounded() for page in document)
    assert re.search(r"max\(\d[\d,]* \+ [\d,]+; \d", text)


def test_markup_in_a_text_stays_text() -> None:
    """A title that reads like a command of the typesetter is printed, not carried out."""
    plan, one = sitting(SOME[:1])
    evil = replace(plan, title=Text('#panic("x") = [a] $b$ \\ */', '#read("/etc/passwd")'))
    assert paper_of(evil, one).startswith(b"%PDF")


def test_extra_time_and_large_print_are_the_students() -> None:
    """A quarter more of 61 minutes is 77; large print has large type and a question a page."""
    plan, one = sitting(SOME, replace(ADA, large_print=True))
    data = paper_data(Printing(plan, widths([one])), one)
    assert "77 minutes" in data["facts"]
    assert (LARGE_POINTS, True) == (data["size"], data["one-a-page"])
    assert "B3 · 2026-01" == data["foot"]["middle"]


def test_a_spare_paper_has_empty_boxes() -> None:
    """A spare paper has an id of its own and room for a name."""
    plan, one = sitting(SOME[:1], spares(1)[0])
    boxes = dict(paper_data(Printing(plan, widths([one])), one)["who"])
    assert ("", "", one.paper) == (boxes["Name"], boxes["Student id"], boxes["Paper"])


def test_a_box_is_as_wide_as_the_longest_answer_of_all() -> None:
    """A box's width doesn't tell how long this student's answer is."""
    (question,) = [q for q in MARKED if q.id == "cnn/three-conv-parameters"]
    plan, _ = sitting([question])
    class_ = deal_exam(plan, [Student(f"s{i}", "S") for i in range(30)], SECRET)
    printing = Printing(plan, widths(class_))
    boxes = {
        tuple(
            part["width"]
            for part in paper_data(printing, one)["sections"][0]["questions"][0]["parts"]
        )
        for one in class_
    }
    assert 1 == len(boxes)


def test_the_follow_through_table_holds_what_marking_carries() -> None:
    """Each later number in the key's table is worth its points to who has the earlier one."""
    (question,) = [q for q in MARKED if q.id == "cnn/three-conv-inference"]
    plan, one = sitting([question])
    place = one.places[0]
    data = key_data(Printing(plan, widths([one])), one)
    parts = {f"1{letter}": part.id for letter, part in zip("abc", place.variant.parts, strict=True)}
    checked = 0
    for table in data["follow"]:
        for given, then in zip(table["given"][1:], table["then"][1:], strict=True):
            earlier, later = parts[table["earlier"]], parts[table["later"]]
            right = {p.id: place.variant.right(p.key)["display"] for p in place.variant.parts}
            verdict = place.mark(right | {earlier: given, later: then}, Fraction(1, 2))
            found = {part.id: part for part in verdict.parts}
            assert (earlier, place.worth(place.variant.parts[2]) / 2) == (
                found[later].carried_from,
                found[later].points,
            )
            checked += 1
    assert checked >= 4


def test_each_paper_begins_on_a_right_hand_page() -> None:
    """In the file for the printer a paper of an odd number of pages is followed by a blank one."""
    plan, one = sitting(SOME[:1])
    paper = paper_of(plan, one)
    with pikepdf.open(io.BytesIO(paper)) as document:
        pages = len(document.pages)
    with Merged() as merged:
        for _ in range(3):
            merged.add(paper)
        ((_, together),) = merged.volumes()
        assert [("", together)] == list(merged.volumes())
    with pikepdf.open(io.BytesIO(together)) as document:
        assert 3 * (pages + pages % 2) == len(document.pages)


def test_paper_ids_are_their_own() -> None:
    """Five thousand papers have five thousand ids, and say nothing of their students."""
    plan, _ = sitting(SOME[:1])
    ids = paper_ids(plan, [Student(f"s{number}", "S") for number in range(5000)], SECRET)
    assert 5000 == len(set(ids.values()))
