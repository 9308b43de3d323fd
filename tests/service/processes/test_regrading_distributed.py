"""A question corrected under a running service of many processes, with the real bank and marker."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from service.config import Config
from tests.service.jobs.test_regrading import MENDED, WRONG
from tests.service.world.servers import Valkey, running, until
from tests.service.world.system import System
from tests.service.world.walk import at

pytestmark = pytest.mark.servers


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    """A folder with the wrong question."""
    folder = tmp_path / "bank"
    folder.mkdir()
    (folder / "area.yaml").write_text(WRONG, encoding="utf-8")
    return folder


@pytest.fixture
def system(tmp_path: Path, bank: Path, database: str, valkey: Valkey) -> Iterator[System]:
    """`gradeck serve`, a worker and beat over that bank."""
    with valkey.client() as client:
        client.flushall()
    made = System(tmp_path, database=database, redis_url=valkey.url)
    made.env["GRADECK_BANK"] = str(bank)
    made.env["GRADECK_MARKER"] = Config.model_fields["marker"].default
    made.env["GRADECK_MARK_SECONDS"] = "10"
    made.web.command[2:3] = ["cards.cli", "serve"]
    with running(*made.processes):
        made.web.wait()
        yield made


def test_a_corrected_file_reaches_every_process(system: System, bank: Path) -> None:
    """Previewed and applied without a restart: the worker marks by the file as it is now."""
    headers = {"Authorization": f"Bearer {system.add_user(admin=True)}"}
    with httpx.Client(
        base_url=f"{system.web.address}/api/v1", headers=headers, timeout=30
    ) as client:

        def post(path: str, **given: object) -> dict[str, Any]:
            answer = client.post(path, json=given)
            assert answer.is_success, answer.text
            made: dict[str, Any] = answer.json()
            return made

        def regraded(**given: object) -> dict[str, Any]:
            job = post(f"/assignments/{assignment}/regrades", question="demo/area", **given)
            path = f"/jobs/{job['id']}"
            until(lambda: client.get(path).json()["status"] in {"done", "error"}, pause=0.1)
            done = client.get(path).json()
            assert "done" == done["status"], done
            result: dict[str, Any] = done["result"]
            return result

        course = post("/courses", title="Areas")["id"]
        assignment = post(
            f"/courses/{course}/assignments",
            title="Area",
            questions=[{"question": "demo/area", "points": "4"}],
            opens_at=at(-1),
            due_at=at(1),
        )["id"]
        variant = post(f"/assignments/{assignment}/variants", question="demo/area")
        right = int(variant["numbers"]["width"]) * int(variant["numbers"]["height"])
        post("/submissions", variant=variant["id"], answers={"area": str(right)})
        system.wait_until_graded()
        before = regraded()
        (bank / "area.yaml").write_text(MENDED, encoding="utf-8")
        preview = regraded()
        applied = regraded(apply=True, content_hash=preview["content_hash"])
        (bank / "area.yaml").write_text("id: [", encoding="utf-8")
        path = f"/assignments/{assignment}/regrades"
        broken = client.post(path, json={"question": "demo/area"})

    assert [] == before["changes"]
    for result in (preview, applied):
        assert [("0/1", "1/1")] == [(one["before"], one["after"]) for one in result["changes"]]
    assert (False, True) == (preview["applied"], applied["applied"])
    assert (422, "urn:gradeck:file-broken") == (broken.status_code, broken.json()["type"])
