"""What all pages share: language, time zone, menu, and where a template finds things."""

import hashlib
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from apiflask import APIBlueprint
from flask import Response, g, render_template, request, url_for

from grader.wording import CHOICES, LANGUAGES, SPOKEN, Language
from service.auth.identity import Identity
from service.pages.words import say
from service.store.own_work import taught_courses
from service.web.requests import identity, the_service

STATIC = Path(__file__).parent / "static"
LANGUAGE_COOKIE = "gradeck-language"
ZONE_COOKIE = "gradeck-zone"
YEAR = 365 * 86_400

blueprint = APIBlueprint("pages", __name__, enable_openapi=False)


def language() -> str:
    """The language of this page: asked for, else kept, else what the browser prefers."""
    asked = request.args.get("lang", "")
    if asked in LANGUAGES:
        return asked
    kept = request.cookies.get(LANGUAGE_COOKIE, "")
    if kept in LANGUAGES:
        return kept
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def zone() -> ZoneInfo:
    """The student's time zone, as the page's script told it; UTC before that."""
    name = request.cookies.get(ZONE_COOKIE, "UTC")
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return ZoneInfo("UTC")


def moment_text(moment: int | None) -> str:
    """A moment of the store in the student's zone; empty for none."""
    if moment is None:
        return ""
    then = datetime.fromtimestamp(moment / 1000, UTC).astimezone(zone())
    return say_here("moment", then=then)


def say_here(name: str, **values: object) -> str:
    """The wording of that name in this page's language."""
    return say(name, language(), **values)


def page(template: str, here: str = "", **values: object) -> str:
    """The page from a template; `here` is the entry of the menu that it belongs to."""
    bare = values.pop("bare", False)
    who = None if bare else identity()
    chosen = language()
    return render_template(
        template,
        **values,
        here=here,
        who=who,
        language=chosen,
        language_choices=_language_choices(),
        language_tag=SPOKEN[chosen].tag,
        say=say_here,
        menu=_menu(who),
        other_languages=_other_languages(chosen),
        asset=asset,
        zone=zone().key,
        demo=the_service().config.open_practice,
    )


def _menu(who: Identity | None) -> list[tuple[str, str]]:
    entries = [("today", url_for("pages.today"))]
    if who is not None:
        entries.append(("progress", url_for("pages.progress")))
    if who is not None and not who.guest:
        entries.insert(1, ("homework", url_for("pages.homework")))
        if _teaches(who):
            entries.append(("teaching", url_for("pages.teaching")))
    return entries


def _teaches(who: Identity) -> bool:
    with the_service().store.read() as connection:
        return bool(taught_courses(connection, who))


def _other_languages(chosen: str) -> list[tuple[Language, str]]:
    """The languages that this page can be read in instead, each with the address to do so."""
    path = request.path if request.method in {"GET", "HEAD"} else url_for("pages.today")
    return [
        (other, f"{path}?{urlencode({**request.args.to_dict(), 'lang': code})}")
        for code, other in SPOKEN.items()
        if code != chosen
    ]


def _language_choices() -> list[tuple[str, str]]:
    """What a file may be in, by code, with the languages' own names."""
    return [
        (code, " + ".join(SPOKEN[one].name for one in languages))
        for code, languages in CHOICES.items()
    ]


def asset(name: str) -> str:
    """The address of a static file; it changes with the file, so that browsers may keep it."""
    return url_for("static", filename=name, v=_stamp(name))


@lru_cache
def _stamp(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def new_key() -> str:
    """A fresh key, with which a form that is sent twice is stored once."""
    return f"page-{secrets.token_urlsafe(12)}"


@blueprint.after_request
def keep_language(response: Response) -> Response:
    """Keep the language that was asked for, and a guest's new session."""
    asked = request.args.get("lang", "")
    if asked in LANGUAGES:
        secure = the_service().config.secure_cookies
        response.set_cookie(
            LANGUAGE_COOKIE, asked, max_age=YEAR, samesite="Lax", httponly=True, secure=secure
        )
    after: Callable[[Response], None] | None = g.pop("after_page", None)
    if after is not None:
        after(response)
    response.headers.setdefault("Cache-Control", "private, no-store")
    response.headers.setdefault("Vary", "Cookie, Accept-Language")
    return response
