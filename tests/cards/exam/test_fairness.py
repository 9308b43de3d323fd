"""The report on fairness counts what a neighbour could copy, and stops an unfair exam."""

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations

import pytest

from cards.exam.dealing import deal_exam
from cards.exam.fairness import Fairness, checked
from cards.exam.fairness_page import fairness_page
from cards.exam.papers.marking_sheet import marking_data
from cards.exam.papers.printer import printed
from cards.exam.plan import ExamPlan, Section, Slot, Thresholds
from cards.exam.record import Exam
from cards.exam.roster import Student
from cards.loading.bank import load_bank
from grader.errors import QuestionError
from grader.wording import Text

SECRET = b"a secret of the teacher"
BANK = load_bank()
IDS = ("cnn/size-same", "cnn/three-conv-inference", "cnn/statements-pooling")
TWO = ("cnn/statements-convolution", "cnn/statements-pooling")
ROOM = [Student(f"s{i:02}", f"N{i}", seat_row=i // 5 + 1, seat_column=i % 5) for i in range(20)]


@pytest.fixture(scope="module")
def exam() -> Exam:
    """An exam of twenty in one room."""
    slots = tuple(Slot((BANK[name],)) for name in IDS)
    plan = ExamPlan("t", Text("<T>", "<测>"), (Section(slots),), "", "", minutes=60)
    return Exam(plan, deal_exam(plan, ROOM, SECRET))


def _answers(exam: Exam) -> dict[str, Mapping[tuple[str, str], str]]:
    return {
        sitting.student.id: {
            (place.card[0], part.id): place.variant.right(part.key)["display"]
            for place in sitting.places
            for part in place.variant.parts
            if place.variant.question.kind == "numeric"
        }
        for sitting in exam.sittings
    }


def test_answers_in_common_are_counted_part_by_part(exam: Exam) -> None:
    """For every pair the numeric answers in common are those that read the same."""
    report, answers = Fairness(exam), _answers(exam)
    for one, other in combinations(answers, 2):
        common = sum(answers[one][part] == answers[other][part] for part in answers[one])
        assert common <= report.in_common(one, other) <= common + 1
    assert 20 * 19 // 2 == report.shared.total()


def test_neighbours_are_those_within_two_seats(exam: Exam) -> None:
    """Each pair of neighbours stands once, and is at most two rows and two columns apart."""
    seats = {s.id: (s.seat_row or 0, s.seat_column or 0) for s in ROOM}
    near = {
        (a, b)
        for a, b in combinations(sorted(seats), 2)
        if max(abs(x - y) for x, y in zip(seats[a], seats[b], strict=True)) <= 2
    }
    assert near == set(Fairness(exam).pairs)
    assert () == Fairness(exam).equal_neighbours


def test_exposure_counts_answers_not_variants(exam: Exam) -> None:
    """Twenty different variants of a question may have few answers to one of its parts."""
    for exposure in Fairness(exam).exposures:
        if BANK[exposure.part[0]].kind == "numeric":
            found = [answers[exposure.part] for answers in _answers(exam).values()]
            assert (len(set(found)), max(map(found.count, found))) == (
                exposure.answers,
                exposure.most,
            )


UNFAIR = [
    (Thresholds(load=0), "fairness.load", "more papers with one variant"),
    (Thresholds(overlap=0), "fairness.overlap", "neighbours with an answer in common"),
    (Thresholds(spread=1), "fairness.spread", "papers that are not equally hard"),
    (Thresholds(answers=20), "fairness.answers", "too few different answers"),
]


@pytest.mark.parametrize(("asked", "words", "why"), UNFAIR)
def test_an_exam_that_misses_a_threshold_is_not_printed(
    exam: Exam, asked: Thresholds, words: str, why: str
) -> None:
    """What the plan asks and the exam doesn't keep is refused with both figures."""
    with pytest.raises(QuestionError, match=words) as raised:
        checked(replace(exam, plan=replace(exam.plan, thresholds=asked)))
    assert "expected at " in str(raised.value), why


def test_an_anchor_is_shared_by_plan() -> None:
    """What everybody gets the same on purpose is no equal neighbour and no load."""
    slots = (Slot((BANK[IDS[0]],), same=True), Slot((BANK[IDS[1]],)))
    plan = ExamPlan("t", Text("T", "测"), (Section(slots),), "", "")
    exam = Exam(plan, deal_exam(plan, ROOM, SECRET))
    assert 1 == len({sitting.places[0].number for sitting in exam.sittings})
    assert (0, 1) == (len(Fairness(exam).equal_neighbours), Fairness(exam).load)
    assert exam == checked(exam)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_has_all_figures_and_no_markup_of_the_plans(exam: Exam, language: str) -> None:
    """The page names every part, shows a dot a paper, and a title stays text."""
    page = fairness_page(Fairness(exam), language)
    assert len(exam.sittings) == page.count("<circle")
    assert all(".".join(exposure.part) in page for exposure in Fairness(exam).exposures)
    assert "<T>" not in page
    assert "<测>" not in page


def test_the_marking_sheet_has_every_answer_by_seat(exam: Exam) -> None:
    """Each paper is a line, in the order of seats, with the right answer to each part."""
    data = marking_data(exam, "en")
    rows = [row for table in data["tables"] for row in table["rows"]]
    assert [f"{'ABCD'[i // 5]}{i % 5}" for i in range(20)] == [row["seat"] for row in rows]
    assert all(len(row["answers"]) == len(data["tables"][0]["heads"]) for row in rows)
    assert printed("marking", data).startswith(b"%PDF")


def test_every_heading_of_the_page_stands_once(exam: Exam) -> None:
    """Two questions of statements are two lines under one heading, in both languages."""
    plan = replace(exam.plan, sections=(Section(tuple(Slot((BANK[n],)) for n in TWO)),))
    dealt = Exam(plan, deal_exam(plan, ROOM, SECRET))
    for language in ("en", "zh"):
        page = fairness_page(Fairness(dealt), language)
        heads = re.findall("<h2>(.*?)</h2>", page)
        assert len(set(heads)) == len(heads)
        assert all(f"<p>{name}: A " in page for name in TWO)
