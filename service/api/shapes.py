"""Shapes that several resources share: strict objects, and the two wordings of a text."""

from typing import Any

from flask import Response
from pydantic import BaseModel, ConfigDict, Field


class Given(BaseModel):
    """A request's object: unknown names are refused, and no value is turned into another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Shown(BaseModel):
    """An answer's object."""

    model_config = ConfigDict(frozen=True)


class Wording(Shown):
    """A text in English and in Chinese."""

    en: str
    zh: str


class Page(Given):
    """Which part of a list: at most `limit` rows, those after the row `after`."""

    model_config = ConfigDict(extra="forbid", strict=False, frozen=True)

    limit: int = Field(50, ge=1, le=200)
    after: str = Field("", max_length=200, description="the `next` of the page before")


Id = Field(pattern="^[0-9a-f]{32}$", description="32 hexadecimal digits")
AnyObject = dict[str, Any]
Answer = AnyObject | Response | tuple[AnyObject | str, int] | tuple[AnyObject, int, dict[str, str]]


def described(description: str, shape: str) -> Any:  # noqa: ANN401 - APIFlask types it too narrowly
    """One more answer of a route, for its description: this shape, under another status."""
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{shape}"}}}
    return {"description": description, "content": content}
