"""Dealing: the variant of a question that a user has, or a new one."""

from typing import Any

from sqlalchemy import Connection, Row

from service.auth.identity import Identity
from service.questions import Listed
from service.running import Service
from service.store.variants import add_variant, latest_variant, lock_dealing
from service.store.versions import keep_version, version_source


def deal_practice(service: Service, who: Identity, question: Listed) -> str:
    """The id of a fresh practice variant: no limit of attempts, and never homework's numbers."""
    with service.store.write() as connection:
        lock_dealing(connection, who.user_id, question.id)
        before = latest_variant(connection, who.user_id, question.id, None)
        number = before.number + 1 if before else 0
        return _deal(service, connection, who.user_id, question, purpose="practice", number=number)


def _deal(
    service: Service,
    connection: Connection,
    user_id: str,
    question: Listed,
    *,
    purpose: str,
    number: int,
    assignment_id: str | None = None,
    allowed: int | None = None,
) -> str:
    keep_version(connection, question.content_hash, question.id, question.source)
    # An assignment's seeds are of its own: the same question set twice has other numbers.
    who = f"{user_id} {assignment_id}" if assignment_id else user_id
    return add_variant(
        connection,
        user_id=user_id,
        assignment_id=assignment_id,
        purpose=purpose,
        question_id=question.id,
        content_hash=question.content_hash,
        number=number,
        seed=service.questions.seed(question, purpose, who, number),
        allowed=allowed,
    )


def show_variant(service: Service, connection: Connection, row: Row[Any]) -> dict[str, Any]:
    """A variant as a student may see it: no answer key, no seed."""
    source = version_source(connection, row.content_hash)
    return {
        **service.questions.show(row.content_hash, row.seed, source),
        "id": row.id,
        "question": row.question_id,
        "assignment": row.assignment_id,
        "number": row.number,
        "attempts_used": row.used,
        "attempts_allowed": row.allowed,
    }
