"""`gradeck user`: the first administrator, a lost password, an account that is shut out."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from grader.errors import GradeckError
from service.commands.user import user
from service.config import Config

PASSWORD = "correct horse battery"


@pytest.fixture
def command(config: Config, tmp_path: Path, client: FlaskClient) -> Callable[..., Result]:
    """A function: arguments and typed lines -> what `gradeck user` said, over the test's store."""

    def run(*arguments: str, typed: str = "", password: str = "") -> Result:
        if password:
            file = tmp_path / "password"
            file.write_text(password + "\n", encoding="utf-8")
            arguments = (*arguments, "--password-file", str(file))
        done = CliRunner().invoke(user, [*arguments, "--data", str(config.data)], input=typed)
        if isinstance(done.exception, GradeckError):
            raise done.exception
        return done

    return run


def sign_in(client: FlaskClient, login: str, password: str = PASSWORD) -> int:
    """The status of a sign-in."""
    given = {"login": login, "password": password}
    return client.post("/api/v1/sessions", json=given).status_code


def test_the_first_administrator(command: Callable[..., Result], client: FlaskClient) -> None:
    """A new account's password is asked for twice; then it signs in and may make courses."""
    done = command("ada", "--name", "Ada L.", "--admin", typed=f"{PASSWORD}\n{PASSWORD}\n")

    assert 0 == done.exit_code, done.output
    assert "ada: made" in done.stdout
    assert PASSWORD not in done.output
    assert 201 == sign_in(client, "ada")
    me = client.get("/api/v1/me").get_json()
    assert ("Ada L.", True) == (me["name"], me["admin"])


def test_a_lost_password_is_replaced(command: Callable[..., Result], client: FlaskClient) -> None:
    """A new password ends the sessions of before, and the old one is worth nothing."""
    command("ada", password=PASSWORD)
    sign_in(client, "ada")
    done = command("ada", password="another horse battery")

    assert "ada: changed" in done.stdout
    assert 401 == client.get("/api/v1/me").status_code
    assert (401, 201) == (sign_in(client, "ada"), sign_in(client, "ada", "another horse battery"))


def test_an_account_is_shut_out_and_let_in(
    command: Callable[..., Result], client: FlaskClient
) -> None:
    """A disabled account cannot sign in; what is not named stays as it was."""
    command("ada", "--admin", password=PASSWORD)
    command("ada", "--disable")
    shut = sign_in(client, "ada")
    command("ada", "--enable")

    assert (401, 201) == (shut, sign_in(client, "ada"))
    assert client.get("/api/v1/me").get_json()["admin"]


def test_a_short_password_is_refused(command: Callable[..., Result]) -> None:
    """The refusal says what was expected, and not the password."""
    with pytest.raises(GradeckError, match="expected 10 characters or more, got 5"):
        command("ada", password="short")
