"""/invites: joining a course by a link."""

from apiflask import APIBlueprint
from pydantic import Field

from service.api.shapes import ApiAnswer, Given, Shown
from service.auth.identity import Scope
from service.auth.secrets_kept import PASSWORD_LENGTH
from service.classroom.enrolling import accept_invite, join
from service.classroom.logins import LOGIN
from service.web.requests import allow, the_identity, the_service

blueprint = APIBlueprint("invites", __name__, url_prefix="/api/v1", tag="courses")


class InviteGiven(Given):
    """An invitation's token."""

    token: str = Field(min_length=1, max_length=100)


class JoinGiven(Given):
    """An invitation's token, and the account that is to be made (or claimed) by it."""

    token: str = Field(min_length=1, max_length=100)
    login: str = Field(
        min_length=2,
        max_length=100,
        pattern=LOGIN,
        description="letters, digits and . _ @ + -, a letter or digit first and last",
    )
    name: str = Field(min_length=1, max_length=200)
    password: str = Field(min_length=PASSWORD_LENGTH, max_length=500)


class JoinShown(Shown):
    """The course that was joined."""

    course: str


@blueprint.post("/invites/accept")
@allow(Scope.ACCOUNT, limit="address")
@blueprint.input(InviteGiven)
@blueprint.output(JoinShown, status_code=201)
def post_accept(json_data: InviteGiven) -> ApiAnswer:
    """Join a course with the account one is signed in with."""
    return {"course": accept_invite(the_service(), the_identity(), json_data.token)}, 201


@blueprint.post("/invites/join")
@allow(anonymous=True, limit="address")
@blueprint.input(JoinGiven)
@blueprint.output(JoinShown, status_code=201)
def post_join(json_data: JoinGiven) -> ApiAnswer:
    """Join a course with a new account; sign in afterwards."""
    given = (json_data.token, json_data.login, json_data.name, json_data.password)
    course_id, _ = join(the_service(), *given)
    return {"course": course_id}, 201
