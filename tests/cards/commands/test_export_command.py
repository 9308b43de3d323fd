"""`gradeck export`: the file, the report, and what is refused."""

import json
from pathlib import Path

import pytest

from cards.cli import main
from cards.loading.bank import BANK
from tests.cards.lms.outcomes import parsed

PLAN = (
    "id: quiz\ntitle: {en: A quiz, zh: 测验}\nmistake_share: 0.5\nquestions:\n"
    "  - {question: cnn/multiply-adds, points: 3}\n"
    "  - {one_of: [cnn/size-same, cnn/size-valid], points: 2}\n"
)


def run(capsys: pytest.CaptureFixture[str], *arguments: object, code: int = 0) -> tuple[str, str]:
    """What the command prints to stdout and stderr."""
    with pytest.raises(SystemExit) as ended:
        main(["export", *map(str, arguments)])
    out, err = capsys.readouterr()
    assert code == ended.value.code, err
    return out, err


def test_a_plan_gives_categories_and_points(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A place of the plan is a category; its points and the share for a mistake are the plan's."""
    (tmp_path / "p.yaml").write_text(PLAN, encoding="utf-8")
    file = tmp_path / "m.xml"
    out, _ = run(capsys, "moodle", "--plan", tmp_path / "p.yaml", "--variants", 2, "-o", file)
    quiz = parsed(file.read_bytes())
    categories = [each.findtext("text") or "" for each in quiz.iter("category")]
    grades = [each.findtext("defaultgrade") for each in quiz if each.get("type") == "numerical"]
    fractions = {each.get("fraction") for each in quiz.iter("answer")}
    assert 2 == len(categories)
    assert categories[0].startswith("$course$/top/A quiz/01 ")
    assert categories[1].startswith("$course$/top/A quiz/02 ")
    assert categories[1].endswith(" +1")
    assert ["3", "3"] == grades[:2]
    assert {"100", "50"} <= fractions
    assert out.endswith(f"3 questions, 6 variants in {file}\n")


def test_the_report_says_what_each_question_loses(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By question in words, with what they mean; the same by name as JSON."""
    asked = ("canvas", "cnn/three-conv-parameters", "-o", tmp_path / "c.zip")
    out, _ = run(capsys, *asked)
    assert "cnn/three-conv-parameters: without follow-through, calculations" in out
    assert "diagnosis (1): a wrong number is not answered with its mistake" in out
    shown = json.loads(run(capsys, *asked, "--json")[0])
    assert {"follow-through", "diagnosis", "together"} <= set(
        shown["losses"]["cnn/three-conv-parameters"]
    )
    assert (1, 1, "canvas") == (shown["questions"], shown["items"], shown["format"])


def test_a_secret_makes_other_numbers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With a secret nobody who has the bank can make the quiz; the same secret makes it again."""
    made = []
    for name, secret in (("a", b"s" * 16), ("b", b"s" * 16), ("c", b"t" * 16)):
        (tmp_path / "secret").write_bytes(secret)
        asked = ("--bank", ADDS, "--secret-file", tmp_path / "secret", "-o", tmp_path / name)
        run(capsys, "qti21", "cnn/multiply-adds", *asked)
        made.append((tmp_path / name).read_bytes())
    assert made[0] == made[1] != made[2]


def test_few_variants_are_said_to_be_few(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A question with fewer variants than asked for is exported with those that it has."""
    (tmp_path / "q.yaml").write_text(
        "id: own/one\ntitle: {en: One, zh: 一}\nkind: numeric\nlevel: 1\ntags: [own]\n"
        "text: {en: 'A {a}.', zh: '{a}。'}\ndraw: {a: [3, 4]}\nlines: {whole: {formula: a * 2}}\n"
        "parts: [{id: x, ask: {en: 'How many?', zh: '多少？'}, answer: whole}]\n",
        encoding="utf-8",
    )
    asked = ("moodle", "--bank", tmp_path / "q.yaml", "--variants", 5, "-o", tmp_path / "m.xml")
    assert "own/one: 2 variants, not 5: there are no more" in run(capsys, *asked)[0]


ADDS = str(BANK / "cnn" / "multiply_adds.yaml")
REFUSED = [
    (["canvas", "--lang", "both"], 2, "canvas holds one language: take --lang en or --lang zh"),
    (["moodle", "cnn/multiply-adds", "--plan", "p.yaml"], 2, "expected --plan, or questions"),
    (["word"], 2, "'word' is not one of"),
    (["moodle", "--variants", "0"], 2, "--variants"),
    (["moodle", "cnn/multiply-ads", "--bank", ADDS], 1, "the nearest is 'cnn/multiply-adds'"),
    (["moodle", "--tags", "cnn::siz", "--bank", ADDS], 1, "the nearest is 'cnn::size'"),
    (
        ["moodle", "cnn/multiply-adds", "--tags", "cnn::size", "--bank", ADDS],
        1,
        "no question is left to export",
    ),
    (["qti30", "--plan", "none.yaml", "--bank", ADDS], 1, "none.yaml: No such file or directory"),
]


@pytest.mark.parametrize(("arguments", "code", "says"), REFUSED)
def test_what_cannot_be_exported_is_refused(
    arguments: list[str],
    code: int,
    says: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Wrong usage is 2, wrong input is 1; nothing is written."""
    assert says in run(capsys, *arguments, "-o", tmp_path / "o", code=code)[1]
    assert not (tmp_path / "o").exists()
