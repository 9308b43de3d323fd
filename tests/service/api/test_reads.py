"""Reading is reading: no GET changes anything, whoever asks."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, event

from service.running import Service
from tests.service.api.test_access import PAGES, PEOPLE, ROUTES, places
from tests.service.world.walk import Walk

__all__ = ["places"]
READS = [("/api/v1" + path, given) for method, path, given, _ in ROUTES if method == "GET"]
READS += [(path, given) for method, path, given, _ in PAGES if method == "GET"]
READS += [("/variants/{practised}", {}), ("/variants/{practised}?solution=1", {})]


@pytest.mark.parametrize(("path", "given"), READS, ids=[path for path, _ in READS])
def test_a_get_writes_nothing(
    walk: Walk,
    places: dict[str, str],
    grade: Callable[[], object],
    service: Service,
    path: str,
    given: dict[str, Any],
) -> None:
    """No GET of the API or a page, by anybody, sends the database anything but questions."""
    sent: list[str] = []

    def look(_: Connection, __: object, statement: str, *___: object) -> None:
        if not statement.lstrip().startswith(("SELECT", "BEGIN", "PRAGMA")):
            sent.append(statement)

    practised = walk.call("ann", "POST", "/variants", json={"question": "sums/one"}).get_json()
    walk.submit("ann", practised)
    grade()
    address = path.format(**places, practised=practised["id"])
    event.listen(service.store.engine, "before_cursor_execute", look)
    for name in PEOPLE:
        client = walk.client.application.test_client()
        client.get(address, headers=walk.people.get(name, {}), **given)
    event.remove(service.store.engine, "before_cursor_execute", look)

    assert [] == sent
