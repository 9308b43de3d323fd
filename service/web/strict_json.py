"""JSON as the standard means it: no NaN, no 1e999, no duplicate names, bounded depth."""

import json
import math
import re
from typing import Any, NoReturn

from flask import Request
from flask.json.provider import DefaultJSONProvider

from service.classroom.refusals import Refusal, bad_values

DEPTH = 20
_STRUCTURE = re.compile(r'\\.|["\[\]{}]', re.DOTALL)


class BadJsonError(ValueError):
    """Text that is not JSON, or not JSON that is taken here."""


def read_json(text: str | bytes) -> object:
    """The value of a JSON text.

    >>> read_json('{"a": [1, 2.5]}')
    {'a': [1, 2.5]}
    >>> read_json("[NaN]")
    Traceback (most recent call last):
        ...
    service.web.strict_json.BadJsonError: NaN is no number in JSON
    >>> read_json("[1e999]")
    Traceback (most recent call last):
        ...
    service.web.strict_json.BadJsonError: 1e999 is beyond the numbers that can be kept exactly
    """
    if isinstance(text, bytes):
        try:
            text = text.decode()
        except UnicodeDecodeError as error:
            message = f"byte {error.start} is not UTF-8"
            raise BadJsonError(message) from error
    _check_depth(text)
    try:
        value = json.loads(
            text,
            parse_constant=_refuse_constant,
            parse_float=_finite,
            object_pairs_hook=_without_duplicates,
        )
    except json.JSONDecodeError as error:
        message = f"line {error.lineno}, column {error.colno}: {error.msg}"
        raise BadJsonError(message) from error
    except ValueError as error:
        if isinstance(error, BadJsonError):
            raise
        message = "a number has too many digits"
        raise BadJsonError(message) from error
    if "\\ud" in text.lower():
        _check_pairs(value)
    return value


def _check_depth(text: str) -> None:
    depth, quoted = 0, False
    for mark in _STRUCTURE.findall(text):
        if mark == '"':
            quoted = not quoted
        elif quoted:
            continue
        elif mark in "[{":
            depth += 1
            if depth > DEPTH:
                message = f"expected at most {DEPTH} levels of nesting, got more"
                raise BadJsonError(message)
        elif mark in "]}":
            depth -= 1


def _refuse_constant(name: str) -> NoReturn:
    message = f"{name} is no number in JSON"
    raise BadJsonError(message)


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        message = f"{text[:40]} is beyond the numbers that can be kept exactly"
        raise BadJsonError(message)
    return number


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        message = f"the name {twice[:80]!r} stands twice in one object"
        raise BadJsonError(message)
    return value


def _check_pairs(value: object) -> None:
    """Half of a surrogate pair is no character: no file and no other JSON can hold it."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        message = f"\\u{ord(error.object[error.start]):04x} is half of a surrogate pair"
        raise BadJsonError(message) from error


class StrictProvider(DefaultJSONProvider):
    """Flask's JSON, read strictly."""

    sort_keys = False
    ensure_ascii = False

    def loads(self, s: str | bytes, **_options: object) -> object:
        """The value of a JSON text."""
        return read_json(s)


class StrictRequest(Request):
    """A request that says what is wrong with its JSON, and wants it declared as JSON."""

    def get_json(  # type: ignore[override]  # by name, as Flask and APIFlask call it
        self, *, force: bool = False, silent: bool = False, cache: bool = True
    ) -> object:
        """The body's value; a body of another type is refused with 415."""
        if not self.is_json:
            given = self.mimetype or "nothing"
            detail = f"expected Content-Type: application/json, got {given}"
            raise Refusal("not-json", detail)
        value = super().get_json(force=force, silent=silent, cache=cache)
        if value is None:
            # APIFlask would take it for an object without names.
            raise bad_values([{"where": "the body", "message": "expected an object, got null"}])
        return value

    def on_json_loading_failed(self, error: ValueError | None) -> NoReturn:
        """The answer for a body that is no JSON."""
        detail = f"the body is not JSON that can be taken: {error}"
        raise Refusal("bad-json", detail)
