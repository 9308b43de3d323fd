"""Files of passwords, tokens and secrets are read up to a bound, and beyond it refused."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.errors import GradeckError
from service.commands.submit import submit
from service.commands.user import user
from service.config import ConfigError, read_config

ENDLESS = Path("/dev/zero")


def config_of(monkeypatch: pytest.MonkeyPatch, file: Path, setting: str) -> str:
    """A secret that a setting names the file of."""
    monkeypatch.setenv("GRADECK_DATABASE_URL", "postgresql+psycopg://u@h/d")
    monkeypatch.setenv(f"GRADECK_{setting}_FILE", str(file))
    read = read_config()
    return read.store_url() if "PASSWORD" in setting else read.seed_secret().decode()


@pytest.mark.parametrize("setting", ["DATABASE_PASSWORD", "SECRET"])
def test_a_settings_file_is_bounded(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, setting: str
) -> None:
    """A file that never ends is refused with its setting and the bound; 10,000 bytes are read."""
    with pytest.raises(ConfigError, match=f"GRADECK_{setting}_FILE: expected at most 10,000 bytes"):
        config_of(monkeypatch, ENDLESS, setting)
    largest = tmp_path / "secret"
    largest.write_text("s" * 10_000, encoding="utf-8")
    assert "s" * 10_000 in config_of(monkeypatch, largest, setting)


def _make_user(folder: Path) -> object:
    words = ["ada", "--name", "Ada", "--password-file", str(ENDLESS), "--data", str(folder)]
    return CliRunner().invoke(user, words).exception


def _hand_in(_: Path) -> object:
    words = ["variant", "sum=1", "--server", "http://127.0.0.1:1", "--token-file", str(ENDLESS)]
    return CliRunner().invoke(submit, words).exception


@pytest.mark.parametrize(("run", "what"), [(_make_user, "the password"), (_hand_in, "a token")])
def test_a_commands_file_is_bounded(
    tmp_path: Path, run: Callable[[Path], object], what: str
) -> None:
    """A password or token file that never ends is refused, before anything is made or sent."""
    error = run(tmp_path)
    assert isinstance(error, GradeckError)
    assert f"/dev/zero: expected a file with {what}, at most 10,000 bytes, got more" == str(error)
