"""What touches mutmut: a module's mutants as JSON, and mutmut itself with one operator more.

    python tests/mutants/breaking.py list MODULE.py     every mutant: name, function, what changes
    python tests/mutants/breaking.py run NAME...        mutmut's own command

Both run in a folder whose pyproject.toml has mutmut's settings, and by this file's path, so that
nothing of the tree but the copy that mutmut makes can be imported.
"""

import difflib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import libcst as cst
from mutmut.mutation import mutators
from mutmut.mutation.file_mutation import mutate_file_contents
from mutmut.utils.format_utils import (
    get_mutant_name,
    mangled_name_from_mutant_name,
    orig_function_and_class_names_from_key,
)

# What mutmut turns round itself: comparisons, `and`, `or`, `not`.
TURNED = cst.Comparison | cst.BooleanOperation | cst.UnaryOperation | cst.NamedExpr


def turned(node: cst.If | cst.While | cst.CompIf) -> Iterator[cst.CSTNode]:
    """The statement with its condition turned round, where mutmut turns no part of it."""
    if not isinstance(node.test, TURNED):
        apart = cst.SimpleWhitespace(" ")
        yield node.with_changes(test=cst.UnaryOperation(cst.Not(apart), node.test))


def listed(path: Path) -> list[dict[str, str]]:
    """Every mutant of a module, with the lines that it takes out and puts in."""
    made = mutate_file_contents(str(path), path.read_text(encoding="utf-8"))
    lines = made.code.splitlines()

    def source(mangled: str, function: str) -> list[str]:
        span = made.line_span_by_function_name[mangled]
        return [line.replace(mangled, function) for line in lines[span.start - 1 : span.end]]

    mutants = []
    for name in made.mutant_names:
        key = get_mutant_name(path, name)
        original = mangled_name_from_mutant_name(name) + "__mutmut_orig"
        function, owner = orig_function_and_class_names_from_key(key)
        changes = list(difflib.ndiff(source(original, function), source(name, function)))
        mutants.append(
            {
                "name": key,
                "function": f"{owner}.{function}" if owner else function,
                "was": _lines(changes, "- "),
                "becomes": _lines(changes, "+ "),
            }
        )
    return mutants


def _lines(changes: list[str], sign: str) -> str:
    return "\n".join(line[2:].strip() for line in changes if line.startswith(sign))


if isinstance(mutators.mutation_operators, list):
    mutators.mutation_operators += [(kind, turned) for kind in (cst.If, cst.While, cst.CompIf)]

if __name__ == "__main__":
    from mutmut.__main__ import cli  # reads the settings of the folder, where there are some

    if sys.argv[1] == "list":
        print(json.dumps(listed(Path(sys.argv[2]))))  # noqa: T201 -- read by whoever asked
    else:
        cli()
