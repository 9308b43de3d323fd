"""An assignment's item statistics, from its graded submissions."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from cards.results.item_statistics import ItemStatistics, item_statistics
from service.auth.identity import Identity
from service.classroom.spreadsheet import as_csv
from service.store.engine import Store
from service.store.grades import first_attempts


def statistics_of(store: Store, who: Identity, assignment_id: str) -> dict[str, Any]:
    """Statistics by question, of what the user may see."""
    with store.read() as connection:
        found = item_statistics(first_attempts(connection, who, assignment_id).shares)
    return {"items": {name: asdict(one) for name, one in found.items()}}


def statistics_csv(result: Mapping[str, Any]) -> str:
    """The statistics as a CSV file: a line a question."""
    items: Mapping[str, Mapping[str, Any]] = result["items"]
    names = [field.name for field in fields(ItemStatistics)]
    rows = [
        [question, *("" if item[name] is None else f"{item[name]:g}" for name in names)]
        for question, item in items.items()
    ]
    return as_csv(["question", *names], rows)
