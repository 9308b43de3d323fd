"""Errors as pages: the sentence of the API's problem in the visitor's language.

A form that was refused comes up again with all that was typed, where its view knows how to
show itself again.
"""

from collections.abc import Callable, Mapping
from typing import TypeVar

import structlog
from flask import Response, current_app, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from grader.errors import GradeckError
from service.classroom.refusals import Refusal
from service.pages.layout import blueprint, language, page, say_here
from service.store.engine import StoreBusyError
from service.web.problems import (
    BUSY_SECONDS,
    answer,
    headers_of,
    problem_of,
    refusal_of,
    status_of,
    wording_of,
)
from service.web.requests import identity

View = TypeVar("View", bound=Callable[..., object])

log = structlog.get_logger()
# Without an identity there is nothing to show again; what is not there is not there either.
FINAL = frozenset({401, 404})


def shown_again(again: Callable[..., str]) -> Callable[[View], View]:
    """Mark a form's view: `again(notice=…, **the address's values)` is its page, filled in."""

    def mark(view: View) -> View:
        view.again = again  # type: ignore[attr-defined]  # read below
        return view

    return mark


@blueprint.errorhandler(Refusal)
def problem_page(refusal: Refusal) -> ResponseReturnValue:
    """A refusal as a page; who has to sign in first is sent there."""
    if status_of(refusal) == 401 and request.method == "GET":
        return redirect(url_for("pages.sign_in", to=request.full_path.rstrip("?")), 303)
    detail = wording_of(refusal, language())
    again = _form_again(refusal, detail)
    return again or _shown(status_of(refusal), detail, headers_of(refusal))


@blueprint.errorhandler(StoreBusyError)
def busy_page(error: StoreBusyError) -> ResponseReturnValue:
    """The database is away: nothing was stored, and what was typed is in the form still."""
    log.warning("the store is busy", reason=str(error))
    return _bare(503, _wording("store-busy"), {"Retry-After": str(BUSY_SECONDS)})


@blueprint.errorhandler(GradeckError)
def faults_page(error: GradeckError) -> ResponseReturnValue:
    """What was refused below, as a page."""
    return problem_page(refusal_of(error))


@blueprint.errorhandler(Exception)
def unforeseen_page(error: Exception) -> ResponseReturnValue:
    """What should not have happened: logged without its text, which may quote an answer."""
    log.error("unforeseen", exc_info=error, error=type(error).__name__, route=str(request.url_rule))
    return _bare(500, _wording("unforeseen"))


@blueprint.errorhandler(HTTPException)
@blueprint.app_errorhandler(HTTPException)
def http_page(error: HTTPException) -> ResponseReturnValue:
    """A wrong address, method or size: a page, but for the API and for files a problem."""
    problem = problem_of(error)
    status, headers = problem.status, problem.headers
    if status < 400:
        return Response("", status, headers)
    if request.path.startswith(("/api/", "/static/", "/metrics", "/healthz", "/readyz")):
        return answer(problem)
    detail = request.path if status == 404 else wording_of(problem, language())
    return _shown(status, detail, headers)


def _wording(kind: str) -> str:
    return wording_of(Refusal(kind, ""), language())


def _form_again(refusal: Refusal, detail: str) -> Response | None:
    again = getattr(current_app.view_functions.get(request.endpoint or ""), "again", None)
    if again is None or request.method != "POST" or status_of(refusal) in FINAL:
        return None
    try:
        page_again = again(**(request.view_args or {}), notice=detail)
    except Refusal:
        return None
    response = make_response(page_again, status_of(refusal))
    response.headers.update(headers_of(refusal))
    return response


def _shown(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    try:
        identity()
    except GradeckError:  # a bad token, or the database away
        return _bare(status, detail, headers)
    return _page(status, detail, headers)


def _bare(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """A page that asks the database for nothing, since that may be what is amiss."""
    return _page(status, detail, headers, bare=True)


def _page(
    status: int, detail: str, headers: Mapping[str, str] | None, *, bare: bool = False
) -> Response:
    heading = say_here("not-found" if status == 404 else "error")
    text = page("problem.html", heading=heading, detail=detail, bare=bare)
    response = make_response(text, status)
    response.headers.update(headers or {})
    return response
