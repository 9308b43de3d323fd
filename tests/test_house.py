"""The house: rooms import downward, functions are short, names mean one thing, errors one tree."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Final

import pytest

from tests.source_tree import imported, module_name, sources, tree, within

# The rooms of a package from the ground up: each imports only rooms that stand before it.
ROOMS: Final[dict[str, tuple[str, ...]]] = {
    "grader": (
        *(
            "naming",
            "errors",
            "wording",
            "characters",
            "arithmetic",
            "numerals",
            "tree",
            "evaluating",
            "formula",
            "notation",
        ),
        *("shortening", "writing"),
        *("quantities", "step", "spelling", "reading", "worksheet", "mistakes", "marking"),
        *("cnn.rules", "cnn.layers", "cnn.mistakes", "cnn"),
    ),
    "cards": (
        *("mathematics", "texts", "documents", "figures", "networks", "question", "loading"),
        *(
            "variants",
            "reference",
            "printing",
            "deck",
            "results",
            "exam",
            "lms",
            "checking",
            "schedule",
        ),
        *("commands", "cli"),
    ),
}
LONGEST_FUNCTION = 50
MEDIAN_FUNCTION = 8
RELEASED = "service/store/migrations/versions/0001_"  # a migration stays as it was released

# The least share of public functions, in percent, whose docstring has an example that runs.
EXAMPLES = {"grader": 70, "cards": 40}


def room_of(module: str) -> str:
    """The room of a module: the longest name of the table that it lies in."""
    package, _, inner = module.partition(".")
    rooms = [room for room in ROOMS[package] if within(inner, (room,))]
    return max(rooms, key=len, default="")


@pytest.mark.parametrize("package", ROOMS)
def test_rooms_import_only_what_stands_below_them(package: str) -> None:
    """No import points upward: a package can be read from the ground up, room by room."""
    wrong = []
    for path in sources(package):
        own = module_name(path)
        if own == package:
            continue
        if not room_of(own):
            wrong.append(f"{path}: is in no room of the table")
            continue
        height = ROOMS[package].index(room_of(own))
        wrong += [
            f"{path}:{line} imports {name}"
            for line, name in imported(path)
            if name.startswith(f"{package}.") and ROOMS[package].index(room_of(name)) > height
        ]
    assert [] == wrong


def functions(*packages: str) -> Iterator[tuple[str, int]]:
    """Every function of some packages: where it stands, and how many lines it has."""
    for path in sources(*packages):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                yield f"{path}:{node.lineno} {node.name}", length


@pytest.mark.parametrize("packages", [("grader", "cards"), ("service",)], ids="-".join)
def test_functions_stay_short(packages: tuple[str, ...]) -> None:
    """A function fits on a screen, and most of them are a few lines."""
    found = dict(functions(*packages))
    long = {name: lines for name, lines in found.items() if lines > LONGEST_FUNCTION}
    assert {} == {name: lines for name, lines in long.items() if not name.startswith(RELEASED)}
    assert median(found.values()) <= MEDIAN_FUNCTION


def public_definitions(*packages: str) -> Iterator[tuple[Path, ast.FunctionDef | ast.ClassDef]]:
    """The functions and classes of some packages that others may use."""
    for path in sources(*packages):
        for node in tree(path).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                yield path, node


def test_no_two_public_classes_share_a_name() -> None:
    """One word, one meaning: the name of a class is that of no other, and of no type either."""
    places: dict[str, list[str]] = {}
    for path, node in public_definitions("grader", "cards", "service"):
        if isinstance(node, ast.ClassDef):
            places.setdefault(node.name, []).append(str(path))
    for path, name in named_types("service"):
        places.setdefault(name, []).append(str(path))
    assert {} == {name: found for name, found in places.items() if len(found) > 1}


def named_types(*packages: str) -> Iterator[tuple[Path, str]]:
    """The public types of some packages that an assignment names, but for a generic's variables."""
    for path in sources(*packages):
        for node in tree(path).body:
            if not (isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)):
                continue
            name = node.targets[0].id
            is_type = re.fullmatch(r"[A-Z]+[a-z]\w*", name) is not None
            if is_type and not re.match(r"(TypeVar|ParamSpec)\(", ast.unparse(node.value)):
                yield path, name


@pytest.mark.parametrize("package", EXAMPLES)
def test_public_functions_show_an_example(package: str) -> None:
    """A reader sees what a function gives, in an example that the tests run."""
    shown = [
        ">>>" in (ast.get_docstring(node) or "")
        for _, node in public_definitions(package)
        if isinstance(node, ast.FunctionDef)
    ]
    assert 100 * sum(shown) >= EXAMPLES[package] * len(shown)


def drawn_errors() -> dict[str, str]:
    """Each error of the drawing at the head of `grader/errors.py`, with the one above it."""
    drawing = ast.get_docstring(tree(Path("grader/errors.py"))) or ""
    above: list[str] = []
    found: dict[str, str] = {}
    for line in drawing.splitlines():
        match = re.match(r"(?P<branch>[│├└─ ]*)(?P<name>[A-Z]\w+)  ", line)
        if match:
            depth = len(match["branch"]) // 4
            above[depth:] = [match["name"]]
            found[match["name"]] = above[depth - 1] if depth else "Exception"
    return found


def test_the_tree_of_errors_is_drawn_whole() -> None:
    """Every exception of ours that says a sentence to people stands in the one drawing."""
    bases = {
        node.name: base.id
        for _, node in public_definitions("grader", "cards", "service")
        if isinstance(node, ast.ClassDef)
        for base in node.bases[:1]
        if isinstance(base, ast.Name)
    }
    ours = {"GradeckError"}
    while more := {name for name, base in bases.items() if base in ours} - ours:
        ours |= more
    assert {name: bases[name] for name in ours} == drawn_errors()
