"""The front of a serving process: takes each request's body in, then lends it one of the threads.

A thread is held by work alone and never by the network. Bodies are read here, as many at once as
come, each within a time and no slower than a rate; a file is sent by the server after the thread
has gone. So somebody who sends or reads slowly keeps nobody else waiting.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import IO, Any
from urllib.parse import unquote_to_bytes
from wsgiref.types import WSGIApplication

from granian._granian import RSGIHTTPProtocol as HTTPProtocol
from granian._granian import RSGIProtocolClosed as ProtocolClosed
from granian.rsgi import Scope

from service.config import Config
from service.processes.starting import tell_again

KIB = 1024
# Beyond so many that come at once from one address a body has a second: those of a class behind
# one address come at once.
PATIENT_WITH = 64
CROWDED_SECONDS = 1
BYTES_AT_ONCE = 128 * KIB * KIB
# Scans of a class come over a school's line in minutes.
SCANS_PATIENCE = 10
UNREADABLE = "\xff"
Headers = list[tuple[str, str]]
Environ = dict[str, object]


class BodyError(Exception):
    """A body that is not taken in: its status, kind and sentence."""

    def __init__(self, status: int, kind: str, detail: str) -> None:
        """`kind` and `detail` as in every other problem."""
        super().__init__(detail)
        self.status, self.kind, self.detail = status, kind, detail


@dataclass(frozen=True, slots=True)
class BodyRules:
    """How long a body may take, how slow it may be after `grace_seconds`, and how long it may be.

    `rosters` are longer, and `scans` of an exam's papers by far, for which there is more time.
    """

    seconds: float
    bytes_per_second: int
    most: int
    rosters: int
    scans: int
    grace_seconds: float = 5

    def most_of(self, path: str) -> int:
        """The bytes that a body sent to this path may have."""
        if are_scans(path):
            return self.scans
        return self.rosters if path.endswith("/roster") else self.most

    def seconds_for(self, received: int, *, crowded: bool, scans: bool = False) -> float:
        """The time in which more than these bytes must have come."""
        even = self.grace_seconds + received / self.bytes_per_second
        most = self.seconds * (SCANS_PATIENCE if scans else 1)
        return min(most, even, CROWDED_SECONDS if crowded else even)


def are_scans(path: str) -> bool:
    """Whether scans of an exam's papers are sent to this path."""
    return path.endswith("/scans")


def rules_of(config: Config) -> BodyRules:
    """The rules that the settings give."""
    return BodyRules(
        seconds=config.body_seconds,
        bytes_per_second=config.body_rate,
        most=config.body_kib * KIB,
        rosters=config.roster_kib * KIB,
        scans=config.scans_mib * KIB * KIB,
    )


class Bodies:
    """What is being taken in at this moment."""

    def __init__(self, rules: BodyRules) -> None:
        """Nothing is."""
        self._rules = rules
        self._by_address: Counter[str] = Counter()
        # Apart, so that nobody who sends scans keeps an answer waiting.
        self._bytes: Counter[bool] = Counter()

    async def read(self, scope: Scope, protocol: HTTPProtocol) -> bytes:
        """A request's body; BodyError where it is too slow, or too much comes at once.

        Of one that is too long as much is read as shows that it is.
        """
        with self._counted(scope.client.rpartition(":")[0]) as crowded:
            started, most, body = time.monotonic(), self._rules.most_of(scope.path), bytearray()
            scans = are_scans(scope.path)
            chunks = aiter(protocol)
            try:
                while len(body) <= most:
                    seconds = self._rules.seconds_for(len(body), crowded=crowded, scans=scans)
                    async with asyncio.timeout(max(0, started + seconds - time.monotonic())):
                        chunk = await chunks.__anext__()  # which `anext` would wrap
                    body += chunk
                    self._bytes[scans] += len(chunk)
                    if self._bytes[scans] > BYTES_AT_ONCE:
                        raise BodyError(503, "too-much-at-once", "come again in some seconds")
            except StopAsyncIteration:
                pass
            except TimeoutError as error:
                detail = (
                    f"{len(body)} bytes came in {time.monotonic() - started:.0f} s: expected the "
                    f"whole body within {self._rules.seconds:g} s, and after "
                    f"{self._rules.grace_seconds:g} s {self._rules.bytes_per_second} bytes a second"
                )
                raise BodyError(408, "request-timeout", detail) from error
            finally:
                self._bytes[scans] -= len(body)
            return bytes(body)

    @contextmanager
    def _counted(self, address: str) -> Iterator[bool]:
        """Whether many of this address are coming in already; this one is one of them."""
        self._by_address[address] += 1
        try:
            yield self._by_address[address] > PATIENT_WITH
        finally:
            self._by_address[address] -= 1
            self._by_address += Counter()  # forgets who sends nothing


