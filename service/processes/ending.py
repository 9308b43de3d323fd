"""How a Celery worker ends when it is told to (SIGTERM, Ctrl-C): after what it does now, no later.

A worker is a main process, which gets the signal and the messages, and those that it has forked,
which do the tasks. Two things are ours: the forked ones are told too, so that a task that goes from
one thing to the next stops in between; and Celery's consumer forgets nothing that it handed over.
"""

from mmap import mmap

from celery import signals
from celery.worker import state
from celery.worker.consumer import Consumer

# A byte that is shared with every process forked from now on; no lock that a signal could meet.
_told = mmap(-1, 1)


@signals.worker_shutting_down.connect  # type: ignore[untyped-decorator]  # Celery has no types
def _tell(**_: object) -> None:
    _told[0] = 1


def told_to_end() -> bool:
    """Whether the worker that this process belongs to was told to end."""
    return _told[0] == 1


class PatientConsumer(Consumer):  # type: ignore[misc]  # the same
    """Celery's consumer of messages, which at the end waits for what was handed to a process.

    Celery would forget a task that its process has not accepted yet. The process does it all the
    same, and then waits 30 s for somebody to read that it is done, which nobody does any more.
    """

    def on_close(self) -> None:
        """Forget what waits here: at the end no task, for its process ends after it."""
        if state.should_stop is not None:
            self.pool.flush = None
        super().on_close()
