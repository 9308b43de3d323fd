"""Requests that come slowly, stop half way or are read slowly, against the real server."""

import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from tests.service.world.load import Figure
from tests.service.world.servers import running
from tests.service.world.sums import right_for
from tests.service.world.system import System

MANY = 70  # more than there are threads
BODY = b'{"login": "x", "password": "y"}'


@pytest.fixture
def hasty(tmp_path: Path) -> Iterator[System]:
    """An embedded service that waits 3 seconds for a body, and 2 for a header."""
    system = System(tmp_path)
    system.web.env = {
        **system.env,
        "GRADECK_BODY_SECONDS": "3",
        "GRADECK_HEADER_SECONDS": "2",
    }
    with running(*system.processes):
        system.web.wait()
        yield system


def half(system: System, *, length: int = 200_000, token: str = "") -> socket.socket:
    """A connection on which a request has begun: its header, and one byte of its body."""
    connection = socket.create_connection(("127.0.0.1", system.web.port), timeout=30)
    lines = [
        "POST /api/v1/sessions HTTP/1.1", "Host: x", "Content-Type: application/json",
        f"Content-Length: {length}",
    ]  # fmt: skip
    if token:
        lines.append(f"Authorization: Bearer {token}")
    connection.sendall("\r\n".join([*lines, "", "{"]).encode())
    return connection


@contextmanager
def held(system: System, count: int) -> Iterator[list[socket.socket]]:
    """So many half requests."""
    with ExitStack() as stack:
        yield [stack.enter_context(half(system)) for _ in range(count)]


def answer_of(connection: socket.socket) -> bytes:
    """All that comes until the server closes the connection."""
    parts = []
    while part := connection.recv(65_536):
        parts.append(part)
    return b"".join(parts)


def test_slow_bodies_keep_nobody_waiting(hasty: System, figure: Figure) -> None:
    """With 70 bodies half sent, of nobody, others deal, hand in and have their verdict."""
    with hasty.student() as student, held(hasty, MANY) as connections:
        healthy = httpx.get(f"{hasty.web.address}/healthz", timeout=2)
        variant = student.deal()
        done = student.submit(variant, right_for(variant["text"]["en"]), wait=20)
        answers = [answer_of(connection) for connection in connections]

    assert 200 == healthy.status_code
    assert (201, "graded") == (done.status_code, done.json()["status"])
    assert [b"408"] * MANY == [answer.split(b" ", 2)[1] for answer in answers]
    figure("bodies half sent, by one address", MANY, None)


def test_a_slow_body_is_answered_in_a_sentence(hasty: System) -> None:
    """Who is too slow reads what was expected and what came; the connection is closed."""
    started = time.monotonic()
    with half(hasty) as connection:
        answer = answer_of(connection)

    head, _, body = answer.partition(b"\r\n\r\n")
    problem = json.loads(body)
    assert b"HTTP/1.1 408" in head
    assert "urn:gradeck:request-timeout" == problem["type"]
    assert "1 bytes came in 3 s: expected the whole body within 3 s" in problem["detail"]
    assert time.monotonic() - started >= 3


def test_a_key_that_is_no_text_is_refused(hasty: System) -> None:
    """An Idempotency-Key beyond ASCII is refused; it was dropped without a word."""
    with hasty.student() as student:
        variant = student.deal()
        given = {"variant": variant["id"], "answers": {"sum": "1"}}
        headers = {"Idempotency-Key": "ключ".encode()}
        answer = student.client.post("/api/v1/submissions", json=given, headers=headers)  # type: ignore[arg-type]  # httpx takes bytes too

    assert (400, "bad key") == (answer.status_code, answer.json()["title"])


def test_half_a_header_is_closed(hasty: System) -> None:
    """A connection on which no whole header comes is closed, and no thread was held by it."""
    with socket.create_connection(("127.0.0.1", hasty.web.port), timeout=30) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Half: ")

        assert b" 200 " not in answer_of(connection)


def test_who_waits_for_verdicts_leaves_threads_for_others(tmp_path: Path) -> None:
    """Seventy want to wait for slow verdicts: 48 do, the others are told to come again."""
    system = System(tmp_path)
    system.web.env = {**system.env, "GRADECK_MARK_SECONDS": "5"}
    with running(*system.processes), ExitStack() as stack:
        system.web.wait()
        with system.student() as student:
            variants = [student.deal() for _ in range(MANY)]
            token = student.client.headers["Authorization"]
        for variant in variants:
            given = {"variant": variant["id"], "answers": {"sum": "sleep 0.8"}}
            body = json.dumps(given).encode()
            connection = stack.enter_context(
                socket.create_connection(("127.0.0.1", system.web.port), timeout=60)
            )
            head = (
                "POST /api/v1/submissions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                f"Authorization: {token}\r\nPrefer: wait=20\r\nContent-Length: {len(body)}\r\n\r\n"
            )
            connection.sendall(head.encode() + body)

        assert httpx.get(f"{system.web.address}/healthz", timeout=5).is_success


def test_a_file_that_is_read_slowly_holds_no_thread(hasty: System, tmp_path: Path) -> None:
    """Seventy who read nothing of a large answer leave the threads to others."""
    with ExitStack() as stack:
        for _ in range(MANY):
            connection = socket.create_connection(("127.0.0.1", hasty.web.port), timeout=30)
            stack.enter_context(connection)
            connection.sendall(b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * 20)

        assert httpx.get(f"{hasty.web.address}/healthz", timeout=5).is_success
