"""One student through the real service: roster, paper, scan, marks, regrade, returned paper."""

import csv
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cv2
import httpx
import numpy as np
import pypdfium2
import pytest
from sqlalchemy import update

from cards.exam.folder import read_exam
from cards.exam.scanning.marks import Bubble
from cards.exam.scanning.scanning import read_layouts
from service.auth.identity import Scope
from service.store.engine import Store
from service.store.moments import Now
from service.store.people import add_token, find_user
from service.store.schema import jobs
from tests.cards.exam.scanning.filled import SOLID, chosen, fill, scanned, sheet_picture
from tests.service.world.exam_room import BANK, RIGHT_BOX, write_bank
from tests.service.world.servers import Valkey, running, until
from tests.service.world.system import System
from tests.service.world.walk import at

pytestmark = pytest.mark.servers

ROSTER = "id;name;seat_row;seat_column\n20260147;林雨辰 Lin Yuchen;0;2\n20260148;Bo;0;5\n"
PATIENCE = 240.0


class Teacher:
    """A teacher's requests to the running service, and jobs that are waited for."""

    def __init__(self, system: System, client: httpx.Client) -> None:
        self.system, self.client = system, client

    def post(self, path: str, **given: Any) -> Any:  # noqa: ANN401 - whatever the answer's JSON is
        """What a request gives."""
        answer = self.client.post(f"/api/v1{path}", **given)
        assert answer.is_success, answer.text
        return answer.json()

    def get(self, path: str) -> Any:  # noqa: ANN401 - whatever the answer's JSON is
        """What stands there."""
        answer = self.client.get(f"/api/v1{path}")
        assert answer.is_success, answer.text
        return answer.json()

    def done(self, path: str, **given: Any) -> dict[str, Any]:  # noqa: ANN401 - httpx's options
        """A job that was asked for and has ended well."""
        asked = self.post(path, **given)
        return self.ended(asked["id"])

    def ended(self, job: str) -> dict[str, Any]:
        """A job, once it has ended well."""
        until(lambda: self.get(f"/jobs/{job}")["status"] in {"done", "error"}, PATIENCE, pause=0.2)
        found: dict[str, Any] = self.get(f"/jobs/{job}")
        assert "done" == found["status"], found
        return found

    def file(self, job: Mapping[str, Any]) -> zipfile.ZipFile:
        """The zip that a job made."""
        answer = self.client.get(f"/api/v1/jobs/{job['id']}/file")
        return zipfile.ZipFile(io.BytesIO(answer.content))


def token_of(system: System, login: str) -> dict[str, str]:
    """Headers of somebody who is there."""
    store = Store(system.database)
    with store.write() as connection:
        user = find_user(connection, login)
        assert user is not None
        _, token = add_token(connection, user.id, "test", list(Scope), days=1)
    store.close()
    return {"Authorization": f"Bearer {token}"}


def break_in_the_middle(system: System) -> None:
    """Whoever works is killed and started again; what it had taken up is taken up at once."""
    works = system.worker if len(system.processes) > 1 else system.web
    works.kill()
    store = Store(system.database)
    with store.write() as connection:
        connection.execute(update(jobs).values(lease_until=Now() - 1))
    store.close()
    works.start()
    system.web.wait()


def filled_sheet(folder: Path, written: Mapping[str, str]) -> bytes:
    """The first student's answer sheet, filled in, as a phone sees it."""
    exam = read_exam(folder)
    papers, layouts = read_layouts(folder)
    layout = layouts[papers[exam.sittings[0].paper]]
    bubbles = [Bubble.of(noted) for noted in layout["bubbles"]]
    dice = np.random.default_rng(7)
    picture = sheet_picture((folder / "sheets" / "20260147.pdf").read_bytes())
    for bubble in chosen(layout, written, bubbles):
        fill(picture, bubble, SOLID, dice)
    done, png = cv2.imencode(".png", scanned(picture, dice, phone=True))
    assert done
    return png.tobytes()


def pdf_text(content: bytes) -> str:
    """All words of a PDF, on one line."""
    with pypdfium2.PdfDocument(io.BytesIO(content)) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    return " ".join(" ".join(pages).split())


