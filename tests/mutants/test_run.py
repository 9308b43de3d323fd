"""The command that breaks code on purpose: what it counts, what it refuses, and one real run."""

import subprocess
from pathlib import Path

import pytest

from tests.mutants import run

ROW = """
modules: {grader.half: [tests/test_half.py]}
survivors:
  grader.half:
    half:
      - was: return number // 2
        becomes: return number / 2
        %s
"""


def mutant(name: str, becomes: str) -> run.Mutant:
    """A mutant of the function `half`."""
    return run.Mutant(name, "grader.half", "half", "return number // 2", becomes)


DIVIDES = mutant("1", "return number / 2")
THIRD = mutant("2", "return number // 3")


def test_what_the_list_explains_is_no_survivor() -> None:
    """A mutant that lives is counted as the list says, and an equivalent one can't be killed."""
    known = run.read_list(ROW % "equivalent: every number is even")
    found = run.tally("grader.half", [DIVIDES, THIRD], frozenset({"1"}), known, whole=True)
    assert (1, 0, 1, 1.0) == (found.equivalent, found.left, found.killed, found.share)
    assert ((), ()) == (found.survivors, found.stale)


def test_what_is_left_counts_against_the_share() -> None:
    """Leaving a mutant alive needs a reason, and still is no kill."""
    known = run.read_list(ROW % "left: nobody halves")
    found = run.tally("grader.half", [DIVIDES, THIRD], frozenset({"1"}), known, whole=True)
    assert (1, 0.5, ()) == (found.left, found.share, found.survivors)


def test_a_survivor_that_nobody_explained_is_printed_as_a_row_of_the_list() -> None:
    """What the command prints can be pasted and given its reason."""
    known = run.read_list(ROW % "left: nobody halves")
    found = run.tally("grader.half", [DIVIDES, THIRD], frozenset({"1", "2"}), known, whole=True)
    assert (THIRD,) == found.survivors
    assert '    becomes: "return number // 3"' in "\n".join(run.report(found))


def test_a_row_whose_mutant_dies_is_told_after_a_whole_run_alone() -> None:
    """The list holds nothing that is not so; a lot has not tried everything."""
    known = run.read_list(ROW % "left: nobody halves")
    whole = run.tally("grader.half", [DIVIDES, THIRD], frozenset(), known, whole=True)
    lot = run.tally("grader.half", [THIRD], frozenset(), known, whole=False)
    assert ((DIVIDES.what,), ()) == (whole.stale, lot.stale)


def test_a_row_without_a_reason_is_refused() -> None:
    """Nobody silences a mutant without saying why."""
    with pytest.raises(ValueError, match=r"grader\.half half: return number / 2: give the reason"):
        run.read_list(ROW % "equivalent: ")


def test_the_list_names_modules_and_tests_that_are_there() -> None:
    """A file that moves takes its row along."""
    known = run.read_list(run.LIST.read_text(encoding="utf-8"))
    paths = [run.path_of(module) for module in known.modules]
    paths += [target for targets in known.modules.values() for target in targets]
    assert [] == [path for path in paths if not (run.ROOT / path).exists()]
    assert set() == {row[0] for row in known.equivalent | known.left} - known.modules.keys()


def test_a_mutant_lives_where_no_test_would_notice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """mutmut itself on a small tree: what its one test can't see is found alive."""
    files = {
        "pyproject.toml": "",
        "cards/__init__.py": "",
        "service/__init__.py": "",
        "grader/__init__.py": "",
        "grader/half.py": "def half(number, up=()):\n"
        "    if up:\n"
        "        number += 1\n"
        "    return number // 2\n",
        "tests/conftest.py": (run.ROOT / "tests" / "conftest.py").read_text(encoding="utf-8"),
        "tests/test_half.py": "from grader.half import half\n\n\n"
        "def test_half():\n"
        "    assert half(3) == 1\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    command = ["git", "init", "--quiet"]
    subprocess.run(command, cwd=tmp_path, check=True)
    monkeypatch.setattr(run, "ROOT", tmp_path)
    monkeypatch.setattr(run, "WORK", tmp_path / "build")
    known = run.Known({"grader.half": ["tests/test_half.py"]}, frozenset(), frozenset())
    (found,) = run.tallies(["grader.half"], known, lot=0, jobs=1)
    alive = {(mutant.was, mutant.becomes) for mutant in found.survivors}
    assert {("return number // 2", "return number // 3"), ("number += 1", "number += 2")} < alive
    assert ("return number // 2", "return number / 2") not in alive
    assert ("if up:", "if not up:") not in alive
    assert found.killed == found.tried - len(alive)
