"""What is wrong with a request's values, in sentences: what was expected, and what kind came.

No value is quoted: it may be a password in the wrong place.
"""

from collections.abc import Callable, Mapping
from inspect import isclass
from typing import Any, Final, cast, get_args

from pydantic import BaseModel, ValidationError

from grader.naming import nearest_name

Path = tuple[int | str, ...]

_LONGEST: Final = 80
_NAMED: Final = "a text such as 2026-11-23T12:00:00+08:00"
_SAID: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "string_type": lambda _: "a text",
    "bool_type": lambda _: "true or false",
    "int_type": lambda _: "a whole number",
    "int_parsing": lambda _: "a whole number",
    "int_from_float": lambda _: "a whole number",
    "float_type": lambda _: "a number",
    "list_type": lambda _: "a list",
    "dict_type": lambda _: "an object",
    "model_type": lambda _: "an object",
    "model_attributes_type": lambda _: "an object",
    "greater_than": lambda bound: f"more than {bound['gt']}",
    "greater_than_equal": lambda bound: f"{bound['ge']} or more",
    "less_than": lambda bound: f"less than {bound['lt']}",
    "less_than_equal": lambda bound: f"{bound['le']} or less",
    "string_too_short": lambda bound: f"{_counted(bound['min_length'], 'character')} or more",
    "string_too_long": lambda bound: f"at most {_counted(bound['max_length'], 'character')}",
    "too_short": lambda bound: f"at least {bound['min_length']}",
    "too_long": lambda bound: f"at most {bound['max_length']}",
    "literal_error": lambda bound: f"one of {bound['expected']}",
    "enum": lambda bound: f"one of {bound['expected']}",
    "timezone_aware": lambda _: f"{_NAMED}, with its time zone",
    "datetime_type": lambda _: _NAMED,
    "datetime_parsing": lambda _: _NAMED,
    "datetime_from_date_parsing": lambda _: _NAMED,
}

_BOUNDS: Final = {
    "greater_than": "less",
    "greater_than_equal": "less",
    "less_than": "more",
    "less_than_equal": "more",
}


def faults_of(error: ValidationError, model: type[BaseModel]) -> list[dict[str, str]]:
    """Each fault's place in the object, and what is wrong there.

    >>> class Asked(BaseModel, extra="forbid"):
    ...     limit: int
    >>> try:
    ...     Asked.model_validate({"limt": 5})
    ... except ValidationError as error:
    ...     for fault in faults_of(error, Asked):
    ...         print(fault["where"], "-", fault["message"])
    limit - expected a value, got nothing
    limt - expected a known name; did you mean 'limit'?
    """
    return [
        {"where": _place(one["loc"]), "message": _message(cast("Mapping[str, Any]", one), model)}
        for one in error.errors()
    ]


def _place(path: Path) -> str:
    return ".".join(str(step)[:_LONGEST] for step in path) or "the body"


def _message(error: Mapping[str, Any], model: type[BaseModel]) -> str:
    kind, bound = error["type"], error.get("ctx", {})
    if kind == "missing":
        return "expected a value, got nothing"
    if kind == "extra_forbidden":
        return f"expected a known name{_nearest(error['loc'], model)}"
    if kind == "value_error":
        return str(bound["error"])
    if kind == "string_pattern_mismatch":
        return f"expected {_described(error['loc'], model) or bound['pattern']}, got another text"
    said = _SAID.get(kind)
    if said is None:
        return str(error["msg"])
    return f"expected {said(bound)}, got {_BOUNDS.get(kind) or _came(error['input'])}"


def _nearest(path: Path, model: type[BaseModel]) -> str:
    if len(path) > 1:
        return ""
    near = nearest_name(str(path[-1]), model.model_fields)
    return f"; did you mean {near!r}?" if near else f"; there are {', '.join(model.model_fields)}"


def _described(path: Path, model: type[BaseModel]) -> str:
    """What the field's description says that its text is."""
    inner: type[BaseModel] | None = model
    description = ""
    for step in path:
        if isinstance(step, int):
            continue
        field = inner.model_fields.get(step) if inner else None
        description = (field.description if field else "") or ""
        held = (field.annotation, *get_args(field.annotation)) if field else ()
        inner = next((one for one in held if isclass(one) and issubclass(one, BaseModel)), None)
    return description


def _came(value: object) -> str:
    """What kind of value came; of a text or list its length, and never itself."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return f"a text of {_counted(len(value), 'character')}"
        case list():
            return f"a list of {len(value):,}"
        case dict():
            return f"an object of {_counted(len(value), 'name')}"
    return "another value"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
