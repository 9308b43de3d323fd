"""Identity: who a request speaks for, and with which scopes."""

from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """What a token may be used for; a browser session has them all."""

    READ = "read"
    SUBMIT = "submit"
    TEACH = "teach"
    ADMIN = "admin"
    # Tokens, the password and invitations; given in a session only.
    ACCOUNT = "account"


ALL_SCOPES = frozenset(Scope)


@dataclass(frozen=True, slots=True)
class Identity:
    """A user as the request proved it."""

    user_id: str
    login: str
    name: str
    admin: bool
    guest: bool
    scopes: frozenset[Scope]
    # A browser session's hash and CSRF token; empty for a token, which browsers never send
    # by themselves.
    session: str = ""
    csrf: str = ""
    # The id of the token that was sent; empty in a session.
    token: str = ""
