"""A class that sits an exam: a bank of three questions, a plan, the real marker, jobs done here."""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service.app import GradeckApp, create_app
from service.auth.identity import Scope
from service.config import Config
from service.jobs.doing import do_job
from service.processes.tasks import open_marker
from service.queue.marker import Marker
from service.running import EXTENSION, Service
from service.store.jobs import claim_job
from service.store.migrating import migrate
from service.store.people import add_token, add_user
from tests.service.world.walk import Walk, at, start

# Without-one is a mistake of the first part; the second follows from the first.
BOX = """\
id: demo/box
title: {en: A box, zh: 盒子}
kind: numeric
draw:
  width: {from: 20, to: 90}
  height: {from: 20, to: 90}
  depth: {from: 3, to: 19}
require: [width != height]
lines:
  area: width * height
  volume: VOLUME
text: {en: "{width} by {height} by {depth}", zh: "{width} 乘 {height} 乘 {depth}"}
parts:
  - {id: area, ask: {en: area, zh: 面积}, answer: area, points: 1}
  - {id: volume, ask: {en: volume, zh: 体积}, answer: volume, points: 2}
mistakes:
  - id: all-around
    line: area
    formula: 2 * (width + height)
    says: {en: That goes around it., zh: 那是周长。}
"""
RIGHT_BOX = BOX.replace("VOLUME", "area * depth")
WRONG_BOX = BOX.replace("VOLUME", "area * depth + 1")
SUM = """\
id: demo/sum
title: {en: A sum, zh: 和}
kind: numeric
draw: {first: {from: 100, to: 900}, second: {from: 100, to: 900}}
lines: {total: first + second}
text: {en: "{first} and {second}", zh: "{first} 与 {second}"}
parts: [{id: total, ask: {en: total, zh: 和}, answer: total}]
"""
OTHER = SUM.replace("demo/sum", "demo/difference").replace("first + second", "first * 2 - second")
PLAN = """\
id: quiz
title: {en: Quiz, zh: 测验}
answer_sheet: true
points: 8
carried_share: 0.5
mistake_share: 0.25
questions:
  - {question: demo/box, points: 6}
  - {one_of: [demo/sum, demo/difference], points: 2}
"""


BANK = "questions"


def write_bank(folder: Path) -> Path:
    """The folder `bank`, with the questions and the plan."""
    for name, text in {
        f"{BANK}/box.yaml": WRONG_BOX,
        f"{BANK}/sum.yaml": SUM,
        f"{BANK}/difference.yaml": OTHER,
        "exams/quiz.yaml": PLAN,
    }.items():
        path = folder / "bank" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder / "bank"


@dataclass
class ExamRoom:
    """A service over a bank that can be corrected, with a course of people in every role."""

    config: Config
    folder: Path
    app: GradeckApp
    walk: Walk
    marker: Marker

    @property
    def service(self) -> Service:
        """The application's service."""
        service: Service = self.app.extensions[EXTENSION]
        return service

    def exam(self, **given: object) -> dict[str, Any]:
        """A new exam that was held an hour ago."""
        values = {"plan": "quiz", "opens_at": at(-2), "due_at": at(-1), **given}
        made = self.walk.call("teacher", "POST", f"/courses/{self.walk.course}/exams", json=values)
        assert 201 == made.status_code, made.text
        shown: dict[str, Any] = made.get_json()
        return shown

    def job(self, path: str, **given: object) -> dict[str, Any]:
        """A job that the teacher asked for, done here and now, as it ended."""
        asked = self.walk.call("teacher", "POST", path, **given)
        assert 202 == asked.status_code, asked.text
        self.work()
        ended: dict[str, Any] = self.walk.call(
            "teacher", "GET", asked.headers["Location"][7:]
        ).get_json()
        return ended

    def work(self) -> None:
        """Do all jobs that wait, here and now."""
        while (row := claim_job(self.service.store)) is not None:
            do_job(self.service.store, self.marker, self.config, row)

    def done(self, path: str, **given: object) -> dict[str, Any]:
        """What a job gave that the teacher asked for."""
        ended = self.job(path, **given)
        assert "done" == ended["status"], ended
        result: dict[str, Any] = ended["result"]
        return {**result, "job": ended["id"]}

    def papers(self, exam: Mapping[str, Any], **given: object) -> zipfile.ZipFile:
        """The papers of an exam, dealt and printed."""
        made = self.done(f"/assignments/{exam['id']}/papers", json=given)
        file = self.walk.call("teacher", "GET", f"/jobs/{made['job']}/file")
        return zipfile.ZipFile(io.BytesIO(file.data))

    def mark(self, exam: Mapping[str, Any], results: str) -> dict[str, Any]:
        """The job that marks this table, as it ended."""
        return self.job(f"/assignments/{exam['id']}/marks", json={"results": results})

    def release(self, exam: Mapping[str, Any]) -> None:
        """The results are shown."""
        path, given = f"/assignments/{exam['id']}", {"released": True}
        assert 200 == self.walk.call("teacher", "PATCH", path, json=given).status_code

    def totals(self, exam: Mapping[str, Any]) -> dict[str, str]:
        """Everybody's points."""
        path = f"/assignments/{exam['id']}/gradebook"
        book = self.walk.call("teacher", "GET", path).get_json()
        return {row["login"]: row["total"] for row in book["rows"]}

    def write(self, name: str, text: str) -> None:
        """A file of the bank, or the plan, under the running service."""
        (self.folder / name).write_text(text, encoding="utf-8")


def key_of(papers: zipfile.ZipFile, student: str) -> dict[str, dict[str, Any]]:
    """The parts of a student's key, by question and part."""
    read = json.loads(papers.read(f"keys/{student}.json"))
    return {
        f"{one['question']}#{part['id']}": {**part, "numbers": one["numbers"]}
        for one in read["questions"]
        for part in one["parts"]
    }


@contextmanager
def open_room(folder: Path, config: Config) -> Iterator[ExamRoom]:
    """The service over the bank and its plan, in a store that is made new."""
    bank = write_bank(folder)
    config = config.model_copy(update={"bank": (bank / BANK,)})
    app = create_app(config)
    service: Service = app.extensions[EXTENSION]
    migrate(service.store)

    def token_for(login: str, *, admin: bool = False) -> dict[str, str]:
        with service.store.write() as connection:
            user_id = add_user(connection, login, login.title(), admin=admin)
            _, token = add_token(connection, user_id, "test", list(Scope), days=1)
        return {"Authorization": f"Bearer {token}"}

    walk = start(app.test_client(), token_for)
    room = ExamRoom(config, bank, app, walk, open_marker(config))
    try:
        yield room
    finally:
        service.close()
        room.marker.close()
