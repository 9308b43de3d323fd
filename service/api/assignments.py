"""/assignments: what is to be answered until when, and each student's variants of it."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Annotated

from apiflask import APIBlueprint
from pydantic import Field
from sqlalchemy import Connection

from grader.marking.points import as_decimal
from service.api.etags import seen_version, tagged
from service.api.openapi import takes
from service.api.shapes import (
    WHOLE,
    AnyObject,
    ApiAnswer,
    Given,
    MomentText,
    Page,
    Shown,
    described,
    left_out,
    paged,
)
from service.api.variants import VariantShown, VariantWanted
from service.auth.identity import Identity, Scope
from service.auth.roles import TEACHER
from service.classroom import assigning
from service.classroom.access import assignment_for, course_for, questions_for
from service.classroom.dealing import deal_homework, shown_variant
from service.classroom.releasing import who_waits
from service.store.assignments import Assignment, SetQuestion, list_assignments
from service.store.deadlines import StudentDeadline
from service.store.moments import as_text
from service.web.requests import allow, the_identity, the_service

blueprint = APIBlueprint("assignments", __name__, url_prefix="/api/v1", tag="assignments")

SHARE = r"^(0|1|0\.[0-9]{1,4}|[0-9]{1,3}/[1-9][0-9]{0,2})$"
SHARE_SAID = "a share from 0 to 1 as a text, such as 0.5 or 1/2"
POINTS_SAID = "points as a text, such as 4 or 2.5"
POINTS = r"^[0-9]{1,4}(\.[0-9]{1,2})?$"


class QuestionWanted(Given):
    """A question of an assignment, and what it is worth."""

    question: str = Field(min_length=1, max_length=200)
    points: str = Field("1", pattern=POINTS, description=POINTS_SAID)


class AssignmentGiven(Given):
    """An assignment: its questions, times and attempts.

    `late_credit` is the share of points for what comes after `due_at` and before `late_until`.
    `attempts` counts per variant (null: without limit); when they are used up a student may ask
    for a new variant, until there were `variants` of them.
    """

    title: str = Field(min_length=1, max_length=200)
    questions: list[QuestionWanted] = Field(min_length=1, max_length=100)
    opens_at: MomentText
    due_at: MomentText
    late_until: MomentText | None = None
    late_credit: str = Field("0", pattern=SHARE, description=SHARE_SAID)
    attempts: Annotated[int, Field(ge=1, le=1000), WHOLE] | None = None
    variants: Annotated[int, Field(ge=1, le=100), WHOLE] = 1


class AssignmentChange(Given):
    """What changes of an assignment: the names that are given; `late_until` may become null.

    `released` shows solutions to its students. `late_credit` counts for what was handed in
    already, too.
    """

    title: str = left_out(min_length=1, max_length=200)
    opens_at: MomentText = left_out()
    due_at: MomentText = left_out()
    late_until: MomentText | None = left_out()
    late_credit: str = left_out(pattern=SHARE, description=SHARE_SAID)
    variants: Annotated[int, Field(ge=1, le=100), WHOLE] = left_out()
    released: bool = left_out()


class ExtensionGiven(Given):
    """A student's own due time."""

    due_at: MomentText


class AssignmentQuestion(Shown):
    """A question of an assignment."""

    question: str
    points: str
    content_hash: str


class AssignmentShown(Shown):
    """An assignment; `points` is what it earns at most. An exam's questions wait for its end."""

    id: str
    course: str
    kind: str
    title: str
    points: str
    opens_at: str
    due_at: str
    late_until: str | None
    late_credit: str
    attempts: int | None
    variants: int
    released_at: str | None
    version: int
    questions: list[AssignmentQuestion]


class SolutionWait(Shown):
    """A student who can still earn points, and sees no solution before that is over."""

    user: str
    login: str
    name: str
    until: str


class AssignmentChanged(AssignmentShown):
    """An assignment after a change; once it is released, with those who have to wait."""

    solution_waits: list[SolutionWait]


class AssignmentList(Shown):
    """A page of assignments."""

    items: list[AssignmentShown]
    next: str | None


@blueprint.post("/courses/<course_id>/assignments")
@allow(Scope.TEACH)
@blueprint.input(AssignmentGiven)
@blueprint.output(AssignmentShown, status_code=201)
def post_assignment(course_id: str, json_data: AssignmentGiven) -> ApiAnswer:
    """A new assignment, with its questions at their present versions."""
    service, who = the_service(), the_identity()
    questions = [(one.question, one.points) for one in json_data.questions]
    given = json_data.model_dump(exclude={"questions"})
    assignment_id = assigning.set_assignment(service, who, course_id, given, questions)
    with service.store.read() as connection:
        shown = assignment_shown(connection, who, assignment_for(connection, who, assignment_id))
    return tagged(shown, 201, Location=f"/api/v1/assignments/{assignment_id}")


