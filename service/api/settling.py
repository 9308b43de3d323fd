"""/courses/…/held and /submissions/…/parts: what waits for a person, and what a person decides."""

import json
from typing import Any, Literal

from apiflask import APIBlueprint
from sqlalchemy import and_

from grader.errors import UnknownNameError
from grader.marking.settling import NotHeldError, settled
from service.api.shapes import Answer, Given, Page, Shown
from service.auth.identity import Scope
from service.auth.roles import STAFF
from service.classroom.access import assignment_for, course_for
from service.classroom.refusals import Refusal, not_found
from service.store.audit_log import note
from service.store.moments import as_text
from service.store.reading import course_submissions, read_submission
from service.store.schema import submissions
from service.store.variants import dealt, find_variant
from service.store.verdicts import replace_verdict
from service.web.requests import allow, the_identity, the_service

blueprint = APIBlueprint("held", __name__, url_prefix="/api/v1", tag="grades")

HELD = '%"outcome": "held"%'


class HeldShown(Shown):
    """A part that waits for a person."""

    submission: str
    user: str
    question: str
    part: str
    raw: str
    received_at: str


class HeldList(Shown):
    """Parts that wait, by submission, oldest first; `next` is the last submission's id."""

    items: list[HeldShown]
    next: str | None


class Decision(Given):
    """What a person found."""

    outcome: Literal["right", "wrong"]


@blueprint.get("/courses/<course_id>/held")
@allow(Scope.TEACH)
@blueprint.input(Page, location="query")
@blueprint.output(HeldList)
def get_held(course_id: str, query_data: Page) -> dict[str, Any]:
    """Answers in words that the key points could not decide, oldest first."""
    with the_service().store.read() as connection:
        course_for(connection, the_identity(), course_id, STAFF)
        rows = course_submissions(
            connection,
            the_identity(),
            course_id,
            and_(submissions.c.status == "graded", submissions.c.verdict.like(HELD)),
            limit=query_data.limit + 1,
            after=query_data.after,
        )
    page = rows[: query_data.limit]
    items = [
        {
            "submission": row.id,
            "user": row.user_id,
            "question": row.question_id,
            "part": part["id"],
            "raw": part["raw"],
            "received_at": as_text(row.received_at),
        }
        for row in page
        for part in json.loads(row.verdict)["parts"]
        if part["outcome"] == "held"
    ]
    return {"items": items, "next": page[-1].id if len(rows) > len(page) else None}


@blueprint.put("/submissions/<submission_id>/parts/<part_id>")
@allow(Scope.TEACH)
@blueprint.input(Decision)
@blueprint.output({}, status_code=204)
def put_part(submission_id: str, part_id: str, json_data: Decision) -> Answer:
    """Decide a held part: right earns what it is worth. It may be decided again."""
    service, who = the_service(), the_identity()
    with service.store.read() as connection:
        row = read_submission(connection, who, submission_id)
        if row is None:
            raise not_found("submission", submission_id)
        if row.assignment_id is None:
            raise Refusal("not-allowed", "practice is settled by nobody")
        course_id = str(
            assignment_for(connection, the_identity(), row.assignment_id, STAFF).course_id
        )
        found = find_variant(connection, who, row.variant_id)
        if found is None:
            raise not_found("submission", submission_id)
        variant = dealt(connection, found)
    if row.verdict is None:
        raise Refusal("not-held", f"it is {row.status}, and has no verdict yet")
    worth = {part["id"]: part["points"] for part in service.questions.show(variant)["parts"]}
    right = json_data.outcome == "right"
    try:
        verdict = settled(json.loads(row.verdict), part_id, worth.get(part_id, 0), right=right)
    except NotHeldError as error:
        raise Refusal("not-held", str(error)) from error
    except UnknownNameError as error:
        raise Refusal("unknown-name", str(error)) from error
    with service.store.write() as connection:
        if not replace_verdict(connection, row, verdict, variant.content_hash, "settled"):
            raise Refusal("verdict-changed", "it has another verdict by now; read it again")
        note(
            connection, who, course_id, "part settled", submission_id,
            part=part_id, outcome=json_data.outcome,
        )  # fmt: skip
    return "", 204
