"""Settings, read from the environment (`GRADECK_…`) and from secret files.

Nothing set: embedded, everything in one data folder, one process. A database address and a
Redis address set: distributed, any number of web and worker processes.
"""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import make_url

from grader.errors import GradeckError

SECRET_BYTES = 32
LONGEST_SECRET = 10_000  # bytes


class ConfigError(GradeckError):
    """A setting is missing or cannot be used."""


class Config(BaseSettings):
    """The service's settings; `GRADECK_DATABASE_URL` sets `database_url`, and so on."""

    model_config = SettingsConfigDict(
        env_prefix="GRADECK_", frozen=True, extra="forbid", hide_input_in_errors=True
    )

    data: Path = Field(Path("gradeck-data"), description="folder of the embedded default's files")
    database_url: str = Field(
        "", description="empty: SQLite in the data folder; else postgresql+psycopg://user@host/name"
    )
    database_password_file: Path | None = Field(
        None, description="file holding the database's password, put into the address"
    )
    redis_url: str = Field(
        "", description="empty: graded in this process; else redis://host:6379/0"
    )
    secret: SecretStr = Field(
        SecretStr(""), description="the seeds' secret, 32 characters or more; prefer a file"
    )
    secret_file: Path | None = Field(None, description="file holding the seeds' secret")
    bank: Annotated[tuple[Path, ...], NoDecode] = Field(
        (), description="question folders, separated by ':'; empty: the questions that came along"
    )
    open_practice: bool = Field(
        default=False, description="whether anybody may practise as a guest, without an account"
    )
    secure_cookies: bool = Field(
        default=True, description="send the session cookie over HTTPS only"
    )
    trusted_proxies: int = Field(
        0, ge=0, le=5, description="reverse proxies in front, whose X-Forwarded-For is believed"
    )
    hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="host names answered, separated by ','; empty: any"
    )
    batch: int = Field(64, ge=1, le=1000, description="waiting submissions claimed at once")
    lease_seconds: float = Field(30, gt=0, description="time a claim holds before it is taken back")
    max_claims: int = Field(3, ge=1, description="claims before a submission is quarantined")
    mark_seconds: float = Field(10, gt=0, description="time to mark one submission")
    mark_memory_mib: int = Field(1024, ge=64, description="memory of a marking process")
    marker: str = Field(
        "service.queue.grader:open_grader",
        description="what the marking process opens: module:name",
    )
    sweep_seconds: float = Field(2, gt=0, description="time between looks for lapsed leases")
    hint_seconds: float = Field(0.05, ge=0, description="least time between two hints to workers")
    wait_max_seconds: float = Field(25, ge=0, description="longest wait for a verdict")
    session_days: int = Field(14, ge=1, description="life of a browser session")
    body_kib: int = Field(256, ge=1, description="largest request body")
    roster_kib: int = Field(2048, ge=1, description="largest roster")
    scans_mib: int = Field(
        64, ge=1, le=120, description="largest upload of an exam's scans, in MiB"
    )
    scan_memory_mib: int = Field(3072, ge=512, description="memory of the process that reads scans")
    body_seconds: float = Field(
        60, gt=0, description="longest time in which a request's body comes"
    )
    body_rate: int = Field(
        1024, ge=1, description="bytes a second that a body comes at, after 5 seconds"
    )
    header_seconds: float = Field(10, gt=0, description="longest time in which a header comes")
    waiters: int = Field(
        48, ge=0, le=60, description="requests that wait for a verdict at once; others come again"
    )
    guest_days: int = Field(
        1, ge=1, description="days after which a guest who answered nothing is removed"
    )
    draft_days: int = Field(100, ge=1, description="days after which a draft is removed")
    file_days: int = Field(30, ge=1, description="days after which a job's file is removed")
    quota_mib: int = Field(16, ge=1, description="MiB that one user may send to be kept in a day")
    quota_guests_mib: int = Field(
        64, ge=1, description="the same of all guests of one address together"
    )
    rate_submit: str = Field("120 per minute", description="submissions of one user")
    rate_login: str = Field(
        "10 per minute", description="sign-ins at one account, from anywhere; its password changes"
    )
    rate_failed: str = Field(
        "60 per minute", description="failed sign-ins and bad tokens of one address"
    )
    rate_address: str = Field("600 per minute", description="sign-ins and joinings of one address")
    rate_guests: str = Field("300 per hour", description="new guests of one address")
    rate_default: str = Field("1200 per minute", description="requests of one user or address")

    @model_validator(mode="before")
    @classmethod
    def _split_lists(cls, values: dict[str, object]) -> dict[str, object]:
        for name, mark in (("bank", os.pathsep), ("hosts", ",")):
            given = values.get(name)
            if isinstance(given, str):
                values[name] = tuple(part.strip() for part in given.split(mark) if part.strip())
        return values

    @model_validator(mode="after")
    def _check(self) -> Self:
        given = self.secret.get_secret_value()
        if given and len(given) < SECRET_BYTES:
            message = f"secret: expected {SECRET_BYTES} characters or more, got {len(given)}"
            raise ValueError(message)
        if self.redis_url and not self.database_url:
            message = (
                "redis_url is set and database_url is not: workers of another process need a "
                "database server; set GRADECK_DATABASE_URL too, or neither"
            )
            raise ValueError(message)
        return self

    @property
    def distributed(self) -> bool:
        """Whether marking happens in Celery workers of other processes."""
        return bool(self.redis_url)

    def store_url(self) -> str:
        """The database's address with its password, for SQLAlchemy."""
        if not self.database_url:
            return f"sqlite:///{self.data.absolute() / 'gradeck.sqlite'}"
        if self.database_password_file is None:
            return self.database_url
        password = _read(self.database_password_file, "GRADECK_DATABASE_PASSWORD_FILE")
        return (
            make_url(self.database_url).set(password=password).render_as_string(hide_password=False)
        )

    def seed_secret(self) -> bytes:
        """The secret that all seeds are drawn from; made once for the embedded default.

        There is no default value: with a database server it must be given, since every
        process has to draw the same variants.
        """
        given = self.secret.get_secret_value()
        if given:
            return given.encode()
        if self.secret_file is not None:
            text = _read(self.secret_file, "GRADECK_SECRET_FILE")
            if len(text) < SECRET_BYTES:
                message = (
                    f"GRADECK_SECRET_FILE: expected {SECRET_BYTES} characters or more, "
                    f"got {len(text)}; make one with: openssl rand -hex 32"
                )
                raise ConfigError(message)
            return text.encode()
        if self.database_url:
            message = (
                "no secret: set GRADECK_SECRET_FILE to a file with 32 random characters or more "
                "(openssl rand -hex 32), the same for every web and worker process"
            )
            raise ConfigError(message)
        return _kept_secret(self.data / "secret").encode()