@dataclass
class WsgiReply:
    """What the application answered: its bytes, or the file that has them."""

    status: int = 500
    headers: Headers = field(default_factory=list)
    body: bytes = b""
    file: Path | None = None

    def begin(self, status: str, headers: Headers, _exc_info: object = None) -> Callable[..., Any]:
        """WSGI's start_response."""
        self.status, self.headers = int(status.split(" ", 1)[0]), list(headers)
        return self._write

    def _write(self, data: bytes) -> None:
        self.body += data


class SentFile:
    """WSGI's file_wrapper: a whole file, which needs no thread to be sent."""

    def __init__(self, file: IO[bytes], size: int = 64 * KIB) -> None:
        """A file that the application has opened."""
        self.file, self.size = file, size

    def __iter__(self) -> Iterator[bytes]:
        """The file's bytes, where only part of it is asked for."""
        return iter(lambda: self.file.read(self.size), b"")

    def close(self) -> None:
        """Close the file."""
        self.file.close()


class Front:
    """An RSGI application around a WSGI one."""

    def __init__(self, app: WSGIApplication, rules: BodyRules, threads: int) -> None:
        """`threads` requests are worked on at once."""
        self._app = app
        self._bodies = Bodies(rules)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="request")

    def __rsgi_init__(self, _loop: asyncio.AbstractEventLoop) -> None:
        """Begin: from here on the server listens for what tells it to stop."""
        tell_again()

    async def __rsgi__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        """WsgiReply one request."""
        try:
            body = await self._bodies.read(scope, protocol) if _has_body(scope) else b""
        except BodyError as error:
            _refuse(protocol, scope.path, error)
            return
        except ProtocolClosed:
            return
        loop = asyncio.get_running_loop()
        done = await loop.run_in_executor(self._threads, self._work, environ_of(scope, body))
        if done.file is not None:
            protocol.response_file(done.status, done.headers, str(done.file))
        else:
            protocol.response_bytes(done.status, done.headers, done.body)

    def _work(self, environ: Environ) -> WsgiReply:
        done = WsgiReply()
        answered: Iterable[bytes] = self._app(environ, done.begin)
        try:
            if isinstance(answered, SentFile) and Path(answered.file.name).is_file():
                done.file = Path(answered.file.name)
            else:
                done.body += b"".join(answered)
        finally:
            close = getattr(answered, "close", None)
            if close is not None:
                close()
        return done


def _has_body(scope: Scope) -> bool:
    length = scope.headers.get("content-length")
    return (length or "0") != "0" or "transfer-encoding" in scope.headers


def _refuse(protocol: HTTPProtocol, path: str, error: BodyError) -> None:
    problem = {
        "type": f"urn:gradeck:{error.kind}",
        "title": error.kind.replace("-", " "),
        "status": error.status,
        "detail": error.detail,
        "instance": path,
    }
    headers = [("content-type", "application/problem+json"), ("connection", "close")]
    if error.status != 408:
        headers.append(("retry-after", "5"))
    protocol.response_bytes(error.status, headers, json.dumps(problem).encode())


def environ_of(scope: Scope, body: bytes) -> Environ:
    """A request as WSGI (PEP 3333) has it."""
    host, _, port = scope.server.rpartition(":")
    client = scope.client.rpartition(":")
    environ: Environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope.path).decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": client[0].strip("[]"),
        "REMOTE_PORT": client[2],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": SentFile,
    }
    for name, value in scope.headers.items():
        # X_Forwarded_For would pass for X-Forwarded-For, which only a proxy may write.
        if "_" in name:
            continue
        key = "HTTP_" + name.upper().replace("-", "_")
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    # A value that is no text is there all the same, and is refused where it matters.
    for name in set(scope.headers.keys()) - {name for name, _ in scope.headers.items()}:
        environ["HTTP_" + name.upper().replace("-", "_")] = UNREADABLE
    environ["CONTENT_TYPE"] = environ.pop("HTTP_CONTENT_TYPE", "")
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    if environ.pop("HTTP_CONTENT_LENGTH", None) is not None or body:
        environ["CONTENT_LENGTH"] = str(len(body))
    return environ
