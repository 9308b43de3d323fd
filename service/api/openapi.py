"""The OpenAPI description: what the routes declare, plus what holds for all of them."""

from apiflask import APIFlask

from service.api.shapes import AnyObject

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
TEXT = {"type": "string"}
# Header lines that a route reads: named by its `takes`, described here once.
HEADERS = {
    "Idempotency-Key": "Up to 200 printable ASCII characters: under one key it is stored once.",
    "Prefer": "`wait=N`: wait up to N seconds for the verdict (RFC 7240).",
    "If-Match": "The ETag that was read: refused with 412 if it is another one now.",
    "If-None-Match": "An ETag that one has: 304 without a body if it is still the same.",
    "Accept": "`text/csv` for a spreadsheet.",
}
FORMS = {"Idempotency-Key": {"type": "string", "pattern": "^[!-~]([ -~]{0,198}[!-~])?$"}}
RETRY_AFTER = {
    "Retry-After": {
        "description": "Seconds until it may be tried again.",
        "required": True,
        "schema": {"type": "integer"},
    }
}
ETAG = {"ETag": {"description": "Changes with the answer.", "required": True, "schema": TEXT}}
SECURITY = {
    "token": {"type": "http", "scheme": "bearer"},
    "session": {"type": "apiKey", "in": "cookie", "name": "__Host-gradeck"},
}


def takes(*headers: str) -> AnyObject:
    """For a route's description: the header lines that it reads."""
    return {"x-takes": list(headers)}


def describe(app: APIFlask) -> None:
    """Add to the description what every operation shares."""
    app.config["SECURITY_SCHEMES"] = SECURITY

    @app.spec_processor
    def _complete(spec: AnyObject | str) -> AnyObject | str:
        if isinstance(spec, str):
            return spec
        spec.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
        for path in spec["paths"].values():
            for method, operation in path.items():
                if isinstance(operation, dict) and "responses" in operation:
                    _complete_operation(app, operation)
                    _complete_headers(method, operation)
        return spec


def _complete_operation(app: APIFlask, operation: AnyObject) -> None:
    view = _view_of(app, operation.get("operationId", ""))
    scopes, _, anonymous = getattr(view, "rule", ((), False, False))
    # The scopes that a token needs; a session has them all.
    needed: list[dict[str, list[str]]] = [{"token": list(scopes)}, {"session": []}]
    if not anonymous:
        operation["security"] = needed
    elif scopes:
        operation["security"] = [{}, *needed]
    if "requestBody" in operation:
        operation["requestBody"]["required"] = True
    for status, description in PROBLEMS.items():
        operation["responses"][status] = {
            "description": description,
            "content": {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
            },
        }


def _complete_headers(method: str, operation: AnyObject) -> None:
    responses = operation["responses"]
    names = operation.pop("x-takes", [])
    if "Accept" in names:
        responses["200"]["content"]["text/csv"] = {"schema": TEXT}
    if method == "get" and "application/json" in responses.get("200", {}).get("content", {}):
        names = [*names, "If-None-Match"]
        responses["200"]["headers"] = {} if "Accept" in names else ETAG
        responses["304"] = {"description": "It is as it was.", "headers": ETAG}
    operation.setdefault("parameters", []).extend(
        {
            "name": name,
            "in": "header",
            "description": HEADERS[name],
            "schema": FORMS.get(name, TEXT),
        }
        for name in names
        # What a client accepts has a place of its own in OpenAPI: the content types.
        if name != "Accept"
    )
    for status in ("429", "503"):
        responses[status]["headers"] = RETRY_AFTER


def _view_of(app: APIFlask, operation_id: str) -> object:
    for endpoint, view in app.view_functions.items():
        if operation_id.partition("_")[2] == endpoint.replace(".", "_"):
            return view
    return None
