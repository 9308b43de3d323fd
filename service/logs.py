"""Logs: one JSON object a line, of every process; never answers, tokens, bodies or secrets.

Without this a worker's tracebacks would show local variables, and other libraries' the texts of
exceptions, which quote what they were about.
"""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog

log = structlog.get_logger()
# Whatever an event carries under these names was put there by mistake.
HIDDEN = frozenset({
    "answers", "authorization", "body", "cookie", "csrf", "password", "raw", "secret", "seed",
    "token",
})  # fmt: skip


def set_up_logs() -> None:
    """Write events to stderr as JSON lines, our own and those of the libraries."""
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
    root = logging.getLogger()
    if not any(isinstance(handler, _Libraries) for handler in root.handlers):
        root.addHandler(_Libraries())


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


class _Libraries(logging.Handler):
    """Passes on what libraries log; where an exception is told of, without any text of it."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        # A message about an exception quotes its text, and that quotes whatever it was about.
        event = "exception" if error else record.getMessage()
        log.log(record.levelno, event, logger=record.name, exc_info=error)
