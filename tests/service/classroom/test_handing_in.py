"""Handing in: what is taken, what is refused and in which words, and what a receipt holds."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import delete, update

from cards.schedule import study_day
from service.auth.identity import Identity
from service.classroom.handing_in import hand_in, keep_draft, receipt, wait_for
from service.classroom.refusals import Refusal
from service.running import Service
from service.store.moments import SECOND
from service.store.people import identity_of
from service.store.reading import SubmissionRow
from service.store.schema import assignments, enrolments
from tests.service.world.rows import row
from tests.service.world.walk import Walk, at

ANSWERS = {"sum": "1", "product": "2"}


@pytest.fixture
def ann(walk: Walk, service: Service) -> Identity:
    """A student of the course."""
    with service.store.read() as connection:
        return identity_of(connection, walk.users["ann"])


def practised(walk: Walk) -> str:
    """The id of a variant that ann practises."""
    answer = walk.call("ann", "POST", "/variants", json={"question": "sums/one"})
    name: str = answer.get_json()["id"]
    return name


def refusal(service: Service, who: Identity, variant: str, **given: Any) -> Refusal:  # noqa: ANN401 - answers or a key
    """How handing in is refused."""
    wanted: dict[str, Any] = {"answers": ANSWERS, "key": "k", **given}
    with pytest.raises(Refusal) as refused:
        hand_in(service, who, variant, wanted["answers"], wanted["key"])
    return refused.value


def test_what_is_taken_waits_as_it_was_given(walk: Walk, service: Service, ann: Identity) -> None:
    """The submission is shown as it is stored; a repetition has the same id, and nothing more."""
    variant = practised(walk)
    done = hand_in(service, ann, variant, ANSWERS, "k" * 200)
    again = hand_in(service, ann, variant, ANSWERS, "k" * 200)
    stored = row(service.store, done.id)
    shown = done.stored
    assert shown is not None

    assert (done.id, False, True, None) == (again.id, done.repeated, again.repeated, again.stored)
    assert (done.id, variant, ann.user_id, "waiting") == (
        *(shown.id, shown.variant_id, shown.user_id, shown.status),
    )
    assert '{"product": "2", "sum": "1"}' == shown.raw == stored.raw
    assert (False, None, None, None, None) == (
        *(shown.late, shown.score, shown.verdict, shown.error, shown.graded_at),
    )
    assert ("sums/one", None) == (shown.question_id, shown.assignment_id)
    assert shown.received_at == stored.received_at


@pytest.mark.parametrize("hours", [0, 14, -12])
def test_practice_counts_for_the_students_own_day(
    walk: Walk, service: Service, ann: Identity, hours: int
) -> None:
    """The study day is that of the moment of handing in, where the student is."""
    zone = timezone(timedelta(hours=hours))
    stored = row(service.store, hand_in(service, ann, practised(walk), ANSWERS, "k", zone=zone).id)
    assert (
        stored.study_day
        == study_day(datetime.fromtimestamp(stored.received_at / SECOND, UTC), zone).isoformat()
    )


def test_homework_counts_for_no_day(walk: Walk, service: Service, ann: Identity) -> None:
    """It is not practised; its submission names its homework."""
    assignment = walk.assignment()
    done = hand_in(service, ann, walk.variant("ann", assignment)["id"], ANSWERS, "k")
    assert done.stored is not None
    assert (None, assignment["id"]) == (
        row(service.store, done.id).study_day, done.stored.assignment_id,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("times", "late"), [({"due_at": at(1)}, False), ({"due_at": at(-1), "late_until": at(1)}, True)]
)
def test_what_comes_after_the_due_time_is_late(
    walk: Walk, service: Service, ann: Identity, times: dict[str, str], *, late: bool
) -> None:
    """And is taken while late hand-in goes on."""
    variant = walk.variant("ann", walk.assignment(**times))
    done = hand_in(service, ann, variant["id"], ANSWERS, "k")
    assert done.stored is not None
    assert late == done.stored.late == row(service.store, done.id).late


def test_all_that_is_wrong_with_answers_is_told(
    walk: Walk, service: Service, ann: Identity
) -> None:
    """Names of 1 to 100 characters, texts of at most 2000: each fault with its place."""
    variant = practised(walk)
    taken = hand_in(service, ann, variant, {"sum": "1" * 2000}, "k")
    refused = refusal(service, ann, variant, answers={"": "1", "x" * 101: "1", "sum": "1" * 2001})
    unknown = refusal(service, ann, variant, answers={"summ": "1"})
    just = refusal(service, ann, variant, answers={"x" * 100: "1"})

    assert not taken.repeated
    assert [
        {"where": "answers.", "message": "a part's id has 1 to 100 characters"},
        {"where": f"answers.{'x' * 80}", "message": "a part's id has 1 to 100 characters"},
        {"where": "answers.sum", "message": "expected at most 2000 characters, got 2001"},
    ] == list(refused.errors)
    assert ("unknown-name", "unknown-name") == (unknown.kind, just.kind)
    assert [{"where": "answers.summ", "message": unknown.detail}] == list(unknown.errors)
    assert [f"answers.{'x' * 80}"] == [fault["where"] for fault in just.errors]


@pytest.mark.parametrize("key", ["", "k" * 201, "a\nb", "schlüssel"])
def test_a_key_is_printable_and_short(
    walk: Walk, service: Service, ann: Identity, key: str
) -> None:
    """What would not survive a header is refused, with what was expected."""
    refused = refusal(service, ann, practised(walk), key=key)
    assert ("bad-key", "Idempotency-Key: expected at most 200 printable ASCII characters") == (
        refused.kind, refused.detail,
    )  # fmt: skip


def test_a_key_names_one_submission(walk: Walk, service: Service, ann: Identity) -> None:
    """With other answers it is refused by its name."""
    variant = practised(walk)
    hand_in(service, ann, variant, ANSWERS, "mine")
    refused = refusal(service, ann, variant, answers={"sum": "2"}, key="mine")
    said = "the Idempotency-Key 'mine' was used for other answers; take a new one"
    assert ("key-reused", said) == (refused.kind, refused.detail)


def test_attempts_that_are_used_up_are_counted(walk: Walk, service: Service, ann: Identity) -> None:
    """The refusal says how many there were."""
    variant = walk.variant("ann", walk.assignment(attempts=1))["id"]
    hand_in(service, ann, variant, ANSWERS, "a")
    refused = refusal(service, ann, variant, key="b")
    assert ("no-attempts-left", "all 1 attempts at this variant are used") == (
        refused.kind, refused.detail,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("times", "kind", "starts"),
    [
        ({"due_at": at(-1)}, "closed", "this assignment closed at "),
        ({"due_at": at(-1.5), "late_until": at(-1)}, "closed", "this assignment closed at "),
    ],
)
def test_after_the_last_moment_nothing_is_taken(
    walk: Walk, service: Service, ann: Identity, times: dict[str, str], kind: str, starts: str
) -> None:
    """And the moment is told: the end of late hand-in, where there is one."""
    assignment = walk.assignment(**times)
    refused = refusal(service, ann, walk.variant("ann", assignment)["id"])
    moment = assignment.get("late_until") or assignment["due_at"]
    assert (kind, f"{starts}{moment}") == (refused.kind, refused.detail)


def test_before_it_opens_nothing_is_taken(walk: Walk, service: Service, ann: Identity) -> None:
    """Where the opening was moved after a variant was dealt, the new moment is told."""
    assignment = walk.assignment()
    variant = walk.variant("ann", assignment)["id"]
    path = f"/assignments/{assignment['id']}"
    moved = walk.call("teacher", "PATCH", path, json={"opens_at": at(0.5)}).get_json()
    refused = refusal(service, ann, variant)
    assert ("not-open", f"this assignment opens at {moved['opens_at']}") == (
        refused.kind, refused.detail,
    )  # fmt: skip


def test_who_has_left_the_course_hands_in_nothing(
    walk: Walk, service: Service, ann: Identity
) -> None:
    """The variant was theirs; the homework is the course's."""
    variant = walk.variant("ann", walk.assignment())["id"]
    with service.store.write() as connection:
        connection.execute(delete(enrolments).where(enrolments.c.user_id == ann.user_id))
    refused = refusal(service, ann, variant)
    assert ("not-allowed", "you are not in the course of this homework any more") == (
        refused.kind, refused.detail,
    )  # fmt: skip


