"""Guessing: sign-ins are counted by account and, when they fail, by address.

A lecture hall behind one address signs in within a minute, each at an account of their own; who
guesses one account's password, from wherever, or one password at many accounts, is stopped.
"""

from service.auth.secrets_kept import token_hash
from service.classroom import accounts
from service.classroom.refusals import Refusal
from service.web.requests import address, counted, the_limits, the_service


def sign_in_counted(login: str, password: str) -> tuple[str, str]:
    """A fresh session's cookie and CSRF token; 429 for who guesses, even with the right one."""
    counted(the_limits().full("failed", address()))
    # A login is as long as its sender likes; its hash is not.
    counted(the_limits().hit("login", token_hash(login)))
    try:
        return accounts.sign_in(the_service(), login, password)
    except Refusal:
        the_limits().hit("failed", address())
        raise
