"""Problems: every error of the API as application/problem+json (RFC 9457), for people too."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from apiflask import APIFlask, HTTPError
from flask import Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge

from grader.errors import FaultsError, GradeckError, UnknownNameError
from service.classroom.refusals import Refusal, faulty
from service.store.engine import StoreBusyError
from service.web.kinds import KINDS

log = structlog.get_logger()
BUSY_SECONDS = 2


class Problem(Refusal):
    """A refusal of the web's own: with header lines, or a status that HTTP gave it."""

    def __init__(
        self,
        kind: str,
        detail: str,
        *,
        errors: Sequence[Mapping[str, str]] = (),
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Without `status` it is the kind's."""
        super().__init__(kind, detail, errors=errors)
        self.status = status or KINDS[kind].status
        self.headers = headers or {}


def status_of(refusal: Refusal) -> int:
    """The HTTP status that a refusal is answered with."""
    return refusal.status if isinstance(refusal, Problem) else KINDS[refusal.kind].status


def headers_of(refusal: Refusal) -> Mapping[str, str]:
    """The header lines that go with a refusal."""
    return refusal.headers if isinstance(refusal, Problem) else {}


def wording_of(refusal: Refusal, language: str) -> str:
    """A refusal in a sentence for people."""
    kind = KINDS.get(refusal.kind)
    if kind is None:
        return refusal.detail
    return kind.wording.in_(language).format(detail=refusal.detail)


def refusal_of(error: GradeckError) -> Refusal:
    """What an error of the rooms below is to the one who asked: a refusal of the nearest kind."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, FaultsError):
        return faulty(error)
    unknown = isinstance(error, UnknownNameError)
    return Refusal("unknown-name" if unknown else "refused", str(error))


def answer(refusal: Refusal) -> Response:
    """A refusal as application/problem+json."""
    status = status_of(refusal)
    body: dict[str, Any] = {
        "type": f"urn:gradeck:{refusal.kind}",
        "title": refusal.kind.replace("-", " "),
        "status": status,
        "detail": refusal.detail,
        "instance": request.path,
    }
    if refusal.errors:
        body["errors"] = list(refusal.errors)
    response = Response(json.dumps(body), status, content_type="application/problem+json")
    response.headers.update(headers_of(refusal))
    return response


def problem_of(error: HTTPException) -> Problem:
    """The problem that an HTTP error is, with those of its headers that tell what to do."""
    kind = (error.name or "error").lower().replace(" ", "-")
    headers = {
        name: value
        for name, value in error.get_headers()
        if name.lower() in {"allow", "retry-after", "location"}
    }
    detail = error.description or kind
    if isinstance(error, RequestEntityTooLarge) and request.max_content_length:
        detail = f"expected a body of at most {request.max_content_length:,} bytes, got more"
    elif isinstance(error, MethodNotAllowed):
        detail = f"{request.method} is not done here; there is {headers.get('Allow', 'none')}"
    return Problem(kind, detail, status=error.code or 500, headers=headers)


def add_problem_handlers(app: APIFlask) -> None:
    """Let every error leave as a problem, and no traceback at all.

    HTTP errors are handled where pages and problems are told apart: `service.pages.problems`.
    """
    app.register_error_handler(StoreBusyError, _busy)
    app.register_error_handler(GradeckError, lambda error: answer(refusal_of(error)))
    app.register_error_handler(Exception, _unforeseen)

    def _by_the_framework(error: HTTPError) -> Response:
        return answer(Problem("refused", str(error.message), status=error.status_code))

    # Not by @error_processor, which takes the handling of all other HTTP errors along.
    app.error_callback = _by_the_framework


def _busy(error: StoreBusyError) -> Response:
    log.warning("the store is busy", reason=str(error))
    headers = {"Retry-After": str(BUSY_SECONDS)}
    detail = (
        "the database cannot be reached at the moment; try again: what is sent with the same "
        "Idempotency-Key is stored once, whatever became of it now"
    )
    return answer(Problem("store-busy", detail, headers=headers))


def _unforeseen(error: Exception) -> Response:
    # Its kind and where it came from only: an exception's text may quote an answer or a token.
    log.error("unforeseen", exc_info=error, error=type(error).__name__, route=str(request.url_rule))
    detail = "this should not have happened; nothing else is affected"
    return answer(Refusal("unforeseen", detail))
