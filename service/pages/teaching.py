"""Teaching: courses, gradebook, item statistics, and what a corrected question would change."""

from service.auth.identity import Scope
from service.auth.requests import allow, the_identity
from service.pages.layout import blueprint, page
from service.running import the_service
from service.store.own_work import set_work, taught_courses


@blueprint.get("/teaching")
@allow(Scope.TEACH)
def teaching() -> str:
    """The courses that one teaches, with their assignments."""
    service, who = the_service(), the_identity()
    with service.store.read() as connection:
        courses = [
            {"title": course.title, "assignments": set_work(connection, who, course.id)}
            for course in taught_courses(connection, who)
        ]
    return page("teaching.html", "teaching", courses=courses)
