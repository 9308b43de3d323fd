"""A Celery worker or beat whose host's clock is off, started as `celery` is, with the hours first.

python -m tests.service.off_clock 1 -A service.worker worker …
"""

import datetime as dt
import runpy
import sys
import time

HOURS = float(sys.argv.pop(1))
OFF = dt.timedelta(hours=HOURS)
_time, _time_ns = time.time, time.time_ns


class Datetime(dt.datetime):
    """A datetime that reads the clock that is off."""

    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> "Datetime":
        """The wrong moment."""
        return super().now(tz) + OFF

    @classmethod
    def utcnow(cls) -> "Datetime":
        """The wrong moment, without a zone."""
        return super().utcnow() + OFF


# Before anything else is imported, so that everything reads this clock.
vars(dt)["datetime"] = Datetime
vars(time)["time"] = lambda: _time() + OFF.total_seconds()
vars(time)["time_ns"] = lambda: _time_ns() + int(OFF.total_seconds()) * 10**9

if __name__ == "__main__":
    runpy.run_module("celery", run_name="__main__", alter_sys=True)