def read_config(**given: object) -> Config:
    """The settings of this process; whatever is `given` wins over the environment."""
    try:
        return Config(**given)  # type: ignore[arg-type]  # pydantic checks the values
    except ValidationError as error:
        lines = [
            f"GRADECK_{'_'.join(str(part) for part in fault['loc']).upper() or '…'}: {fault['msg']}"
            for fault in error.errors()
        ]
        raise ConfigError("\n".join(lines)) from error


def _read(path: Path, setting: str) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(LONGEST_SECRET + 1)
        if len(content) > LONGEST_SECRET:
            message = f"{setting}: expected at most {LONGEST_SECRET:,} bytes in {path}, got more"
            raise ConfigError(message)
        return content.decode().strip()
    except (OSError, UnicodeDecodeError) as error:
        message = f"{setting}: cannot read {path}: {error}"
        raise ConfigError(message) from error


def _kept_secret(path: Path) -> str:
    """The secret kept in the data folder, made at the first start, readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        _make_secret(path)
    text = _read(path, "the data folder's secret")
    if len(text) < SECRET_BYTES:
        message = (
            f"{path}: expected {SECRET_BYTES} characters or more, got {len(text)}; every variant "
            "is drawn from it: restore it from a backup, or remove it where nothing was dealt"
        )
        raise ConfigError(message)
    return text


def _make_secret(path: Path) -> None:
    """Write a secret that is there as a whole or not at all, whoever else makes one now."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(secrets.token_hex(SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            Path(path).hardlink_to(name)
    finally:
        Path(name).unlink()
