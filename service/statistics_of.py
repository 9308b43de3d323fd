"""An assignment's item statistics, from its graded submissions."""

from dataclasses import asdict

from service.auth.identity import Identity
from service.item_statistics import item_statistics
from service.store.engine import Store
from service.store.grades import first_shares, scored


def statistics_of(store: Store, who: Identity, assignment_id: str) -> dict[str, object]:
    """Statistics by question, of what the user may see."""
    with store.read() as connection:
        found = item_statistics(first_shares(scored(connection, who, assignment_id)))
    return {"items": {name: asdict(one) for name, one in found.items()}}
