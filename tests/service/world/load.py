"""A class that hands in: clients that send each submission until it is acknowledged."""

import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import httpx
from sqlalchemy import func, select

from service.store.engine import Store
from service.store.ids import new_id
from service.store.schema import submissions, verdicts
from tests.service.world.rows import mistaken
from tests.service.world.servers import PATIENCE, until
from tests.service.world.system import System

PAUSE = 0.2


@dataclass
class Load:
    """Threads that hand in until told to stop; `answer` is what each one types.

    The other part's answer is the submission's key, so that no two are alike.
    """

    system: System
    clients: int = 4
    answer: str = "1"
    acknowledged: dict[str, str] = field(default_factory=dict)
    refused: dict[int, int] = field(default_factory=dict)
    broken: int = 0
    seconds: list[float] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._stop = threading.Event()
        self._lock = threading.Lock()
        token = self.system.add_user()
        self._headers = {"Authorization": f"Bearer {token}"}
        with self._client() as client:
            answer = client.post("/api/v1/variants", json={"question": "sums/one"})
            answer.raise_for_status()
            self._variant = answer.json()["id"]
        self._threads = [threading.Thread(target=self._run) for _ in range(self.clients)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def wait_for_more(self, count: int) -> None:
        """Until so many more submissions were acknowledged."""
        wanted = len(self.acknowledged) + count
        until(lambda: len(self.acknowledged) >= wanted, PATIENCE)

    def usual_seconds(self) -> float:
        """The median of the times to an acknowledgement since the last look."""
        with self._lock:
            seconds, self.seconds = self.seconds, []
        return statistics.median(seconds)

    def _client(self) -> httpx.Client:
        return httpx.Client(
            base_url=self.system.web.address, headers=self._headers, timeout=httpx.Timeout(20)
        )

    def _run(self) -> None:
        with self._client() as client:
            while not self._stop.is_set():
                self._hand_in(client, new_id())

    def _hand_in(self, client: httpx.Client, key: str) -> None:
        """One submission, sent again and again under its key until it is acknowledged."""
        given = {"variant": self._variant, "answers": {"sum": self.answer, "product": key}}
        while not self._stop.is_set():
            began = time.monotonic()
            try:
                answer = client.post(
                    "/api/v1/submissions", json=given, headers={"Idempotency-Key": key}
                )
            except httpx.HTTPError:
                with self._lock:
                    self.broken += 1
                time.sleep(PAUSE)
                continue
            with self._lock:
                self.seconds.append(time.monotonic() - began)
                if answer.is_success:
                    self.acknowledged[key] = answer.json()["id"]
                    return
                self.refused[answer.status_code] = self.refused.get(answer.status_code, 0) + 1
            time.sleep(PAUSE)


@dataclass(frozen=True)
class Account:
    """What became of acknowledged submissions: all four should be 0."""

    missing: int
    ungraded: int
    graded_twice: int
    mistaken: int


def account(system: System, load: Load) -> Account:
    """Compare what was acknowledged with what is stored and graded, once nothing waits."""
    system.wait_until_graded(2 * PATIENCE)
    store = Store(system.database)
    with store.read() as connection:
        stored = {
            (row[0], row[1]): row[2]
            for row in connection.execute(
                select(submissions.c.idempotency_key, submissions.c.id, submissions.c.status)
            )
        }
        twice = connection.execute(
            select(func.count()).select_from(
                select(verdicts.c.submission_id)
                .group_by(verdicts.c.submission_id)
                .having(func.count() > 1)
                .subquery()
            )
        ).scalar_one()
    others = mistaken(store)
    store.close()
    return Account(
        missing=sum(pair not in stored for pair in load.acknowledged.items()),
        ungraded=sum(stored.get(pair) != "graded" for pair in load.acknowledged.items()),
        graded_twice=twice,
        mistaken=len(others),
    )


ALL_WELL = Account(0, 0, 0, 0)

Figure = Callable[[str, int, Load | None], None]
"""A fault, how often it was done, the load meanwhile -> a line of docs/explanation/faults.md."""
