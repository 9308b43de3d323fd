"""/guests, /sessions, /me, /tokens: who one is here."""

from collections.abc import Collection
from typing import Annotated, Any, Literal

from apiflask import APIBlueprint
from flask import Response, jsonify
from pydantic import Field

from service.api.shapes import WHOLE, Answer, Given, Shown
from service.auth.identity import Scope
from service.auth.secrets_kept import PASSWORD_LENGTH, is_password, password_hash
from service.classroom.refusals import Refusal, not_found
from service.store.ids import new_id
from service.store.moments import as_text
from service.store.people import (
    add_token,
    add_user,
    close_session,
    close_sessions,
    find_user,
    list_tokens,
    open_session,
    revoke_token,
    set_password,
)
from service.web.requests import allow, cookie_name, set_cookie, the_identity, the_service

blueprint = APIBlueprint("accounts", __name__, url_prefix="/api/v1", tag="accounts")

GUEST_DAYS = 30


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
    scopes: list[Literal["read", "submit", "teach", "admin"]] = Field(min_length=1, max_length=4)
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
@allow(anonymous=True, limit="login")
@blueprint.output(TokenMade, status_code=201)
def become_guest() -> Answer:
    """A token to practise with, without an account, where the service is open for that."""
    service = the_service()
    if not service.config.open_practice:
        raise Refusal("not-allowed", "this service is not open to guests; sign in")
    with service.store.write() as connection:
        user_id = add_user(connection, f"guest-{new_id()}", "guest", guest=True)
        scopes = (Scope.READ, Scope.SUBMIT)
        token_id, token = add_token(connection, user_id, "guest", scopes, GUEST_DAYS)
    return {"id": token_id, "token": token}, 201


@blueprint.post("/sessions")
@allow(anonymous=True, limit="login")
@blueprint.input(SignIn)
@blueprint.output(SessionOpened, status_code=201)
def sign_in(json_data: SignIn) -> Answer:
    """Sign in: the answer sets the session cookie."""
    cookie, csrf = open_session_of(json_data.login, json_data.password)
    response: Response = jsonify({"csrf": csrf})
    response.status_code = 201
    set_cookie(response, cookie)
    return response


def open_session_of(login: str, password: str) -> tuple[str, str]:
    """A fresh session's cookie and CSRF token; the same refusal whatever was wrong."""
    service = the_service()
    with service.store.read() as connection:
        row = find_user(connection, login)
    # Outside of any transaction: this takes its 50 ms on purpose.
    good = is_password(row.password_hash if row else None, password)
    if row is None or not good or row.disabled:
        raise Refusal("wrong-password", "the login or the password is wrong")
    with service.store.write() as connection:
        return open_session(connection, row.id, service.config.session_days)


@blueprint.delete("/sessions")
@allow(guests=True)
@blueprint.output({}, status_code=204)
def sign_out() -> Answer:
    """End this session; its cookie is worth nothing from now on."""
    who = the_identity()
    if not who.session:
        raise Refusal("no-session", "a token has no session to end; revoke the token instead")
    with the_service().store.write() as connection:
        close_session(connection, who.session)
    response = Response(status=204)
    response.delete_cookie(cookie_name(), path="/", secure=True, httponly=True)
    return response


@blueprint.get("/me")
@allow(Scope.READ, guests=True)
@blueprint.output(Me)
def get_me() -> dict[str, Any]:
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
@allow()
@blueprint.input(TokenWanted)
@blueprint.output(TokenMade, status_code=201)
def make_token(json_data: TokenWanted) -> Answer:
    """A token for scripts; it can do no more than the one who makes it."""
    token_id, token = give_token(json_data.name, json_data.scopes, json_data.days)
    return {"id": token_id, "token": token}, 201


def give_token(name: str, scopes: Collection[str], days: int) -> tuple[str, str]:
    """The id of one's new token and the token itself; 403 for scopes that one has not."""
    who = the_identity()
    wanted = {Scope(scope) for scope in scopes}
    beyond = sorted(scope for scope in wanted if scope not in who.scopes)
    if beyond or (Scope.ADMIN in wanted and not who.admin):
        raise Refusal("scope-missing", f"you cannot give {', '.join(beyond) or 'admin'}")
    with the_service().store.write() as connection:
        return add_token(connection, who.user_id, name, wanted, days)


@blueprint.put("/me/password")
@allow(limit="login")
@blueprint.input(PasswordGiven)
@blueprint.output({}, status_code=204)
def put_password(json_data: PasswordGiven) -> Answer:
    """Change one's password; all other sessions end."""
    change_password(json_data.old, json_data.new)
    return "", 204


def change_password(old: str, new: str) -> None:
    """Change the user's password; 403 where the old one is wrong. Other sessions end."""
    service, who = the_service(), the_identity()
    with service.store.read() as connection:
        row = find_user(connection, who.login)
    if row is None or not is_password(row.password_hash, old):
        raise Refusal("wrong-old-password", "the present password is another one")
    kept = password_hash(new)
    with service.store.write() as connection:
        set_password(connection, who.user_id, kept)
        close_sessions(connection, who.user_id, but=who.session)


@blueprint.get("/tokens")
@allow()
@blueprint.output(TokenList)
def get_tokens() -> dict[str, Any]:
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
@allow()
@blueprint.output({}, status_code=204)
def end_token(token_id: str) -> Answer:
    """Revoke one of one's tokens, at once."""
    with the_service().store.write() as connection:
        if not revoke_token(connection, the_identity().user_id, token_id):
            raise not_found("token", token_id)
    return "", 204
