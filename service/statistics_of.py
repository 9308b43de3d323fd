"""An assignment's item statistics, from its graded submissions."""

from dataclasses import asdict

from cards.item_statistics import item_statistics
from service.auth.identity import Identity
from service.store.engine import Store
from service.store.grades import first_attempts


def statistics_of(store: Store, who: Identity, assignment_id: str) -> dict[str, object]:
    """Statistics by question, of what the user may see."""
    with store.read() as connection:
        found = item_statistics(first_attempts(connection, who, assignment_id).shares)
    return {"items": {name: asdict(one) for name, one in found.items()}}
