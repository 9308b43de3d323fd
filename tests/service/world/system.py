"""A whole service in processes of its own: embedded, or with Valkey, PostgreSQL and workers."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from service.auth.identity import Scope
from service.queue.marker import MarkerRules
from service.store.engine import Store
from service.store.ids import new_id
from service.store.migrating import migrate
from service.store.people import add_token, add_user
from tests.service.world.rows import statuses
from tests.service.world.servers import Process, Web, celery, until, worker

SETTINGS = {
    "GRADECK_MARKER": "tests.service.world.sums:open_sums",
    "GRADECK_SECRET": "0123456789abcdef0123456789abcdef",
    "GRADECK_SECURE_COOKIES": "false",
    "GRADECK_LEASE_SECONDS": "2",
    "GRADECK_MARK_SECONDS": "1",
    "GRADECK_SWEEP_SECONDS": "0.5",
    "GRADECK_MARK_MEMORY_MIB": "512",
    "GRADECK_RATE_SUBMIT": "100000/minute",
    "GRADECK_RATE_DEFAULT": "100000/minute",
    "GRADECK_RATE_LOGIN": "100000/minute",
    "GRADECK_RATE_FAILED": "100000/minute",
    "GRADECK_RATE_ADDRESS": "100000/minute",
    "GRADECK_RATE_GUESTS": "100000/minute",
}


class Student:
    """A signed-in student's requests."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client

    def deal(self, question: str = "sums/one") -> dict[str, Any]:
        """A fresh practice variant."""
        answer = self.client.post("/api/v1/variants", json={"question": question})
        answer.raise_for_status()
        shown: dict[str, Any] = answer.json()
        return shown

    def submit(
        self,
        variant: Mapping[str, Any],
        answers: Mapping[str, str],
        *,
        wait: int = 0,
        key: str = "",
    ) -> httpx.Response:
        """Hand in answers, under a key of its own unless one is given."""
        headers = {"Idempotency-Key": key or new_id()}
        if wait:
            headers["Prefer"] = f"wait={wait}"
        given = {"variant": variant["id"], "answers": dict(answers)}
        return self.client.post("/api/v1/submissions", json=given, headers=headers)


class System:
    """The processes of a service and what tests ask of them."""

    def __init__(
        self,
        folder: Path,
        *,
        database: str = "",
        redis_url: str = "",
        bank: str = "",
        module: str = "tests.service.world.served",
        app: str = "service.processes.worker",
    ) -> None:
        self.database = database or f"sqlite:///{folder / 'gradeck.sqlite'}"
        self.env = {**SETTINGS, "GRADECK_DATA": str(folder)}
        if database:
            self.env |= {"GRADECK_DATABASE_URL": database, "GRADECK_REDIS_URL": redis_url}
        if bank:
            # The questions of real files take the real grader, and its time.
            self.env |= {"GRADECK_BANK": bank, "GRADECK_MARKER": MarkerRules().opens}
            self.env |= {"GRADECK_MARK_SECONDS": "10", "GRADECK_LEASE_SECONDS": "30"}
        self.web = Web(folder, self.env, module)
        self.worker = worker(folder, self.env, app=app)
        self.beat = celery(folder, self.env, "beat", "--loglevel", "warning")
        self.folder = folder
        self.processes: list[Process] = [self.web]
        if redis_url:
            self.processes += [self.worker, self.beat]

    def add_user(self, *, admin: bool = False) -> str:
        """A new student's token, or a new administrator's."""
        store = Store(self.database)
        migrate(store)
        with store.write() as connection:
            user_id = add_user(connection, f"student-{new_id()}", "Student", admin=admin)
            _, token = add_token(connection, user_id, "test", list(Scope), days=1)
        store.close()
        return token

    @contextmanager
    def student(self, timeout: float = 30) -> Iterator[Student]:
        """A new student with a connection to the web process."""
        headers = {"Authorization": f"Bearer {self.add_user()}"}
        with httpx.Client(base_url=self.web.address, headers=headers, timeout=timeout) as client:
            yield Student(client)

    def statuses(self) -> dict[str, int]:
        """How many submissions have each status."""
        store = Store(self.database)
        try:
            return statuses(store)
        finally:
            store.close()

    def wait_until_graded(self, seconds: float = 60) -> None:
        """Until nothing waits or is being graded."""
        until(lambda: not {"waiting", "grading"} & self.statuses().keys(), seconds, pause=0.1)

    def logs(self) -> str:
        """What all processes wrote."""
        return "\n".join(path.read_text() for path in sorted(self.folder.glob("*.log")))