@blueprint.get("/courses/<course_id>/assignments")
@allow(Scope.READ)
@blueprint.input(Page, location="query")
@blueprint.output(AssignmentList)
def get_assignments(course_id: str, query_data: Page) -> AnyObject:
    """A course's assignments; students see those that have opened."""
    who = the_identity()
    with the_service().store.read() as connection:
        course_for(connection, who, course_id)
        part = list_assignments(connection, who, course_id, query_data.limit, query_data.after)
        questions = questions_for(connection, who, part.items)
    return paged(part, lambda row: _shown(row, questions[row.id]))


@blueprint.get("/assignments/<assignment_id>")
@allow(Scope.READ)
@blueprint.output(AssignmentShown)
def get_assignment(assignment_id: str) -> ApiAnswer:
    """One assignment."""
    who = the_identity()
    with the_service().store.read() as connection:
        row = assignment_for(connection, who, assignment_id)
        return tagged(assignment_shown(connection, who, row))


@blueprint.patch("/assignments/<assignment_id>")
@allow(Scope.TEACH)
@blueprint.input(AssignmentChange)
@blueprint.output(AssignmentChanged)
@blueprint.doc(extensions=takes("If-Match"))
def patch_assignment(assignment_id: str, json_data: AssignmentChange) -> ApiAnswer:
    """Change times, credit or title, or release solutions.

    With `If-Match: ETAG` only if it is as it was read.
    """
    service, who = the_service(), the_identity()
    with service.store.read() as connection:
        row = assignment_for(connection, who, assignment_id, TEACHER)
        version = seen_version(assignment_shown(connection, who, row))
    given = json_data.model_dump(exclude_unset=True)
    assigning.change_assignment(service, who, assignment_id, given, version)
    with service.store.read() as connection:
        row = assignment_for(connection, who, assignment_id)
        waiting = who_waits(connection, assignment_id) if row.released_at is not None else []
        shown = assignment_shown(connection, who, row)
    return tagged({**shown, "solution_waits": [_wait(student) for student in waiting]})


@blueprint.put("/assignments/<assignment_id>/extensions/<user_id>")
@allow(Scope.TEACH)
@blueprint.input(ExtensionGiven)
@blueprint.output({}, status_code=204)
def put_extension(assignment_id: str, user_id: str, json_data: ExtensionGiven) -> ApiAnswer:
    """Give one student another due time."""
    given = (assignment_id, user_id, json_data.due_at)
    assigning.extend(the_service(), the_identity(), *given)
    return "", 204


@blueprint.delete("/assignments/<assignment_id>/extensions/<user_id>")
@allow(Scope.TEACH)
@blueprint.output({}, status_code=204)
def delete_extension(assignment_id: str, user_id: str) -> ApiAnswer:
    """Take an extension back."""
    assigning.end_extension(the_service(), the_identity(), assignment_id, user_id)
    return "", 204


@blueprint.post("/assignments/<assignment_id>/variants")
@allow(Scope.SUBMIT, keeps=True)
@blueprint.input(VariantWanted)
@blueprint.output(VariantShown, status_code=201)
@blueprint.doc(responses={200: described("Dealt before.", "VariantShown")})
def post_homework_variant(assignment_id: str, json_data: VariantWanted) -> ApiAnswer:
    """One's variant of a question: the same until its attempts are used up, then a new one."""
    service, who = the_service(), the_identity()
    variant_id, is_new = deal_homework(service, who, assignment_id, json_data.question)
    shown = dict(shown_variant(service, who, variant_id))
    return shown, 201 if is_new else 200, {"Location": f"/api/v1/variants/{variant_id}"}


def _wait(student: StudentDeadline) -> AnyObject:
    until = as_text(student.times.last)
    return {"user": student.user_id, "login": student.login, "name": student.name, "until": until}


def assignment_shown(connection: Connection, who: Identity, row: Assignment) -> AnyObject:
    """An assignment as its answers have it, with the questions that the user may know of."""
    return _shown(row, questions_for(connection, who, [row])[row.id])


def _shown(row: Assignment, questions: Sequence[SetQuestion]) -> AnyObject:
    return {
        "id": row.id,
        "course": row.course_id,
        "kind": row.kind,
        "title": row.title,
        "points": as_decimal(row.out_of(Fraction(one.points) for one in questions)),
        "opens_at": as_text(row.opens_at),
        "due_at": as_text(row.due_at),
        "late_until": as_text(row.late_until),
        "late_credit": row.late_credit,
        "attempts": row.attempts,
        "variants": row.variants,
        "released_at": as_text(row.released_at),
        "version": row.version,
        "questions": [
            {
                "question": one.question_id,
                "points": one.points,
                "content_hash": one.content_hash,
            }
            for one in questions
        ],
    }