@pytest.fixture(params=["sqlite", "postgresql"])
def system(request: pytest.FixtureRequest, tmp_path: Path) -> System:
    """A service over the exam's bank: in one process, or with a worker and servers."""
    bank = str(write_bank(tmp_path) / BANK)
    if request.param == "sqlite":
        return System(tmp_path, bank=bank)
    valkey: Valkey = request.getfixturevalue("valkey")
    with valkey.client() as client:
        client.flushall()
    database = request.getfixturevalue("database")
    return System(tmp_path, database=database, redis_url=valkey.url, bank=bank)


def test_a_wrong_first_part_is_carried_through_the_service(system: System, tmp_path: Path) -> None:
    """From the roster to the returned paper, with the worker killed while the scan is read."""
    with running(*system.processes):
        system.web.wait()
        headers = {"Authorization": f"Bearer {system.add_user(admin=True)}"}
        with httpx.Client(base_url=system.web.address, headers=headers, timeout=60) as client:
            teacher = Teacher(system, client)
            exam, slip = dealt(teacher, tmp_path / "exam")
            place = f"/assignments/{exam['id']}"
            png = filled_sheet(tmp_path / "exam", slip)
            asked = teacher.post(f"{place}/scans", files={"files": ("phone.png", png)})
            break_in_the_middle(system)
            read = teacher.ended(asked["id"])
            results = teacher.file(read).read("results.csv").decode("utf-8-sig")
            teacher.done(f"{place}/marks", json={"results": results})
            before = totals(teacher, place)
            (tmp_path / "bank" / BANK / "box.yaml").write_text(RIGHT_BOX, encoding="utf-8")
            wish = {"question": "demo/box", "apply": True}
            regraded = teacher.done(f"{place}/regrades", json=wish)["result"]
            mine = token_of(system, "20260147")
            user = client.get("/api/v1/me", headers=mine).json()["id"]
            returned = f"/api/v1{place}/papers/{user}/returned"
            early = client.get(returned, headers=mine)
            client.patch(f"/api/v1{place}", json={"released": True}).raise_for_status()
            paper = client.get(returned, headers=mine)
            own = client.get(f"/api/v1{place}/gradebook", headers=mine).json()

            (row,) = csv.DictReader(io.StringIO(results))
            assert list(slip.values()) == [row["1a"], row["1b"], row["2"]]
            found = read["result"]
            assert (1, 0, ["Bo"]) == (found["sheets"], found["doubts"], found["unseen"])
            # The volume was worked rightly, and the question was wrong: half of it from then on.
            assert {"20260147": "2.5", "20260148": "0"} == before
            assert 1 == regraded["raised"]
            assert {"20260147": "4.5", "20260148": "0"} == totals(teacher, place)
            assert (403, 200) == (early.status_code, paper.status_code)
            assert ["4.5"] == [line["total"] for line in own["rows"]]
            text = pdf_text(paper.content)
            assert "林雨辰" in text
            assert "4.5" in text
            assert "Worked correctly from the answer to 1a" in text
            assert "That goes around it." in text


def dealt(teacher: Teacher, folder: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """An exam whose papers are printed into the folder, and a slip carried through it."""
    course = teacher.post("/courses", json={"title": "CNN"})["id"]
    csv_type = {"Content-Type": "text/csv"}
    teacher.post(f"/courses/{course}/roster", content=ROSTER.encode("utf-16"), headers=csv_type)
    given = {"plan": "quiz", "opens_at": at(-2), "due_at": at(-1)}
    exam: dict[str, Any] = teacher.post(f"/courses/{course}/exams", json=given)
    made = teacher.done(f"/assignments/{exam['id']}/papers", json={"roster": ROSTER})
    teacher.file(made).extractall(folder)
    assert "A2" in pdf_text((folder / "papers" / "20260147.pdf").read_bytes())
    box, other = read_exam(folder).sittings[0].places
    area = box.variant.mistaken["area"]["all-around"]
    last = other.variant
    slip = {
        "demo/box#area": str(area),
        "demo/box#volume": str(area * box.variant.numbers["depth"]),
        f"{last.question.id}#total": last.right(last.parts[0].key)["exact"],
    }
    return exam, slip


def totals(teacher: Teacher, place: str) -> dict[str, str]:
    """Everybody's points."""
    return {row["login"]: row["total"] for row in teacher.get(f"{place}/gradebook")["rows"]}
