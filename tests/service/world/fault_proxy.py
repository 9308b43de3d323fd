"""A TCP proxy that can stop passing bytes without closing: what a dead router looks like."""

import contextlib
import socket
import threading
from types import TracebackType
from typing import Self

from tests.service.world.servers import free_port


class FaultProxy:
    """Passes a port on to another until `drop()`; then open connections fall silent."""

    def __init__(self, target: int) -> None:
        self.port = free_port()
        self._target = target
        self._silent: set[socket.socket] = set()
        self._open: set[socket.socket] = set()
        self._all: list[socket.socket] = []
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", self.port))

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._listener.close()
        with self._lock:
            for connection in self._all:
                connection.close()

    def drop(self) -> int:
        """Let all connections that are open now fall silent; how many there were."""
        with self._lock:
            fresh = self._open - self._silent
            self._silent |= fresh
            return len(fresh) // 2

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self._target))
            except OSError:  # nobody listens there now: so it is here
                near.close()
                continue
            with self._lock:
                self._open |= {near, far}
                self._all += [near, far]
            for pair in ((near, far), (far, near)):
                threading.Thread(target=self._pass_on, args=pair, daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                if source not in self._silent:
                    sink.sendall(data)
        with self._lock:
            if source not in self._silent:
                self._open -= {source, sink}
                for connection in (source, sink):
                    with contextlib.suppress(OSError):
                        connection.shutdown(socket.SHUT_RDWR)
