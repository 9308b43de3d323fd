"""Breaks the modules of survivors.yaml on purpose and tells which breakages no test noticed.

    python -m tests.mutants.run [MODULE...] [--lot N] [--jobs N]

Of each module every mutant is made by mutmut and run against the module's own tests, in a copy
of the tree under build/mutants/. Exit code 1 where a mutant lives that the list does not name,
where one that it names dies or is gone, or where fewer than 95 % of those that can be told
apart die. With --lot only N mutants are tried, of modules and places that a hash of the
modules' text draws: the same tree draws the same.
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

ROOT: Final = Path(__file__).resolve().parent.parent.parent
LIST: Final = Path(__file__).with_name("survivors.yaml")
BREAKING: Final = Path(__file__).with_name("breaking.py")
WORK: Final = ROOT / "build" / "mutants"
LEAST: Final = 0.95
PACKAGES: Final = ("cards", "grader", "service")
MODULES_IN_A_LOT: Final = 4

# mutmut's exit codes: 0 all tests passed, 33 no test comes by; a time limit kills like a test.
LIVES: Final = (0, 33)
DIES: Final = (1, 3, 24, 36, 152, 255, -24, -9, -11)

SETTINGS: Final = """
[tool.mutmut]
source_paths = {packages}
only_mutate = ["{path}"]
also_copy = {others}
pytest_add_cli_args_test_selection = {tests}
# The last two collect garbage after every run, for the sake of warnings.
pytest_add_cli_args = ["--hypothesis-profile=mutants", "-p", "no:cacheprovider",
    "-p", "no:unraisableexception", "-p", "no:threadexception"]
# Not mutmut's own process: its run of the tests fills caches, and a filled cache hides a mutant.
process_isolation = "forkserver"
use_git_change_detection = false
"""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One breakage: where it is, and the lines that it takes out and puts in."""

    name: str
    module: str
    function: str
    was: str
    becomes: str

    @property
    def what(self) -> tuple[str, str, str, str]:
        """What it is known by in the list: mutmut's numbers move with every edit."""
        return self.module, self.function, self.was, self.becomes

    def __str__(self) -> str:
        was, becomes = (json.dumps(text, ensure_ascii=False) for text in (self.was, self.becomes))
        return f"{self.module}  {self.function}:\n  - was: {was}\n    becomes: {becomes}"


@dataclass(frozen=True, slots=True)
class Known:
    """The list: each module's tests, and the survivors that somebody has looked at.

    `untried` are functions, by module, that run before mutmut has broken anything.
    """

    modules: Mapping[str, Sequence[str]]
    equivalent: frozenset[tuple[str, str, str, str]]
    left: frozenset[tuple[str, str, str, str]]
    untried: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of a module's mutants; `stale` are rows of the list that no longer hold."""

    module: str
    tried: int
    equivalent: int
    left: int
    survivors: tuple[Mutant, ...]
    stale: tuple[tuple[str, str, str, str], ...]

    @property
    def killed(self) -> int:
        """How many a test noticed."""
        return self.tried - self.equivalent - self.left - len(self.survivors)

    @property
    def share(self) -> float:
        """The share that died of those that can be told apart."""
        telling = self.tried - self.equivalent
        return self.killed / telling if telling else 1.0


def read_list(text: str) -> Known:
    """The list, from its YAML; a row without a reason is refused."""
    data = yaml.safe_load(text)
    rows: dict[str, set[tuple[str, str, str, str]]] = {"equivalent": set(), "left": set()}
    for module, functions in data["survivors"].items():
        for function, mutants in functions.items():
            for row in mutants:
                (reason,) = row.keys() - {"was", "becomes"}
                if not row[reason]:
                    raise ValueError(f"{module} {function}: {row['becomes']}: give the reason")
                rows[reason].add((module, function, row["was"], row["becomes"]))
    untried = {
        (module, function)
        for module, functions in data.get("untried", {}).items()
        for function, reason in functions.items()
        if reason
    }
    return Known(
        data["modules"],
        frozenset(rows["equivalent"]),
        frozenset(rows["left"]),
        frozenset(untried),
    )


def tally(
    module: str, tried: Sequence[Mutant], lived: frozenset[str], known: Known, *, whole: bool
) -> Tally:
    """What became of these mutants of a module, of which those named in `lived` live."""
    living = [mutant for mutant in tried if mutant.name in lived]
    rows = {row for row in known.equivalent | known.left if row[0] == module}
    met = {mutant.what for mutant in (living if whole else tried)}
    return Tally(
        module,
        len(tried),
        sum(mutant.what in known.equivalent for mutant in living),
        sum(mutant.what in known.left for mutant in living),
        tuple(mutant for mutant in living if mutant.what not in rows),
        tuple(sorted(rows - met)) if whole else (),
    )


