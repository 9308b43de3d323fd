"""Drafts: answers that are being written, kept so that a closed window loses nothing."""

from typing import Any

from sqlalchemy import Connection, Row, select

from service.auth.identity import Identity
from service.store.moments import Now
from service.store.schema import drafts, variants
from service.store.upserts import insert_or_change


def save_draft(connection: Connection, variant_id: str, raw: str) -> None:
    """Keep a variant's draft, in the place of the one before."""
    insert_or_change(
        connection, drafts, [drafts.c.variant_id], {"raw": raw, "saved_at": Now()},
        variant_id=variant_id,
    )  # fmt: skip


def find_draft(connection: Connection, who: Identity, variant_id: str) -> Row[Any] | None:
    """The user's own draft of a variant."""
    return connection.execute(
        select(drafts)
        .join(variants, variants.c.id == drafts.c.variant_id)
        .where(drafts.c.variant_id == variant_id, variants.c.user_id == who.user_id)
    ).first()
