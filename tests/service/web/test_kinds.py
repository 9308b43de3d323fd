"""Every refusal has its row: a status and a wording in each language, and no row lies about."""

import ast
import string
from pathlib import Path

from service.web.kinds import KINDS

SERVICE = Path(__file__).parents[3] / "service"
# HTTP's own errors come by their names.
OF_HTTP = {"method-not-allowed", "request-entity-too-large"}


def refused() -> set[str]:
    """The kinds that the code refuses with."""
    found = set()
    for path in SERVICE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                names = node.func.id in {"Refusal", "Problem", "_wording"} and node.args[:1]
                names = node.args[1:] if node.func.id == "faulty" else names
                if names and isinstance(kind := names[0], ast.Constant):
                    found.add(str(kind.value))
    return found


def test_every_kind_of_refusal_has_its_row() -> None:
    """What is refused has a status and a wording; a row that nothing is refused with is gone."""
    # A body that APIFlask refuses is of the one kind or the other.
    assert set(KINDS) == refused() | OF_HTTP


def test_wordings_are_sentences_that_take_the_detail_alone() -> None:
    """In either language a kind is a sentence, into which at most the refusal's own is put."""
    for name, kind in KINDS.items():
        assert 400 <= kind.status < 600, name
        for text in kind.wording.as_dict().values():
            fields = {field for _, field, _, _ in string.Formatter().parse(text) if field}
            assert fields <= {"detail"}, name
            assert text.endswith((".", "。", "{detail}")), name
