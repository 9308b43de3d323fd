"""Drafts: answers that are being written, kept so that a closed window loses nothing."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from service.auth.identity import Identity
from service.store.dialects import insert_or_change
from service.store.moments import Now
from service.store.schema import drafts, variants
from service.store.values import value_of


@dataclass(frozen=True, slots=True)
class Draft:
    """Answers that are being written (JSON)."""

    raw: str
    saved_at: int


def save_draft(connection: Connection, variant_id: str, raw: str) -> None:
    """Keep a variant's draft, in the place of the one before."""
    insert_or_change(
        connection, drafts, [drafts.c.variant_id], {"raw": raw, "saved_at": Now()},
        variant_id=variant_id,
    )  # fmt: skip


def find_draft(connection: Connection, who: Identity, variant_id: str) -> Draft | None:
    """The user's own draft of a variant."""
    return value_of(
        Draft,
        connection.execute(
            select(drafts)
            .join(variants, variants.c.id == drafts.c.variant_id)
            .where(drafts.c.variant_id == variant_id, variants.c.user_id == who.user_id)
        ).first(),
    )
