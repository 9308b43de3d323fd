"""The verdict watch: lets requests wait for verdicts, with one look at the store for all."""

import threading
from collections.abc import Sequence

import structlog
from sqlalchemy import select

from service.store.engine import Store
from service.store.schema import submissions
from service.store.submissions import FINAL

log = structlog.get_logger()
BACK_OFF_SECONDS = 0.5


class VerdictWatch:
    """Lets requests wait for verdicts: one look at the store for all who wait.

    In the embedded service the one that grades tells directly; otherwise the store is asked every
    `every` seconds, and only while somebody waits.
    """

    def __init__(self, store: Store, *, every: float = 0.025) -> None:
        """Nobody waits yet, and nobody looks before `run` is called."""
        self._store = store
        self._every = every
        self._lock = threading.Lock()
        self._waiting: dict[str, list[threading.Event]] = {}
        self._somebody = threading.Event()
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Stop looking; those who wait run into their own time limit."""
        self._stopping.set()
        self._somebody.set()

    def expect(self, submission_id: str) -> threading.Event:
        """An event that is set once the submission has its final state."""
        event = threading.Event()
        with self._lock:
            self._waiting.setdefault(submission_id, []).append(event)
            self._somebody.set()
        return event

    def forget(self, submission_id: str, event: threading.Event) -> None:
        """Nobody waits for this event any more."""
        with self._lock:
            events = self._waiting.get(submission_id, [])
            if event in events:
                events.remove(event)
            if not events:
                self._waiting.pop(submission_id, None)

    def ended(self, ids: Sequence[str]) -> None:
        """These submissions have their final state."""
        with self._lock:
            events = [event for name in ids for event in self._waiting.pop(name, [])]
        for event in events:
            event.set()

    def run(self) -> None:
        """Look until told to stop; a thread of its own does this."""
        while not self._stopping.is_set():
            self._somebody.wait()
            self._stopping.wait(self._every)
            with self._lock:
                wanted = list(self._waiting)
                if not wanted:
                    self._somebody.clear()
            try:
                for start in range(0, len(wanted), 500):
                    self.ended(self._look(wanted[start : start + 500]))
            except Exception as error:  # noqa: BLE001 - all who wait hang on this thread
                log.warning("verdict watch failed", error=type(error).__name__)
                self._stopping.wait(BACK_OFF_SECONDS)

    def _look(self, wanted: Sequence[str]) -> Sequence[str]:
        final = submissions.c.status.in_(FINAL)
        with self._store.read() as connection:
            return (
                connection.execute(
                    select(submissions.c.id).where(submissions.c.id.in_(wanted), final)
                )
                .scalars()
                .all()
            )
