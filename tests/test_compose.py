"""docker-compose.yml and the image: whole, closed, and with commands that run as they stand.

The schema is the Compose Specification's own (Apache 2.0), in the copy that check-jsonschema 0.39
carries. The images themselves are not built: what is run is each command of ours, with its
environment, on a real Valkey and PostgreSQL.
"""

import json
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis
import yaml
from jsonschema import Draft202012Validator

from service.config import Config
from tests.service.world.servers import (
    Postgres,
    Process,
    Valkey,
    free_port,
    postgres_folder,
    running,
)
from tests.service.world.servers import until as wait_until
from tests.service.world.system import Student, System

ROOT = Path(__file__).resolve().parent.parent
FILE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = FILE["services"]
OURS = ("migrate", "web", "worker", "beat")
TOP = {"name", "services", "secrets", "volumes", "networks"}
SCHEMA = Draft202012Validator(
    json.loads((ROOT / "tests" / "vectors" / "compose-spec.json").read_text(encoding="utf-8"))
)
CONDITIONS = {"service_healthy", "service_completed_successfully"}
each_service = pytest.mark.parametrize("name", SERVICES)


def plain(text: str) -> str:
    """A text of the file with its variables at their defaults."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text)


def test_the_file_has_only_sections_that_compose_knows() -> None:
    """Beside the sections stand only extensions, `x-…`."""
    assert TOP == {key for key in FILE if not key.startswith("x-")}
    assert {*OURS, "valkey", "database"} == set(SERVICES)


def test_the_file_is_what_the_compose_schema_wants() -> None:
    """Every field is known and of its kind."""
    assert [] == [f"{fault.json_path}: {fault.message}" for fault in SCHEMA.iter_errors(FILE)]


@pytest.mark.parametrize(
    ("field", "value"),
    [("comand", ["x"]), ("read_only", []), ("healthcheck", {"tst": "x"}), ("ports", "8000")],
)
def test_the_schema_sees_what_is_wrong(field: str, value: object) -> None:
    """A misspelt field or a value of another kind is refused."""
    web = {**SERVICES["web"], field: value}
    assert not SCHEMA.is_valid({**FILE, "services": {**SERVICES, "web": web}})


@each_service
def test_nothing_refers_to_what_is_not_there(name: str) -> None:
    """Services waited for, secrets, volumes and networks are declared."""
    service = SERVICES[name]
    assert set() == set(service.get("depends_on", {})) - set(SERVICES)
    assert set() == {v["condition"] for v in service.get("depends_on", {}).values()} - CONDITIONS
    assert set() == set(service.get("secrets", [])) - set(FILE["secrets"])
    assert set() == {v.partition(":")[0] for v in service["volumes"]} - set(FILE["volumes"])
    assert set() == set(service["networks"]) - set(FILE["networks"])
    environment = service.get("environment", {}).values()
    read = {v.removeprefix("/run/secrets/") for v in environment if v.startswith("/run/secrets/")}
    assert read == set(service.get("secrets", []))


def test_whoever_is_waited_for_can_be() -> None:
    """A service waited for as healthy has a check; one waited for as done is started to end."""
    waited = [row for one in SERVICES.values() for row in one.get("depends_on", {}).items()]
    assert waited
    for name, wait in waited:
        ends = wait["condition"] == "service_completed_successfully"
        assert ends == SERVICES[name]["healthcheck"].get("disable", False)


@each_service
def test_every_service_is_closed_and_comes_back(name: str) -> None:
    """No root, nothing writable but volumes and memory, no rights, a check and a restart."""
    service = SERVICES[name]
    assert int(service["user"].partition(":")[0]) > 0
    assert service["read_only"]
    assert "/tmp" in service["tmpfs"]  # noqa: S108  # a path inside the container
    assert ["ALL"] == service["cap_drop"]
    assert ("on-failure" if name == "migrate" else "unless-stopped") == service["restart"]
    assert (name == "migrate") == ("test" not in service["healthcheck"])


def test_only_the_web_process_is_reachable() -> None:
    """The web process is published on this machine alone; the rest cannot even reach out."""
    assert {"web": ["127.0.0.1:8000:8000"]} == {
        name: service["ports"] for name, service in SERVICES.items() if "ports" in service
    }
    assert FILE["networks"]["inside"]["internal"]
    assert {"web"} == {name for name in SERVICES if ["inside"] != SERVICES[name]["networks"]}


def test_the_servers_keep_what_they_are_given() -> None:
    """Valkey never evicts and writes each message down; PostgreSQL's volume is the parent."""
    command = " ".join(SERVICES["valkey"]["command"])
    assert "--appendonly yes" in command
    assert "--maxmemory-policy noeviction" in command
    assert ["messages:/data"] == SERVICES["valkey"]["volumes"]
    assert ["database:/var/lib/postgresql"] == SERVICES["database"]["volumes"]


