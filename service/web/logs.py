"""Logs: one JSON object a line, about requests and the queue; never answers, tokens or bodies."""

import logging
import secrets
import sys
import time
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog
from apiflask import APIFlask
from flask import Response, g, request

log = structlog.get_logger()
# Whatever an event carries under these names was put there by mistake.
HIDDEN = frozenset({
    "answers", "authorization", "body", "cookie", "csrf", "password", "raw", "secret", "seed",
    "token",
})  # fmt: skip


def hide(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """The event without the values that no log may hold.

    >>> hide(None, "info", {"event": "x", "token": "gdk_1"})
    {'event': 'x', 'token': 'hidden'}
    """
    return {name: "hidden" if name in HIDDEN else value for name, value in event.items()}


def show_places(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """The event with an exception as its kind and its places, without texts and variables."""
    error = event.pop("exc_info", None)
    error = sys.exc_info()[1] if error is True else error
    if isinstance(error, BaseException):
        event["exception"] = type(error).__name__
        event["places"] = [
            f"{frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)
        ]
    return event


def set_up_logs() -> None:
    """Write events to stderr as JSON lines."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            hide,
            show_places,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        # Looked up each time: whoever replaced stderr meanwhile gets the lines.
        logger_factory=lambda *_: structlog.WriteLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


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
