"""Old databases are brought to the newest shape, and what they hold means what it meant."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, select

from service.store.engine import Store
from service.store.migrating import migrate
from service.store.schema import metadata, submissions

HELD = {"score": 0, "out_of": 1, "parts": [{"id": "one", "raw": "?", "outcome": "held"}]}
# What a student typed looks like the text of a verdict that waits.
WRONG = {
    "score": 0,
    "out_of": 1,
    "parts": [{"id": "one", "raw": '"outcome": "held"', "outcome": "wrong"}],
}


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store without any table, once of each kind."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    else:
        url = request.getfixturevalue("database")
    store = Store(url)
    yield store
    store.close()


def add_graded(store: Store, verdicts: dict[str, object]) -> None:
    """Graded submissions, by id, in a database of the shape 0005."""
    old = MetaData()
    old.reflect(store.engine)
    user = {"login": "ann", "name": "Ann", "admin": False, "guest": False, "disabled": False}
    version = {"content_hash": "hash", "question_id": "q", "source": "{}"}
    dealt = {"purpose": "practice", "question_id": "q", "content_hash": "hash"}
    answer = {"variant_id": "variant", "user_id": "ann", "raw": "{}", "late": False}
    state = {"received_at": 0, "status": "graded", "attempts": 2, "strikes": 1, "score": "0"}
    with store.write() as connection:
        connection.execute(old.tables["users"].insert().values(id="ann", created_at=0, **user))
        connection.execute(old.tables["question_versions"].insert().values(created_at=0, **version))
        variant = {"id": "variant", "user_id": "ann", "number": 0, "seed": "00", "used": 2}
        connection.execute(old.tables["variants"].insert().values(created_at=0, **variant, **dealt))
        for name, verdict in verdicts.items():
            given = {"id": name, "idempotency_key": name, "verdict": json.dumps(verdict)}
            connection.execute(
                old.tables["submissions"].insert().values(**given, **answer, **state)
            )


def test_what_waits_for_a_person_still_does(empty: Store) -> None:
    """A verdict that was held before the column came is held; another's text makes none held."""
    migrate(empty, "0005")
    add_graded(empty, {"a": HELD, "b": WRONG})
    migrate(empty)

    with empty.read() as connection:
        rows = connection.execute(select(submissions)).all()
    assert {"a": True, "b": False} == {row.id: row.held for row in rows}
    assert [2, 2] == [row.claims for row in rows]


def test_the_newest_shape_is_what_the_tables_say(empty: Store) -> None:
    """The migrations come to the tables, columns and indexes of the schema, and no others."""
    migrate(empty)

    with empty.read() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    assert [] == differences
