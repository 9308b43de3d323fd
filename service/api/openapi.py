"""The OpenAPI description: what the routes declare, plus what holds for all of them."""

from typing import Any

from apiflask import APIFlask

PROBLEM = {
    "type": "object",
    "title": "Problem",
    "description": "What is wrong, as RFC 9457 says it.",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["where", "message"],
                "properties": {"where": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}
PROBLEMS = {
    "400": "The request cannot be read.",
    "401": "Not signed in, or the token is not good any more.",
    "403": "Not allowed to this user or token.",
    "404": "Not there, or not visible to this user.",
    "409": "It cannot be done in the present state.",
    "412": "It was changed meanwhile: read it again.",
    "413": "The body is too large.",
    "415": "The body is not of the declared type.",
    "422": "A value is not as expected.",
    "429": "Too many requests; Retry-After says when to come again.",
    "503": "Nothing was stored; try again.",
}
SECURITY = {
    "token": {"type": "http", "scheme": "bearer"},
    "session": {"type": "apiKey", "in": "cookie", "name": "__Host-gradeck"},
}


def describe(app: APIFlask) -> None:
    """Add to the description what every operation shares."""
    app.config["SECURITY_SCHEMES"] = SECURITY

    @app.spec_processor
    def _complete(spec: dict[str, Any] | str) -> dict[str, Any] | str:
        if isinstance(spec, str):
            return spec
        spec.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
        for path in spec["paths"].values():
            for operation in path.values():
                if not isinstance(operation, dict):
                    continue
                _complete_operation(app, operation)
        return spec


def _complete_operation(app: APIFlask, operation: dict[str, Any]) -> None:
    view = _view_of(app, operation.get("operationId", ""))
    scopes, _, anonymous = getattr(view, "rule", ((), False, False))
    if not anonymous:
        operation["security"] = [{"token": []}, {"session": []}]
    elif scopes:
        operation["security"] = [{}, {"token": []}, {"session": []}]
    if "requestBody" in operation:
        operation["requestBody"]["required"] = True
    for status, description in PROBLEMS.items():
        operation["responses"][status] = {
            "description": description,
            "content": {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
            },
        }


def _view_of(app: APIFlask, operation_id: str) -> object:
    for endpoint, view in app.view_functions.items():
        if operation_id.partition("_")[2] == endpoint.replace(".", "_"):
            return view
    return None
