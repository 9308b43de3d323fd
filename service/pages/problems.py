"""Errors as pages: the same sentence as the API's problem, for whoever asked for a page."""

from collections.abc import Mapping

from flask import Response, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from grader.errors import GradeckError, UnknownNameError
from service.api.problems import Problem
from service.pages.layout import blueprint, page, say_here


@blueprint.errorhandler(Problem)
def problem_page(error: Problem) -> ResponseReturnValue:
    """A problem as a page; who has to sign in first is sent there."""
    if error.status == 401 and request.method == "GET":
        return redirect(url_for("pages.sign_in", to=request.full_path.rstrip("?")), 303)
    return _shown(error.status, error.detail, error.headers)


@blueprint.errorhandler(GradeckError)
def refusal_page(error: GradeckError) -> ResponseReturnValue:
    """What was refused, as a page."""
    return _shown(404 if isinstance(error, UnknownNameError) else 422, str(error))


@blueprint.app_errorhandler(404)
def unknown_address(error: NotFound) -> ResponseReturnValue:
    """An address that nothing has: a page, but for the API and its clients."""
    if request.path.startswith(("/api/", "/static/")) or request.method != "GET":
        return Problem(404, "not-found", error.description or "not found").response()
    return _shown(404, request.path)


def _shown(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    heading = say_here("not-found" if status == 404 else "error")
    response = make_response(page("problem.html", heading=heading, detail=detail), status)
    response.headers.update(headers or {})
    return response
