"""The API is as its description says: schemathesis calls every operation, as two roles."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from jsonschema.validators import Draft202012Validator

from tests.service.world.system import System

FOLDER = Path(__file__).parent
EXAMPLES = "6"
SEED = "20261126"


@pytest.mark.servers
@pytest.mark.parametrize("role", ["student", "admin"])
def test_every_operation_is_as_described(embedded: System, tmp_path: Path, role: str) -> None:
    """Whatever a student or an admin sends, all checks hold, and nothing is a 500."""
    token = embedded.add_user(admin=role == "admin")
    command = [
        sys.executable, "-m", "schemathesis.cli",
        "--config-file", str(FOLDER / "schemathesis.toml"),
        "run", f"{embedded.web.address}/api/v1/openapi.json",
        "--header", f"Authorization: Bearer {token}",
        "--checks", "all", "--max-examples", EXAMPLES, "--seed", SEED, "--no-color",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True)

    assert 0 == done.returncode, f"{done.stdout[-8000:]}\n{done.stderr[-2000:]}"
    assert re.search(r"Tested: (\d+)", done.stdout), done.stdout
    assert embedded.web.is_alive()


def test_the_description_is_openapi(client: FlaskClient) -> None:
    """It is OpenAPI 3.1, every reference resolves, and every schema is a JSON Schema."""
    spec = client.get("/api/v1/openapi.json").get_json()
    names = set(spec["components"]["schemas"])
    found: set[str] = set()
    _references(spec, found)

    assert "3.1.0" == spec["openapi"]
    assert found <= {f"#/components/schemas/{name}" for name in names}
    for schema in spec["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_operation_is_named_once(client: FlaskClient) -> None:
    """Each operation has an id of its own, a summary and its problems."""
    spec = client.get("/api/v1/openapi.json").get_json()
    operations = [one for path in spec["paths"].values() for one in path.values()]
    ids = [one["operationId"] for one in operations]

    assert sorted(set(ids)) == sorted(ids)
    assert all(one["summary"] for one in operations)
    assert all({"401", "422", "503"} <= set(one["responses"]) for one in operations)


def test_only_the_api_is_described(client: FlaskClient) -> None:
    """Pages and probes are no operations."""
    spec = client.get("/api/v1/openapi.json").get_json()

    assert all(path.startswith("/api/v1/") for path in spec["paths"])


def _references(value: object, found: set[str]) -> None:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "$ref" and isinstance(inner, str):
                found.add(inner)
            _references(inner, found)
    elif isinstance(value, list):
        for inner in value:
            _references(inner, found)


def test_errors_are_described_as_problems(client: FlaskClient) -> None:
    """Whoever makes a client from the description finds RFC 9457's object under its name."""
    spec = client.get("/api/v1/openapi.json").get_json()

    assert "Problem" == spec["components"]["schemas"]["Problem"]["title"]
    assert "#/components/schemas/Problem" in str(spec["paths"]["/api/v1/me"]["get"]["responses"])
