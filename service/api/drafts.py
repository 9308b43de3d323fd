"""/variants/…/draft and /variants/…/solution: before handing in, and after release."""

import json
from typing import Annotated, Any

from apiflask import APIBlueprint
from pydantic import ConfigDict, Field
from sqlalchemy import Connection, Row, select

from service.api.shapes import Given, Shown, Wording
from service.auth.identity import Identity, Scope
from service.auth.roles import STAFF
from service.classroom.handing_in import ANSWER_LENGTH
from service.classroom.refusals import Refusal, not_found
from service.store.courses import role_in
from service.store.drafts import find_draft, save_draft
from service.store.moments import Now, as_text
from service.store.schema import assignments, submissions
from service.store.submissions import raw_text
from service.store.variants import dealt, find_variant
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
@allow(Scope.SUBMIT, guests=True)
@blueprint.input(DraftGiven)
@blueprint.output(DraftShown)
def put_draft(variant_id: str, json_data: DraftGiven) -> dict[str, Any]:
    """Keep answers that are being written, in the place of those kept before."""
    raw = raw_text(json_data.answers)
    with the_service().store.write() as connection:
        _own(connection, variant_id)
        save_draft(connection, variant_id, raw)
        return _draft(connection, variant_id)


@blueprint.get("/variants/<variant_id>/draft")
@allow(Scope.READ, guests=True)
@blueprint.output(DraftShown)
def get_draft(variant_id: str) -> dict[str, Any]:
    """One's own draft; nobody else sees it."""
    with the_service().store.read() as connection:
        return _draft(connection, variant_id)


@blueprint.get("/variants/<variant_id>/solution")
@allow(Scope.READ, guests=True)
@blueprint.output(SolutionShown)
def get_solution(variant_id: str) -> dict[str, Any]:
    """Right answers and steps: of homework once released, of practice once it was tried."""
    service, who = the_service(), the_identity()
    with service.store.read() as connection:
        row = find_variant(connection, who, variant_id)
        if row is None:
            raise not_found("variant", variant_id)
        if not solution_is_open(connection, who, row):
            detail = "solutions are shown once they are released, or in practice once you tried"
            raise Refusal("not-released", detail)
        variant = dealt(connection, row)
    return service.questions.solution(variant)


def solution_is_open(connection: Connection, who: Identity, row: Row[Any]) -> bool:
    """Whether the user may see the solution of this variant now."""
    if row.assignment_id is None:
        tried = select(submissions.c.id).where(
            submissions.c.variant_id == row.id, submissions.c.status == "graded"
        )
        return connection.execute(tried.limit(1)).first() is not None
    assignment = connection.execute(
        select(assignments.c.course_id, assignments.c.released_at, Now().label("now")).where(
            assignments.c.id == row.assignment_id
        )
    ).one()
    if role_in(connection, who, assignment.course_id) in STAFF:
        return True
    return assignment.released_at is not None and assignment.released_at <= assignment.now


def _own(connection: Connection, variant_id: str) -> None:
    who = the_identity()
    row = find_variant(connection, who, variant_id)
    if row is None or row.user_id != who.user_id:
        raise not_found("variant", variant_id)


def _draft(connection: Connection, variant_id: str) -> dict[str, Any]:
    row = find_draft(connection, the_identity(), variant_id)
    if row is None:
        raise not_found("draft of variant", variant_id)
    return {"answers": json.loads(row.raw), "saved_at": as_text(row.saved_at)}
