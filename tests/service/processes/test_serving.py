"""`gradeck serve` as a process: alone on its port, stopped by Ctrl-C and SIGTERM, a demo or not."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from service.config import read_config
from service.demo.preparing import DEMO_PASSWORD
from service.processes.serving import OtherKindError, prepare
from service.store.engine import Store
from service.store.installation import kind_of
from service.store.migrating import migrate
from service.store.people import add_user, change_user, find_user
from tests.service.world.servers import (
    PATIENCE,
    ROOT,
    Process,
    children,
    free_port,
    running,
    until,
)
from tests.service.world.system import SETTINGS

pytestmark = pytest.mark.servers
SERVE = (sys.executable, "-m", "cards.cli", "serve", "--port")
ENV = {
    "GRADECK_SECURE_COOKIES": "false",
    "GRADECK_RATE_LOGIN": "100000/minute",
    "PYTHONPATH": str(ROOT),
}

# The command; whoever does not end is waited for, for ever.
NEVER_KILLED = """
from cards.cli import main
from service.processes import serving
serving.KILL_SECONDS = 1_000_000
main()
"""


class Serving(Process):
    """The command with the bank that comes along, in a folder that it is started from."""

    def __init__(self, cwd: Path, port: int, *options: str) -> None:
        cwd.mkdir(exist_ok=True)
        self.port, self.address = port, f"http://127.0.0.1:{port}"
        super().__init__([*SERVE, str(port), *options], cwd / f"log-{port}", env=ENV, cwd=cwd)

    @property
    def said(self) -> str:
        """All that it has written."""
        return self.log.read_text(encoding="utf-8")

    def serves(self) -> bool:
        """Whether it has said so; RuntimeError if it ended instead."""
        if not self.is_alive():
            raise RuntimeError(self.said)
        return "Gradeck serves" in self.said

    def signs_in(self, login: str, password: str) -> int:
        """How a sign-in is answered."""
        given = {"login": login, "password": password}
        return httpx.post(f"{self.address}/api/v1/sessions", json=given, timeout=30).status_code


def is_left(group: int) -> bool:
    """Whether any process of a group still runs."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@contextmanager
def served(cwd: Path, *options: str) -> Iterator[Serving]:
    """A service that serves, on a port of its own."""
    process = Serving(cwd, free_port(), *options)
    with running(process):
        until(process.serves)
        yield process


def tell(process: Process, name: str) -> None:
    """Ctrl-C, which reaches all processes of a terminal, or SIGTERM, which reaches the first."""
    if name == "SIGINT":
        process.signal(signal.SIGINT)
    else:
        os.kill(process.pid, signal.SIGTERM)


def refused(cwd: Path, port: int, *options: str) -> str:
    """What is said by a service that does not start."""
    cwd.mkdir(exist_ok=True)
    done = subprocess.run(
        [*SERVE, str(port), *options],
        cwd=cwd, env={**os.environ, **ENV}, capture_output=True, text=True, timeout=PATIENCE,
        check=False,
    )  # fmt: skip
    assert (1, "") == (done.returncode, done.stdout)
    assert 1 == done.stderr.count("\n"), done.stderr
    return done.stderr


def test_a_second_service_on_a_port_is_refused(tmp_path: Path) -> None:
    """It says whose port it may be, touches no folder, and every request stays with the first."""
    with served(tmp_path / "one") as first:
        for host in ("127.0.0.1", "0.0.0.0"):  # noqa: S104 - every address is what is asked for
            said = refused(tmp_path / "two", first.port, "--host", host)
            assert f"port {first.port} of {host} is taken" in said
        answers = {httpx.get(f"{first.address}/readyz").status_code for _ in range(20)}

    assert {200} == answers
    assert [] == list((tmp_path / "two").iterdir())


@pytest.mark.parametrize("shares", [False, True])
def test_a_strangers_port_is_refused(tmp_path: Path, *, shares: bool) -> None:
    """Another program's port is not shared either, not even one that would share it."""
    with socket.socket() as stranger:
        if shares:
            stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()
        port: int = stranger.getsockname()[1]
        assert f"port {port} of 127.0.0.1 is taken" in refused(tmp_path, port)


def test_of_two_that_start_at_once_one_serves(tmp_path: Path) -> None:
    """Both may find the port free; only one gets it, and the other ends with the sentence."""
    port = free_port()
    both = [Serving(tmp_path / name, port) for name in ("one", "two")]
    with running(*both):
        until(lambda: sum(process.is_alive() for process in both) == 1)
        (alive,) = (process for process in both if process.is_alive())
        (ended,) = (process for process in both if not process.is_alive())
        until(alive.serves)
        assert httpx.get(f"{alive.address}/readyz").is_success

    assert "is taken" in ended.said
    assert "Gradeck serves" not in ended.said
    assert "Traceback" not in ended.said


def test_an_address_of_another_machine_is_refused(tmp_path: Path) -> None:
    """A host that is none of this machine's is named, with what to take."""
    for host in ("192.0.2.1", "no such host"):
        assert f"{host} is no address of this machine" in refused(
            tmp_path, free_port(), "--host", host
        )


