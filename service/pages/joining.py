"""Joining a course by an invitation's link, with an account or by making one."""

from flask import make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from service.api.invites import JoinGiven
from service.auth.secrets_kept import PASSWORD_LENGTH, password_hash
from service.classroom.enrolling import accept_invite, invitation, join
from service.classroom.refusals import Refusal
from service.pages.layout import blueprint, page, say_here
from service.pages.problems import shown_again
from service.store.people import open_session
from service.web.requests import allow, identity, set_cookie, the_service


def join_again(token: str, notice: str = "") -> str:
    """The form with what was typed, but for the password."""
    with the_service().store.read() as connection:
        found = invitation(connection, token)
    who = identity()
    return page(
        "join.html",
        course=found.title,
        claimed=found.login or "",
        account=who if who is not None and not who.guest and not found.login else None,
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
@allow(guests=True, anonymous=True, limit="login")
def do_join(token: str) -> ResponseReturnValue:
    """Join with the account one is signed in with, or make the account and sign in."""
    service, who = the_service(), identity()
    if request.form.get("do") == "accept" and who is not None and not who.guest:
        with service.store.write() as connection:
            accept_invite(connection, who, token)
        return redirect(url_for("pages.homework"), 303)
    given = _read_form(token)
    kept = password_hash(given.password)
    with service.store.write() as connection:
        _, user_id = join(connection, token, given.login, given.name, kept)
        cookie, _ = open_session(connection, user_id, service.config.session_days)
    response = make_response(redirect(url_for("pages.homework"), 303))
    set_cookie(response, cookie)
    return response


def _read_form(token: str) -> JoinGiven:
    with the_service().store.read() as connection:
        found = invitation(connection, token)
    form = request.form
    try:
        return JoinGiven(
            token=token,
            # An account that was made for somebody has its login and name already.
            login=form.get("login", "").strip() if not found.login else "--",
            name=form.get("name", "").strip() if not found.login else "-",
            password=form.get("password", ""),
        )
    except ValidationError as error:
        wrong = {str(fault["loc"][0]) for fault in error.errors()}
        names = [name for name in ("login", "name", "password") if name in wrong]
        words = [say_here(f"{name}-rule", count=PASSWORD_LENGTH) for name in names]
        raise Refusal("bad-values", " ".join(words)) from error
