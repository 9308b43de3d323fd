"""Listening: on an address that is this service's alone.

Granian's own sockets share a port with whoever asks for it (SO_REUSEPORT): two services started
on one port would both run, and the kernel would deal each request to either's database.
"""

import errno
import http.client
import ipaddress
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

from granian._granian import SocketHolder
from granian.server import MPServer

from grader.errors import GradeckError


class ListeningError(GradeckError):
    """The address to listen on cannot be had."""


def hold(host: str, port: int) -> socket.socket:
    """A socket that holds the address and does not listen yet.

    ListeningError where another program listens there, or it is no address of this machine.
    """
    with _explained(host, port):
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        held = socket.socket(family, kind, protocol)
        try:
            # What is left of connections that have ended does not count as taken.
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            held.bind(address)
        except OSError:
            held.close()
            raise
        return held


@contextmanager
def _explained(host: str, port: int) -> Iterator[None]:
    reasons = {
        errno.EADDRINUSE: (
            f"port {port} of {host} is taken: another program listens there, perhaps a Gradeck "
            "that still runs; stop it, or choose another port with --port"
        ),
        errno.EACCES: (
            f"port {port} is for administrators: choose one from 1024 on with --port, and let a "
            "reverse proxy pass on what comes to it"
        ),
        errno.EADDRNOTAVAIL: f"--host: {host} is no address of this machine: take one of its own, "
        "such as 127.0.0.1, or 0.0.0.0 for all of them",
    }
    try:
        yield
    except OSError as error:
        number = errno.EADDRNOTAVAIL if isinstance(error, socket.gaierror) else error.errno
        if number in reasons:
            raise ListeningError(reasons[number]) from error
        raise


class LoneServer(MPServer):
    """Granian's server on a held socket; `serving` is called once requests are answered."""

    def __init__(
        self,
        target: str,
        held: socket.socket,
        serving: Callable[[], object],
        **options: Any,  # noqa: ANN401 - granian's
    ) -> None:
        """Nothing listens yet."""
        host, port = held.getsockname()[:2]
        super().__init__(target, address=host, port=port, **options)
        self._held = held

        def say() -> None:
            # One that was told to stop while it started may still answer, and is no good any more.
            if not self.interrupt_signal:
                serving()

        self.on_startup(
            lambda: Thread(target=_when_answered, args=(host, port, say), daemon=True).start()
        )

    def _init_shared_socket(self) -> None:
        with _explained(self.bind_addr, self.bind_port):
            self._held.listen(self.backlog)
        self._held.set_inheritable(True)
        self._sso = self._held
        fd, over_unix = self._held.fileno(), False
        # Granian's stubs know neither the arguments nor that the attribute is ever set.
        self._shd = SocketHolder(fd, over_unix, self.backlog)  # type: ignore[call-arg, assignment]  # see above

    def signal_handler_interrupt(self, *given: object, **named: object) -> None:
        """Ctrl-C reaches the workers too: that they end is no accident then."""
        for worker in self.wrks:
            worker.interrupt_by_parent = True
        super().signal_handler_interrupt(*given, **named)  # type: ignore[no-untyped-call]  # granian's


def _when_answered(host: str, port: int, serving: Callable[[], object]) -> None:
    """Call `serving` after the first answer: connections wait in line from the start."""
    anywhere = ipaddress.ip_address(host).is_unspecified
    connection = http.client.HTTPConnection("localhost" if anywhere else host, port)
    try:
        connection.request("GET", "/healthz")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return
    finally:
        connection.close()
    serving()
