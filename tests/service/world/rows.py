"""Rows for tests: users, variants and submissions, put into a store directly."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from service.store.engine import Store
from service.store.group_commit import MOST
from service.store.ids import new_id
from service.store.moments import Now
from service.store.people import add_user
from service.store.schema import (
    assignment_questions,
    assignments,
    courses,
    submissions,
    variants,
    verdicts,
)
from service.store.submissions import HandInResult, NewSubmission, raw_text, receive
from service.store.variants import NewVariant, add_variant
from service.store.versions import keep_version
from tests.service.world.sums import Sums, numbers

SUMS = Sums()


def add_sum(store: Store, *, allowed: int | None = None) -> tuple[str, str]:
    """A new user's id and the id of a variant of theirs."""
    question = SUMS.find("sums/one")
    with store.write() as connection:
        user_id = add_user(connection, f"user-{new_id()}", "User")
        keep_version(connection, question.content_hash, question.id, question.source)
        seed = SUMS.seed(question.pinned, "practice", user_id, 0)
        new = NewVariant(
            user_id, "practice", question.id, question.content_hash, 0, seed, allowed=allowed
        )
        variant_id = add_variant(connection, new)
    return user_id, variant_id


def correct(store: Store, variant_id: str) -> None:
    """Set the variant as homework whose question was corrected: it counts under "corrected" now."""
    with store.write() as connection:
        keep_version(connection, "corrected", "sums/one", "the corrected source")
        course = insert(courses).values(id=new_id(), title="C", created_at=Now())
        course_id = connection.execute(course.returning(courses.c.id)).scalar_one()
        homework = insert(assignments).values(
            id=new_id(), course_id=course_id, title="A", opens_at=1, due_at=2, created_at=Now()
        )
        assignment_id = connection.execute(homework.returning(assignments.c.id)).scalar_one()
        connection.execute(
            insert(assignment_questions).values(
                id=new_id(),
                assignment_id=assignment_id,
                position=0,
                question_id="sums/one",
                content_hash="corrected",
                points="1",
            )
        )
        connection.execute(
            update(variants).where(variants.c.id == variant_id).values(assignment_id=assignment_id)
        )


def submission(
    user_id: str,
    variant_id: str,
    answers: Mapping[str, str] | None = None,
    key: str = "",
    received_at: int = 0,
    study_day: str | None = None,
) -> NewSubmission:
    """A submission that was not stored yet."""
    name = new_id()
    raw = raw_text(answers or {"sum": "1", "product": "2"})
    return NewSubmission(
        name,
        variant_id,
        user_id,
        key or name,
        raw,
        late=False,
        received_at=received_at,
        study_day=study_day,
    )


def put(
    store: Store,
    count: int = 1,
    answers: Mapping[str, str] | None = None,
    owner: tuple[str, str] | None = None,
) -> list[str]:
    """The ids of submissions that now wait."""
    owner = owner or add_sum(store)
    items = [submission(*owner, answers) for _ in range(count)]
    for start in range(0, count, MOST):
        with store.write() as connection:
            receive(connection, items[start : start + MOST])
    return [item.id for item in items]


def put_class(store: Store, count: int, text: str = "1") -> list[str]:
    """The ids of submissions that now wait, of as many students, no two with the same answers."""
    return [put(store, 1, {"sum": text, "product": f"{number}"})[0] for number in range(count)]


def hand_in(store: Store, item: NewSubmission) -> HandInResult:
    """What became of one submission, stored by itself."""
    with store.write() as connection:
        return receive(connection, [item])[0]


def row(store: Store, submission_id: str) -> Row[Any]:
    """A submission's row."""
    with store.read() as connection:
        return connection.execute(
            select(submissions).where(submissions.c.id == submission_id)
        ).one()


def statuses(store: Store, variant_id: str = "") -> dict[str, int]:
    """How many submissions have each status: all, or those to one variant."""
    wanted = select(submissions.c.status, func.count()).group_by(submissions.c.status)
    if variant_id:
        wanted = wanted.where(submissions.c.variant_id == variant_id)
    with store.read() as connection:
        return {found[0]: found[1] for found in connection.execute(wanted)}


def verdict_counts(store: Store) -> set[int]:
    """The numbers of verdicts that submissions have: {1} when each has exactly one."""
    with store.read() as connection:
        per = (
            select(submissions.c.id, func.count(verdicts.c.number).label("n"))
            .outerjoin(verdicts, verdicts.c.submission_id == submissions.c.id)
            .group_by(submissions.c.id)
            .subquery()
        )
        return set(connection.execute(select(per.c.n).distinct()).scalars())


def expire_leases(store: Store) -> None:
    """Let every lease be over, as if its time had passed."""
    with store.write() as connection:
        connection.execute(
            submissions.update()
            .where(submissions.c.status == "grading")
            .values(lease_until=Now() - 1)
        )


def verdict_of(store: Store, submission_id: str) -> dict[str, Any]:
    """A submission's verdict."""
    verdict: dict[str, Any] = json.loads(row(store, submission_id).verdict)
    return verdict


def mistaken(store: Store) -> list[str]:
    """The submissions whose verdict is about other answers than their own."""
    with store.read() as connection:
        rows = connection.execute(
            select(submissions.c.id, submissions.c.raw, submissions.c.verdict).where(
                submissions.c.status == "graded"
            )
        ).all()
    return [row.id for row in rows if not _is_about(json.loads(row.verdict), json.loads(row.raw))]


def _is_about(verdict: dict[str, Any], raw: dict[str, str]) -> bool:
    return all(part["raw"] == raw.get(part["id"], "") for part in verdict["parts"])


def right_answers(user_id: str) -> dict[str, str]:
    """The right answers to the variant of `add_sum`."""
    first, second = numbers(SUMS.seed(SUMS.find("sums/one").pinned, "practice", user_id, 0))
    return {"sum": str(first + second), "product": str(first * second)}
