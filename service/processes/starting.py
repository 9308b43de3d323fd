"""Starting: who is told to stop while starting stops once started, and is not deaf meanwhile.

Granian forks its processes with the main one's handlers, and each gets its own only after the
application was made. Ctrl-C and SIGTERM in between would do nothing there, and the main process
would wait for it, and kill it after 20 s.
"""

import os
import signal
from types import FrameType

STOPS = (signal.SIGINT, signal.SIGTERM)
_kept: list[int] = []


def keep_from_fork_on() -> None:
    """From now on a forked process keeps what tells it to stop, until `tell_again`."""
    os.register_at_fork(
        before=lambda: signal.pthread_sigmask(signal.SIG_BLOCK, STOPS),
        after_in_parent=lambda: signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS),
        after_in_child=_keep,
    )


def _keep() -> None:
    def keep(number: int, _frame: FrameType | None) -> None:
        _kept.append(number)

    for number in STOPS:
        signal.signal(number, keep)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)


def tell_again() -> None:
    """Send this process what was kept, now that somebody listens."""
    while _kept:
        signal.raise_signal(_kept.pop())
