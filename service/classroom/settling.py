"""Settling: what a person decides about a part that was held, and answers that failed."""

import json

from grader.errors import UnknownNameError
from grader.marking.settling import NotHeldError, settled
from service.auth.identity import Identity
from service.auth.roles import STAFF
from service.classroom.access import assignment_for, submission_for, variant_for
from service.classroom.refusals import Refusal
from service.queue.sweep import requeue
from service.running import Service
from service.store.audit_log import note
from service.store.variants import origin_of
from service.store.verdicts import replace_verdict


def settle(
    service: Service, who: Identity, submission_id: str, part_id: str, *, right: bool
) -> None:
    """Decide a held part: right earns what it is worth. It may be decided again."""
    with service.store.read() as connection:
        row = submission_for(connection, who, submission_id)
        if row.assignment_id is None:
            raise Refusal("not-allowed", "practice is settled by nobody")
        course_id = assignment_for(connection, who, row.assignment_id, STAFF).course_id
        variant = origin_of(connection, variant_for(connection, who, row.variant_id))
    if row.verdict is None:
        raise Refusal("not-held", f"it is {row.status}, and has no verdict yet")
    worth = {part["id"]: part["points"] for part in service.questions.show(variant)["parts"]}
    try:
        verdict = settled(json.loads(row.verdict), part_id, worth.get(part_id, 0), right=right)
    except NotHeldError as error:
        raise Refusal("not-held", str(error)) from error
    except UnknownNameError as error:
        raise Refusal("unknown-name", str(error)) from error
    with service.store.write() as connection:
        if not replace_verdict(connection, row, verdict, variant.content_hash, "settled"):
            raise Refusal("verdict-changed", "it has another verdict by now; read it again")
        told = {"part": part_id, "outcome": "right" if right else "wrong"}
        note(connection, who, course_id, "part settled", submission_id, **told)


def grade_again(service: Service, who: Identity, submission_id: str) -> None:
    """Let a submission that could not be graded wait again, with all its claims."""
    with service.store.read() as connection:
        row = submission_for(connection, who, submission_id)
        course_id = None
        if row.assignment_id is not None:
            course_id = assignment_for(connection, who, row.assignment_id, STAFF).course_id
        elif not who.admin:
            raise Refusal("not-allowed", "this is for administrators")
    with service.store.write() as connection:
        if not requeue(connection, submission_id):
            detail = f"it is {row.status}; only a submission in error can be requeued"
            raise Refusal("not-in-error", detail)
        note(connection, who, course_id, "submission requeued", submission_id)
    service.work_waits()
