"""Releasing: whose solution is open, and what a verdict on homework does not say before that.

A number's diagnosis leads on and names no result. The reasons of statements that were
misjudged are the answer key itself, so they wait for the release with the solution.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection

from grader.wording import Text
from service.auth.identity import Identity
from service.auth.roles import STAFF
from service.classroom.access import variant_for
from service.classroom.refusals import Refusal
from service.running import Service
from service.store.courses import role_in
from service.store.deadlines import StudentDeadline, deadline, deadlines, times_of
from service.store.reading import WholeSubmission, verdicts_on
from service.store.variants import FoundVariant, origin_of
from service.store.verdicts import VerdictJson

NAMED: Final = 5  # so many students in a sentence
CHOICE: Final = "choice"
LATER: Final = Text(
    "Some statement was misjudged. The reasons are shown once the solution is released.",
    "有的说法判断有误。公布解答之后会显示理由。",
)


def held_back(verdict: VerdictJson) -> VerdictJson:
    """The verdict as a student may see it before release: points, and no statement's reason.

    >>> part = {"id": "choice", "outcome": "wrong", "mistakes": ["s1"], "feedback": {"en": "C: no"}}
    >>> held_back({"score": 0, "parts": [part]})["parts"][0]["mistakes"]
    []
    """
    return {**verdict, "parts": [_part(part) for part in verdict["parts"]]}


def _part(part: Mapping[str, Any]) -> Mapping[str, Any]:
    if part["id"] != CHOICE or part["outcome"] != "wrong":
        return dict(part)
    return {**part, "mistakes": [], "feedback": LATER.as_dict()}


def solution_is_open(connection: Connection, who: Identity, row: FoundVariant) -> bool:
    """Whether the user may see the solution of this variant now.

    Of homework once it is released and its student cannot earn points any more, and staff
    always; of practice once it was tried, with an answer that could be read.
    """
    if row.assignment_id is None:
        return any(is_try(json.loads(one)) for one in verdicts_on(connection, row.id))
    times = deadline(connection, row.assignment_id, row.user_id)
    return times.solution_is_open or role_in(connection, who, times.course_id) in STAFF


def is_try(verdict: VerdictJson) -> bool:
    """Whether any answer could be read: what can't be costs nothing, and opens nothing.

    >>> is_try({"parts": [{"outcome": "unreadable"}]})
    False
    """
    return any(part["outcome"] != "unreadable" for part in verdict["parts"])


def who_waits(connection: Connection, assignment_id: str) -> list[StudentDeadline]:
    """The students who can still earn points, for whom the solution stays closed until then."""
    listed = deadlines(connection, assignment_id)
    waiting = [one for one in listed if one.times.last >= one.times.now]
    return sorted(waiting, key=lambda one: (one.times.last, one.login))


@contextmanager
def nobody_reopened(connection: Connection, assignment_id: str) -> Iterator[None]:
    """Refuse a change, made in the block, that lets somebody earn points with an open solution."""
    before = deadlines(connection, assignment_id)
    seen = {one.user_id for one in before if one.times.solution_is_open}
    yield
    again = [
        one.name
        for one in deadlines(connection, assignment_id)
        if one.user_id in seen
        and one.times.released_at is not None
        and not one.times.solution_is_open
    ]
    if again:
        names = ", ".join(again[:NAMED]) + (", ..." if len(again) > NAMED else "")
        raise Refusal(
            "solution-seen",
            f"the solution is open to {names}, who could now earn points with it; take the release "
            "back first (released: false) if that is meant",
        )


def solution_of(service: Service, who: Identity, variant_id: str) -> Mapping[str, Any]:
    """The right answers and steps of a variant whose solution is open to the user."""
    with service.store.read() as connection:
        row = variant_for(connection, who, variant_id)
        if not solution_is_open(connection, who, row):
            detail = "solutions are shown once they are released, or in practice once you tried"
            raise Refusal("not-released", detail)
        variant = origin_of(connection, row)
    return service.questions.solution(variant)


def shown_verdict(who: Identity, row: WholeSubmission) -> VerdictJson | None:
    """A submission's verdict as the user may see it now, None while there is none."""
    verdict: VerdictJson | None = json.loads(row.verdict) if row.verdict else None
    if verdict is None or row.user_id != who.user_id:
        return verdict
    times = times_of(row)
    return verdict if times is None or times.solution_is_open else held_back(verdict)
