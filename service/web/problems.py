"""Problems: every error of the API as application/problem+json (RFC 9457), for people too."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from apiflask import APIFlask, HTTPError
from flask import Response, request
from werkzeug.exceptions import HTTPException

from grader.errors import FaultsError, GradeckError, UnknownNameError
from service.store.engine import StoreBusyError

log = structlog.get_logger()
BUSY_SECONDS = 2


class Problem(Exception):  # noqa: N818 - the word of RFC 9457
    """An answer that says what is wrong: a kind, a status, and a sentence with the values."""

    def __init__(
        self,
        status: int,
        kind: str,
        detail: str,
        *,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """`kind` is a stable short name; `errors` are the single faults, each with its place."""
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.detail = detail
        self.errors = errors
        self.headers = headers or {}

    def response(self) -> Response:
        """The problem as an HTTP response."""
        body: dict[str, Any] = {
            "type": f"urn:gradeck:{self.kind}",
            "title": self.kind.replace("-", " "),
            "status": self.status,
            "detail": self.detail,
            "instance": request.path,
        }
        if self.errors:
            body["errors"] = list(self.errors)
        response = Response(json.dumps(body), self.status, content_type="application/problem+json")
        response.headers.update(self.headers)
        return response


def not_found(what: str, name: str) -> Problem:
    """The answer for a row that is not there, or not visible to the one who asks."""
    return Problem(404, "not-found", f"no {what} {name!r}, or not yours to see")


def problem_of(error: HTTPException) -> Problem:
    """The problem that an HTTP error is, with those of its headers that tell what to do."""
    kind = (error.name or "error").lower().replace(" ", "-")
    headers = {
        name: value
        for name, value in error.get_headers()
        if name.lower() in {"allow", "retry-after", "location"}
    }
    return Problem(error.code or 500, kind, error.description or kind, headers=headers)


def add_problem_handlers(app: APIFlask) -> None:
    """Let every error leave as a problem, and no traceback at all.

    HTTP errors are handled where pages and problems are told apart: `service.pages.problems`.
    """
    app.register_error_handler(Problem, lambda error: error.response())
    app.register_error_handler(StoreBusyError, _busy)
    app.register_error_handler(FaultsError, _faults)
    app.register_error_handler(UnknownNameError, _unknown)
    app.register_error_handler(GradeckError, _refused)
    app.register_error_handler(Exception, _unforeseen)

    def _validation(error: HTTPError) -> Response:
        faults = [
            {"where": f"{place}.{field}", "message": message}
            for place, fields in (error.detail or {}).items()
            if isinstance(fields, dict)
            for field, messages in fields.items()
            for message in messages
        ]
        places = "; ".join(f"{fault['where']}: {fault['message']}" for fault in faults)
        detail = places or str(error.message)
        kind = "bad-values" if faults else "refused"
        return Problem(error.status_code, kind, detail, errors=faults).response()

    # Not by @error_processor, which takes the handling of all other HTTP errors along.
    app.error_callback = _validation


def _busy(error: StoreBusyError) -> Response:
    log.warning("the store is busy", reason=str(error))
    headers = {"Retry-After": str(BUSY_SECONDS)}
    detail = (
        "the database cannot be reached at the moment; try again: what is sent with the same "
        "Idempotency-Key is stored once, whatever became of it now"
    )
    return Problem(503, "store-busy", detail, headers=headers).response()


def _faults(error: FaultsError) -> Response:
    faults = [{"where": fault.where, "message": str(fault)} for fault in error.faults]
    return Problem(422, "faults", str(error), errors=faults).response()


def _unknown(error: UnknownNameError) -> Response:
    return Problem(404, "unknown-name", str(error)).response()


def _refused(error: GradeckError) -> Response:
    return Problem(422, "refused", str(error)).response()


def _unforeseen(error: Exception) -> Response:
    # The kind and the place only: an exception's text may quote an answer or a token.
    log.error("unforeseen", exc_info=error, error=type(error).__name__, route=str(request.url_rule))
    detail = "this should not have happened; nothing else is affected"
    return Problem(500, "unforeseen", detail).response()
