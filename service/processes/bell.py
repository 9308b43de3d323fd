"""A bell: a thread that works soon after it was rung."""

import threading
from collections.abc import Callable

import structlog

from grader.errors import GradeckError

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
