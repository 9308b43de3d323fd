"""A dealt key names its variants exactly: numbers and points are its own when read again."""

import json
from pathlib import Path
from typing import Any

import pytest

from cards import cli
from cards.exam.dealing import deal_exam
from cards.exam.files import exam_files
from cards.exam.folder import write_exam
from cards.exam.formats.papers_json import PAPERS_JSON
from cards.exam.keys import read_key
from cards.exam.plan_file import load_plan
from cards.exam.record import Exam
from cards.exam.roster import Student
from cards.loading.bank import load_bank
from grader.errors import GradeckError
from tests.cards.exam.test_exam import QUESTIONS_TEXT

SECRET = b"a secret of the teacher"
EXAM = Path(cli.__file__).parent / "exams" / "convolutional_networks.yaml"
PLAN = """\
id: small
title: {en: Small, zh: 小测}
carried_share: 0.5
questions:
  - {question: test/rows, points: 5}
  - {question: test/choice, points: 2}
"""


@pytest.fixture(scope="module")
def exam(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an exam that sixty sat, who took most of the numbers that there are."""
    folder = tmp_path_factory.mktemp("exam")
    (folder / "questions.yaml").write_text(QUESTIONS_TEXT, encoding="utf-8")
    (folder / "plan.yaml").write_text(PLAN, encoding="utf-8")
    deal(folder / "plan.yaml", folder / "dealt", [folder / "questions.yaml"], 60)
    return folder / "dealt"


def deal(plan: Path, folder: Path, bank: list[Path], students: int) -> None:
    """Deal so many students the plan's exam."""
    read = load_plan(plan, load_bank(bank) if bank else load_bank())
    students_ = [Student(f"s{number:03}", f"Student {number}") for number in range(students)]
    dealt_exam = Exam(read, deal_exam(read, students_, SECRET))
    write_exam(exam_files(dealt_exam, SECRET, formats=[PAPERS_JSON]), folder)


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """The exit code, output and errors of a command."""
    with pytest.raises(SystemExit) as stopped:
        cli.main([str(argument) for argument in arguments])
    code = stopped.value.code
    assert isinstance(code, int)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def dealt(folder: Path) -> list[tuple[Path, dict[str, Any]]]:
    """Every question that was dealt, with its key's path."""
    return [
        (path, question)
        for path in sorted((folder / "keys").glob("s*.json"))
        for question in json.loads(path.read_bytes())["questions"]
    ]


def test_every_dealt_question_is_shown_and_marked_by_its_key(
    exam: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """For each of an exam's questions the command gives the key's numbers and the plan's points."""
    questions = dealt(exam)
    assert {0} < {question["number"] for _, question in questions}
    for path, question in questions:
        call = (question["question"], "--key-file", path, "--json")
        code, shown, err = run(capsys, "show", *call, "--key")
        assert (0, "") == (code, err)
        assert question.items() >= json.loads(shown).items()

        answers = [f"{part['id']}={part['answer']['display']}" for part in question["parts"]]
        _, marked, _ = run(capsys, "mark", *call, *answers)
        verdict = json.loads(marked)
        assert [part["points"] for part in question["parts"]] == [
            part["points"] for part in verdict["parts"]
        ]
        points = {"test/rows": 5, "test/choice": 2}[question["question"]]
        assert (points, points) == (round(verdict["score"], 9), verdict["out_of"])


def test_the_exam_of_the_bank_is_read_again(tmp_path: Path) -> None:
    """Of the plan that comes with Gradeck, every place of sixty papers is the one dealt."""
    deal(EXAM, tmp_path / "dealt", [], 60)
    attempts = set()
    for path in sorted((tmp_path / "dealt" / "keys").glob("s*.json")):
        written = json.loads(path.read_bytes())["questions"]
        for place, one in zip(read_key(path).places, written, strict=True):
            attempts.add(place.number)
            raw = {part["id"]: part["answer"]["display"] for part in one["parts"]}
            verdict = place.mark(raw)
            assert (verdict.score, verdict.out_of) == (place.points, place.points)
            assert one["numbers"] == json.loads(json.dumps(place.public()))["numbers"]
    assert {0} < attempts


def test_a_carried_answer_earns_the_plans_share(
    exam: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What follows from a wrong answer earns half of the plan's points, as the plan says."""
    path, question = dealt(exam)[0]
    rows = int(question["parts"][0]["answer"]["exact"]) + 5
    answers = (f"rows={rows}", f"twice={2 * rows}")
    code, marked, _ = run(capsys, "mark", "1", "--key", path, "--json", *answers)
    assert code == 0
    assert [0, 5 / 3 / 2] == [part["points"] for part in json.loads(marked)["parts"]]


def test_the_plans_points_are_printed(exam: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On the terminal too a part has the plan's points."""
    path, _ = dealt(exam)[0]
    _, shown, _ = run(capsys, "show", "2", "--key-file", path)
    assert "(2 points" in shown


def test_a_seed_taken_from_a_key_is_hinted_at(
    exam: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A key's seed is a text like any other to --seed: the way to the key is told."""
    _, question = dealt(exam)[0]
    bank = exam.parent / "questions.yaml"
    code, _, err = run(capsys, "show", "test/rows", "--seed", question["seed"], "--bank", bank)
    assert code == 0
    assert "--key-file DIR/keys/ID.json" in err


BAD_KEYS = [
    ("", "expected the key of a student", "an empty file"),
    ("{}", "one without 'questions'", "no key"),
    ('{"questions": 5, "carried_share": "1"}', "a key as Gradeck writes it", "no list"),
    ("[" * 10000, "expected the key of a student", "too deep"),
]


@pytest.mark.parametrize(("text", "words", "why"), BAD_KEYS, ids=[bad[2] for bad in BAD_KEYS])
def test_what_is_no_key_is_told(exam: Path, text: str, words: str, why: str) -> None:
    """A file that is no key is refused with its path and what a key is."""
    path = exam / "keys" / "other.json"
    path.write_text(text, encoding="utf-8")
    try:
        with pytest.raises(GradeckError, match=words) as caught:
            read_key(path)
        assert str(path) in str(caught.value), why
    finally:
        path.unlink()


def test_an_edited_key_is_refused(exam: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A key whose numbers don't follow from its seed is not marked by."""
    path, _ = dealt(exam)[0]
    key = json.loads(path.read_bytes())
    key["questions"][0]["parts"][0]["answer"]["exact"] = "7"
    edited = path.with_name("edited.json")
    edited.write_text(json.dumps(key), encoding="utf-8")
    code, _, err = run(capsys, "mark", "test/rows", "--key", edited, "rows=7")
    edited.unlink()
    assert code == 1
    assert "expected the parts that the seed of test/rows gives" in err


WRONG_USAGE = [
    (("test/rows", "--seed", "1"), "--seed", "a seed beside a key"),
    (("test/rows", "--bank", "."), "--bank", "a bank beside a key"),
]


@pytest.mark.parametrize(("more", "words", "why"), WRONG_USAGE, ids=[u[2] for u in WRONG_USAGE])
def test_a_key_stands_alone(
    exam: Path, capsys: pytest.CaptureFixture[str], more: tuple[str, ...], words: str, why: str
) -> None:
    """A key has its seed and its questions: another one beside it is a wrong usage."""
    path, _ = dealt(exam)[0]
    code, _, err = run(capsys, "show", *more, "--key-file", path)
    assert code == 2, why
    assert f"--key-file or {words}" in err


def test_a_question_that_was_not_dealt_is_told(
    exam: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A question that the paper hasn't is answered with the nearest that it has."""
    path, _ = dealt(exam)[0]
    code, _, err = run(capsys, "show", "test/row", "--key-file", path)
    assert code == 1
    assert "the nearest is 'test/rows'" in err
