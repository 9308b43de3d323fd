"""One's account: tokens for scripts, and the password."""

from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from service.auth.identity import Scope
from service.auth.secrets_kept import PASSWORD_LENGTH
from service.classroom import accounts
from service.classroom.refusals import Refusal
from service.pages.layout import blueprint, moment_text, page, say_here
from service.pages.problems import shown_again
from service.store.people import list_tokens
from service.web.requests import allow, the_identity, the_service

SCOPES = ("read", "submit", "teach", "admin", "account")
DAYS = ("7", "30", "90", "365")
LONGEST = 100


def account_again(notice: str = "", **values: Any) -> str:  # noqa: ANN401 - the template's values
    """The page, with a new token or what was refused."""
    who = the_identity()
    with the_service().store.read() as connection:
        rows = [row for row in list_tokens(connection, who.user_id) if row.revoked_at is None]
    return page(
        "account.html",
        "account",
        tokens=[
            {
                "id": row.id,
                "name": row.name,
                "scopes": row.scopes.split(),
                "expires": moment_text(row.expires_at),
            }
            for row in rows
        ],
        scopes=[scope for scope in SCOPES if scope != "admin" or who.admin],
        chosen=request.form.getlist("scope") or ["read", "submit"],
        days=DAYS,
        name=request.form.get("name", "") if notice else "",
        notice=notice,
        **values,
    )


@blueprint.get("/account")
@allow(Scope.ACCOUNT)
def account() -> str:
    """One's tokens, and the forms."""
    return account_again(done=say_here("password-changed") if "changed" in request.args else "")


@blueprint.post("/account/tokens")
@shown_again(account_again)
@allow(Scope.ACCOUNT)
def make_token() -> ResponseReturnValue:
    """A new token, shown this once: the answer is the page itself, which nobody keeps."""
    form = request.form
    name, scopes, days = form.get("name", "").strip(), form.getlist("scope"), form.get("days", "")
    if not 1 <= len(name) <= LONGEST or not scopes or set(scopes) - set(SCOPES) or days not in DAYS:
        raise Refusal("bad-values", say_here("token-rule"))
    _, token = accounts.give_token(the_service(), the_identity(), name, scopes, int(days))
    return account_again(token=token), 201


@blueprint.post("/account/tokens/<token_id>/revoke")
@allow(Scope.ACCOUNT)
def end_token(token_id: str) -> ResponseReturnValue:
    """Revoke one of one's tokens."""
    accounts.end_token(the_service(), the_identity(), token_id)
    return redirect(url_for("pages.account"), 303)


@blueprint.post("/account/password")
@shown_again(account_again)
@allow(Scope.ACCOUNT, limit="login")
def new_password() -> ResponseReturnValue:
    """Change the password; all other sessions and tokens end."""
    old, new = (request.form.get(name, "")[:500] for name in ("old", "new"))
    if len(new) < PASSWORD_LENGTH:
        raise Refusal("bad-values", say_here("password-rule", count=PASSWORD_LENGTH))
    accounts.change_password(the_service(), the_identity(), old, new)
    return redirect(url_for("pages.account", changed=1), 303)
