"""The verdict watch: who waits is told, whatever befell the watch before."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import pytest
from sqlalchemy import Connection
from structlog.testing import capture_logs

from service.queue.drain import drain
from service.queue.marker import Marker
from service.queue.verdict_watch import VerdictWatch
from service.store.engine import Store
from tests.service.world.rows import put
from tests.service.world.servers import PATIENCE, until


@pytest.mark.parametrize("error", [KeyError("row"), MemoryError(), OSError("no more files")])
def test_no_error_ends_the_watch(
    store: Store, marker: Marker, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """An error that nobody foresaw is logged by its kind; the next look tells of the verdict."""
    read = store.read
    fails = [error]

    @contextmanager
    def failing() -> Iterator[Connection]:
        if fails:
            raise fails.pop()
        with read() as connection:
            yield connection

    (name,) = put(store)
    watch = VerdictWatch(store)
    told = watch.expect(name)
    with monkeypatch.context() as broken, capture_logs() as logs:
        broken.setattr(store, "read", failing)
        thread = Thread(target=watch.run, daemon=True)
        thread.start()
        until(lambda: not fails)
        drain(store, marker)
        seen = told.wait(PATIENCE)
        watch.stop()
        thread.join(PATIENCE)

    assert seen
    assert [("verdict watch failed", type(error).__name__)] == [
        (line["event"], line["error"]) for line in logs
    ]
