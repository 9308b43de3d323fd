"""Today: what is due, and dealing the next question or any one."""

from datetime import UTC, datetime

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from cards.schedule import Rating
from service.auth.identity import Scope
from service.classroom.dealing import deal_practice
from service.classroom.practising import open_hint, rate_own, standing, today_of
from service.classroom.refusals import Refusal
from service.pages.layout import blueprint, language, page, zone
from service.pages.signing_in import somebody
from service.pages.words import topic
from service.web.requests import allow, identity, the_identity, the_service


@blueprint.get("/")
@allow(guests=True, anonymous=True)
def today() -> ResponseReturnValue:
    """What waits today, and all questions to choose from."""
    service, who = the_service(), identity()
    if who is None and not service.config.open_practice:
        return redirect(url_for("pages.sign_in"), 303)
    with service.store.read() as connection:
        stands = standing(service, connection, who, today_of(zone(), datetime.now(UTC)))
    waiting = {*stands.queue, *stands.missed}
    rows = [
        {
            "id": question.id,
            "topic": topic(question.tags[0] if question.tags else "", language()),
            "title": question.title[language()],
            "level": question.level,
            "waits": question.id in waiting,
            "due": stands.states[question.id].due.isoformat()
            if question.id in stands.states
            else "",
        }
        for question in sorted(service.questions.listed(), key=lambda one: (one.level, one.id))
    ]
    groups: dict[str, list[dict[str, object]]] = {}
    for row in rows:
        groups.setdefault(str(row["topic"]), []).append(row)
    shown = {
        "waiting": stands.waiting,
        "done": stands.done,
        "seen": len(stands.states),
        "groups": list(groups.items()),
    }
    return page("today.html", "today", today=shown)


@blueprint.post("/practice")
@allow(Scope.SUBMIT, guests=True, anonymous=True, limit="submit", keeps=True)
def practise_next() -> ResponseReturnValue:
    """Deal the question that comes next, or go back when all is done."""
    service, who = the_service(), somebody()
    with service.store.read() as connection:
        stands = standing(service, connection, who, today_of(zone(), datetime.now(UTC)))
    if stands.next is None:
        return redirect(url_for("pages.today"), 303)
    return _dealt(stands.next)


@blueprint.post("/practice/<path:question_id>")
@allow(Scope.SUBMIT, guests=True, anonymous=True, limit="submit", keeps=True)
def practise(question_id: str) -> ResponseReturnValue:
    """Deal fresh numbers of one question."""
    return _dealt(question_id)


@blueprint.post("/variants/<variant_id>/hint")
@allow(Scope.SUBMIT, guests=True)
def hint(variant_id: str) -> ResponseReturnValue:
    """Open one more hint; in practice a right answer after it counts as Hard."""
    open_hint(the_service(), the_identity(), variant_id)
    return redirect(url_for("pages.question", variant_id=variant_id), 303)


@blueprint.post("/variants/<variant_id>/rating")
@allow(Scope.SUBMIT, guests=True)
def rate_variant(variant_id: str) -> ResponseReturnValue:
    """The student's own word on how a practised variant went."""
    given = request.form.get("rating", "")
    if given not in {str(rating.value) for rating in Rating}:
        raise Refusal("bad-values", f"rating: expected 1 to 4, got {given[:20]!r}")
    day = today_of(zone(), datetime.now(UTC))
    rate_own(the_service(), the_identity(), variant_id, Rating(int(given)), day)
    return redirect(url_for("pages.question", variant_id=variant_id), 303)


def _dealt(question_id: str) -> ResponseReturnValue:
    service, who = the_service(), somebody()
    variant_id = deal_practice(service, who, service.questions.find(question_id))
    return redirect(url_for("pages.question", variant_id=variant_id), 303)
