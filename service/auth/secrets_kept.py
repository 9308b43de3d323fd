"""Tokens and passwords, and what is kept of them: never the thing itself."""

import hashlib
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

TOKEN_MARK = "gdk_"  # noqa: S105 - lets secret scanners recognise a leaked token
TOKEN_BYTES = 32
PASSWORD_LENGTH = 10

# 19 MiB and two passes: about 50 ms, so that a burst of sign-ins does not stop the class.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_NOBODY = _HASHER.hash(secrets.token_hex(16))


def new_token() -> str:
    """A fresh token of 256 random bits.

    >>> new_token().startswith("gdk_")
    True
    """
    return TOKEN_MARK + secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> str:
    """What is stored of a token, session or invite: its SHA-256 (it needs no salt at 256 bits)."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def password_hash(password: str) -> str:
    """What is stored of a password: argon2id with a salt of its own."""
    return _HASHER.hash(password)


def is_password(kept: str | None, password: str) -> bool:
    """Whether the password is the kept one; as slow for an unknown user as for a known one."""
    try:
        _HASHER.verify(kept or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None
