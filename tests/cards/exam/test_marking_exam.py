"""From answers to marks: points and diagnoses by the dealt keys, and papers that come back."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from cards.exam.dealing import deal_exam
from cards.exam.files import exam_files
from cards.exam.folder import read_exam, write_exam, write_marks
from cards.exam.formats.papers_json import PAPERS_JSON
from cards.exam.marked_files import marked_files
from cards.exam.marking_exam import MarkedPaper, mark_exam
from cards.exam.marks_table import marks_csv, marks_rows
from cards.exam.papers.key import named
from cards.exam.papers.returned import returned_data
from cards.exam.plan_file import load_plan
from cards.exam.record import Exam
from cards.exam.results import Answers, load_results, read_results, results_csv
from cards.exam.roster import Student
from cards.exam.sitting import Sitting
from cards.loading.bank import load_bank
from grader.errors import GradeckError, QuestionError

SECRET = b"a secret of the teacher"
PLAN = """\
id: marked
title: {en: Marked, zh: 测验}
carried_share: 0.5
mistake_share: 0.25
questions:
  - {question: cnn/three-conv-inference, points: 10}
  - {question: cnn/statements-pooling, points: 2}
"""


@pytest.fixture(scope="module")
def exam(tmp_path_factory: pytest.TempPathFactory) -> Exam:
    """An exam of six, written and read again."""
    folder = tmp_path_factory.mktemp("marks")
    (folder / "plan.yaml").write_text(PLAN, encoding="utf-8")
    plan = load_plan(folder / "plan.yaml", load_bank())
    students = [Student(f"s{i}", f"Name {i}", language="zh" if i % 2 else "en") for i in range(6)]
    dealt = Exam(plan, deal_exam(plan, students, SECRET))
    write_exam(exam_files(dealt, SECRET, formats=[PAPERS_JSON]), folder / "exam")
    return read_exam(folder / "exam")


def test_who_was_absent_is_so_on_papers_of_any_length(tmp_path: Path) -> None:
    """The table says so in every column, also in those that the student's paper hasn't."""
    pool = "questions: [{one_of: [cnn/three-conv-inference, cnn/receptive-field-stack], points: 2}]"
    text = f"id: pool\ntitle: {{en: Pool, zh: 组题}}\n{pool}\n"
    (tmp_path / "plan.yaml").write_text(text, encoding="utf-8")
    plan = load_plan(tmp_path / "plan.yaml", load_bank())
    students = [Student(f"s{i}", f"Name {i}") for i in range(2)]
    dealt = Exam(plan, deal_exam(plan, students, SECRET))
    parts = [sum(len(names) for _, names in named(one)) for one in dealt.sittings]
    table = results_csv(dealt, [Answers(sitting, None) for sitting in dealt.sittings])

    assert parts[0] != parts[1]
    assert [None, None] == [one.texts for one in read_results(table, "results.csv", dealt)]


def right_texts(sitting: Sitting) -> dict[str, str]:
    """The right answers of a paper by the names of its parts."""
    return {
        names[part.id]: place.variant.right(part.key)["display"]
        for place, names in named(sitting)
        for part in place.variant.parts
    }


def marked(exam: Exam, change: Callable[[Sitting, dict[str, str]], None]) -> MarkedPaper:
    """The first student's paper, right but for a change."""
    sitting = exam.sittings[0]
    texts = right_texts(sitting)
    change(sitting, texts)
    return mark_exam(exam, [Answers(sitting, texts)])[0]


def test_right_answers_earn_all_points(exam: Exam) -> None:
    """Every paper that says what its key says has full marks, in the plan's points."""
    papers = mark_exam(exam, [Answers(s, right_texts(s)) for s in exam.sittings])
    assert [12] * 6 == [paper.score for paper in papers]


def test_a_wrong_first_part_is_carried_and_a_mistake_earns_its_share(exam: Exam) -> None:
    """A named mistake earns a quarter of its part, what follows from it a half of the later one."""

    def slip(sitting: Sitting, texts: dict[str, str]) -> None:
        place = sitting.places[0]
        variant, (first, _, last) = place.variant, place.variant.parts
        wrong = variant.mistaken[first.id]["bits-for-bytes"]
        marking = variant.question.numeric.marking
        then = marking.following(variant.core, last.key, first.key, wrong)  # type: ignore[arg-type]  # numeric keys
        texts["1a"], texts["1c"] = str(wrong), str(then)

    paper = marked(exam, slip)
    found = dict(paper.parts)
    place = exam.sittings[0].places[0]
    worth = [place.worth(part) for part in place.variant.parts]
    assert ("bits-for-bytes",) == found["1a"].mistakes
    assert (Fraction(worth[0]) / 4, place.variant.parts[0].id) == (
        found["1a"].points,
        found["1c"].carried_from,
    )
    assert Fraction(worth[2]) / 2 == found["1c"].points
    assert 12 - Fraction(worth[0]) * 3 / 4 - Fraction(worth[2]) / 2 == paper.score


