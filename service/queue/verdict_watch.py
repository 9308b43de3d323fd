"""The threads of a serving process: dispatcher (embedded), relay (distributed), verdict watch."""

import threading
from collections.abc import Callable, Sequence

import structlog
from sqlalchemy import select

from grader.errors import GradeckError
from service.store.engine import Store
from service.store.schema import submissions

log = structlog.get_logger()
BACK_OFF_SECONDS = 0.5


class Bell(threading.Thread):
    """Does `work` soon after each ring, at most once per `pause`, and every `every` anyway.

    Ringing never waits and never fails: a request that has stored its submission is answered,
    whatever state Redis or the markers are in.
    """

    def __init__(
        self, name: str, work: Callable[[], object], *, pause: float = 0, every: float | None = None
    ) -> None:
        """Not started yet."""
        super().__init__(name=name, daemon=True)
        self._work = work
        self._pause = pause
        self._every = every
        self._rung = threading.Event()
        self.stopping = threading.Event()

    def ring(self) -> None:
        """There is something to do."""
        self._rung.set()

    def stop(self, seconds: float = 10) -> None:
        """Finish what is being done, then end."""
        self.stopping.set()
        self._rung.set()
        if self.is_alive():
            self.join(seconds)

    def run(self) -> None:
        """The thread's life."""
        while not self.stopping.is_set():
            self._rung.wait(self._every)
            self._rung.clear()
            if self.stopping.is_set():
                return
            try:
                self._work()
            except Exception as error:  # noqa: BLE001 - the thread must outlive any one failure
                reason = str(error) if isinstance(error, GradeckError) else ""
                log.warning(
                    "background work failed",
                    thread=self.name,
                    error=type(error).__name__,
                    reason=reason,
                )
                self.stopping.wait(BACK_OFF_SECONDS)
                self._rung.set()
            self.stopping.wait(self._pause)


class VerdictWatch:
    """Lets requests wait for verdicts: one look at the store for all who wait.

    In the embedded service the dispatcher tells directly; otherwise the store is asked every
    `every` seconds, and only while somebody waits.
    """

    def __init__(self, store: Store, *, every: float = 0.025) -> None:
        """Not started yet."""
        self._store = store
        self._every = every
        self._lock = threading.Lock()
        self._waiting: dict[str, list[threading.Event]] = {}
        self._somebody = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="verdict watch", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

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

    def _run(self) -> None:
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
            except GradeckError:
                self._stopping.wait(BACK_OFF_SECONDS)

    def _look(self, wanted: Sequence[str]) -> Sequence[str]:
        final = submissions.c.status.in_(["graded", "error"])
        with self._store.read() as connection:
            return (
                connection.execute(
                    select(submissions.c.id).where(submissions.c.id.in_(wanted), final)
                )
                .scalars()
                .all()
            )
