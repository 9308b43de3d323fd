"""Errors as pages: the same sentence as the API's problem, for whoever asked for a page."""

from collections.abc import Mapping

from flask import Response, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from grader.errors import GradeckError, UnknownNameError
from service.api.problems import Problem
from service.pages.layout import blueprint, page, say_here


def add_problem_pages() -> None:
    """Show errors of pages, and of addresses that no page has, as pages."""
    blueprint.register_error_handler(Problem, _problem)
    blueprint.register_error_handler(GradeckError, _refused)

    @blueprint.app_errorhandler(404)
    def _unknown_address(error: HTTPException) -> ResponseReturnValue:
        if request.path.startswith(("/api/", "/static/")) or request.method != "GET":
            problem = Problem(404, "not-found", error.description or "not found")
            return problem.response()
        return _shown(404, say_here("not-found"), request.path)


def _problem(error: Problem) -> ResponseReturnValue:
    if error.status == 401 and request.method == "GET":
        return redirect(url_for("pages.sign_in", to=request.full_path.rstrip("?")), 303)
    return _shown(error.status, _heading(error.status), error.detail, error.headers)


def _refused(error: GradeckError) -> ResponseReturnValue:
    status = 404 if isinstance(error, UnknownNameError) else 422
    return _shown(status, _heading(status), str(error))


def _heading(status: int) -> str:
    return say_here("not-found" if status == 404 else "error")


def _shown(
    status: int, heading: str, detail: str, headers: Mapping[str, str] | None = None
) -> Response:
    response = make_response(page("problem.html", heading=heading, detail=detail), status)
    response.headers.update(headers or {})
    return response
