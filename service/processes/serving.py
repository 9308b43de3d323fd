"""Serving: granian runs the application, in one process when everything is embedded."""

import resource
from collections.abc import Callable
from contextlib import nullcontext
from multiprocessing.util import Finalize
from socket import socket
from typing import cast

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from sqlalchemy import make_url

from grader.errors import GradeckError
from service.app import create_app
from service.bank.bank import open_questions
from service.config import Config, read_config
from service.processes.background import Background
from service.processes.front import Front, rules_of
from service.processes.listening import LoneServer
from service.processes.starting import keep_from_fork_on
from service.running import EXTENSION, Service
from service.store.engine import Store
from service.store.installation import InstallationKind, kind_of, mark_kind
from service.store.migrating import migrate
from service.web.metrics import counting_together

# Requests that wait for a verdict hold a thread each; GRADECK_WAITERS leaves some for the others.
THREADS = 64
CONNECTIONS = 2048
MS = 1000
KILL_SECONDS = 20


class OtherKindError(GradeckError):
    """A demo on a real service's data, or a service on a demo's."""

    def __init__(self, wanted: InstallationKind, config: Config) -> None:
        """`wanted` is what was to be started."""
        where = make_url(config.database_url).database if config.database_url else config.data
        super().__init__(
            f"{where} holds a real service's data, and a demo has accounts with known passwords: "
            "leave --data and GRADECK_… out, and the demo takes a folder of its own"
            if wanted == "demo"
            else f"{where} holds a demo, whose accounts have known passwords: "
            "give the service a folder of its own (--data DIR, or GRADECK_DATA)"
        )


def open_app() -> Front:
    """The application with its threads, as a server process opens it."""
    app = create_app()
    service = cast(Service, app.extensions[EXTENSION])
    background = Background(service)
    Finalize(None, background.stop, exitpriority=10)
    return Front(app, rules_of(service.config), THREADS)


def serve(held: socket, serving: Callable[[], object], workers: int = 1) -> None:
    """Serve on a held address until told to stop; `serving` is called once it is answered there.

    The settings must stand in the environment. A process that dies is replaced, and what it had
    stored is found again.
    """
    allow_connections()
    keep_from_fork_on()
    server = LoneServer(
        "service.processes.serving:open_app",
        held,
        serving,
        interface=Interfaces.RSGI,
        workers=workers,
        backpressure=CONNECTIONS,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=round(read_config().header_seconds * MS)),
        factory=True,
        websockets=False,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=KILL_SECONDS,
    )
    with counting_together() if workers > 1 else nullcontext():
        server.serve()


def allow_connections() -> None:
    """Let this process and its children hold a connection's file for each that may come."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * CONNECTIONS
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def prepare(config: Config, kind: InstallationKind = "real") -> None:
    """Check what every process needs, before any is started, and migrate the database.

    OtherKindError, before anything is written, where the database is for something else.
    """
    store = Store(config.store_url())
    try:
        found = kind_of(store)
        if found not in {None, kind}:
            raise OtherKindError(kind, config)
        open_questions(config.bank, config.seed_secret())
        migrate(store)
        mark_kind(store, kind)
    finally:
        store.close()
