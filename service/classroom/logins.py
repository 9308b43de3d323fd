"""Logins that somebody may choose: none that looks like another, or like the service's own.

A roster's ids obey the same rule (`cards.exam.roster`): they name files, too.
"""

import re
from typing import Final

from sqlalchemy import Connection

from cards.documents.file_names import names_a_device
from service.classroom.refusals import Refusal
from service.store.people import is_login_taken

# Letters of one alphabet: a Cyrillic "а" would pass for a Latin one.
LOGIN: Final = r"^[A-Za-z0-9](?:[A-Za-z0-9._@+-]*[A-Za-z0-9])?$"
RESERVED: Final = frozenset(
    {"admin", "administrator", "gradeck", "guest", "root", "staff", "support", "system", "teacher"}
)


def is_sound(login: str) -> bool:
    """Whether a login is written as it must be.

    >>> [is_sound(login) for login in ("zoe", "2026001", "аda", "..", "a..b", "con")]
    [True, True, False, False, False, False]
    """
    return (
        re.fullmatch(LOGIN, login) is not None and ".." not in login and not names_a_device(login)
    )


def check_choice(connection: Connection, login: str) -> None:
    """Refuse a login that is taken, if only in other capitals, or passes for the service's own."""
    name = login.casefold()
    reserved = name in RESERVED or name.startswith(("guest-", "spare-"))
    if reserved or not is_sound(login) or is_login_taken(connection, login):
        raise Refusal("login-taken", f"the login {login!r} can't be had: choose another")
