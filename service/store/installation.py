"""What a database is for: a demo, whose accounts have known passwords, or a real service."""

from typing import Final, Literal

from sqlalchemy import inspect, select

from service.store.dialects import insert_once
from service.store.engine import Store
from service.store.schema import installation, users

InstallationKind = Literal["demo", "real"]
DEMO_TEACHER: Final = ("teacher", "Demo teacher")


def kind_of(store: Store) -> InstallationKind | None:
    """What a database was first served for; None where nobody has been in it.

    One from before this was written down is a demo's if the demo's teacher can still sign in.
    """
    with store.read() as connection:
        tables = inspect(connection).get_table_names()
        if installation.name in tables:
            kept = connection.execute(select(installation.c.kind)).scalar()
            if kept is not None:
                return "demo" if kept == "demo" else "real"
        if users.name not in tables:
            return None
        if connection.execute(select(users.c.id).limit(1)).first() is None:
            return None
        login, name = DEMO_TEACHER
        demo = connection.execute(
            select(users.c.id).where(
                users.c.login == login, users.c.name == name, users.c.disabled.is_(False)
            )
        ).first()
    return "real" if demo is None else "demo"


def mark_kind(store: Store, kind: InstallationKind) -> None:
    """Write down what a migrated database is for; what is written stays."""
    with store.write() as connection:
        insert_once(connection, installation, id=1, kind=kind)
