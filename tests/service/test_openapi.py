"""The API is as its description says: schemathesis calls every operation, as two roles."""

from typing import Any

import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from jsonschema.validators import Draft202012Validator
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import ignored_auth

from service.app import GradeckApp, create_app
from service.auth.identity import Scope
from service.config import read_config
from service.running import EXTENSION, Service
from service.store.migrating import migrate
from service.store.people import add_token, add_user
from tests.service.sums import Sums

EXAMPLES = 12


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> GradeckApp:
    """One application for all calls: what one made, another finds."""
    many = "1000000/hour"
    config = read_config(
        data=tmp_path_factory.mktemp("openapi"),
        secure_cookies=False,
        open_practice=True,
        rate_submit=many,
        rate_login=many,
        rate_default=many,
    )
    app = create_app(config, Sums())
    migrate(app.extensions[EXTENSION].store)
    return app


@pytest.fixture(scope="module")
def described(served: GradeckApp) -> Any:  # noqa: ANN401 - schemathesis's schema
    """The API's description, bound to the application."""
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", served)


@pytest.fixture(scope="module")
def tokens(served: GradeckApp) -> dict[str, str]:
    """A token of a student and one of an administrator."""
    service: Service = served.extensions[EXTENSION]
    made = {}
    with service.store.write() as connection:
        for login in ("student", "admin"):
            user_id = add_user(connection, login, login, admin=login == "admin")
            _, made[login] = add_token(connection, user_id, "t", list(Scope), days=1)
    return made


FEW = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("role", ["student", "admin"])
def test_every_operation_is_as_described(
    described: schemathesis.BaseSchema, tokens: dict[str, str], role: str
) -> None:
    """Whatever a student or an admin sends, the answer is as described, and never a 500."""
    headers = {"Authorization": f"Bearer {tokens[role]}"}
    failures = []
    for result in described.get_all_operations():
        assert isinstance(result, Ok), result
        operation = result.ok()
        try:
            _call(operation, headers)
        except (FailureGroup, AssertionError) as failure:
            failures.append(f"{operation.label}: {failure}")

    assert [] == failures, "\n\n".join(failures)


def _call(operation: Any, headers: dict[str, str]) -> None:  # noqa: ANN401 - schemathesis's own
    @FEW
    @given(case=operation.as_strategy())
    def call(case: schemathesis.Case[Any]) -> None:
        # A call without the token is part of the table of roles, which knows what each answers.
        case.call_and_validate(headers=headers, excluded_checks=[ignored_auth])

    call()


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
