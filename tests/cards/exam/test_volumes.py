"""A large class's papers stand in volumes, each of so many papers, in order and sealed."""

import io
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from cards.exam.dealing import deal_exam
from cards.exam.files import exam_files
from cards.exam.folder import files_in, write_exam
from cards.exam.formats.papers_json import PAPERS_JSON
from cards.exam.formats.papers_pdf import PAPERS_PDF, papers_pdf
from cards.exam.papers.merging import Merged
from cards.exam.plan_file import load_plan
from cards.exam.record import Exam
from cards.exam.roster import Student
from cards.exam.verifying import verify_exam
from cards.loading.bank import load_bank
from grader.errors import QuestionError
from tests.cards.exam.test_exam import QUESTIONS_TEXT
from tests.cards.exam.test_keys import PLAN, SECRET

KINDS = ("papers", "papers-two-up", "keys", "marking")


def document(pages: int) -> bytes:
    """A PDF of so many empty pages, whose width tells how many they are."""
    pdf = pikepdf.new()
    for _ in range(pages):
        pdf.add_blank_page(page_size=(100 + pages, 100))
    file = io.BytesIO()
    pdf.save(file)
    return file.getvalue()


def pages_of(volumes: Sequence[tuple[str, bytes]]) -> dict[str, list[int]]:
    """How many pages the document of each page has; 495, A4's width, is a page that fills up."""
    found = {}
    for end, content in volumes:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            found[end] = [int(page.mediabox[2]) - 100 for page in pdf.pages]
    return found


def test_each_volume_begins_on_a_right_hand_page_with_the_next_document() -> None:
    """Five documents by twos are three volumes, in order; asked for again they are the same."""
    with Merged(2) as merged:
        for pages in (1, 2, 3, 4, 5):
            merged.add(document(pages))
        volumes = list(merged.volumes())
        assert {
            "-1": [1, 495, 2, 2],
            "-2": [3, 3, 3, 495, 4, 4, 4, 4],
            "-3": [5, 5, 5, 5, 5, 495],
        } == pages_of(volumes)
        assert volumes == list(merged.volumes())


@pytest.mark.parametrize(("documents", "ends"), [(0, [""]), (2, [""]), (4, ["-1", "-2"])])
def test_one_volume_has_no_number_and_none_is_empty(documents: int, ends: list[str]) -> None:
    """As many as one volume holds are in one; the next one begins with a document, not before."""
    with Merged(2) as merged:
        for _ in range(documents):
            merged.add(document(2))
        assert ends == [end for end, _ in merged.volumes()]


def test_names_of_volumes_sort_as_the_volumes_do() -> None:
    """Of ten the first is -01."""
    with Merged(1) as merged:
        for _ in range(10):
            merged.add(document(2))
        ends = [end for end, _ in merged.volumes()]
    assert ("-01", "-10", sorted(ends)) == (ends[0], ends[-1], ends)


def test_the_volumes_of_an_exam_are_sealed(tmp_path: Path) -> None:
    """Three papers by twos: each volume has its papers, two up too; a changed byte is told."""
    (tmp_path / "questions.yaml").write_text(QUESTIONS_TEXT, encoding="utf-8")
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    plan = load_plan(tmp_path / "plan.yaml", load_bank([tmp_path / "questions.yaml"]))
    students = [Student(f"student-{number}", f"Name {number}") for number in range(3)]
    exam = Exam(plan, deal_exam(plan, students, SECRET))
    by_twos = replace(PAPERS_PDF, files=partial(papers_pdf, pairs=True, most_together=2))
    write_exam(exam_files(exam, SECRET, formats=[PAPERS_JSON, by_twos]), tmp_path / "exam")
    together = {name for name in files_in(tmp_path / "exam") if "/" not in name}
    volumes = {f"{of}-{n}.pdf" for of in KINDS for n in (1, 2)}
    assert volumes | {"manifest.json", "questions.json"} == together
    for volume, names in (("1", {"Name 0", "Name 1"}), ("2", {"Name 2"})):
        for of in KINDS:
            text = text_of(tmp_path / "exam" / f"{of}-{volume}.pdf")
            assert names == {one.name for one in students if one.name in text}
    assert 3 == verify_exam(tmp_path / "exam", SECRET)

    last = tmp_path / "exam" / "papers-2.pdf"
    content = bytearray(last.read_bytes())
    content[len(content) // 2] ^= 1
    last.write_bytes(content)
    with pytest.raises(QuestionError, match=r"papers-2\.pdf: expected the file as it was dealt"):
        verify_exam(tmp_path / "exam", SECRET)


def text_of(path: Path) -> str:
    """What a PDF says."""
    with pypdfium2.PdfDocument(path) as pdf:
        return "\n".join(page.get_textpage().get_text_bounded() for page in pdf)
