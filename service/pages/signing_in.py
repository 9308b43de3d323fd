"""Signing in and out, and the guest who practises without an account."""

from flask import g, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from service.auth.identity import Identity
from service.classroom import accounts
from service.classroom.refusals import Refusal
from service.pages.layout import blueprint, language, page
from service.store.people import by_session
from service.web.guessing import sign_in_counted
from service.web.problems import wording_of
from service.web.requests import (
    address,
    allow,
    counted,
    drop_cookie,
    identity,
    set_cookie,
    the_identity,
    the_limits,
    the_service,
)

LONGEST = 500


@blueprint.get("/sign-in")
@allow(anonymous=True)
def sign_in() -> str:
    """The form."""
    return page("sign_in.html", to=_local(request.args.get("to", "")), login="", refused="")


@blueprint.post("/sign-in")
@allow(anonymous=True, limit="address")
def do_sign_in() -> ResponseReturnValue:
    """Open a session and go where one wanted to go; or say that it did not work."""
    login, password = (request.form.get(name, "")[:LONGEST] for name in ("login", "password"))
    to = _local(request.form.get("to", ""))
    try:
        cookie, _ = sign_in_counted(login, password)
    except Refusal as refusal:
        if refusal.kind != "wrong-password":
            raise
        refused = wording_of(refusal, language())
        return page("sign_in.html", to=to, login=login, refused=refused), 401
    response = make_response(redirect(to or url_for("pages.today"), 303))
    set_cookie(response, cookie)
    return response


@blueprint.post("/sign-out")
@allow(guests=True)
def sign_out() -> ResponseReturnValue:
    """End the session."""
    if the_identity().session:
        accounts.sign_out(the_service(), the_identity())
    response = make_response(redirect(url_for("pages.today"), 303))
    drop_cookie(response)
    return response


def somebody() -> Identity:
    """Who is asking; where the service is open for it, a new guest instead of nobody."""
    who = identity()
    if who is not None:
        return who
    service = the_service()
    if not service.config.open_practice:
        return the_identity()
    counted(the_limits().hit("guests", address()))
    cookie, _ = accounts.open_session(service, accounts.new_guest(service))
    with service.store.read() as connection:
        guest = by_session(connection, cookie)
    if guest is None:
        raise Refusal("store-busy", "the guest's session was not kept; try again")
    g.identity = guest
    g.after_page = lambda response: set_cookie(response, cookie)
    return guest


def _local(address: str) -> str:
    """The address if it is one of this service, else nothing: nobody is sent elsewhere."""
    good = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if good and address.isprintable() and "\\" not in address else ""
