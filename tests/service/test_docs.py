"""The documents are held to the code: settings, operations, and every test that security names."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.config import Config

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)")
PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])
# What stands against each of these must be in the table.
ITEMS = (
    "visible_to", "roles", "Answers before", "attempts", "Sessions", "argon2id", "CSRF",
    "inline", "full width", "JSON", "YAML", "Celery", "Logs", "healthz", "metrics",
)  # fmt: skip


def setting_rows() -> list[str]:
    """A line of the table for each setting."""
    rows = []
    for name, field in Config.model_fields.items():
        default = field.default
        shown = getattr(default, "get_secret_value", lambda default=default: default)()
        text = "" if shown in {None, ()} else str(shown)
        written = f"`{text.lower() if isinstance(shown, bool) else text}`" if text else ""
        rows.append(f"| `GRADECK_{name.upper()}` | {written} | {field.description} |")
    return rows


def route_rows(spec: dict[str, Any]) -> list[str]:
    """A line of the table for each operation."""
    rows = []
    for path, methods in sorted(spec["paths"].items()):
        for method, operation in sorted(methods.items()):
            security = operation.get("security", [])
            scopes = [scope for one in security for scope in one.get("token", [])]
            needed = ", ".join(scopes) or ("any" if security else "–")
            optional = {} in security
            place = f"{method.upper()} {path.removeprefix('/api/v1')}"
            shown = f"[{needed}]" if optional else needed
            rows.append(f"| `{place}` | {shown} | {operation['summary']} |")
    return rows


def read(name: str) -> str:
    """A document."""
    return (DOCS / name).read_text(encoding="utf-8")


def test_every_setting_is_documented() -> None:
    """Each setting stands in the reference with its default and what it is, and no other does."""
    written = re.findall(r"^\| `GRADECK_.*$", read("reference/settings.md"), re.MULTILINE)

    assert setting_rows() == written


def test_every_operation_is_documented(client: FlaskClient) -> None:
    """Each operation stands in the reference with its scopes and its summary, and no other does."""
    spec = client.get("/api/v1/openapi.json").get_json()
    written = re.findall(r"^\| `[A-Z]+ /.*$", read("reference/api.md"), re.MULTILINE)

    assert route_rows(spec) == written


def test_every_test_that_security_names_exists() -> None:
    """A defence without its test would be a promise."""
    named = TEST.findall(read("explanation/security.md"))
    missing = [
        f"{path}::{name}"
        for path, name in named
        if name
        not in {
            node.name
            for node in ast.parse((ROOT / path).read_text(encoding="utf-8")).body
            if isinstance(node, ast.FunctionDef)
        }
    ]

    assert [] == missing
    assert len(named) > 40


def test_every_item_of_security_has_a_defence_and_a_test() -> None:
    """Each row has its three cells, the last with a test; none of what must be there is missing."""
    text = read("explanation/security.md")
    rows = [line for line in text.splitlines() if line.startswith("| ")][0:]
    rows = [line for line in rows if not line.startswith(("| item", "|---"))]

    assert [] == [row for row in rows if row.count(" | ") != 2 or not TEST.search(row)]
    assert [] == [item for item in ITEMS if item.lower() not in text.lower()]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Every link between documents leads to a file, and to a heading that it has."""
    dead = []
    for target, anchor in LINK.findall(page.read_text(encoding="utf-8")):
        path = (page.parent / target).resolve() if target else page
        if not path.exists() or (anchor and anchor not in headings(path)):
            dead.append(f"{target}#{anchor}")

    assert [] == dead


def headings(page: Path) -> set[str]:
    """The anchors of a page's headings, as code hosts make them."""
    lines = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in lines}
