"""A Celery worker or beat whose host's clock is off, started as `celery` is, with the hours first.

python -m tests.service.world.off_clock 1 -A service.processes.worker worker …
"""

import datetime as dt
import runpy
import sys
import time


def shift(off: dt.timedelta) -> None:
    """From now on this process reads a clock that is off."""
    right, right_ns = time.time, time.time_ns

    class Datetime(dt.datetime):
        """A datetime that reads the clock that is off."""

        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> "Datetime":
            """The wrong moment."""
            return super().now(tz) + off

        @classmethod
        def utcnow(cls) -> "Datetime":
            """The wrong moment, without a zone."""
            return super().utcnow() + off

    vars(dt)["datetime"] = Datetime
    vars(time)["time"] = lambda: right() + off.total_seconds()
    vars(time)["time_ns"] = lambda: right_ns() + int(off.total_seconds()) * 10**9


if __name__ == "__main__":
    # Before anything else is imported, so that everything reads this clock.
    shift(dt.timedelta(hours=float(sys.argv.pop(1))))
    runpy.run_module("celery", run_name="__main__", alter_sys=True)
