"""/variants/…/draft and /variants/…/solution: before handing in, and after release."""

import json
from typing import Annotated

from apiflask import APIBlueprint
from pydantic import ConfigDict, Field
from sqlalchemy import Connection

from service.api.shapes import AnyObject, Given, Shown, Wording
from service.auth.identity import Scope
from service.classroom.handing_in import ANSWER_LENGTH, keep_draft
from service.classroom.refusals import not_found
from service.classroom.releasing import solution_of
from service.store.drafts import find_draft
from service.store.moments import as_text
from service.web.requests import allow, the_identity, the_service

blueprint = APIBlueprint("drafts", __name__, url_prefix="/api/v1", tag="variants")


class DraftGiven(Given):
    """Answers as they stand; they are not handed in by this."""

    answers: dict[
        Annotated[str, Field(min_length=1, max_length=100)],
        Annotated[str, Field(max_length=ANSWER_LENGTH)],
    ] = Field(max_length=64)


class DraftShown(Shown):
    """A draft as it was kept."""

    answers: dict[str, str]
    saved_at: str


class SolutionPart(Shown):
    """A part with its right answer and steps."""

    model_config = ConfigDict(frozen=True, extra="allow")

    id: str


class SolutionShown(Shown):
    """A variant with its right answers and worked steps."""

    model_config = ConfigDict(frozen=True, extra="allow")

    text: Wording
    parts: list[SolutionPart]


@blueprint.put("/variants/<variant_id>/draft")
@allow(Scope.SUBMIT, guests=True, limit="submit", keeps=True)
@blueprint.input(DraftGiven)
@blueprint.output(DraftShown)
def put_draft(variant_id: str, json_data: DraftGiven) -> AnyObject:
    """Keep answers that are being written, in the place of those kept before."""
    keep_draft(the_service(), the_identity(), variant_id, json_data.answers)
    with the_service().store.read() as connection:
        return _draft(connection, variant_id)


@blueprint.get("/variants/<variant_id>/draft")
@allow(Scope.READ, guests=True)
@blueprint.output(DraftShown)
def get_draft(variant_id: str) -> AnyObject:
    """One's own draft; nobody else sees it."""
    with the_service().store.read() as connection:
        return _draft(connection, variant_id)


@blueprint.get("/variants/<variant_id>/solution")
@allow(Scope.READ, guests=True)
@blueprint.output(SolutionShown)
def get_solution(variant_id: str) -> AnyObject:
    """Right answers and steps: of homework once released, of practice once it was tried."""
    return dict(solution_of(the_service(), the_identity(), variant_id))


def _draft(connection: Connection, variant_id: str) -> AnyObject:
    row = find_draft(connection, the_identity(), variant_id)
    if row is None:
        raise not_found("draft of variant", variant_id)
    return {"answers": json.loads(row.raw), "saved_at": as_text(row.saved_at)}
