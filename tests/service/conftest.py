"""A service over a fresh SQLite store, a signed-in user and a way to grade at once."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.app import GradeckApp, create_app
from service.auth.identity import Scope
from service.config import Config, read_config
from service.queue.drain import DrainCounts, drain
from service.queue.marker import Marker, MarkerRules
from service.running import EXTENSION, Service
from service.store.engine import Store
from service.store.ids import new_id
from service.store.migrating import migrate
from service.store.people import add_token, add_user
from service.store.schema import metadata
from tests.service.world.load import Figure, Load
from tests.service.world.servers import Postgres, Valkey, postgres_folder, running
from tests.service.world.sums import Sums
from tests.service.world.system import System
from tests.service.world.walk import Walk, start

RATES = {
    f"rate_{name}": "100000/hour"
    for name in ("submit", "login", "failed", "address", "guests", "default")
}


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Figure:
    """A function that writes a line of figures; a test calls it when all has held.

    The lines go where the variable GRADECK_FIGURES says; docs/explanation/faults.md has them.
    """

    def write(fault: str, times: int, load: Load | None) -> None:
        path = os.environ.get("GRADECK_FIGURES")
        if path:
            counts = "| |"
            if load:
                again = sum(load.refused.values()) + load.broken
                counts = f"{len(load.acknowledged):,} | {again:,} |"
            with Path(path).open("a", encoding="utf-8") as file:
                file.write(f"| {fault} | {times:,} | {counts} `{request.node.name}` |\n")

    return write


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server for this test process."""
    with postgres_folder() as folder:
        server = Postgres(folder)
        server.create()
        with running(server):
            server.wait()
            yield server


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    """A Valkey server for this test process."""
    server = Valkey(tmp_path_factory.mktemp("valkey"))
    with running(server):
        server.wait()
        yield server


@pytest.fixture
def database(postgres: Postgres) -> str:
    """The address of a fresh database on PostgreSQL."""
    return postgres.database(f"test_{new_id()}")


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A migrated store, once of each kind."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    else:
        url = request.getfixturevalue("database")
    store = Store(url)
    migrate(store)
    yield store
    store.close()


@pytest.fixture
def small_store(tmp_path: Path) -> Iterator[Store]:
    """A SQLite store whose tables are made at once, without the migrations and their triggers."""
    store = Store(f"sqlite:///{tmp_path / 'small.sqlite'}")
    metadata.create_all(store.engine)
    yield store
    store.close()


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[System]:
    """An embedded service: one process and a SQLite file."""
    system = System(tmp_path)
    with running(*system.processes):
        system.web.wait()
        yield system


@pytest.fixture
def distributed(tmp_path: Path, database: str, valkey: Valkey) -> Iterator[System]:
    """A service on PostgreSQL and Valkey, with a worker and beat."""
    with valkey.client() as client:
        client.flushall()
    system = System(tmp_path, database=database, redis_url=valkey.url)
    with running(*system.processes):
        system.web.wait()
        yield system


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Settings of an embedded service in a folder of its own."""
    return read_config(data=tmp_path, secure_cookies=False, open_practice=True, **RATES)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file in the newest shape, for copying."""
    path = tmp_path_factory.mktemp("migrated") / "gradeck.sqlite"
    store = Store(f"sqlite:///{path}")
    migrate(store)
    store.close()
    return path


@pytest.fixture
def app(config: Config, migrated: Path) -> Iterator[GradeckApp]:
    """An application over a migrated store, without background threads."""
    shutil.copy(migrated, config.data / migrated.name)
    app = create_app(config, Sums())
    service: Service = app.extensions[EXTENSION]
    yield app
    service.close()


@pytest.fixture
def service(app: GradeckApp) -> Service:
    """The application's service."""
    service: Service = app.extensions[EXTENSION]
    return service


@pytest.fixture
def client(app: GradeckApp) -> FlaskClient:
    """A client that is nobody."""
    return app.test_client()


@pytest.fixture(scope="session")
def marker_of() -> Iterator[Callable[[str], Marker]]:
    """A function: what of `tests.service.world.sums` is opened -> its marking process."""
    markers: dict[str, Marker] = {}

    def made(opens: str) -> Marker:
        rules = MarkerRules(f"tests.service.world.sums:{opens}")
        return markers.setdefault(opens, Marker(rules))

    yield made
    for marker in markers.values():
        marker.close()


@pytest.fixture(scope="session")
def marker(marker_of: Callable[[str], Marker]) -> Marker:
    """The marking process of sums."""
    return marker_of("open_sums")


@pytest.fixture
def grade(service: Service, marker: Marker) -> Callable[[], DrainCounts]:
    """A function that grades what waits, here and now."""
    return lambda: drain(service.store, marker)


@pytest.fixture
def token_for(service: Service) -> Callable[..., dict[str, str]]:
    """A function: a login (made if new) -> headers with a token of it."""

    def make(login: str = "ada", *scopes: Scope, admin: bool = False) -> dict[str, str]:
        with service.store.write() as connection:
            user_id = add_user(connection, login, login.title(), admin=admin)
            given = scopes or tuple(Scope)
            _, token = add_token(connection, user_id, "test", given, days=1)
        return {"Authorization": f"Bearer {token}"}

    return make


@pytest.fixture
def ada(token_for: Callable[..., dict[str, str]]) -> dict[str, str]:
    """Headers of the user ada."""
    return token_for("ada")


@pytest.fixture
def dealt(client: FlaskClient, ada: dict[str, str]) -> dict[str, Any]:
    """A practice variant of ada's."""
    answer = client.post("/api/v1/variants", json={"question": "sums/one"}, headers=ada)
    shown: dict[str, Any] = answer.get_json()
    return shown


@pytest.fixture
def walk(client: FlaskClient, token_for: Callable[..., dict[str, str]]) -> Walk:
    """A course with people in every role."""
    return start(client, token_for)
