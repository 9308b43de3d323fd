"""/courses/…/held and /submissions/…/parts: what waits for a person, and what a person decides."""

import json
from typing import Literal

from apiflask import APIBlueprint

from service.api.shapes import AnyObject, ApiAnswer, Given, Page, Shown
from service.auth.identity import Scope
from service.auth.roles import STAFF
from service.classroom import settling
from service.classroom.access import course_for
from service.store.moments import as_text
from service.store.reading import WholeSubmission, held_in
from service.web.requests import allow, the_identity, the_service

blueprint = APIBlueprint("held", __name__, url_prefix="/api/v1", tag="grades")


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


class DecisionGiven(Given):
    """What a person found."""

    outcome: Literal["right", "wrong"]


@blueprint.get("/courses/<course_id>/held")
@allow(Scope.TEACH)
@blueprint.input(Page, location="query")
@blueprint.output(HeldList)
def get_held(course_id: str, query_data: Page) -> AnyObject:
    """Answers in words that the key points could not decide, oldest first."""
    with the_service().store.read() as connection:
        course_for(connection, the_identity(), course_id, STAFF)
        part = held_in(connection, the_identity(), course_id, query_data.limit, query_data.after)
    items = [held for submission in part.items for held in _held(submission)]
    return {"items": items, "next": part.next}


@blueprint.put("/submissions/<submission_id>/parts/<part_id>")
@allow(Scope.TEACH)
@blueprint.input(DecisionGiven)
@blueprint.output({}, status_code=204)
def put_part(submission_id: str, part_id: str, json_data: DecisionGiven) -> ApiAnswer:
    """Decide a held part: right earns what it is worth. It may be decided again."""
    right = json_data.outcome == "right"
    settling.settle(the_service(), the_identity(), submission_id, part_id, right=right)
    return "", 204


def _held(submission: WholeSubmission) -> list[AnyObject]:
    return [
        {
            "submission": submission.id,
            "user": submission.user_id,
            "question": submission.question_id,
            "part": part["id"],
            "raw": part["raw"],
            "received_at": as_text(submission.received_at),
        }
        for part in json.loads(submission.verdict or "{}")["parts"]
        if part["outcome"] == "held"
    ]
