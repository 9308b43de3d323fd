"""Pruning: what nobody needs any more goes; what students handed in and what was decided stays."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, exists, select, update

from service.store.engine import Store
from service.store.moments import DAY, Now
from service.store.schema import (
    drafts,
    invites,
    jobs,
    practice,
    sessions,
    submissions,
    tokens,
    users,
    variants,
)

GUESTS_AT_ONCE = 500  # others wait for the write lock meanwhile


@dataclass(frozen=True, slots=True)
class PruneCounts:
    """How many rows went, and the files of jobs that may go now."""

    sessions: int
    invites: int
    drafts: int
    guests: int
    files: tuple[str, ...]


def prune(store: Store, *, guest_days: int, draft_days: int, file_days: int) -> PruneCounts:
    """Remove what is over: sessions, links for anybody, old drafts, guests who answered nothing.

    A job keeps its row and its result, and loses its file.
    """
    with store.write() as connection:
        over = delete(sessions).where(sessions.c.expires_at < Now())
        closed = delete(invites).where(invites.c.user_id.is_(None), invites.c.expires_at < Now())
        old = delete(drafts).where(drafts.c.saved_at < Now() - draft_days * DAY)
        ended, links, unsent = (
            connection.execute(statement).rowcount for statement in (over, closed, old)
        )
        files = _forget_files(connection, file_days)
    guests = 0
    while count := _remove_guests(store, guest_days):
        guests += count
    return PruneCounts(ended, links, unsent, guests, files)


def _forget_files(connection: Connection, days: int) -> tuple[str, ...]:
    old = (jobs.c.file.is_not(None), jobs.c.ended_at < Now() - days * DAY)
    files = tuple(connection.execute(select(jobs.c.file).where(*old)).scalars())
    connection.execute(update(jobs).where(*old).values(file=None))
    return files


def _remove_guests(store: Store, days: int) -> int:
    """How many guests went, who are so old and have handed in nothing."""
    answered = exists(select(submissions.c.id).where(submissions.c.user_id == users.c.id))
    idle = (users.c.guest, users.c.created_at < Now() - days * DAY, ~answered)
    with store.write() as connection:
        idle_guests = connection.execute(select(users.c.id).where(*idle).limit(GUESTS_AT_ONCE))
        ids = list(idle_guests.scalars())
        if ids:
            _remove_users(connection, ids)
    return len(ids)


def _remove_users(connection: Connection, ids: Sequence[str]) -> None:
    theirs = select(variants.c.id).where(variants.c.user_id.in_(ids))
    for table in (drafts, practice):
        connection.execute(delete(table).where(table.c.variant_id.in_(theirs)))
    for table in (variants, sessions, tokens):
        connection.execute(delete(table).where(table.c.user_id.in_(ids)))
    connection.execute(delete(users).where(users.c.id.in_(ids)))