@pytest.mark.parametrize("name", OURS)
def test_settings_are_settings(name: str) -> None:
    """A misspelt variable would be ignored without a word."""
    known = {f"GRADECK_{field}".upper() for field in Config.model_fields}
    assert set() == set(SERVICES[name]["environment"]) - known


def test_the_image_copies_what_is_there_and_runs_as_nobody() -> None:
    """Sources of COPY exist and pass .dockerignore; libraries have hashes; no root."""
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    copied = [
        source
        for line in lines
        if line.startswith("COPY ") and "--from" not in line
        for source in line.split()[1:-1]
    ]
    let_in = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert copied
    assert set(copied) == {line[1:] for line in let_in if line.startswith("!")}
    assert [] == [source for source in copied if not (ROOT / source).exists()]
    assert [] == [line for line in lines if "-r requirements" in line and "--require-h" not in line]
    users = [line for line in lines if line.startswith("USER ")]
    assert [f"USER {SERVICES['web']['user']}"] == users


class Composed:
    """What stands in the file, with this machine's addresses in place of the containers'."""

    def __init__(self, folder: Path, postgres: Postgres, valkey: Valkey) -> None:
        self.folder, self.port = folder, free_port()
        self.database = postgres.database("gradeck")
        (folder / "secrets").mkdir()
        for name in FILE["secrets"]:
            (folder / "secrets" / name).write_text("0123456789abcdef" * 4, encoding="utf-8")
        self.places = {
            "/run/secrets": str(folder / "secrets"),
            "database:5432": f"127.0.0.1:{postgres.port}",
            "valkey:6379": f"127.0.0.1:{valkey.port}",
            "8000": str(self.port),
        }

    def here(self, text: str) -> str:
        """A text of the file, for this machine."""
        text = plain(text)
        for place, ours in self.places.items():
            text = text.replace(place, ours)
        return str(self.folder) if text == "/data" else text

    def env(self, name: str) -> dict[str, str]:
        """A service's environment."""
        given: Mapping[str, str] = SERVICES[name]["environment"]
        return {key: self.here(value) for key, value in given.items()}

    def command(self, words: list[str]) -> list[str]:
        """A command, by the program that this Python's environment has."""
        program = shutil.which(words[0], path=str(Path(sys.executable).parent))
        assert program, words
        return [program, *map(self.here, words[1:])]

    def process(self, name: str) -> Process:
        """A service's command as a process."""
        command = self.command(SERVICES[name]["command"])
        return Process(command, self.folder / f"{name}.log", env=self.env(name), cwd=self.folder)

    def check(self, name: str) -> int:
        """The exit code of a service's health check."""
        kind, *words = SERVICES[name]["healthcheck"]["test"]
        assert kind == "CMD"
        process = Process(self.command(words), self.folder / "check.log", env=self.env(name))
        with running(process):
            assert process.process
            return process.process.wait(30)


@pytest.fixture
def composed(tmp_path: Path) -> Iterator[Composed]:
    """The file's services on a Valkey and a PostgreSQL of their own."""
    with ExitStack() as stack:
        postgres = Postgres(stack.enter_context(postgres_folder()))
        postgres.create()
        valkey = Valkey(tmp_path)
        stack.enter_context(running(postgres, valkey))
        postgres.wait()
        valkey.wait()
        yield Composed(tmp_path, postgres, valkey)


@pytest.mark.servers
def test_the_commands_run_as_they_stand(composed: Composed) -> None:
    """Migrated, served, handed in, graded by the worker; the checks agree."""
    migrate = composed.process("migrate")
    with running(migrate):
        assert migrate.process
        assert 0 == migrate.process.wait(60), migrate.log.read_text()

    web, worker, beat = (composed.process(name) for name in ("web", "worker", "beat"))
    with running(web, worker, beat):
        wait_until(lambda: composed.check("web") == 0, pause=0.2)
        token = System(composed.folder, database=composed.database).add_user()
        headers = {"Authorization": f"Bearer {token}"}
        address = f"http://127.0.0.1:{composed.port}"
        with httpx.Client(base_url=address, headers=headers, timeout=60) as client:
            student = Student(client)
            variant = student.deal("queueing/utilisation")
            answers = {part["id"]: "1" for part in variant["parts"]}
            answer = student.submit(variant, answers, wait=25)
            assert (201, "graded") == (answer.status_code, answer.json()["status"])
        assert [0, 0] == [composed.check(name) for name in ("worker", "beat")]
        assert [] == [one.command for one in (web, worker, beat) if not one.is_alive()]
    assert 0 != composed.check("web")


@pytest.mark.servers
def test_beat_sends_hints_by_itself(composed: Composed) -> None:
    """Without a web process, beat's messages arrive on the workers' queue."""
    beat = composed.process("beat")
    port = int(composed.places["valkey:6379"].rpartition(":")[2])
    with running(beat):
        wait_until(lambda: waiting(port) > 0)


def waiting(port: int) -> int:
    """How many messages wait for a worker."""
    with redis.Redis(port=port) as client:
        return int(str(client.llen("gradeck")))
