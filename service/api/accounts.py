"""/guests, /sessions, /me, /tokens: who one is here."""

from typing import Annotated, Literal

from apiflask import APIBlueprint
from flask import Response, jsonify
from pydantic import Field

from service.api.shapes import WHOLE, AnyObject, ApiAnswer, Given, Shown
from service.auth.identity import Scope
from service.auth.secrets_kept import PASSWORD_LENGTH
from service.classroom import accounts
from service.store.moments import as_text
from service.store.people import list_tokens
from service.web.guessing import sign_in_counted
from service.web.requests import allow, drop_cookie, set_cookie, the_identity, the_service

blueprint = APIBlueprint("accounts", __name__, url_prefix="/api/v1", tag="accounts")


class SignIn(Given):
    """A login and its password."""

    login: str = Field(min_length=1, max_length=200)
    password: str = Field(min_length=1, max_length=500)


class Me(Shown):
    """The user behind this request."""

    id: str
    login: str
    name: str
    admin: bool
    guest: bool
    scopes: list[str]


class SessionOpened(Shown):
    """A browser session; its cookie comes along, `csrf` goes into the header X-CSRF-Token."""

    csrf: str


class PasswordGiven(Given):
    """The present password and the one that takes its place."""

    old: str = Field(min_length=1, max_length=500)
    new: str = Field(min_length=PASSWORD_LENGTH, max_length=500)


class TokenWanted(Given):
    """A token's name, what it may do, and for how many days."""

    name: str = Field(min_length=1, max_length=100)
    scopes: list[Literal["read", "submit", "teach", "admin", "account"]] = Field(
        min_length=1, max_length=5
    )
    days: Annotated[int, Field(ge=1, le=400), WHOLE] = 90


class TokenShown(Shown):
    """A token as it is listed."""

    id: str
    name: str
    scopes: list[str]
    created_at: str
    expires_at: str
    revoked_at: str | None


class TokenMade(Shown):
    """A new token, shown this once."""

    id: str
    token: str


class TokenList(Shown):
    """One's tokens, newest first."""

    items: list[TokenShown]


@blueprint.post("/guests")
@allow(anonymous=True, limit="guests")
@blueprint.output(TokenMade, status_code=201)
def become_guest() -> ApiAnswer:
    """A token to practise with, without an account, where the service is open for that."""
    token_id, token = accounts.new_guest_token(the_service())
    return {"id": token_id, "token": token}, 201


@blueprint.post("/sessions")
@allow(anonymous=True, limit="address")
@blueprint.input(SignIn)
@blueprint.output(SessionOpened, status_code=201)
def sign_in(json_data: SignIn) -> ApiAnswer:
    """Sign in: the answer sets the session cookie."""
    cookie, csrf = sign_in_counted(json_data.login, json_data.password)
    response: Response = jsonify({"csrf": csrf})
    response.status_code = 201
    set_cookie(response, cookie)
    return response


@blueprint.delete("/sessions")
@allow(guests=True)
@blueprint.output({}, status_code=204)
def sign_out() -> ApiAnswer:
    """End this session; its cookie is worth nothing from now on."""
    accounts.sign_out(the_service(), the_identity())
    response = Response(status=204)
    drop_cookie(response)
    return response


@blueprint.get("/me")
@allow(Scope.READ, guests=True)
@blueprint.output(Me)
def get_me() -> AnyObject:
    """Who this request speaks for."""
    who = the_identity()
    return {
        "id": who.user_id,
        "login": who.login,
        "name": who.name,
        "admin": who.admin,
        "guest": who.guest,
        "scopes": sorted(who.scopes),
    }


@blueprint.post("/tokens")
@allow(Scope.ACCOUNT)
@blueprint.input(TokenWanted)
@blueprint.output(TokenMade, status_code=201)
def make_token(json_data: TokenWanted) -> ApiAnswer:
    """A token for scripts; it can do no more than the one who makes it.

    What a token makes ends with it. The scope `account` is given in a session only.
    """
    given = (json_data.name, json_data.scopes, json_data.days)
    token_id, token = accounts.give_token(the_service(), the_identity(), *given)
    return {"id": token_id, "token": token}, 201


@blueprint.put("/me/password")
@allow(Scope.ACCOUNT, limit="login")
@blueprint.input(PasswordGiven)
@blueprint.output({}, status_code=204)
def put_password(json_data: PasswordGiven) -> ApiAnswer:
    """Change one's password; all other sessions and tokens end."""
    accounts.change_password(the_service(), the_identity(), json_data.old, json_data.new)
    return "", 204


@blueprint.get("/tokens")
@allow(Scope.ACCOUNT)
@blueprint.output(TokenList)
def get_tokens() -> AnyObject:
    """One's tokens that have not expired."""
    with the_service().store.read() as connection:
        rows = list_tokens(connection, the_identity().user_id)
    return {
        "items": [
            {
                "id": row.id,
                "name": row.name,
                "scopes": row.scopes.split(),
                "created_at": as_text(row.created_at),
                "expires_at": as_text(row.expires_at),
                "revoked_at": as_text(row.revoked_at),
            }
            for row in rows
        ]
    }


@blueprint.delete("/tokens/<token_id>")
@allow(Scope.ACCOUNT)
@blueprint.output({}, status_code=204)
def end_token(token_id: str) -> ApiAnswer:
    """Revoke one of one's tokens, at once, with those that were made by it."""
    accounts.end_token(the_service(), the_identity(), token_id)
    return "", 204
