"""`gradeck user`: makes an account, or changes one: the first administrator, a lost password."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Connection

from cards.commands import options
from grader.errors import GradeckError
from service.auth.secrets_kept import PASSWORD_LENGTH, password_hash
from service.commands.data_folder import data_folder
from service.config import read_config
from service.store.engine import Store
from service.store.migrating import migrate
from service.store.people import (
    User,
    add_user,
    change_user,
    close_sessions,
    find_user,
    revoke_tokens,
    set_password,
)


@click.command()
@click.argument("login")
@click.option("--name", default="", metavar="TEXT", help="The name that others see.")
@click.option("--admin/--no-admin", default=None, help="Whether it may do everything.")
@click.option("--disable/--enable", "disabled", default=None, help="Whether it is shut out.")
@click.option(
    "--password-file", type=options.PATH, metavar="FILE",
    help="A file with the password. Without it: you are asked for one.",
)  # fmt: skip
@click.option("--password", "ask", is_flag=True, help="Ask for a new password of an account.")
@data_folder
def user(
    login: str,
    *,
    name: str,
    admin: bool | None,
    disabled: bool | None,
    password_file: Path | None,
    ask: bool,
) -> None:
    """Make the account LOGIN, or change it; a new password ends all its sessions and tokens."""
    store = Store(read_config().store_url())
    try:
        migrate(store)
        with store.read() as connection:
            known = find_user(connection, login)
        kept = _password(password_file, ask=ask or known is None)
        flags = {"name": name or None, "admin": admin, "disabled": disabled}
        with store.write() as connection:
            _write(connection, login, known, kept, flags)
    finally:
        store.close()
    click.echo(f"{login}: {'changed' if known else 'made'}")


def _write(
    connection: Connection,
    login: str,
    known: User | None,
    kept: str | None,
    flags: Mapping[str, Any],
) -> None:
    if known is None:
        user_id = add_user(connection, login, flags["name"] or login, password=kept)
    else:
        user_id = known.id
        if kept is not None:
            set_password(connection, user_id, kept)
    change_user(connection, user_id, flags)
    if known is not None and (kept is not None or flags["disabled"]):
        close_sessions(connection, user_id)
        revoke_tokens(connection, user_id)


def _password(file: Path | None, *, ask: bool) -> str | None:
    """The hash of the password from the file or the terminal; None where none is wanted."""
    if file is not None:
        text = options.secret_text(file, "the password")
    elif ask:
        text = click.prompt("password", hide_input=True, confirmation_prompt=True, err=True)
    else:
        return None
    if len(text) < PASSWORD_LENGTH:
        message = f"password: expected {PASSWORD_LENGTH} characters or more, got {len(text)}"
        raise GradeckError(message)
    return password_hash(text)
