"""Joining a course by an invitation's link, with an account or by making one."""

from flask import make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from service.auth.secrets_kept import PASSWORD_LENGTH
from service.classroom.accounts import open_session
from service.classroom.enrolling import accept_invite, invitation, join
from service.classroom.logins import is_sound
from service.classroom.refusals import Refusal
from service.pages.layout import blueprint, page, say_here
from service.pages.problems import shown_again
from service.web.requests import allow, identity, set_cookie, the_service


def join_again(token: str, notice: str = "") -> str:
    """The form with what was typed, but for the password."""
    with the_service().store.read() as connection:
        invite = invitation(connection, token)
    who = identity()
    mine = who is not None and not who.guest and invite.login in {None, who.login}
    return page(
        "join.html",
        course=invite.title,
        claimed=invite.login or "",
        account=who if mine else None,
        login=request.form.get("login", ""),
        name=request.form.get("name", ""),
        notice=notice,
    )


@blueprint.get("/join/<token>")
@allow(guests=True, anonymous=True)
def join_course(token: str) -> str:
    """What the invitation is for, and the form."""
    return join_again(token)


@blueprint.post("/join/<token>")
@shown_again(join_again)
@allow(guests=True, anonymous=True, limit="address")
def do_join(token: str) -> ResponseReturnValue:
    """Join with the account one is signed in with, or make the account and sign in."""
    service, who = the_service(), identity()
    if request.form.get("do") == "accept" and who is not None and not who.guest:
        accept_invite(service, who, token)
        return redirect(url_for("pages.homework"), 303)
    _, user_id = join(service, token, *_read_form(token))
    cookie, _ = open_session(service, user_id)
    response = make_response(redirect(url_for("pages.homework"), 303))
    set_cookie(response, cookie)
    return response


def _read_form(token: str) -> tuple[str, str, str]:
    """The login, name and password of the form, each as it has to be."""
    with the_service().store.read() as connection:
        claimed = invitation(connection, token).login
    login, name = (request.form.get(field, "").strip() for field in ("login", "name"))
    password = request.form.get("password", "")
    good = {
        # An account that was made for somebody has its login and name already.
        "login": claimed or (2 <= len(login) <= 100 and is_sound(login)),
        "name": claimed or 1 <= len(name) <= 200,
        "password": PASSWORD_LENGTH <= len(password) <= 500,
    }
    words = [
        say_here(f"{field}-rule", count=PASSWORD_LENGTH) for field, kept in good.items() if not kept
    ]
    if words:
        raise Refusal("bad-values", " ".join(words))
    return login, name, password
