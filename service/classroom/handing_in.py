"""Handing in: answers are checked, stored once, and waited for; behind the API and the pages."""

import hashlib
import hmac
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from cards.schedule import study_day
from grader.errors import UnknownNameError
from service.auth.identity import Identity
from service.classroom.access import own_variant
from service.classroom.refusals import Refusal, bad_values, not_found
from service.running import Service
from service.store.drafts import save_draft
from service.store.ids import new_id
from service.store.moments import SECOND, as_text
from service.store.reading import SubmissionRow, WholeSubmission
from service.store.submissions import (
    KeyReused,
    NewSubmission,
    NoAttemptsLeft,
    raw_text,
)
from service.store.variants import Gate, gate
from service.store.versions import version_source

ANSWER_LENGTH = 2000
KEY_LENGTH = 200


@dataclass(frozen=True, slots=True)
class HandIn:
    """A submission that is stored; what was stored, unless it is a repetition of an earlier one."""

    id: str
    repeated: bool
    stored: WholeSubmission | None


def hand_in(
    service: Service,
    who: Identity,
    variant_id: str,
    answers: Mapping[str, str],
    key: str,
    *,
    zone: tzinfo = UTC,
) -> HandIn:
    """The stored submission; a Refusal where it is not taken, with the reason.

    `key` makes the request repeatable: what was stored under it is not stored again. `zone` is
    where the student is: practice counts for the study day that it is there now.
    """
    _check_answers(answers)
    _check_key(key)
    with service.store.read() as connection:
        limits = gate(connection, who, variant_id)
    if limits is None:
        raise not_found("variant", variant_id)
    if not (limits.belongs or who.admin):
        detail = "you are not in the course of this homework any more"
        raise Refusal("not-allowed", detail)
    _check_gate(limits)
    _check_parts(_known_parts(service, limits), answers)
    given = NewSubmission(
        id=new_id(),
        variant_id=limits.variant_id,
        user_id=who.user_id,
        key=key,
        raw=raw_text(answers),
        late=limits.is_late,
        received_at=limits.now,
        study_day=_study_day(limits, zone),
    )
    outcome = service.received.write(given)
    if isinstance(outcome, KeyReused):
        detail = f"the Idempotency-Key {key!r} was used for other answers; take a new one"
        raise Refusal("key-reused", detail)
    if isinstance(outcome, NoAttemptsLeft):
        detail = f"all {limits.allowed} attempts at this variant are used"
        raise Refusal("no-attempts-left", detail)
    stored = None
    if not outcome.repeated:
        stored = _waiting(given, limits)
    return HandIn(outcome.id, outcome.repeated, stored)


def _waiting(given: NewSubmission, limits: Gate) -> WholeSubmission:
    """A submission that was stored a moment ago, as reading it would show it."""
    return WholeSubmission(
        id=given.id,
        variant_id=given.variant_id,
        user_id=given.user_id,
        raw=given.raw,
        late=given.late,
        received_at=given.received_at,
        status="waiting",
        score=None,
        verdict=None,
        error=None,
        graded_at=None,
        question_id=limits.question_id,
        assignment_id=limits.assignment_id,
    )


def keep_draft(
    service: Service, who: Identity, variant_id: str, answers: Mapping[str, str]
) -> None:
    """Keep answers that are being written, in the place of those kept before."""
    _check_answers(answers)
    with service.store.write() as connection:
        variant = own_variant(connection, who, variant_id)
        source = version_source(connection, variant.version_now)
        _check_parts(service.questions.parts(variant.version_now, source), answers)
        save_draft(connection, variant_id, raw_text(answers))


def wait_for(service: Service, submission_id: str, seconds: float) -> float:
    """Ring for the queue; come back when the verdict is in or the time is over.

    How long was to be waited: 0 where too many wait already, who can ask again.
    """
    if not seconds or not service.waiters.acquire(blocking=False):
        service.work_waits()
        return 0
    end = time.monotonic() + seconds
    event = service.watch.expect(submission_id)
    try:
        service.work_waits()
        event.wait(max(0, end - time.monotonic()))
    finally:
        service.watch.forget(submission_id, event)
        service.waiters.release()
    return seconds


def _study_day(limits: Gate, zone: tzinfo) -> str | None:
    """The day that an answer to a practised variant counts for; None for homework."""
    if limits.assignment_id is not None:
        return None
    return study_day(datetime.fromtimestamp(limits.now / SECOND, UTC), zone).isoformat()


def _check_answers(answers: Mapping[str, str]) -> None:
    faults = [
        {"where": f"answers.{part[:80]}", "message": "a part's id has 1 to 100 characters"}
        for part in answers
        if not 1 <= len(part) <= 100
    ] + [
        {
            "where": f"answers.{part[:80]}",
            "message": f"expected at most {ANSWER_LENGTH} characters, got {len(text)}",
        }
        for part, text in answers.items()
        if len(text) > ANSWER_LENGTH
    ]
    if faults:
        raise bad_values(faults)


def _check_key(key: str) -> None:
    if not 1 <= len(key) <= KEY_LENGTH or not key.isprintable() or not key.isascii():
        detail = f"Idempotency-Key: expected at most {KEY_LENGTH} printable ASCII characters"
        raise Refusal("bad-key", detail)


def _known_parts(service: Service, limits: Gate) -> frozenset[str]:
    source = None
    if not service.questions.knows(limits.content_hash):
        with service.store.read() as connection:
            source = version_source(connection, limits.content_hash)
    return service.questions.parts(limits.content_hash, source)


def _check_parts(known: Collection[str], answers: Mapping[str, str]) -> None:
    for part in answers:
        if part not in known:
            error = UnknownNameError("part", part, known)
            faults = [{"where": f"answers.{part[:80]}", "message": str(error)}]
            raise Refusal("unknown-name", str(error), errors=faults)


def _check_gate(limits: Gate) -> None:
    if limits.kind == "exam":
        raise Refusal("on-paper", "an exam is answered on paper")
    if limits.is_early:
        detail = f"this assignment opens at {as_text(limits.opens_at)}"
        raise Refusal("not-open", detail)
    if limits.is_closed:
        detail = f"this assignment closed at {as_text(limits.late_until or limits.due_at)}"
        raise Refusal("closed", detail)


def receipt(secret: bytes, row: SubmissionRow) -> str:
    """A code over a submission's id, variant, moment and answers; only this service can make it."""
    answers = hashlib.sha256(row.raw.encode()).hexdigest()
    text = f"gradeck receipt {row.id} {row.variant_id} {row.user_id} {row.received_at} {answers}"
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()
