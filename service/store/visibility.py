"""What a user may see: one clause for each kind of row, behind every query of the service.

Own rows; the rows of one's students, if one teaches their course or assists their section;
everything for an admin. A row that is not visible does not exist for the one who asks (404).
"""

from typing import Final

from sqlalchemy import ColumnElement, FromClause, and_, exists, func, or_, select, true
from sqlalchemy.sql.schema import Table

from service.auth.identity import Identity
from service.auth.roles import SEES_COURSE, SEES_SECTION, Role
from service.store.moments import Now
from service.store.schema import (
    assignments,
    courses,
    enrolments,
    jobs,
    submissions,
    users,
    variants,
)

# Of an exam its students see neither questions nor verdicts before it is over and released.
EXAM_IS_CLOSED: Final = and_(
    func.coalesce(assignments.c.kind, "") == "exam",
    or_(
        assignments.c.released_at.is_(None),
        assignments.c.released_at > Now(),
        assignments.c.due_at >= Now(),
    ),
)


def visible_to(who: Identity, table: Table) -> ColumnElement[bool]:
    """The clause that leaves only the rows of `table` which the user may see."""
    if who.admin:
        return true()
    clauses = {
        courses.name: _courses,
        assignments.name: _assignments,
        enrolments.name: _enrolments,
        users.name: _users,
        variants.name: _variants,
        submissions.name: _submissions,
        jobs.name: _jobs,
    }
    return clauses[table.name](who)


def teaches(who: Identity, course_id: ColumnElement[str] | str) -> ColumnElement[bool]:
    """The clause: the user is a teacher of the course (or an admin)."""
    if who.admin:
        return true()
    mine = enrolments.alias()
    return exists(
        select(mine.c.id).where(
            mine.c.course_id == course_id,
            mine.c.user_id == who.user_id,
            mine.c.role == Role.TEACHER,
        )
    )


def _courses(who: Identity) -> ColumnElement[bool]:
    mine = enrolments.alias()
    return exists(
        select(mine.c.id).where(mine.c.course_id == courses.c.id, mine.c.user_id == who.user_id)
    )


def _assignments(who: Identity) -> ColumnElement[bool]:
    mine = enrolments.alias()
    return exists(
        select(mine.c.id).where(
            mine.c.course_id == assignments.c.course_id,
            mine.c.user_id == who.user_id,
            or_(mine.c.role.in_(SEES_COURSE + SEES_SECTION), assignments.c.opens_at <= Now()),
        )
    )


def _sees(mine: FromClause, theirs: FromClause) -> ColumnElement[bool]:
    """The clause: whoever is enrolled as `mine` sees the rows of who is enrolled as `theirs`."""
    return or_(
        mine.c.role.in_(SEES_COURSE),
        and_(
            mine.c.role.in_(SEES_SECTION),
            theirs.c.role == Role.STUDENT,
            mine.c.section == theirs.c.section,
        ),
    )


def _enrolments(who: Identity, of: FromClause = enrolments) -> ColumnElement[bool]:
    mine = enrolments.alias()
    return or_(
        of.c.user_id == who.user_id,
        exists(
            select(mine.c.id).where(
                mine.c.course_id == of.c.course_id,
                mine.c.user_id == who.user_id,
                _sees(mine, of),
            )
        ),
    )


def _users(who: Identity) -> ColumnElement[bool]:
    theirs = enrolments.alias()
    return or_(
        users.c.id == who.user_id,
        exists(select(theirs.c.id).where(theirs.c.user_id == users.c.id, _enrolments(who, theirs))),
    )


def _variants(who: Identity, of: FromClause = variants) -> ColumnElement[bool]:
    mine, theirs = enrolments.alias(), enrolments.alias()
    of_my_student = exists(
        select(assignments.c.id)
        .join(mine, mine.c.course_id == assignments.c.course_id)
        .join(
            theirs,
            and_(
                theirs.c.course_id == assignments.c.course_id,
                theirs.c.user_id == of.c.user_id,
            ),
        )
        .where(
            assignments.c.id == of.c.assignment_id,
            mine.c.user_id == who.user_id,
            _sees(mine, theirs),
        )
    )
    # Who left a course has what they handed in, and homework's questions no more.
    still_there = exists(
        select(assignments.c.id)
        .join(theirs, theirs.c.course_id == assignments.c.course_id)
        .where(assignments.c.id == of.c.assignment_id, theirs.c.user_id == of.c.user_id)
    )
    own = and_(
        of.c.user_id == who.user_id,
        or_(of.c.assignment_id.is_(None), still_there),
        ~_of_closed_exam(of),
    )
    return or_(own, of_my_student)


def _submissions(who: Identity) -> ColumnElement[bool]:
    # A copy under another name: the query around may hold the variants too.
    its = variants.alias()
    of_mine = variants.alias()
    closed = exists(
        select(of_mine.c.id).where(
            of_mine.c.id == submissions.c.variant_id, _of_closed_exam(of_mine)
        )
    )
    return or_(
        and_(submissions.c.user_id == who.user_id, ~closed),
        exists(select(its.c.id).where(its.c.id == submissions.c.variant_id, _variants(who, its))),
    )


def _of_closed_exam(of: FromClause) -> ColumnElement[bool]:
    return exists(
        select(assignments.c.id).where(assignments.c.id == of.c.assignment_id, EXAM_IS_CLOSED)
    )


def _jobs(who: Identity) -> ColumnElement[bool]:
    # A course's jobs are its teachers', whoever asked: who left it has no papers and keys of it.
    return or_(
        and_(jobs.c.course_id.is_(None), jobs.c.user_id == who.user_id),
        and_(jobs.c.course_id.is_not(None), teaches(who, jobs.c.course_id)),
    )
