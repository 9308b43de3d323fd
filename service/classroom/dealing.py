"""Dealing: the variant of a question that a user has, or a new one."""

from collections.abc import Mapping
from typing import Any

from grader.errors import UnknownNameError
from service.auth.identity import Identity
from service.bank.questions import ListedQuestion, QuestionVersion
from service.classroom.access import assignment_for, variant_for
from service.classroom.refusals import Refusal
from service.running import Service
from service.store.assignments import Assignment, SetQuestion, questions_of
from service.store.moments import as_text, now
from service.store.variants import (
    NewVariant,
    VariantRow,
    add_variant,
    latest_variant,
    lock_dealing,
    origin_of,
)
from service.store.versions import keep_version


def deal_practice(service: Service, who: Identity, question: ListedQuestion) -> str:
    """The id of a fresh practice variant: no limit of attempts, and never homework's numbers."""
    with service.store.write() as connection:
        lock_dealing(connection, who.user_id, question.id)
        before = latest_variant(connection, who.user_id, question.id, None)
        number = before.number + 1 if before else 0
        keep_version(connection, question.content_hash, question.id, question.source)
        seed = service.questions.seed(question.pinned, "practice", who.user_id, number)
        return add_variant(
            connection,
            NewVariant(who.user_id, "practice", question.id, question.content_hash, number, seed),
        )


def deal_homework(
    service: Service, who: Identity, assignment_id: str, question_id: str
) -> tuple[str, bool]:
    """The id of the student's variant in an assignment that has opened, and whether it is new.

    The same one until its attempts are used up; then a new one, as often as the assignment
    allows. It is of the version that the assignment was set with.
    """
    with service.store.read() as connection:
        assignment = assignment_for(connection, who, assignment_id)
        if assignment.is_exam:
            raise Refusal("on-paper", "an exam is answered on paper")
        questions = {row.question_id: row for row in questions_of(connection, assignment_id)}
        if assignment.opens_at > now(connection):
            detail = f"this assignment opens at {as_text(assignment.opens_at)}"
            raise Refusal("not-open", detail)
    if question_id not in questions:
        raise UnknownNameError("question of this assignment", question_id, questions)
    return _deal(service, who, assignment, questions[question_id])


def _deal(
    service: Service, who: Identity, assignment: Assignment, question: SetQuestion
) -> tuple[str, bool]:
    with service.store.write() as connection:
        lock_dealing(connection, who.user_id, question.question_id)
        before = latest_variant(connection, who.user_id, question.question_id, assignment.id)
        if before is not None:
            if not before.is_spent:
                return before.id, False
            if before.number + 1 >= assignment.variants:
                detail = f"all {assignment.variants} variants of this question are used up"
                raise Refusal("no-variants-left", detail)
        number = before.number + 1 if before else 0
        pinned = QuestionVersion(question.question_id, question.content_hash)
        # An assignment's seeds are its own: a question that is set twice has other numbers.
        owner = f"{who.user_id} {assignment.id}"
        return add_variant(
            connection,
            NewVariant(
                who.user_id,
                "homework",
                question.question_id,
                question.content_hash,
                number,
                service.questions.seed(pinned, "homework", owner, number),
                assignment_id=assignment.id,
                allowed=assignment.attempts,
            ),
        ), True


def is_dealt_anew(assignment: Assignment, newest: VariantRow | None) -> bool:
    """Whether opening a question of an assignment deals a variant after the newest one."""
    if newest is None:
        return True
    return newest.is_spent and newest.number + 1 < assignment.variants


def shown_variant(service: Service, who: Identity, variant_id: str) -> Mapping[str, Any]:
    """A variant as a student may see it: no answer key, no seed."""
    with service.store.read() as connection:
        row = variant_for(connection, who, variant_id)
        variant = origin_of(connection, row)
    return {
        **service.questions.show(variant),
        "id": row.id,
        "question": row.question_id,
        "assignment": row.assignment_id,
        "number": row.number,
        "attempts_used": row.used,
        "attempts_allowed": row.allowed,
    }