def path_of(module: str) -> str:
    """A module's file, from the root of the tree."""
    return module.replace(".", "/") + ".py"


def prepare(module: str, tests: Sequence[str]) -> Path:
    """A fresh copy of the tree with mutmut's settings for one module."""
    folder = WORK / module
    shutil.rmtree(folder, ignore_errors=True)
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    kept = [name for name in names.split("\0") if (ROOT / name).is_file()]
    for name in kept:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, folder / name)
    others = sorted({Path(name).parts[0] for name in kept} - {*PACKAGES, "tests"})
    settings = SETTINGS.format(
        packages=json.dumps(PACKAGES),
        path=path_of(module),
        others=json.dumps(others),
        tests=json.dumps(list(tests)),
    )
    with (folder / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write(settings)
    return folder


def mutmut(folder: Path, *arguments: str) -> str:
    """Run mutmut in a prepared folder; what it wrote, which goes to a terminal instead."""
    command = [sys.executable, str(BREAKING), *arguments]
    shown = sys.stdout.isatty() and arguments[0] == "run"
    output = None if shown else subprocess.PIPE
    done = subprocess.run(command, cwd=folder, check=False, stdout=output, text=True)
    if done.returncode:
        raise SystemExit(f"{(done.stdout or '')[-2000:]}\nmutmut failed in {folder}")
    return done.stdout or ""


def mutants_of(folder: Path, module: str) -> list[Mutant]:
    """Every mutant of a module, in the order of its text."""
    rows = json.loads(mutmut(folder, "list", path_of(module)))
    return [Mutant(module=module, **row) for row in rows]


def living(folder: Path, module: str, tried: Sequence[Mutant], jobs: int) -> frozenset[str]:
    """The names of those that no test noticed."""
    names = [mutant.name for mutant in tried]
    mutmut(folder, "run", "--max-children", str(jobs), *names)
    file = folder / "mutants" / f"{path_of(module)}.meta"
    codes = json.loads(file.read_text(encoding="utf-8"))["exit_code_by_key"]
    if odd := {name: codes[name] for name in names if codes[name] not in (*LIVES, *DIES)}:
        raise SystemExit(f"neither dead nor alive, look at {folder}: {odd}")
    return frozenset(name for name in names if codes[name] in LIVES)


def tallies(modules: Sequence[str], known: Known, lot: int, jobs: int) -> Iterator[Tally]:
    """Each module's tally, as it is done."""
    text = b"".join((ROOT / path_of(module)).read_bytes() for module in modules)
    dice = random.Random(hashlib.sha256(text).digest())  # noqa: S311 -- a lot, no secret
    if lot:
        modules = sorted(dice.sample(list(modules), min(MODULES_IN_A_LOT, len(modules))))
    for module in modules:
        folder = prepare(module, known.modules[module])
        tried = [
            mutant
            for mutant in mutants_of(folder, module)
            if (module, mutant.function) not in known.untried
        ]
        if lot:
            tried = dice.sample(tried, min(lot // len(modules), len(tried)))
        lived = living(folder, module, tried, jobs)
        yield tally(module, tried, lived, known, whole=not lot)
        shutil.rmtree(folder)


def report(found: Tally) -> list[str]:
    """A module's row, then each mutant that the list is wrong about."""
    row = (
        f"{found.module}: {found.tried} mutants, {found.killed} killed ({found.share:.1%}), "
        f"{found.equivalent} equivalent, {found.left} left, {len(found.survivors)} survive"
    )
    stale = [f"  listed, but dead or gone: {' | '.join(what[1:])}" for what in found.stale]
    return [row, *(str(mutant) for mutant in found.survivors), *stale]


def main(arguments: Sequence[str]) -> int:
    """Break what is asked for and report; the exit code."""
    known = read_list(LIST.read_text(encoding="utf-8"))
    parser = argparse.ArgumentParser(prog="dev.py mutants", description=__doc__)
    parser.add_argument("modules", nargs="*", metavar="MODULE", help=", ".join(known.modules))
    parser.add_argument("--lot", type=int, default=0, help="try so many mutants, drawn by lot")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args(arguments)
    if unknown := sorted(set(given.modules) - known.modules.keys()):
        parser.error(f"not in {LIST.name}: {', '.join(unknown)}")
    good = True
    for found in tallies(given.modules or list(known.modules), known, given.lot, given.jobs):
        print("\n".join(report(found)), flush=True)  # noqa: T201 -- a command's output
        good &= not found.survivors and not found.stale and (found.share >= LEAST or given.lot > 0)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
