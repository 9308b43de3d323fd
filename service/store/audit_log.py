"""The audit log: what staff did, to whom; it only grows."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from service.auth.identity import Identity
from service.logs import HIDDEN
from service.store.ids import new_id
from service.store.moments import Now
from service.store.paging import Portion, portion_of
from service.store.schema import audit, users


@dataclass(frozen=True, slots=True)
class AuditRow:
    """A line of the log; `data` is JSON."""

    id: str
    at: int
    login: str | None
    action: str
    subject: str
    data: str


def note(
    connection: Connection,
    who: Identity,
    course_id: str | None,
    action: str,
    subject: str,
    **data: object,
) -> None:
    """Write down an action, in the transaction that does it; of secrets only that they changed."""
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


def notes(connection: Connection, course_id: str, limit: int, after: str = "") -> Portion[AuditRow]:
    """A course's log, newest first."""
    statement = (
        select(audit, users.c.login)
        .outerjoin(users, users.c.id == audit.c.actor_id)
        .where(audit.c.course_id == course_id)
    )
    return portion_of(
        AuditRow, connection, statement, audit.c.id, limit=limit, after=after, newest_first=True
    )


def _plain(data: Mapping[str, object]) -> dict[str, object]:
    told = {name: "hidden" if name in HIDDEN else value for name, value in data.items()}
    return {
        name: value if isinstance(value, bool | int | str | list | dict) else str(value)
        for name, value in told.items()
        if value is not None
    }
