"""The source tree as tests read it: its files, their parse trees, what each imports and calls."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@cache
def tracked() -> tuple[Path, ...]:
    """Every file of the tree that git keeps or would keep, as paths from the root."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    paths = [Path(name) for name in listed.split("\0") if name]
    return tuple(sorted(path for path in paths if (ROOT / path).is_file()))


def sources(*packages: str) -> list[Path]:
    """The Python files of some packages, or of the whole tree."""
    found = [path for path in tracked() if path.suffix == ".py"]
    return [path for path in found if not packages or path.parts[0] in packages]


@cache
def tree(path: Path) -> ast.Module:
    """A file, parsed."""
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), filename=str(path))


def module_name(path: Path) -> str:
    """The name a file is imported by."""
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in sources()}


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Each module that a file imports, as (line, full name), wherever in it the import stands."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = node.module or ""
            if node.level:
                package = path.parts[: len(path.parts) - node.level]
                origin = ".".join([*package, *([origin] if origin else [])])
            inner = {f"{origin}.{alias.name}" for alias in node.names} & MODULES.keys()
            whole = len(inner) < len(node.names)
            yield from ((node.lineno, name) for name in [*sorted(inner), *[origin] * whole])


def within(module: str, places: tuple[str, ...]) -> bool:
    """Whether a module is one of these places or lies below one."""
    return any(module == place or module.startswith(place + ".") for place in places)


def calls(path: Path) -> Iterator[tuple[int, str]]:
    """Each method that a file calls, as (line, name)."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.lineno, node.func.attr
