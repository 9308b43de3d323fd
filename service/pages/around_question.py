"""What stands around a question: the way here, chips, what may be done, what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import request, url_for
from sqlalchemy import Connection

from service.auth.identity import Identity
from service.classroom.access import questions_for, work_for
from service.classroom.dealing import is_dealt_anew
from service.classroom.practising import standing, today_of, waits
from service.classroom.releasing import is_try
from service.pages.layout import moment_text, say_here, zone
from service.running import Service
from service.store.deadlines import deadline
from service.store.own_work import own_variants
from service.store.practice import practised
from service.store.variants import FoundVariant
from service.store.verdicts import VerdictJson


def is_revealed(verdict: VerdictJson | None) -> bool:
    """Whether the whole solution was asked for, after a try."""
    return verdict is not None and is_try(verdict) and request.args.get("solution") == "1"


@dataclass(frozen=True, slots=True)
class Session:
    """How far somebody is with today's practice."""

    done: int
    all: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What stands around a question; what a place doesn't have is left as it is here."""

    here: str
    crumbs: Sequence[tuple[str, str]]
    chips: Sequence[str]
    may_answer: bool
    # Practice: the session, and how it went.
    practice: bool = False
    session: Session | None = None
    tried: bool = False
    finished: bool = False
    can_reveal: bool = False
    rating: int | None = None
    waits: Sequence[tuple[int, str]] = ()
    # Homework: the tries, the question that follows, and when solutions open.
    homework: bool = False
    # An exam: the points of the question on the paper.
    exam_points: str = ""
    allowed: int | None = None
    next_address: str = ""
    next_starts: bool = False
    solution_from: str = ""


def around(
    service: Service,
    connection: Connection,
    who: Identity,
    row: FoundVariant,
    verdict: VerdictJson | None,
) -> Around:
    """What stands around the question: way here, chips, and in practice the session."""
    if row.assignment_id is None:
        return _around_practice(service, connection, who, row, verdict)
    return _around_homework(connection, who, row, row.assignment_id)


def _around_practice(
    service: Service,
    connection: Connection,
    who: Identity,
    row: FoundVariant,
    verdict: VerdictJson | None,
) -> Around:
    day = today_of(zone(), datetime.now(UTC))
    stands = standing(service, connection, who, day)
    total = stands.done + stands.waiting
    kept = practised(connection, row.id)
    rated = kept is not None and kept.is_rated
    # Where a text is not recognised for certain, nobody but the student knows how it went.
    outcomes = {part["outcome"] for part in verdict["parts"]} if verdict else set()
    may_rate = "held" in outcomes and not rated
    right, revealed = outcomes == {"right"}, is_revealed(verdict)
    days = waits(service, connection, who, row, day) if rated or may_rate else {}
    known = service.questions.find(row.question_id)
    return Around(
        here="today",
        crumbs=[
            (say_here("practice"), url_for("pages.today")),
            (say_here("done-of", done=min(stands.done + 1, total), all=total), ""),
        ],
        chips=[say_here(f"level-{known.level}"), _points(known.points)],
        may_answer=row.user_id == who.user_id,
        practice=True,
        session=Session(stands.done, max(total, 1)),
        tried=verdict is not None,
        finished=right or revealed,
        can_reveal=verdict is not None and is_try(verdict) and not right and not revealed,
        rating=kept.rating if kept is not None else None,
        waits=[(rating.value, _days(count)) for rating, count in days.items()],
    )


def _around_homework(
    connection: Connection, who: Identity, row: FoundVariant, assignment_id: str
) -> Around:
    assignment = work_for(connection, who, assignment_id)
    listed = questions_for(connection, who, [assignment])[assignment.id]
    index = [one.question_id for one in listed].index(row.question_id)
    times = deadline(connection, assignment.id, row.user_id)
    tries = [_tries(row.used, row.allowed)] if row.allowed and not assignment.is_exam else []
    ends = "ends-at" if assignment.is_exam else "due-at"
    due = say_here(ends, moment=moment_text(assignment.due))
    address, starts = "", False
    if listed[index + 1 :]:
        following = listed[index + 1].question_id
        newest = own_variants(connection, who, assignment.id).get(following)
        starts = is_dealt_anew(assignment, newest)
        address = url_for(
            "pages.homework_question", assignment_id=assignment.id, question_id=following
        )
    is_open = not (assignment.is_exam or row.is_spent) and assignment.now <= assignment.last
    return Around(
        here="homework",
        crumbs=[
            (assignment.course, url_for("pages.homework")),
            (assignment.title, url_for("pages.assignment", assignment_id=assignment.id)),
            (say_here("position", number=index + 1, count=len(listed)), ""),
        ],
        chips=[*tries, _points(listed[index].points), due],
        may_answer=row.user_id == who.user_id and is_open,
        homework=True,
        exam_points=listed[index].points if assignment.is_exam else "",
        allowed=row.allowed,
        next_address=address,
        next_starts=starts,
        solution_from=moment_text(times.last) if times.released_at is not None else "",
    )


def _tries(used: int, allowed: int) -> str:
    return say_here("tries", used=used, allowed=allowed)


def _points(points: str) -> str:
    return say_here("point") if points == "1" else say_here("points", count=points)


def _days(days: int) -> str:
    return say_here("day") if days == 1 else say_here("days", count=days)
