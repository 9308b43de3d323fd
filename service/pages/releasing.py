"""Releasing solutions: the page that says who has to wait, and until when."""

from itertools import groupby

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from service.auth.identity import Scope
from service.auth.roles import TEACHER
from service.classroom.access import assignment_for
from service.classroom.assigning import change_assignment
from service.classroom.releasing import who_waits
from service.pages.layout import blueprint, moment_text, page
from service.web.requests import allow, the_identity, the_service

NAMED = 20  # so many are named one by one


@blueprint.get("/teaching/<assignment_id>/solutions")
@allow(Scope.TEACH)
def solutions(assignment_id: str) -> str:
    """Whether the solutions are released, and for whom they open later."""
    with the_service().store.read() as connection:
        assignment = assignment_for(connection, the_identity(), assignment_id, TEACHER)
        waiting = who_waits(connection, assignment_id)
    waits = [
        {"until": moment_text(until), "count": len(students), "names": students[:NAMED]}
        for until, group in groupby(waiting, key=lambda one: one.times.last)
        for students in [[one.name for one in group]]
    ]
    return page(
        "solutions.html",
        "teaching",
        title=assignment.title,
        assignment_id=assignment.id,
        is_exam=assignment.is_exam,
        released=moment_text(assignment.released_at),
        waits=waits,
    )


@blueprint.post("/teaching/<assignment_id>/solutions")
@allow(Scope.TEACH)
def do_release(assignment_id: str) -> ResponseReturnValue:
    """Release the solutions, or take the release back."""
    given = {"released": request.form.get("do") == "release"}
    change_assignment(the_service(), the_identity(), assignment_id, given)
    return redirect(url_for("pages.solutions", assignment_id=assignment_id), 303)
