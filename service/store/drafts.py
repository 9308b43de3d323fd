"""Drafts: answers that are being written, kept so that a closed window loses nothing."""

from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy.dialects import postgresql, sqlite

from service.auth.identity import Identity
from service.store.moments import Now
from service.store.schema import drafts, variants


def save_draft(connection: Connection, variant_id: str, raw: str) -> None:
    """Keep a variant's draft, in the place of the one before."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(drafts).values(variant_id=variant_id, raw=raw, saved_at=Now())
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[drafts.c.variant_id],
            set_={"raw": statement.excluded.raw, "saved_at": statement.excluded.saved_at},
        )
    )


def find_draft(connection: Connection, who: Identity, variant_id: str) -> Row[Any] | None:
    """The user's own draft of a variant."""
    return connection.execute(
        select(drafts)
        .join(variants, variants.c.id == drafts.c.variant_id)
        .where(drafts.c.variant_id == variant_id, variants.c.user_id == who.user_id)
    ).first()
