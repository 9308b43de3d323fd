"""Who sent this request: a token, a browser session, or nobody; and the rule of each route."""

import hmac
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast
from urllib.parse import urlsplit

from flask import Response, current_app, g, request

from service.auth.identity import Identity, Scope
from service.classroom.refusals import Refusal
from service.running import EXTENSION, Service
from service.store.people import by_session, by_token
from service.web.limits import KIB, LIMITS, RateLimits, TooMany
from service.web.problems import Problem

Params = ParamSpec("Params")
Result = TypeVar("Result")

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
BY_ADDRESS = frozenset({"address", "guests"})
PLAIN_COOKIE = "gradeck"
# The prefix makes browsers insist on HTTPS, on the path / and on no other host's cookie.
SECURE_COOKIE = "__Host-gradeck"


def the_service() -> Service:
    """The service of the application that handles this request."""
    return cast(Service, current_app.extensions[EXTENSION])


def the_limits() -> RateLimits:
    """What counts this application's requests."""
    return cast(RateLimits, current_app.extensions[LIMITS])


def cookie_name() -> str:
    """The session cookie's name."""
    return SECURE_COOKIE if the_service().config.secure_cookies else PLAIN_COOKIE


def identity() -> Identity | None:
    """Who this request speaks for, or None; found once a request."""
    if "identity" not in g:
        g.identity = _find()
    who: Identity | None = g.identity
    return who


def the_identity() -> Identity:
    """Who this request speaks for; 401 if nobody."""
    who = identity()
    if who is None:
        detail = "sign in, or send a token: Authorization: Bearer …"
        raise Problem("not-signed-in", detail, headers={"WWW-Authenticate": "Bearer"})
    return who


def allow(
    *scopes: Scope,
    guests: bool = False,
    anonymous: bool = False,
    limit: str = "default",
    keeps: bool = False,
    scans: bool = False,
) -> Callable[[Callable[Params, Result]], Callable[Params, Result]]:
    """The rule of a route: the scopes a token needs, and whether guests or nobody may use it.

    Every route carries one (a test holds that); `limit` names the rate that it is counted by
    (empty: none, for probes). What a route `keeps` counts for its user's quota of the day; the
    body of one that takes `scans` may be as long as they are.
    """

    def decorate(view: Callable[Params, Result]) -> Callable[Params, Result]:
        @wraps(view)
        def checked(*args: Params.args, **kwargs: Params.kwargs) -> Result:
            _check_site()
            if scans:
                request.max_content_length = the_service().config.scans_mib * KIB * KIB
            if limit:
                _count(limit)
            if keeps:
                _count_kept()
            if not anonymous:
                _check(the_identity(), scopes, guests=guests)
            elif identity() is not None:
                _check_csrf(the_identity())
            return view(*args, **kwargs)

        checked.rule = (scopes, guests, anonymous)  # type: ignore[attr-defined]  # read by tests
        return checked

    return decorate


def _count(limit: str) -> None:
    # What comes before one is known is counted by address, whoever the cookie says it is.
    who = None if limit in BY_ADDRESS else identity()
    counted(the_limits().hit(limit, who.user_id if who else address()))


def _count_kept() -> None:
    """Count what is sent to be kept, a KiB at least: for the user, for guests by their address."""
    who = identity()
    guest = who is None or who.guest
    kib = 1 + (request.content_length or 0) // KIB
    quota, owner = ("kept_of_guests", address()) if guest or who is None else ("kept", who.user_id)
    refused = the_limits().hit(quota, owner, cost=kib)
    if refused is not None:
        whose = "all guests of your address" if guest else "your account"
        detail = f"{whose} sent as much as is kept in a day: come again in {refused.seconds} s"
        headers = {"Retry-After": str(refused.seconds)}
        raise Problem("quota", detail, headers=headers)


def address() -> str:
    """Where this request comes from."""
    return request.remote_addr or "nobody"


def counted(refused: TooMany | None) -> None:
    """429, with the time to come again, where it was one too many."""
    if refused is not None:
        detail = f"too many requests: come again in {refused.seconds} s"
        headers = {"Retry-After": str(refused.seconds)}
        raise Problem("too-many-requests", detail, headers=headers)


def _check(who: Identity, scopes: tuple[Scope, ...], *, guests: bool) -> None:
    missing = [scope for scope in scopes if scope not in who.scopes]
    if missing:
        detail = f"this token lacks the scope {', '.join(missing)}"
        raise Refusal("scope-missing", detail)
    if Scope.ADMIN in scopes and not who.admin:
        raise Refusal("not-allowed", "this is for administrators")
    if who.guest and not guests:
        raise Refusal("not-allowed", "this needs an account; a guest can practise only")
    _check_csrf(who)


def _check_site() -> None:
    """Refuse what another site makes a browser send, also for nobody: it would sign them in.

    A script sends neither line; a browser's own word on the site is better than the host's name,
    which a proxy may change.
    """
    if request.method in SAFE or request.authorization is not None:
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    ours = (
        site in {"same-origin", "none"} if site else urlsplit(origin or "").netloc == request.host
    )
    if (site or origin) and not ours:
        raise Refusal("csrf", "this form was sent from another site: open the page here")


def _check_csrf(who: Identity) -> None:
    if not who.session or request.method in SAFE:
        return
    given = request.headers.get("X-CSRF-Token") or request.form.get("csrf_token") or ""
    if not hmac.compare_digest(given.encode(), who.csrf.encode()):
        detail = "the page is out of date or was not ours: reload it and try again"
        raise Refusal("csrf", detail)


def _find() -> Identity | None:
    header = request.headers.get("Authorization", "")
    kind, _, token = header.partition(" ")
    if header:
        who = None
        if kind.lower() == "bearer" and token:
            with the_service().store.read() as connection:
                who = by_token(connection, token.strip())
        if who is None:
            counted(the_limits().hit("failed", address()))
            detail = "this token is unknown, expired or revoked"
            headers = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
            raise Problem("bad-token", detail, headers=headers)
        return who
    cookie = request.cookies.get(cookie_name())
    if not cookie:
        return None
    with the_service().store.read() as connection:
        return by_session(connection, cookie)


def set_cookie(response: Response, cookie: str) -> None:
    """Give the browser its session."""
    config = the_service().config
    response.set_cookie(
        cookie_name(),
        cookie,
        max_age=config.session_days * 86_400,
        secure=config.secure_cookies,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def drop_cookie(response: Response) -> None:
    """Take the browser's session away, on the terms on which it was given."""
    secure = the_service().config.secure_cookies
    response.delete_cookie(cookie_name(), path="/", secure=secure, httponly=True, samesite="Lax")
