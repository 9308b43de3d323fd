"""Exams: the same secret deals the same papers; no two students have the same numbers."""

import json
import resource
import signal
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Protocol

import pytest

from cards.exam.dealing import Dealt, deal_exam, equal_pairs
from cards.exam.difficulty import difficulty
from cards.exam.files import MANIFEST, exam_files
from cards.exam.folder import write_exam
from cards.exam.formats.format import File
from cards.exam.formats.papers_json import PAPERS_JSON
from cards.exam.keys import QUESTIONS
from cards.exam.plan import ExamPlan
from cards.exam.plan_file import load_plan
from cards.exam.record import Exam, kept_cards
from cards.exam.roster import Student
from cards.exam.seating import neighbours
from cards.exam.sitting import Sitting
from cards.exam.verifying import verify_exam
from cards.loading.bank import Bank, load_bank
from grader.errors import GradeckError, QuestionError

SECRET = b"a secret of the teacher"
PLAN = """\
id: midterm
title: {en: Midterm, zh: 期中}
minutes: 60
questions:
  - {question: test/rows, points: 6}
  - {one_of: [test/area, test/ring], points: 2.5}
  - test/choice
"""
QUESTIONS_TEXT = """\
id: test/rows
title: {en: Rows, zh: 行数}
kind: numeric
draw: {height: {from: 10, to: 60}, kernel: [3, 5, 7]}
lines: {rows: height - kernel + 1, twice: 2 * rows}
text: {en: "{height} and {kernel}", zh: "{height}、{kernel}"}
parts:
  - {id: rows, ask: {en: How many?, zh: 多少？}, answer: rows, points: 2}
  - {id: twice, ask: {en: Twice?, zh: 两倍？}, answer: twice}
mistakes:
  - {id: no-one, line: rows, formula: height - kernel, says: {en: One?, zh: 加一？}}
---
id: test/area
title: {en: Area, zh: 面积}
kind: numeric
draw: {side: {from: 10, to: 90}}
lines: {area: side ** 2}
text: {en: "{side}", zh: "{side}"}
parts: [{id: area, ask: {en: How large?, zh: 多大？}, answer: area}]
mistakes:
  - {id: ring, line: area, formula: 4 * side, says: {en: Round?, zh: 周长？}}
---
id: test/ring
title: {en: Ring, zh: 环}
kind: numeric
draw: {side: {from: 10, to: 90}}
lines: {around: 4 * side}
text: {en: "{side}", zh: "{side}"}
parts: [{id: around, ask: {en: How long?, zh: 多长？}, answer: around}]
mistakes: []
---
id: test/few
title: {en: Few, zh: 少}
kind: numeric
draw: {side: {from: 10, to: 15}}
lines: {area: side ** 2}
text: {en: "{side}", zh: "{side}"}
parts: [{id: area, ask: {en: How large?, zh: 多大？}, answer: area}]
mistakes: []
---
id: test/many
title: {en: Many, zh: 多}
kind: numeric
draw: {side: {from: 10, to: 39}}
lines: {area: side ** 2}
text: {en: "{side}", zh: "{side}"}
parts: [{id: area, ask: {en: How large?, zh: 多大？}, answer: area}]
mistakes: []
---
id: test/choice
title: {en: Which, zh: 哪些}
kind: choice
text: {en: Which?, zh: 哪些？}
pick: 2
right: 1
statements:
  - {id: a, holds: true, says: {en: A, zh: 甲}, reason: {en: a, zh: 甲}}
  - {id: b, holds: true, says: {en: B, zh: 乙}, reason: {en: b, zh: 乙}}
  - {id: c, holds: false, says: {en: C, zh: 丙}, reason: {en: c, zh: 丙}}
---
id: test/card
title: {en: Card, zh: 卡片}
kind: basic
text: {en: Front, zh: 正面}
answer: {en: Back, zh: 背面}
"""


class LoadPlan(Protocol):
    """What reads a plan's text."""

    def __call__(self, text: str = PLAN) -> ExamPlan:
        """The plan; QuestionError with its faults."""


@pytest.fixture
def bank(tmp_path: Path) -> Bank:
    """The questions above."""
    file = tmp_path / "questions.yaml"
    file.write_text(QUESTIONS_TEXT, encoding="utf-8")
    return load_bank([file])


