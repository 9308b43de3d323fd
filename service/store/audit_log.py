"""The audit log: what staff did, to whom; it only grows."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from service.auth.identity import Identity
from service.store.ids import new_id
from service.store.moments import Now
from service.store.schema import audit, users


def note(
    connection: Connection,
    who: Identity,
    course_id: str | None,
    action: str,
    subject: str,
    **data: object,
) -> None:
    """Write down an action, in the transaction that does it."""
    connection.execute(
        insert(audit).values(
            id=new_id(),
            at=Now(),
            actor_id=who.user_id,
            course_id=course_id,
            action=action,
            subject=subject,
            data=json.dumps(_plain(data)),
        )
    )


def notes(
    connection: Connection, course_id: str, limit: int, before: str = ""
) -> Sequence[Row[Any]]:
    """A course's log, newest first."""
    statement = (
        select(audit, users.c.login)
        .outerjoin(users, users.c.id == audit.c.actor_id)
        .where(audit.c.course_id == course_id)
    )
    if before:
        statement = statement.where(audit.c.id < before)
    return connection.execute(statement.order_by(audit.c.id.desc()).limit(limit)).all()


def _plain(data: Mapping[str, object]) -> dict[str, object]:
    return {
        name: value if isinstance(value, bool | int | str | list | dict) else str(value)
        for name, value in data.items()
        if value is not None
    }
