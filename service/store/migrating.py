"""Bring a database to the newest shape, run by code: no command or file of the user's."""

from importlib import resources

from alembic import command
from alembic.config import Config as AlembicConfig
from sqlalchemy import text

from service.store.engine import Store

# Any fixed number: processes that start together migrate one after the other.
LOCK = 0x6772_6164


def migrate(store: Store, to: str = "head") -> None:
    """Apply every migration that is missing, up to `to`; several processes may do so at once."""
    config = AlembicConfig()
    config.set_main_option("script_location", str(resources.files("service.store") / "migrations"))
    with store.write() as connection:
        if not store.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, to)