def test_it_says_that_it_serves_when_it_answers(tmp_path: Path) -> None:
    """The moment the line is there, the first request is answered."""
    with served(tmp_path) as process:
        answer = httpx.get(f"{process.address}/readyz", timeout=5)

    assert 200 == answer.status_code
    assert 1 == process.said.count("Gradeck serves")


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_it_ends_when_it_is_told_to(tmp_path: Path, name: str) -> None:
    """Ctrl-C, which all its processes get, and SIGTERM: it ends with 0 and says no more."""
    with served(tmp_path) as process:
        tell(process, name)
        assert process.process is not None
        assert 0 == process.process.wait(PATIENCE)
        until(lambda: not is_left(process.pid))

    assert ["Gradeck serves"] == [line[:14] for line in process.said.splitlines()]


def test_ctrl_c_while_it_prepares(tmp_path: Path) -> None:
    """Told to stop before it listens it ends too, without a traceback."""
    process = Serving(tmp_path, free_port())
    with running(process):
        until((tmp_path / "gradeck-data" / "gradeck.sqlite").exists)
        tell(process, "SIGINT")
        assert process.process is not None
        # Python ends by the signal itself where an `exec` of text was interrupted.
        assert process.process.wait(PATIENCE) in {0, 130, -signal.SIGINT}

    assert "Traceback" not in process.said


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_it_is_told_to_end_while_it_starts(tmp_path: Path, name: str) -> None:
    """Told when its process was just forked it ends by itself: nobody has to kill it."""
    process = Serving(tmp_path, free_port())
    process.command[1:3] = ["-c", NEVER_KILLED]
    with running(process):
        until(lambda: bool(children(process.pid)), pause=0.001)
        tell(process, name)
        assert process.process is not None
        assert 0 == process.process.wait(PATIENCE)
        until(lambda: not is_left(process.pid))

    assert "" == process.said


def test_a_dead_worker_of_several_is_replaced(
    tmp_path: Path, database: str, valkey: object
) -> None:
    """Two processes answer on the one socket; one is killed, and its successor answers too."""
    process = Serving(tmp_path, free_port(), "--workers", "2")
    url = getattr(valkey, "url", "")
    secret = {"GRADECK_SECRET": SETTINGS["GRADECK_SECRET"]}
    process.env = {**ENV, **secret, "GRADECK_DATABASE_URL": database, "GRADECK_REDIS_URL": url}
    with running(process):
        until(process.serves)
        before = children(process.pid)
        dead = min(before)
        os.kill(dead, signal.SIGKILL)
        until(lambda: len(children(process.pid) - {dead}) == 2)
        answers = {httpx.get(f"{process.address}/readyz").status_code for _ in range(20)}
        assert 0 == process.stop()

    assert 2 == len(before)
    assert {200} == answers


def test_the_demo_keeps_to_a_folder_of_its_own(tmp_path: Path) -> None:
    """From one place: the demo's teacher signs in to the demo, and to the real service never."""
    with served(tmp_path, "--demo") as demo:
        assert 201 == demo.signs_in("teacher", DEMO_PASSWORD)
    said = refused(tmp_path, free_port(), "--data", "gradeck-demo")
    with served(tmp_path) as real:
        assert 401 == real.signs_in("teacher", DEMO_PASSWORD)

    folders = {path.name for path in tmp_path.iterdir() if path.is_dir()}
    assert {"gradeck-demo", "gradeck-data"} == folders
    assert "gradeck-demo holds a demo, whose accounts have known passwords" in said
    said = refused(tmp_path, free_port(), "--demo", "--data", "gradeck-data")
    assert "gradeck-data holds a real service's data" in said


def test_a_database_server_knows_what_it_is_for(database: str, tmp_path: Path) -> None:
    """On PostgreSQL too each refuses the other's database, and names it without its password."""
    config = read_config(data=tmp_path, database_url=database, secret=SETTINGS["GRADECK_SECRET"])
    prepare(config, "real")
    prepare(config, "real")
    with pytest.raises(OtherKindError, match=r"^test_\w+ holds a real service's data"):
        prepare(config, "demo")


@pytest.mark.parametrize(("name", "kind"), [("Demo teacher", "demo"), ("Ms Li", "real")])
def test_a_database_from_before_is_known_by_its_teacher(store: Store, name: str, kind: str) -> None:
    """Where nothing is written down, the demo's teacher makes a demo, unless it is shut out."""
    assert kind_of(store) is None
    with store.write() as connection:
        add_user(connection, "teacher", name)
    before = kind_of(store)
    with store.write() as connection:
        teacher = find_user(connection, "teacher")
        assert teacher is not None
        change_user(connection, teacher.id, {"disabled": True})

    assert (kind, "real") == (before, kind_of(store))


def test_an_empty_database_is_for_nothing_yet(tmp_path: Path) -> None:
    """Neither no database nor a migrated one without people is anybody's."""
    store = Store(f"sqlite:///{tmp_path / 'new.sqlite'}")
    before = kind_of(store)
    migrate(store)

    assert (None, None) == (before, kind_of(store))
    store.close()
