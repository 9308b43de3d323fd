"""People: users, their browser sessions and their tokens."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from service.auth.identity import ALL_SCOPES, Identity, Scope
from service.auth.secrets_kept import new_token, token_hash
from service.store.dialects import insert_each, insert_once
from service.store.ids import new_id
from service.store.moments import DAY, Now
from service.store.schema import sessions, tokens, users
from service.store.values import value_of, values_of

CHUNK = 500  # values in one statement
_IDENTITY = (users.c.id, users.c.login, users.c.name, users.c.admin, users.c.guest)
# Asked with every request: composed once.
_BY_SESSION = (
    select(*_IDENTITY, sessions.c.csrf)
    .join(sessions, sessions.c.user_id == users.c.id)
    .where(sessions.c.hash == bindparam("hash"), sessions.c.expires_at > Now(), ~users.c.disabled)
)
_BY_TOKEN = (
    select(*_IDENTITY, tokens.c.scopes, tokens.c.id.label("token"))
    .join(tokens, tokens.c.user_id == users.c.id)
    .where(
        tokens.c.hash == bindparam("hash"),
        tokens.c.expires_at > Now(),
        tokens.c.revoked_at.is_(None),
        ~users.c.disabled,
    )
)


@dataclass(frozen=True, slots=True)
class User:
    """An account; `password_hash` is None until it is claimed."""

    id: str
    login: str
    name: str
    password_hash: str | None
    admin: bool
    guest: bool
    disabled: bool


@dataclass(frozen=True, slots=True)
class Token:
    """A token as its owner may see it; scopes are separated by blanks."""

    id: str
    name: str
    scopes: str
    created_at: int
    expires_at: int
    revoked_at: int | None


@dataclass(frozen=True, slots=True)
class Account:
    """An account that a roster may be about: who made it, and whether it has a password."""

    id: str
    login: str
    by_roster: bool
    claimed: bool


def add_user(
    connection: Connection,
    login: str,
    name: str,
    *,
    password: str | None = None,
    admin: bool = False,
    guest: bool = False,
) -> str:
    """The id of a new user; `password` is the hash that is kept."""
    user_id = new_id()
    connection.execute(
        insert(users).values(
            id=user_id,
            login=login,
            name=name,
            password_hash=password,
            admin=admin,
            guest=guest,
            disabled=False,
            created_at=Now(),
        )
    )
    return user_id


def add_users_once(connection: Connection, names: Mapping[str, str]) -> dict[str, str]:
    """The ids of a roster's new users by login; logins that are taken, if only now, stay out.

    `names` are by login.
    """
    # In one order: two imports at once would otherwise wait for each other's accounts.
    rows = [
        {
            "id": new_id(),
            "login": login,
            "name": name,
            "admin": False,
            "guest": False,
            "disabled": False,
            "by_roster": True,
        }
        for login, name in sorted(names.items())
    ]
    added = insert_each(connection, users, rows, created_at=Now())
    return {str(row["login"]): str(row["id"]) for row in rows if row["id"] in added}


def add_user_once(
    connection: Connection, login: str, name: str, *, password: str | None = None
) -> str | None:
    """The id of a new user, None where the login is taken, if only at this moment."""
    user_id = new_id()
    added = insert_once(
        connection,
        users,
        id=user_id,
        login=login,
        name=name,
        password_hash=password,
        admin=False,
        guest=False,
        disabled=False,
        created_at=Now(),
    )
    return user_id if added else None


def find_user(connection: Connection, login: str) -> User | None:
    """The user with this login, if there is one."""
    return value_of(User, connection.execute(select(users).where(users.c.login == login)).first())


def is_login_taken(connection: Connection, login: str) -> bool:
    """Whether somebody has this login, in capitals or not."""
    same = func.lower(users.c.login) == login.lower()
    return connection.execute(select(users.c.id).where(same).limit(1)).first() is not None


def accounts_of(connection: Connection, logins: Sequence[str]) -> dict[str, Account]:
    """The accounts with these logins, by login."""
    accounts: dict[str, Account] = {}
    for start in range(0, len(logins), CHUNK):
        rows = connection.execute(
            select(
                users.c.id,
                users.c.login,
                users.c.by_roster,
                users.c.password_hash.is_not(None).label("claimed"),
            ).where(users.c.login.in_(logins[start : start + CHUNK]))
        )
        accounts |= {one.login: one for one in values_of(Account, rows)}
    return accounts


def identity_of(connection: Connection, user_id: str) -> Identity:
    """A user with all scopes, as whoever acts for them without a request."""
    row = connection.execute(select(*_IDENTITY).where(users.c.id == user_id)).one()
    return Identity(*row, scopes=ALL_SCOPES)


def change_user(connection: Connection, user_id: str, values: Mapping[str, object]) -> None:
    """Change what is given of a user; None leaves it as it is."""
    given = {name: value for name, value in values.items() if value is not None}
    if given:
        connection.execute(update(users).where(users.c.id == user_id).values(**given))


def set_password(connection: Connection, user_id: str, password: str) -> None:
    """Give a user a password; it is the hash that is kept."""
    connection.execute(update(users).where(users.c.id == user_id).values(password_hash=password))


def claim_account(connection: Connection, user_id: str, password: str) -> bool:
    """Whether a user who had no password has this one now; it is the hash that is kept."""
    changed = connection.execute(
        update(users)
        .where(users.c.id == user_id, users.c.password_hash.is_(None), ~users.c.guest)
        .values(password_hash=password)
    )
    return changed.rowcount == 1


def open_session(connection: Connection, user_id: str, days: int) -> tuple[str, str]:
    """A new browser session: the cookie's value and the CSRF token."""
    cookie, csrf = new_token(), secrets.token_urlsafe(24)
    connection.execute(
        insert(sessions).values(
            hash=token_hash(cookie),
            user_id=user_id,
            csrf=csrf,
            created_at=Now(),
            expires_at=Now() + days * DAY,
        )
    )
    return cookie, csrf


