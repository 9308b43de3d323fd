"""What stands around a question: the way here, chips, what may be done, what comes next."""

from datetime import UTC, datetime
from typing import Any

from flask import request, url_for
from sqlalchemy import Connection

from service.auth.identity import Identity
from service.classroom.dealing import is_dealt_anew
from service.classroom.practising import standing, today_of, waits
from service.classroom.refusals import not_found
from service.classroom.releasing import is_try
from service.pages.layout import moment_text, say_here, zone
from service.running import Service
from service.store.assignments import questions_of
from service.store.deadlines import deadline
from service.store.own_work import own_variants, set_work
from service.store.practice import practised
from service.store.variants import FoundVariant
from service.store.verdicts import VerdictJson


def is_revealed(verdict: VerdictJson | None) -> bool:
    """Whether the whole solution was asked for, after a try."""
    return verdict is not None and is_try(verdict) and request.args.get("solution") == "1"


def around(
    service: Service,
    connection: Connection,
    who: Identity,
    row: FoundVariant,
    verdict: VerdictJson | None,
) -> dict[str, Any]:
    """What stands around the question: way here, chips, and in practice the session."""
    if row.assignment_id is not None:
        return _homework_around(connection, who, row)
    day = today_of(zone(), datetime.now(UTC))
    stands = standing(service, connection, who, day)
    total = stands.done + stands.waiting
    kept = practised(connection, row.id)
    rated = kept is not None and kept.rating is not None
    # Where a text is not recognised for certain, nobody but the student knows how it went.
    outcomes = {part["outcome"] for part in verdict["parts"]} if verdict else set()
    may_rate = "held" in outcomes and not rated
    finished = verdict is not None and outcomes == {"right"}
    known = service.questions.find(row.question_id)
    revealed = is_revealed(verdict)
    return {
        "here": "today",
        "practice": True,
        "homework": False,
        "crumbs": [
            (say_here("practice"), url_for("pages.today")),
            (say_here("done-of", done=min(stands.done + 1, total), all=total), ""),
        ],
        "session": {"done": stands.done, "all": max(total, 1)},
        "chips": [
            say_here(f"level-{known.level}"),
            _points(known.points),
        ],
        "may_answer": row.user_id == who.user_id,
        "allowed": None,
        "tried": verdict is not None,
        "finished": finished or revealed,
        "can_reveal": verdict is not None and is_try(verdict) and not finished and not revealed,
        "rating": kept.rating if kept is not None and rated else None,
        "waits": [
            (rating.value, _days(days))
            for rating, days in waits(service, connection, who, row, day).items()
        ]
        if rated or may_rate
        else [],
        "next_address": "",
        "next_starts": False,
        "solution_from": "",
    }


def _homework_around(connection: Connection, who: Identity, row: FoundVariant) -> dict[str, Any]:
    found = [one for one in set_work(connection, who) if one.id == row.assignment_id]
    if not found:
        raise not_found("assignment", str(row.assignment_id))
    assignment = found[0]
    listed = questions_of(connection, assignment.id)
    names = [one.question_id for one in listed]
    place = names.index(row.question_id)
    following = names[place + 1] if place + 1 < len(names) else ""
    times = deadline(connection, assignment.id, row.user_id)
    left = row.allowed is None or row.used < row.allowed
    chips = [
        _points(listed[place].points),
        say_here("due-at", moment=moment_text(assignment.due)),
    ]
    if row.allowed is not None:
        chips.insert(0, say_here("tries", used=row.used, allowed=row.allowed))
    next_address, next_starts = "", False
    if following:
        newest = own_variants(connection, who, assignment.id).get(following)
        next_starts = is_dealt_anew(assignment, newest)
        next_address = url_for(
            "pages.homework_question", assignment_id=assignment.id, question_id=following
        )
    return {
        "here": "homework",
        "practice": False,
        "homework": True,
        "crumbs": [
            (assignment.course, url_for("pages.homework")),
            (assignment.title, url_for("pages.assignment", assignment_id=assignment.id)),
            (say_here("position", number=place + 1, count=len(names)), ""),
        ],
        "session": None,
        "chips": chips,
        "may_answer": row.user_id == who.user_id and left and assignment.now <= assignment.last,
        "allowed": row.allowed,
        "tried": False,
        "finished": False,
        "can_reveal": False,
        "rating": None,
        "waits": [],
        "next_address": next_address,
        "next_starts": next_starts,
        "solution_from": moment_text(times.last) if times.released_at is not None else "",
    }


def _points(points: str) -> str:
    return say_here("point") if points == "1" else say_here("points", count=points)


def _days(days: int) -> str:
    return say_here("day") if days == 1 else say_here("days", count=days)
