"""Accounts: signing in, guests, tokens for scripts, and the password."""

from collections.abc import Collection

from service.auth.identity import Identity, Scope
from service.auth.secrets_kept import is_password, password_hash
from service.classroom.refusals import Refusal, not_found
from service.running import Service
from service.store import people
from service.store.ids import new_id

GUEST_DAYS = 30


def new_guest(service: Service) -> str:
    """The id of a new guest, who can practise; refused where the service is not open for that."""
    if not service.config.open_practice:
        raise Refusal("not-allowed", "this service is not open to guests; sign in")
    with service.store.write() as connection:
        return people.add_user(connection, f"guest-{new_id()}", "guest", guest=True)


def new_guest_token(service: Service) -> tuple[str, str]:
    """The id of a new guest's token, and the token itself, which is shown this once."""
    user_id = new_guest(service)
    with service.store.write() as connection:
        scopes = (Scope.READ, Scope.SUBMIT)
        return people.add_token(connection, user_id, "guest", scopes, GUEST_DAYS)


def sign_in(service: Service, login: str, password: str) -> tuple[str, str]:
    """A fresh session's cookie and CSRF token; the same refusal whatever was wrong."""
    with service.store.read() as connection:
        user = people.find_user(connection, login)
    # Outside of any transaction: this takes its 50 ms on purpose.
    good = is_password(user.password_hash if user else None, password)
    if user is None or not good or user.disabled:
        raise Refusal("wrong-password", "the login or the password is wrong")
    return open_session(service, user.id)


def open_session(service: Service, user_id: str) -> tuple[str, str]:
    """A fresh session's cookie and CSRF token, for a user who is known already."""
    with service.store.write() as connection:
        return people.open_session(connection, user_id, service.config.session_days)


def sign_out(service: Service, who: Identity) -> None:
    """End the session that the request came with; its cookie is worth nothing from now on."""
    if not who.session:
        detail = "a token has no session to end; revoke the token instead"
        raise Refusal("no-session", detail)
    with service.store.write() as connection:
        people.close_session(connection, who.session)


def give_token(
    service: Service, who: Identity, name: str, scopes: Collection[str], days: int
) -> tuple[str, str]:
    """The id of one's new token and the token itself; refused for scopes that one has not.

    What a token makes ends with it, and makes no more.
    """
    wanted = {Scope(scope) for scope in scopes}
    given = who.scopes - {Scope.ACCOUNT} if who.token else who.scopes
    beyond = sorted(wanted - given)
    if beyond or (Scope.ADMIN in wanted and not who.admin):
        raise Refusal("scope-missing", f"you cannot give {', '.join(beyond) or 'admin'}")
    with service.store.write() as connection:
        return people.add_token(connection, who.user_id, name, wanted, days, parent=who.token)


def end_token(service: Service, who: Identity, token_id: str) -> None:
    """Revoke one of one's tokens, at once."""
    with service.store.write() as connection:
        if not people.revoke_token(connection, who.user_id, token_id):
            raise not_found("token", token_id)


def change_password(service: Service, who: Identity, old: str, new: str) -> None:
    """Change one's password, if the old one is right. All other sessions and tokens end."""
    with service.store.read() as connection:
        user = people.find_user(connection, who.login)
    if user is None or not is_password(user.password_hash, old):
        raise Refusal("wrong-old-password", "the present password is another one")
    kept = password_hash(new)
    with service.store.write() as connection:
        people.set_password(connection, who.user_id, kept)
        people.close_sessions(connection, who.user_id, but=who.session)
        people.revoke_tokens(connection, who.user_id, but=who.token)