def test_the_table_is_read_as_it_was_written(exam: Exam) -> None:
    """Answers written as CSV and read again are the same; who has no row was absent."""
    rows = [Answers(s, right_texts(s)) for s in exam.sittings[:4]]
    again = read_results(results_csv(exam, rows), "results.csv", exam)
    assert [row.texts for row in rows] == [row.texts for row in again[:4]]
    assert [None, None] == [row.texts for row in again[4:]]
    semicolons = results_csv(exam, []).decode("utf-8-sig").replace(",", ";") + "s0;;;7;;;A\n"
    read = read_results(semicolons.encode("utf-16"), "results.csv", exam)
    assert {"1a": "7", "2": "A"} == read[0].texts


FAULTS = [
    ("1a\n7\n", "the column id", "no ids"),
    ("id,9z\ns0,1\n", "a part of the exam", "a part that no paper has"),
    ("id,1a,1a\ns0,1,2\n", "each column once", "a part twice"),
    ("id,1a\nnobody,1\n", "a student of the exam", "a stranger"),
    ("id,1a\ns0,1\ns0,2\n", "each student once", "a student twice"),
    ("id,1a\ns0,?\n", "waits for a person", "a doubt that nobody has settled"),
    ("", "a first line", "an empty file"),
]


def test_a_table_beyond_the_bound_is_refused_whole(exam: Exam, tmp_path: Path) -> None:
    """One of over 20 MB isn't cut and marked as far as it goes."""
    table = tmp_path / "results.csv"
    table.write_bytes(results_csv(exam, []) + b"\n" * 20_000_001)
    with pytest.raises(QuestionError, match="expected at most 20,000,000 bytes, got more"):
        load_results(table, exam)


@pytest.mark.parametrize(("text", "words", "why"), FAULTS)
def test_a_table_that_cannot_be_marked_is_refused(
    exam: Exam, text: str, words: str, why: str
) -> None:
    """What is wrong with a table is said with the file, the line and the cure."""
    with pytest.raises(QuestionError, match=words) as raised:
        read_results(text.encode(), "results.csv", exam)
    assert "results.csv" in str(raised.value), why


def test_marks_come_as_a_table(exam: Exam) -> None:
    """A row a student with the sum and each part's points; an absent one has none."""
    papers = mark_exam(
        exam,
        [Answers(exam.sittings[0], right_texts(exam.sittings[0])), Answers(exam.sittings[1], None)],
    )
    head, first, second = marks_rows(exam, papers)
    assert (12.0, 100.0) == (first[5], first[7])
    assert ("", "") == (second[5], second[7])
    assert ("1a", "1b", "1c", "2") == head[-4:]
    named_evil = replace(
        papers[0], sitting=replace(papers[0].sitting, student=Student("s0", "=1+1"))
    )
    rows = list(csv.reader(io.StringIO(marks_csv(exam, [named_evil]).decode("utf-8-sig"))))
    assert "'=1+1" == rows[1][1]


@pytest.mark.parametrize("place", [0, 1])
def test_a_returned_paper_says_what_was_found(exam: Exam, place: int) -> None:
    """In either language: a sign for each answer, the sentence, the right answer, the working."""
    sitting = exam.sittings[place]
    texts = right_texts(sitting) | {"1b": "12345", "1c": ""}
    data = returned_data(exam.plan, mark_exam(exam, [Answers(sitting, texts)])[0])
    parts = {part["name"]: part for question in data["questions"] for part in question["parts"]}
    assert ["right", "wrong", "none", "right"] == [
        parts[n]["outcome"] for n in ("1a", "1b", "1c", "2")
    ]
    assert parts["1b"]["worked"]
    assert right_texts(sitting)["1b"] in parts["1b"]["right"]
    assert "" == parts["1a"]["right"]


def test_marked_papers_are_written_whole_and_the_same_again(exam: Exam, tmp_path: Path) -> None:
    """Twice the same bytes; what stands in the folder is never overwritten unasked."""
    papers = mark_exam(exam, [Answers(s, right_texts(s)) for s in exam.sittings[:2]])
    one, two = dict(marked_files(exam, papers)), dict(marked_files(exam, papers))
    assert one == two
    assert {"marks.csv", "marks.xlsx", "returned.pdf", "returned/s0.pdf"} <= one.keys()
    write_marks(one.items(), tmp_path / "out")
    with pytest.raises(GradeckError, match="--replace"):
        write_marks(one.items(), tmp_path / "out")
    write_marks(one.items(), tmp_path / "out", replace=True)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(GradeckError, match="name another one"):
        write_marks(one.items(), tmp_path / "mine", replace=True)
