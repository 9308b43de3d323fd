"""/courses: their members, rosters and invitations."""

import json
from dataclasses import asdict
from typing import Annotated, Literal

from apiflask import APIBlueprint
from flask import Response, request
from pydantic import Field

from cards.exam.roster import read_roster
from grader.errors import FaultsError
from service.api.etags import seen_version, tagged
from service.api.openapi import takes
from service.api.shapes import WHOLE, AnyObject, ApiAnswer, Given, Page, RoleName, Shown, paged
from service.auth.identity import Scope
from service.auth.roles import TEACHER, Role
from service.classroom import courses
from service.classroom.access import course_for
from service.classroom.enrolling import take_in_roster
from service.classroom.refusals import Refusal
from service.store.audit_log import AuditRow, notes
from service.store.courses import Course, Member, list_courses, members, role_in, roles_in
from service.store.moments import as_text
from service.web.requests import allow, the_identity, the_service

blueprint = APIBlueprint("courses", __name__, url_prefix="/api/v1", tag="courses")

KIB = 1024


class CourseGiven(Given):
    """A course's title."""

    title: str = Field(min_length=1, max_length=200)


class CourseShown(Shown):
    """A course, and the role one has in it."""

    id: str
    title: str
    version: int
    role: str | None


class CourseList(Shown):
    """A page of courses."""

    items: list[CourseShown]
    next: str | None


class MemberShown(Shown):
    """Somebody in a course."""

    id: str
    user: str
    login: str
    name: str
    role: str
    section: str
    student_id: str


class MemberList(Shown):
    """A page of members."""

    items: list[MemberShown]
    next: str | None


class RosterQuery(Given):
    """Whether to change anything."""

    dry_run: Literal["true", "false"] = "false"


class RosterShown(Shown):
    """What a roster changes: who is added, whose entry changes; nobody is taken out.

    Of those added, `was_there` had an account of another roster. `unconfirmed` are accounts that
    somebody made for themselves: they join once their owner opens the link. `invites` has a link's
    token for each of these and for each account that is unclaimed; it is shown this once, and anew
    when the roster is sent again.
    """

    dry_run: bool
    added: list[str]
    was_there: list[str]
    unconfirmed: list[str]
    changed: list[str]
    unchanged: int
    missing: list[str]
    invites: dict[str, str]


class InviteWanted(Given):
    """Who may come by a link, how many, and for how long."""

    role: RoleName = Role.STUDENT.value
    section: str = Field("", max_length=100)
    uses: Annotated[int, Field(ge=1, le=5000), WHOLE] = 1
    days: Annotated[int, Field(ge=1, le=200), WHOLE] = 14


class InviteMade(Shown):
    """An invitation's token, shown this once."""

    token: str


class AuditShown(Shown):
    """Something that staff did."""

    id: str
    at: str
    login: str | None
    action: str
    subject: str
    data: AnyObject


class AuditList(Shown):
    """A page of the log, newest first."""

    items: list[AuditShown]
    next: str | None


@blueprint.post("/courses")
@allow(Scope.TEACH, Scope.ADMIN)
@blueprint.input(CourseGiven)
@blueprint.output(CourseShown, status_code=201)
def make_course(json_data: CourseGiven) -> ApiAnswer:
    """A new course, whose maker teaches it."""
    course_id = courses.found_course(the_service(), the_identity(), json_data.title)
    shown = {"id": course_id, "title": json_data.title, "version": 1, "role": Role.TEACHER}
    return tagged(shown, 201, Location=f"/api/v1/courses/{course_id}")


@blueprint.get("/courses")
@allow(Scope.READ)
@blueprint.input(Page, location="query")
@blueprint.output(CourseList)
def get_courses(query_data: Page) -> AnyObject:
    """One's courses, oldest first."""
    who = the_identity()
    with the_service().store.read() as connection:
        part = list_courses(connection, who, query_data.limit, query_data.after)
        roles = roles_in(connection, who, [course.id for course in part.items])
    return paged(part, lambda course: {**_course(course), "role": roles.get(course.id)})


@blueprint.get("/courses/<course_id>")
@allow(Scope.READ)
@blueprint.output(CourseShown)
def get_course(course_id: str) -> ApiAnswer:
    """A course that one is in."""
    with the_service().store.read() as connection:
        row = course_for(connection, the_identity(), course_id)
        return tagged({**_course(row), "role": role_in(connection, the_identity(), row.id)})


