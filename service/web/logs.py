"""The log of requests: those that went wrong or took long, without paths, bodies or tokens."""

import secrets
import time

import structlog
from apiflask import APIFlask
from flask import Response, g, request

log = structlog.get_logger()


def add_request_log(app: APIFlask) -> None:
    """Log every request that went wrong or took long, with an id that the answer carries too."""

    @app.before_request
    def _start() -> None:
        g.request_id = secrets.token_hex(8)
        g.started = time.perf_counter()

    @app.after_request
    def _end(response: Response) -> Response:
        seconds = time.perf_counter() - g.get("started", time.perf_counter())
        response.headers["X-Request-Id"] = g.get("request_id", "")
        if response.status_code >= 500 or seconds > 1:
            log.warning(
                "request",
                method=request.method,
                # The rule, not the path: a path may hold an invite's token.
                route=str(request.url_rule or "none"),
                status=response.status_code,
                seconds=round(seconds, 3),
                request=g.get("request_id", ""),
            )
        return response
