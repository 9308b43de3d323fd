"""Group commit: whoever arrives while a transaction is being written shares the next one.

A commit costs a flush to the disk, whether it holds one row or a hundred. The first to arrive
leads: it writes its own item and all that queued up behind it in one transaction, then hands
the lead to the first of those that came meanwhile. Nobody is answered before the commit.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from service.store.engine import Store

Item = TypeVar("Item")
Result = TypeVar("Result")

MOST = 200


class _Entry(Generic[Item, Result]):
    __slots__ = ("error", "item", "leads", "result", "woken")

    def __init__(self, item: Item) -> None:
        self.item = item
        self.woken = threading.Event()
        self.leads = False
        self.result: Result | None = None
        self.error: BaseException | None = None


class GroupCommit(Generic[Item, Result]):
    """Writes items in shared transactions; `apply` returns one result per item, in order."""

    def __init__(
        self, store: Store, apply: Callable[[Connection, Sequence[Item]], Sequence[Result]]
    ) -> None:
        """Nothing is opened yet."""
        self._store = store
        self._apply = apply
        self._lock = threading.Lock()
        self._queue: deque[_Entry[Item, Result]] = deque()
        self._led = False

    def write(self, item: Item) -> Result:
        """The result for `item`, once its transaction is committed."""
        entry: _Entry[Item, Result] = _Entry(item)
        with self._lock:
            self._queue.append(entry)
            leads = not self._led
            self._led = True
        if not leads:
            entry.woken.wait()
            leads = entry.leads
        if leads:
            self._lead()
        if entry.error is not None:
            raise entry.error
        return entry.result  # type: ignore[return-value]  # set, or an error is

    def _lead(self) -> None:
        with self._lock:
            taken = [self._queue.popleft() for _ in range(min(MOST, len(self._queue)))]
        try:
            self._commit(taken)
        finally:
            with self._lock:
                if self._queue:
                    self._queue[0].leads = True
                    self._queue[0].woken.set()
                else:
                    self._led = False
            for entry in taken:
                entry.woken.set()

    def _commit(self, taken: Sequence[_Entry[Item, Result]]) -> None:
        try:
            with self._store.write() as connection:
                results = self._apply(connection, [entry.item for entry in taken])
        except DBAPIError as error:
            if len(taken) == 1:
                taken[0].error = error
                return
            # One item that the database refuses must not take its neighbours along.
            for entry in taken:
                self._commit([entry])
        except BaseException as error:  # noqa: BLE001 - every one who waits gets the leader's error
            for entry in taken:
                entry.error = error
        else:
            for entry, result in zip(taken, results, strict=True):
                entry.result = result