@pytest.fixture
def plan(bank: Bank, tmp_path: Path) -> LoadPlan:
    """What reads a plan's text."""

    def load(text: str = PLAN) -> ExamPlan:
        file = tmp_path / "plan.yaml"
        file.write_text(text, encoding="utf-8")
        return load_plan(file, bank)

    return load


def _class(size: int) -> list[Student]:
    return [Student(f"s{number:03}", f"Student {number}") for number in range(size)]


def _files(read: ExamPlan, students: list[Student], secret: bytes = SECRET) -> Iterator[File]:
    return exam_files(Exam(read, deal_exam(read, students, secret)), secret, formats=[PAPERS_JSON])


def _numbers(sittings: tuple[Sitting, ...]) -> dict[str, list[object]]:
    return {s.student.id: [place.variant.identity for place in s.places] for s in sittings}


def test_no_two_of_sixty_have_the_same_numbers(plan: LoadPlan) -> None:
    """In each numeric question, all sixty have numbers of their own."""
    sittings = deal_exam(plan(), _class(60), SECRET)
    assert (60, 0) == (len(sittings), equal_pairs(sittings))


def test_the_same_secret_deals_the_same_bytes(plan: LoadPlan) -> None:
    """Dealt twice, every file is the same to the byte; with another secret, other numbers."""
    read = plan()
    one, two = (dict(_files(read, _class(20))) for _ in range(2))
    assert one == two
    other = deal_exam(read, _class(20), b"another secret of hers")
    assert _numbers(other) != _numbers(deal_exam(read, _class(20), SECRET))


def test_the_rosters_order_doesnt_matter(plan: LoadPlan) -> None:
    """A roster sorted by another column gives everybody the same paper."""
    students = _class(40)
    one = deal_exam(plan(), students, SECRET)
    other = deal_exam(plan(), reversed(students), SECRET)
    assert _numbers(one) == _numbers(other)
    assert [s.id for s in students] == [sitting.student.id for sitting in one]


def test_a_student_more_changes_no_paper(plan: LoadPlan) -> None:
    """Who comes late gets a paper from what is left of the lists; all others keep theirs."""
    first = deal_exam(plan(), _class(40), SECRET)
    late = [*_class(40), Student("s0005", "Late")]
    again = deal_exam(plan(), late, SECRET, before=Dealt(kept=kept_cards(first)))
    assert _numbers(first).items() <= _numbers(again).items()
    assert 0 == equal_pairs(again)


def test_a_make_up_shares_no_variant_with_the_first_sitting(plan: LoadPlan) -> None:
    """What was dealt to the first sitting is barred from the second, student by student."""
    first = Exam(plan(), deal_exam(plan(), _class(20), SECRET))
    second = deal_exam(plan(), _class(20), SECRET, before=Dealt(barred=first.cards()))
    numeric = {card for card in Exam(plan(), second).cards() if card[0] != "test/choice"}
    assert not numeric & first.cards()


