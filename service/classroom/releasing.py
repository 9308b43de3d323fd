"""Releasing: whose solution is open, and what a verdict on homework does not say before that.

A number's diagnosis leads on and names no result. The reasons of statements that were
misjudged are the answer key itself, so they wait for the release with the solution.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, Row

from service.auth.identity import Identity
from service.auth.roles import STAFF
from service.classroom.access import variant_for
from service.classroom.refusals import Refusal
from service.running import Service
from service.store.courses import role_in
from service.store.reading import is_tried, release_of
from service.store.variants import dealt

CHOICE: Final = "choice"
LATER: Final = {
    "en": "Some statement was misjudged. The reasons are shown once the solution is released.",
    "zh": "有的说法判断有误。公布解答之后会显示理由。",
}


def held_back(verdict: Mapping[str, Any]) -> dict[str, Any]:
    """The verdict as a student may see it before release: points, and no statement's reason.

    >>> part = {"id": "choice", "outcome": "wrong", "mistakes": ["s1"], "feedback": {"en": "C: no"}}
    >>> held_back({"score": 0, "parts": [part]})["parts"][0]["mistakes"]
    []
    """
    return {**verdict, "parts": [_part(part) for part in verdict["parts"]]}


def _part(part: Mapping[str, Any]) -> dict[str, Any]:
    if part["id"] != CHOICE or part["outcome"] != "wrong":
        return dict(part)
    return {**part, "mistakes": [], "feedback": LATER}


def solution_is_open(connection: Connection, who: Identity, row: Row[Any]) -> bool:
    """Whether the user may see the solution of this variant now.

    Of homework once it is released, and staff always; of practice once it was tried.
    """
    if row.assignment_id is None:
        return is_tried(connection, row.id)
    course_id, released = release_of(connection, row.assignment_id)
    return released or role_in(connection, who, course_id) in STAFF


def solution_of(service: Service, who: Identity, variant_id: str) -> dict[str, Any]:
    """The right answers and steps of a variant whose solution is open to the user."""
    with service.store.read() as connection:
        row = variant_for(connection, who, variant_id)
        if not solution_is_open(connection, who, row):
            detail = "solutions are shown once they are released, or in practice once you tried"
            raise Refusal("not-released", detail)
        variant = dealt(connection, row)
    return service.questions.solution(variant)


def shown_verdict(who: Identity, row: Any) -> dict[str, Any] | None:  # noqa: ANN401 - a row or what becomes one
    """A submission's verdict as the user may see it now, None while there is none."""
    verdict: dict[str, Any] | None = json.loads(row.verdict) if row.verdict else None
    if verdict is not None and not row.released and row.user_id == who.user_id:
        return held_back(verdict)
    return verdict