@blueprint.patch("/courses/<course_id>")
@allow(Scope.TEACH)
@blueprint.input(CourseGiven)
@blueprint.output(CourseShown)
@blueprint.doc(extensions=takes("If-Match"))
def patch_course(course_id: str, json_data: CourseGiven) -> ApiAnswer:
    """Rename a course; with `If-Match: ETAG` only if nobody changed it meanwhile."""
    who = the_identity()
    with the_service().store.read() as connection:
        row = course_for(connection, who, course_id, TEACHER)
    version = seen_version({**_course(row), "role": Role.TEACHER})
    courses.rename_course(the_service(), who, course_id, json_data.title, version)
    with the_service().store.read() as connection:
        row = course_for(connection, who, course_id)
    return tagged({**_course(row), "role": Role.TEACHER})


@blueprint.get("/courses/<course_id>/members")
@allow(Scope.TEACH)
@blueprint.input(Page, location="query")
@blueprint.output(MemberList)
def get_members(course_id: str, query_data: Page) -> AnyObject:
    """The members one may see: all for a teacher, one's section for an assistant."""
    with the_service().store.read() as connection:
        course_for(connection, the_identity(), course_id)
        part = members(connection, the_identity(), course_id, query_data.limit, query_data.after)
    return paged(part, _member)


@blueprint.delete("/courses/<course_id>/members/<user_id>")
@allow(Scope.TEACH)
@blueprint.output({}, status_code=204)
def delete_member(course_id: str, user_id: str) -> ApiAnswer:
    """Take somebody out of a course; what they handed in is kept."""
    courses.remove_member(the_service(), the_identity(), course_id, user_id)
    return "", 204


@blueprint.post("/courses/<course_id>/roster")
@allow(Scope.TEACH)
@blueprint.input(RosterQuery, location="query")
@blueprint.output(RosterShown)
@blueprint.doc(
    extensions={
        "requestBody": {"content": {"text/csv": {"schema": {"type": "string"}}}, "required": True}
    }
)
def post_roster(course_id: str, query_data: RosterQuery) -> AnyObject:
    """Take in a roster (CSV: id,name,section); with dry_run=true only say what would change."""
    service = the_service()
    with service.store.read() as connection:
        course_for(connection, the_identity(), course_id, TEACHER)
    request.max_content_length = service.config.roster_kib * KIB
    if request.mimetype != "text/csv":
        given = request.mimetype or "nothing"
        raise Refusal("not-csv", f"expected Content-Type: text/csv, got {given}")
    try:
        listed = read_roster(request.get_data(), "roster")
    except FaultsError as error:
        faults = [{"where": f"line {fault.line}", "message": str(fault)} for fault in error.faults]
        raise Refusal("faults", str(error)[:2000], errors=faults[:100]) from error
    dry_run = query_data.dry_run == "true"
    return asdict(take_in_roster(service, the_identity(), course_id, listed, dry_run=dry_run))


@blueprint.post("/courses/<course_id>/invites")
@allow(Scope.TEACH)
@blueprint.input(InviteWanted)
@blueprint.output(InviteMade, status_code=201)
def post_invite(course_id: str, json_data: InviteWanted) -> ApiAnswer:
    """A link by which people join a course with this role."""
    token = courses.invite(
        the_service(),
        the_identity(),
        course_id,
        Role(json_data.role),
        section=json_data.section,
        uses=json_data.uses,
        days=json_data.days,
    )
    return {"token": token}, 201


@blueprint.delete("/courses/<course_id>/invites")
@allow(Scope.TEACH)
@blueprint.output({}, status_code=204)
def delete_invites(course_id: str) -> ApiAnswer:
    """End all open invitations of a course."""
    courses.end_invites(the_service(), the_identity(), course_id)
    return Response(status=204)


@blueprint.get("/courses/<course_id>/audit")
@allow(Scope.TEACH)
@blueprint.input(Page, location="query")
@blueprint.output(AuditList)
def get_audit(course_id: str, query_data: Page) -> AnyObject:
    """What staff did in a course, newest first."""
    with the_service().store.read() as connection:
        course_for(connection, the_identity(), course_id, TEACHER)
        part = notes(connection, course_id, query_data.limit, query_data.after)
    return paged(part, _note)


def _course(course: Course) -> AnyObject:
    return {"id": course.id, "title": course.title, "version": course.version}


def _member(member: Member) -> AnyObject:
    return {
        "id": member.id,
        "user": member.user_id,
        "login": member.login,
        "name": member.name,
        "role": member.role,
        "section": member.section,
        "student_id": member.student_id,
    }


def _note(note: AuditRow) -> AnyObject:
    return {**asdict(note), "at": as_text(note.at), "data": json.loads(note.data)}
