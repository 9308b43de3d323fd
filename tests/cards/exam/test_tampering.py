"""An exam's folder that somebody changed: told, with the secret always, without it nearly so.

Who changes a file can renew its hash in the manifest too; so every way is tried with renewed
hashes. What only the secret tells is what a whole exam dealt anew would be.
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cards.exam.dealing import deal_exam
from cards.exam.files import MANIFEST, exam_files
from cards.exam.folder import write_exam
from cards.exam.formats.papers_json import PAPERS_JSON
from cards.exam.plan_file import load_plan
from cards.exam.record import Exam
from cards.exam.roster import Student
from cards.exam.verifying import verify_exam
from cards.loading.bank import load_bank
from grader.errors import GradeckError
from tests.cards.exam.test_exam import QUESTIONS_TEXT
from tests.cards.exam.test_keys import PLAN, SECRET

Change = Callable[[Path], object]


@pytest.fixture(scope="module")
def dealt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an exam of four students."""
    folder = tmp_path_factory.mktemp("exam")
    (folder / "questions.yaml").write_text(QUESTIONS_TEXT, encoding="utf-8")
    (folder / "plan.yaml").write_text(PLAN, encoding="utf-8")
    plan = load_plan(folder / "plan.yaml", load_bank([folder / "questions.yaml"]))
    students = [Student(f"s{number}", f"Student {number}") for number in range(4)]
    exam = Exam(plan, deal_exam(plan, students, SECRET))
    write_exam(exam_files(exam, SECRET, formats=[PAPERS_JSON]), folder / "dealt")
    return folder / "dealt"


@pytest.fixture
def folder(dealt: Path, tmp_path: Path) -> Path:
    """A copy of it, to change."""
    return Path(shutil.copytree(dealt, tmp_path / "dealt"))


def changed(path: Path, change: Callable[[Any], None]) -> None:
    """Change what a JSON file says."""
    value = json.loads(path.read_bytes())
    change(value)
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1), encoding="utf-8")


def in_manifest(change: Callable[[Any], None]) -> Change:
    """A change of what the manifest says."""
    return lambda folder: changed(folder / MANIFEST, change)


def in_key(change: Callable[[Any], None]) -> Change:
    """A change of the first question of a student's key."""

    def edit(folder: Path) -> None:
        changed(folder / "keys" / "s0.json", lambda key: change(key["questions"][0]))

    return edit


def in_paper(change: Callable[[Any], None]) -> Change:
    """A change of the first question of a student's paper."""

    def edit(folder: Path) -> None:
        changed(folder / "papers" / "s0.json", lambda paper: change(_first(paper)))

    return edit


def _first(paper: Any) -> Any:  # noqa: ANN401 - a paper's JSON
    return paper["questions"][0] if "questions" in paper else paper["sections"][0]["questions"][0]


def swapped(one: str, other: str) -> Change:
    """Two files in each other's place."""

    def edit(folder: Path) -> None:
        first, second = (folder / one).read_bytes(), (folder / other).read_bytes()
        (folder / one).write_bytes(second)
        (folder / other).write_bytes(first)

    return edit


def without_student(folder: Path) -> None:
    """A student's paper, key and sitting are gone, as if nobody had sat there."""
    (folder / "papers" / "s3.json").unlink()
    (folder / "keys" / "s3.json").unlink()
    changed(folder / MANIFEST, lambda m: m["sittings"].pop())


def linked(name: str) -> Change:
    """A file that is a link to the same bytes elsewhere."""

    def edit(folder: Path) -> None:
        elsewhere = folder.parent / "elsewhere.json"
        shutil.move(folder / name, elsewhere)
        (folder / name).symlink_to(elsewhere)

    return edit


def linked_folder(folder: Path) -> None:
    """All papers behind a link to a folder elsewhere."""
    shutil.move(folder / "papers", folder.parent / "elsewhere")
    (folder / "papers").symlink_to(folder.parent / "elsewhere")


def renewed(folder: Path) -> None:
    """The hashes of all files as they are now, as whoever changed them would write them."""

    def renew(manifest: Any) -> None:  # noqa: ANN401 - the manifest's JSON
        manifest["files"] = {
            path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.name != MANIFEST
        }

    changed(folder / MANIFEST, renew)


def _strange(folder: Path) -> None:
    (folder / "more").mkdir()
    (folder / "more" / "notes.txt").write_text("x", encoding="utf-8")


