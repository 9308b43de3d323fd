"""Serving: granian runs the application, in one process when everything is embedded."""

from multiprocessing.util import Finalize
from typing import cast

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from service.app import GradeckApp, create_app
from service.bank.bank import open_questions
from service.config import Config
from service.processes.background import Background
from service.running import EXTENSION, Service
from service.store.engine import Store
from service.store.migrating import migrate

# Requests that wait for a verdict hold a thread each.
THREADS = 64
KILL_SECONDS = 20


def open_app() -> GradeckApp:
    """The application with its background threads, as a server process opens it."""
    app = create_app()
    service = cast(Service, app.extensions[EXTENSION])
    background = Background(service)
    Finalize(None, background.stop, exitpriority=10)
    return app


def serve(config: Config, host: str, port: int, workers: int = 1) -> None:
    """Serve until told to stop; the settings must stand in the environment too.

    A process that dies is replaced, and what it had stored is found again.
    """
    prepare(config)
    Server(
        "service.processes.serving:open_app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        backpressure=4 * THREADS,
        factory=True,
        websockets=False,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=KILL_SECONDS,
    ).serve()


def prepare(config: Config) -> None:
    """Check what every process needs, before any is started, and migrate the database."""
    open_questions(config.bank, config.seed_secret())
    store = Store(config.store_url())
    migrate(store)
    store.close()
