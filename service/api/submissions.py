"""/submissions: answers handed in; stored before anything reads them, graded soon after."""

import json
import re
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from apiflask import APIBlueprint
from flask import request
from pydantic import ConfigDict, Field

from grader.errors import UnknownNameError
from service.api.openapi import takes
from service.api.shapes import AnyObject, ApiAnswer, Given, Page, RowId, Shown, described, paged
from service.auth.identity import Scope
from service.classroom.access import submission_for
from service.classroom.handing_in import ANSWER_LENGTH, hand_in, receipt, wait_for
from service.classroom.releasing import shown_verdict
from service.running import Service
from service.store.ids import new_id
from service.store.moments import as_text
from service.store.reading import WholeSubmission, list_submissions
from service.store.submissions import FINAL
from service.web.requests import allow, the_identity, the_service

blueprint = APIBlueprint("submissions", __name__, url_prefix="/api/v1", tag="submissions")

PARTS = 64
STORED = described("Stored; the verdict will be at Location.", "SubmissionShown")
_WAIT = re.compile(r'(?:^|[,;])\s*wait\s*=\s*"?(\d{1,4})"?\s*(?=$|[,;])', re.IGNORECASE)


_PartId = Annotated[str, Field(min_length=1, max_length=100)]
_AnswerText = Annotated[str, Field(max_length=ANSWER_LENGTH)]


class SubmissionGiven(Given):
    """Answers to a variant, each as it was typed; a part left out is one that is empty.

    Practice counts for the study day that it is in `zone`, the student's time zone.
    """

    variant: RowId
    zone: str = Field("UTC", max_length=64, examples=["Asia/Shanghai"])
    answers: dict[_PartId, _AnswerText] = Field(
        min_length=1, max_length=PARTS, examples=[{"parameters": "(3*3*3+1)*100 + 180200"}]
    )


class PartVerdictShown(Shown):
    """One part's verdict."""

    model_config = ConfigDict(frozen=True, extra="allow")

    id: str
    outcome: str


class VerdictShown(Shown):
    """A verdict: points, and for each part how it was read and what went wrong."""

    model_config = ConfigDict(frozen=True, extra="allow")

    score: float
    out_of: float
    parts: list[PartVerdictShown]


class SubmissionShown(Shown):
    """A submission: waiting, grading, graded (with its verdict), or error (staff will look)."""

    id: str
    variant: str
    question: str
    assignment: str | None
    status: str
    answers: dict[str, str]
    late: bool
    received_at: str
    graded_at: str | None
    verdict: VerdictShown | None
    receipt: str


class SubmissionList(Shown):
    """A page of submissions, newest first."""

    items: list[SubmissionShown]
    next: str | None


@blueprint.post("/submissions")
@allow(Scope.SUBMIT, guests=True, limit="submit", keeps=True)
@blueprint.input(SubmissionGiven)
@blueprint.output(SubmissionShown, status_code=201, description="Stored and graded.")
@blueprint.doc(responses={202: STORED}, extensions=takes("Idempotency-Key", "Prefer"))
def submit(json_data: SubmissionGiven) -> ApiAnswer:
    """Hand in answers: 202 and a Location, or with `Prefer: wait=N` the verdict.

    With an `Idempotency-Key` the request can be repeated: it is stored once.
    """
    service = the_service()
    outcome = hand_in(
        service,
        the_identity(),
        json_data.variant,
        json_data.answers,
        _idempotency_key(),
        zone=_zone(json_data.zone),
    )
    headers = {"Location": f"/api/v1/submissions/{outcome.id}"}
    if outcome.repeated:
        headers["Idempotency-Replayed"] = "true"
    waited = wait_for(service, outcome.id, _wanted_wait(service))
    if waited:
        headers["Preference-Applied"] = f"wait={waited:g}"
    just_stored = outcome.stored if not waited else None
    shown = _shown(service, just_stored or _read(service, outcome.id))
    return shown, 201 if waited and shown["status"] in FINAL else 202, headers


@blueprint.get("/submissions/<submission_id>")
@allow(Scope.READ, guests=True)
@blueprint.output(SubmissionShown)
@blueprint.doc(extensions=takes("Prefer"))
def get_submission(submission_id: str) -> AnyObject:
    """A submission, with its verdict once there is one; `Prefer: wait=N` waits for it."""
    service = the_service()
    row = _read(service, submission_id)
    if row.status not in FINAL:
        waited = _wanted_wait(service)
        if waited:
            wait_for(service, submission_id, waited)
            row = _read(service, submission_id)
    return _shown(service, row)


@blueprint.get("/submissions")
@allow(Scope.READ, guests=True)
@blueprint.input(Page, location="query")
@blueprint.output(SubmissionList)
def get_submissions(query_data: Page) -> AnyObject:
    """One's own submissions, newest first."""
    service, who = the_service(), the_identity()
    with service.store.read() as connection:
        part = list_submissions(connection, who, query_data.limit, query_data.after)
    return paged(part, lambda row: _shown(service, row))


def _idempotency_key() -> str:
    return request.headers.get("Idempotency-Key", "").strip() or f"auto-{new_id()}"


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError) as error:
        raise UnknownNameError("time zone", name, available_timezones()) from error


def _wanted_wait(service: Service) -> float:
    """The seconds of `Prefer: wait=N` (RFC 7240), capped; 0 without it."""
    match = _WAIT.search(",".join(request.headers.getlist("Prefer")))
    return min(float(match[1]), service.config.wait_max_seconds) if match else 0


def _read(service: Service, submission_id: str) -> WholeSubmission:
    with service.store.read() as connection:
        return submission_for(connection, the_identity(), submission_id)


def _shown(service: Service, row: WholeSubmission) -> AnyObject:
    return {
        "id": row.id,
        "variant": row.variant_id,
        "question": row.question_id,
        "assignment": row.assignment_id,
        "status": row.status,
        "answers": json.loads(row.raw),
        "late": row.late,
        "received_at": as_text(row.received_at),
        "graded_at": as_text(row.graded_at),
        "verdict": shown_verdict(the_identity(), row),
        "receipt": receipt(service.secret, row),
    }