# Each way, and whether it is told without the secret too.
WAYS: dict[str, tuple[Change, bool]] = {
    "a number of a key": (in_key(lambda q: q["numbers"].update(height="99")), True),
    "an answer of a key": (in_key(lambda q: q["parts"][0]["answer"].update(exact="7")), True),
    "the points of a key": (in_key(lambda q: q["parts"][0].update(points=50)), True),
    "the precision of a key": (in_key(lambda q: q["parts"][0].update(precision={})), True),
    "a key's seed": (in_key(lambda q: q.update(seed="00" * 32)), True),
    "a key's question": (in_key(lambda q: q.update(question="test/choice")), True),
    "a paper's text": (in_paper(lambda q: q.update(text={"en": "x", "zh": "x"})), True),
    "a paper's points": (in_paper(lambda q: q.update(points=50)), True),
    "two papers swapped": (swapped("papers/s0.json", "papers/s1.json"), True),
    "two keys swapped": (swapped("keys/s0.json", "keys/s1.json"), True),
    "a paper gone": (lambda folder: (folder / "papers/s0.json").unlink(), True),
    "a key gone": (lambda folder: (folder / "keys/s0.json").unlink(), True),
    "a paper more": (lambda folder: (folder / "papers/s9.json").write_text("{}"), True),
    "a key of nobody": (
        lambda folder: (folder / "keys/s9.json").write_bytes(
            (folder / "keys/s0.json").read_bytes()
        ),
        True,
    ),
    "a file in a new folder": (_strange, False),
    "a paper as a link": (linked("papers/s0.json"), True),
    "a key as a link": (linked("keys/s0.json"), True),
    "all papers behind a link": (linked_folder, True),
    "a link to nothing": (lambda folder: (folder / "papers/x").symlink_to("nowhere"), True),
    "the points in the manifest": (in_manifest(lambda m: m["sittings"][0].update(out_of=1)), True),
    "the share of what is carried": (in_manifest(lambda m: m.update(carried_share="1")), True),
    "the exam's id": (in_manifest(lambda m: m.update(exam="other")), True),
    "a question's hash": (in_manifest(lambda m: m["questions"].update({"test/rows": "0"})), True),
    "the plan's hash": (in_manifest(lambda m: m.update(plan="0" * 64)), True),
    "two names swapped": (
        in_manifest(lambda m: m["sittings"][0].update(name=m["sittings"][1]["name"])),
        True,
    ),
    "a student's seed, everywhere": (
        in_manifest(lambda m: m["sittings"][0]["sections"][0][0].update(seed="00" * 32)),
        True,
    ),
    "a student taken out": (without_student, False),
    "the seal itself": (in_manifest(lambda m: m.update(seal="0" * 64)), False),
}


def verified(folder: Path, secret: bytes | None) -> Iterator[str]:
    """What verifying says: nothing of a folder that is as it was dealt."""
    try:
        verify_exam(folder, secret)
    except GradeckError as error:
        yield str(error)


def test_what_was_dealt_is_verified(folder: Path) -> None:
    """An exam that nobody changed is as it was dealt, with the secret and without."""
    assert ([], []) == ([*verified(folder, None)], [*verified(folder, SECRET)])


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("renews", [False, True], ids=["hashes as they were", "hashes renewed"])
def test_no_change_passes_the_secret(folder: Path, way: str, *, renews: bool) -> None:
    """Whatever is changed, with its hash or without, the seal or the making again tells."""
    change, _ = WAYS[way]
    change(folder)
    if renews:
        renewed(folder)
    assert [*verified(folder, SECRET)]


@pytest.mark.parametrize("way", [way for way, (_, told) in WAYS.items() if told])
def test_most_changes_are_told_without_the_secret(folder: Path, way: str) -> None:
    """With renewed hashes too: papers and keys must be what plan, questions and seeds give."""
    change, _ = WAYS[way]
    change(folder)
    renewed(folder)
    assert [*verified(folder, None)]


def test_the_page_on_security_counts_the_ways() -> None:
    """It says how many ways are tried, and how many of them are told without the secret."""
    page = (Path(__file__).parents[3] / "docs" / "explanation" / "security.md").read_text("utf-8")
    told = sum(told for _, told in WAYS.values())
    assert f"Of {len(WAYS)} ways to change a folder and renew its hashes all are told" in page
    assert f"told with the secret, {told} without it" in page


def test_another_secret_is_told(folder: Path) -> None:
    """The seal is this secret's alone."""
    assert [*verified(folder, b"another secret of the teacher")]