def close_session(connection: Connection, kept: str) -> None:
    """End a session; its cookie is worth nothing from now on."""
    connection.execute(delete(sessions).where(sessions.c.hash == kept))


def close_sessions(connection: Connection, user_id: str, but: str = "") -> None:
    """End all of a user's sessions, but for one that is named by its hash."""
    connection.execute(
        delete(sessions).where(sessions.c.user_id == user_id, sessions.c.hash != but)
    )


def by_session(connection: Connection, cookie: str) -> Identity | None:
    """Who a session cookie speaks for, if it is still good."""
    kept = token_hash(cookie)
    row = connection.execute(_BY_SESSION, {"hash": kept}).first()
    if row is None:
        return None
    return Identity(*row[:5], scopes=ALL_SCOPES, session=kept, csrf=row.csrf)


def add_token(
    connection: Connection,
    user_id: str,
    name: str,
    scopes: Collection[Scope],
    days: int,
    *,
    parent: str = "",
) -> tuple[str, str]:
    """A new token's id and the token itself, which is shown this once.

    It ends no later than the token that makes it, its `parent`.
    """
    token, token_id = new_token(), new_id()
    end = Now() + days * DAY
    if parent:
        last = select(tokens.c.expires_at).where(tokens.c.id == parent).scalar_subquery()
        end = case((last < end, last), else_=end)
    connection.execute(
        insert(tokens).values(
            id=token_id,
            user_id=user_id,
            hash=token_hash(token),
            name=name,
            scopes=" ".join(sorted(scopes)),
            parent_id=parent or None,
            created_at=Now(),
            expires_at=end,
        )
    )
    return token_id, token


def list_tokens(connection: Connection, user_id: str) -> list[Token]:
    """A user's tokens that have not expired, newest first."""
    return values_of(
        Token,
        connection.execute(
            select(tokens)
            .where(tokens.c.user_id == user_id, tokens.c.expires_at > Now())
            .order_by(tokens.c.id.desc())
        ).all(),
    )


def revoke_token(connection: Connection, user_id: str, token_id: str) -> bool:
    """Whether one of the user's tokens was revoked, with those that were made by it."""
    ends = or_(tokens.c.id == token_id, tokens.c.parent_id == token_id)
    return _revoke(connection, user_id, ends) > 0


def revoke_tokens(connection: Connection, user_id: str, but: str = "") -> None:
    """Revoke all of a user's tokens, but for one."""
    _revoke(connection, user_id, tokens.c.id != but)


def _revoke(connection: Connection, user_id: str, which: ColumnElement[bool]) -> int:
    return connection.execute(
        update(tokens)
        .where(which, tokens.c.user_id == user_id, tokens.c.revoked_at.is_(None))
        .values(revoked_at=Now())
    ).rowcount


def by_token(connection: Connection, token: str) -> Identity | None:
    """Who a token speaks for, if it is still good."""
    row = connection.execute(_BY_TOKEN, {"hash": token_hash(token)}).first()
    if row is None:
        return None
    scopes = frozenset(Scope(name) for name in row.scopes.split())
    return Identity(*row[:5], scopes=scopes, token=row.token)