def test_an_exam_is_on_paper(walk: Walk, service: Service, ann: Identity) -> None:
    """Nothing is handed in to it here."""
    variant = walk.variant("ann", walk.assignment())["id"]
    with service.store.write() as connection:
        connection.execute(update(assignments).values(kind="exam"))
    refused = refusal(service, ann, variant)
    assert ("on-paper", "an exam is answered on paper") == (refused.kind, refused.detail)


def test_a_variant_that_is_not_there_is_not_found(service: Service, ann: Identity) -> None:
    """Its name is told back."""
    refused = refusal(service, ann, "nowhere")
    assert "not-found" == refused.kind
    assert "nowhere" in refused.detail


def test_a_draft_is_checked_like_an_answer(walk: Walk, service: Service, ann: Identity) -> None:
    """What could not be handed in is not kept either; what could is, in the place of before."""
    variant = practised(walk)
    for kept in ({"sum": "1"}, ANSWERS):
        keep_draft(service, ann, variant, kept)
    for given in ({"summ": "1"}, {"sum": "1" * 2001}):
        with pytest.raises(Refusal):
            keep_draft(service, ann, variant, given)
    shown = walk.call("ann", "GET", f"/variants/{variant}/draft").get_json()
    assert ANSWERS == shown["answers"]


def test_nobody_waits_where_too_many_do(service: Service) -> None:
    """Whoever comes then is told that there was no waiting, and the queue is rung for all."""
    rung: list[bool] = []
    service.work_waits.heard_by(lambda: rung.append(True))
    taken = 0
    while service.waiters.acquire(blocking=False):
        taken += 1
    waited = wait_for(service, "none", 5)
    for _ in range(taken):
        service.waiters.release()

    assert (0, 0, 0.01) == (waited, wait_for(service, "none", 0), wait_for(service, "none", 0.01))
    assert 3 == len(rung)
    assert taken > 0


ROW: dict[str, Any] = {
    "id": "s", "variant_id": "v", "user_id": "u", "raw": "{}", "received_at": 7,
}  # fmt: skip


def _receipt(secret: bytes = b"secret", **given: Any) -> str:  # noqa: ANN401 - a row's fields
    fields = dict.fromkeys(SubmissionRow.__dataclass_fields__)
    return receipt(secret, SubmissionRow(**{**fields, **ROW, **given}))


def test_a_receipt_is_about_everything_that_it_names() -> None:
    """Another secret, submission, variant, student, moment or answer has another receipt."""
    others = [
        _receipt(b"other"),
        *(_receipt(b"secret", **{name: "x"}) for name in ("id", "variant_id", "user_id", "raw")),
        _receipt(received_at=8),
    ]
    assert 7 == len({_receipt(), *others})
    assert _receipt() == _receipt(status="graded")
    answers = hashlib.sha256(b"{}").hexdigest()
    text = f"gradeck receipt s v u 7 {answers}".encode()
    assert hmac.new(b"secret", text, hashlib.sha256).hexdigest() == _receipt()