def test_neighbours_never_share_a_variant(plan: LoadPlan) -> None:
    """Six variants serve a room of sixty where nobody within two seats has the same one."""
    read = plan("id: small\ntitle: {en: a, zh: b}\nquestions: [test/many]\n")
    room = [Student(f"s{i:02}", "S", seat_row=i // 8, seat_column=i % 8) for i in range(60)]
    sittings = {s.student.id: s.places[0].number for s in deal_exam(read, room, SECRET)}
    near = neighbours(room)
    assert [] == [(a, b) for a in near for b in near[a] if sittings[a] == sittings[b]]
    assert max(Counter(sittings.values()).values()) <= 4


def test_papers_are_equally_hard(plan: LoadPlan) -> None:
    """After the swaps the hardest paper asks hardly more than the easiest."""
    sittings = deal_exam(plan(), _class(60), SECRET)
    hard = [sum(difficulty(place.variant) for place in s.places) for s in sittings]
    assert max(hard) - min(hard) <= Fraction(1, 2)


def test_a_class_that_is_too_large_is_refused_with_figures(plan: LoadPlan) -> None:
    """Six variants aren't enough for sixty: the message says how many there are."""
    read = plan("id: small\ntitle: {en: a, zh: b}\nquestions: [test/few]\n")
    assert 6 == len(deal_exam(read, _class(6), SECRET))
    with pytest.raises(
        QuestionError, match="each of 60 students, got 6 variants that can tell, of 6"
    ):
        deal_exam(read, _class(60), SECRET)


def test_points_are_scaled_to_the_places(plan: LoadPlan) -> None:
    """A place's points are shared among its parts as the question shares them."""
    (sitting,) = deal_exam(plan(), _class(1), SECRET)
    assert 6 + 2.5 + 1 == float(sitting.out_of)
    assert [4, 2] == [part["points"] for part in sitting.places[0].public()["parts"]]


def test_shuffled_places_are_the_same_places(plan: LoadPlan) -> None:
    """With `shuffle: true` students have the same numbers in another order."""
    straight = _numbers(deal_exam(plan(), _class(20), SECRET))
    mixed = deal_exam(plan(PLAN + "shuffle: true\n"), _class(20), SECRET)
    orders = {tuple(place.variant.question.id for place in s.places) for s in mixed}
    assert len(orders) > 2
    assert straight.keys() == _numbers(mixed).keys()


PLAN_FAULTS = [
    ("questions: [test/row]", "'test/rows'", "an unknown question, with the nearest"),
    ("questions: [test/card]", "which is basic", "a question that nobody marks"),
    ("questions: []", "at least one question", "no questions"),
    ("questions: [{question: test/rows, one_of: [test/area]}]", "keep one", "both sorts of place"),
    ("questions: [{points: 3}]", "none of them", "neither sort of place"),
    ("questions: [{one_of: []}]", "at least one question", "one of nothing"),
    ("questions: [test/rows, {one_of: [test/rows]}]", "in one place", "a question twice"),
    ("questions: [{draw: 9, tags: [test]}]", "at least 9", "more than the bank has"),
    ("questions: [test/rows]\npoints: 5", "3, which is", "a total that doesn't add up"),
    ("questions: [{question: test/rows, minutes: 9}]\nminutes: 8", "8 for 9", "no time for it"),
    ("questions: [test/rows]\ncoverage: {a: 2}", "0 on some", "a tag that is missing"),
    ("questions: [{one_of: [test/rows, test/area]}]", "the same points", "unequal points"),
    ("questions: [{one_of: [test/area, test/area]}]", "each question in one place", "one of one"),
    ("questions: [{question: test/rows, points: 0}]", "above 0", "no points"),
    ("questions: [test/rows]\nminutes: 0", "from 1 to 600", "no time"),
    ("questions: [test/rows]\ncarried_share: 2", "from 0 to 1", "more than the points"),
    ("questions: [test/rows]\nminuts: 60", "'minutes'", "an unknown field, with the nearest"),
    ("question: [test/rows]", "list the questions", "a field that must be there"),
]


@pytest.mark.parametrize(("text", "words", "why"), PLAN_FAULTS)
def test_faults_of_a_plan(plan: LoadPlan, text: str, words: str, why: str) -> None:
    """A plan that can't be dealt is refused with a line and a cure."""
    with pytest.raises(QuestionError) as raised:
        plan(f"id: midterm\ntitle: {{en: a, zh: b}}\n{text}\n")
    assert words in str(raised.value), why
    assert "plan.yaml:" in str(raised.value)


@pytest.fixture
def dealt(plan: LoadPlan, tmp_path: Path) -> Path:
    """The folder of an exam of five."""
    read = plan()
    folder = tmp_path / "exam"
    assert write_exam(_files(read, _class(5)), folder)
    return folder


def test_a_dealt_exam_verifies(dealt: Path) -> None:
    """Untouched, every paper and key is as it was dealt, and sealed by its secret alone."""
    assert 5 == verify_exam(dealt)
    assert 5 == verify_exam(dealt, SECRET)
    with pytest.raises(QuestionError, match="the seal of this secret"):
        verify_exam(dealt, b"another secret of hers")


def test_a_paper_holds_no_key(dealt: Path) -> None:
    """Neither answers nor seeds are in the papers' folder."""
    for paper in (dealt / "papers").iterdir():
        text = paper.read_text(encoding="utf-8")
        assert not {'"answer"', '"seed"', '"mistakes"', '"reason"'} & set(
            text.replace(":", " ").split()
        )


@pytest.mark.parametrize("change", ["paper", "key", "added", "removed", "manifest"])
def test_every_change_is_found(dealt: Path, change: str) -> None:
    """A changed, added or removed file, and a manifest written to fit it, are all found."""
    key = dealt / "keys" / "s001.json"
    match change:
        case "paper":
            (dealt / "papers" / "s001.json").write_text("{}", encoding="utf-8")
        case "key":
            key.write_text(key.read_text(encoding="utf-8").replace("1", "2"), encoding="utf-8")
        case "added":
            (dealt / "papers" / "s999.json").write_text("{}", encoding="utf-8")
        case "removed":
            key.unlink()
        case "manifest":
            manifest = json.loads((dealt / MANIFEST).read_text(encoding="utf-8"))
            manifest["files"].pop("papers/s001.json")
            (dealt / "papers" / "s001.json").unlink()
            (dealt / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(QuestionError):
        verify_exam(dealt, SECRET)


def test_a_key_that_doesnt_follow_from_its_seed_is_found(dealt: Path) -> None:
    """A key is made again from its question and seed: a wrong answer in it doesn't survive."""
    path = dealt / "keys" / "s001.json"
    key = json.loads(path.read_text(encoding="utf-8"))
    key["questions"][0]["parts"][0]["answer"]["exact"] = "12345"
    path.write_text(json.dumps(key), encoding="utf-8")
    manifest = json.loads((dealt / MANIFEST).read_text(encoding="utf-8"))
    from_disk = {p: (dealt / p).read_bytes() for p in manifest["files"]}
    manifest["files"] = {p: sha256(content).hexdigest() for p, content in from_disk.items()}
    (dealt / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(QuestionError, match="what the question, the plan and the seed give"):
        verify_exam(dealt)


def test_the_keys_hold_the_questions_as_they_were(dealt: Path) -> None:
    """With the keys stand the questions, from which papers can be marked years later."""
    documents = json.loads((dealt / QUESTIONS).read_text(encoding="utf-8"))
    assert {"test/rows", "test/choice"} <= set(documents)


def test_writing_again_changes_nothing(plan: LoadPlan, dealt: Path) -> None:
    """The same exam written over itself leaves every file; another one is refused."""
    read = plan()
    assert not write_exam(_files(read, _class(5)), dealt)
    with pytest.raises(GradeckError, match="--replace"):
        write_exam(_files(read, _class(4)), dealt)
    assert write_exam(_files(read, _class(4)), dealt, replace=True)
    assert 4 == verify_exam(dealt)


def test_a_folder_of_other_files_is_left_alone(plan: LoadPlan, tmp_path: Path) -> None:
    """An exam is never written among somebody's own files."""
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "thesis.txt").write_text("mine", encoding="utf-8")
    read = plan()
    with pytest.raises(GradeckError, match="name another one"):
        write_exam(_files(read, _class(1)), folder, replace=True)
    assert ["thesis.txt"] == [path.name for path in folder.iterdir()]


@pytest.mark.parametrize("content", ["", "[]", '{"format": 9}', '{"format": 1, "files": {"a": 3}}'])
def test_a_manifest_that_is_none_is_refused(dealt: Path, content: str) -> None:
    """A manifest that can't be read gives a sentence."""
    (dealt / MANIFEST).write_text(content, encoding="utf-8")
    with pytest.raises(GradeckError, match=MANIFEST):
        verify_exam(dealt)


def test_an_extra_time_lengthens_the_minutes(plan: LoadPlan) -> None:
    """Who has a quarter more time has 75 minutes where others have 60."""
    read = plan()
    files = dict(_files(read, [Student("a", "A", extra_time=25)]))
    paper = json.loads(files["papers/a.json"])
    assert 75 == paper["minutes"]


def test_a_manifest_is_no_folder(tmp_path: Path) -> None:
    """A folder without a manifest is no exam."""
    with pytest.raises(GradeckError, match="expected the folder of an exam"):
        verify_exam(tmp_path / "nothing")


def test_a_full_disk_leaves_nothing_behind(plan: LoadPlan, tmp_path: Path) -> None:
    """Where the system takes no more bytes, a sentence says so, and nothing is half-written."""
    read = plan()
    most, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(GradeckError, match="nothing of it was kept"):
            write_exam(_files(read, _class(5)), tmp_path / "exam")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert [] == [path.name for path in tmp_path.iterdir() if path.name.startswith("exam")]
