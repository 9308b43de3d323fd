"""Shapes that several resources share: strict objects, and the two wordings of a text."""

from collections.abc import Callable, Collection
from typing import Annotated, Any, Self, TypeVar, cast

from flask import Response
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    RootModel,
    ValidationError,
)

from grader.wording import CHOICES, LANGUAGES
from service.api.faults import faults_of
from service.auth.roles import Role
from service.classroom.refusals import bad_values
from service.store.ids import PATTERN
from service.store.paging import Portion

Value = TypeVar("Value")
AnyObject = dict[str, Any]


class Given(BaseModel):
    """A request's object: unknown names are refused, and no value is turned into another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    @classmethod
    def model_validate(cls, obj: object, **options: Any) -> Self:  # noqa: ANN401 - as pydantic's own
        """The object; a Refusal with every fault in a sentence."""
        try:
            return super().model_validate(obj, **options)
        except ValidationError as error:
            raise bad_values(faults_of(error, cls)) from None


def _whole(value: object) -> object:
    """JSON has one kind of number: 5.0 is the whole number 5."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _text_only(value: object) -> object:
    """A moment is written as text: a number would be taken for seconds since 1970."""
    if not isinstance(value, str):
        raise ValueError("expected a text such as 2026-11-23T12:00:00+08:00")  # noqa: TRY004 - pydantic reports a ValueError, and lets a TypeError through
    return value


# After the bounds of its field, or the description would not name them.
WHOLE = BeforeValidator(_whole)
MomentText = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_text_only)]


def left_out(**rules: Any) -> Any:  # noqa: ANN401 - as pydantic's own
    """The field of a change that may be left out: its value is never looked at then."""
    return Field(
        None, json_schema_extra=lambda schema: cast(AnyObject, schema).pop("default"), **rules
    )


def one_of(names: Collection[str]) -> AfterValidator:
    """The rule that a value is one of these names, which a table of another room lists."""

    def check(value: str) -> str:
        if value not in names:
            raise ValueError(f"expected one of {', '.join(names)}")
        return value

    return AfterValidator(check)


RoleName = Annotated[str, Field(json_schema_extra={"enum": [*Role]}), one_of([*Role])]
LanguageChoice = Annotated[str, Field(json_schema_extra={"enum": [*CHOICES]}), one_of(CHOICES)]


class Shown(BaseModel):
    """An answer's object."""

    model_config = ConfigDict(frozen=True)


def _languages(schema: AnyObject) -> None:
    """Name the languages in the description, which the table of languages lists."""
    schema["properties"] = {code: {"type": "string"} for code in LANGUAGES}
    schema["required"] = [*LANGUAGES]


class Wording(RootModel[dict[str, str]]):
    """A text by language."""

    model_config = ConfigDict(frozen=True, json_schema_extra=_languages)


class Page(Given):
    """Which part of a list: at most `limit` rows, those after the row `after`."""

    model_config = ConfigDict(extra="forbid", strict=False, frozen=True)

    limit: int = Field(50, ge=1, le=200)
    after: str = Field("", max_length=200, description="the `next` of the page before")


RowId = Annotated[str, Field(pattern=PATTERN, description="32 hexadecimal digits")]
ApiAnswer = (
    AnyObject | Response | tuple[AnyObject | str, int] | tuple[AnyObject, int, dict[str, str]]
)


def described(description: str, shape: str) -> Any:  # noqa: ANN401 - APIFlask types it too narrowly
    """One more answer of a route, for its description: this shape, under another status."""
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{shape}"}}}
    return {"description": description, "content": content}


def paged(part: Portion[Value], shown: Callable[[Value], AnyObject]) -> AnyObject:
    """A part of a list as an answer: its items, and where the next begins."""
    return {"items": [shown(one) for one in part.items], "next": part.next}
