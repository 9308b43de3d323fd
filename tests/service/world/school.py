"""A class over a bank of one file that can be corrected, marked by the real marker."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service.app import GradeckApp, create_app
from service.auth.identity import Scope
from service.config import Config
from service.jobs.doing import do_job
from service.processes.tasks import open_marker
from service.queue.drain import drain
from service.queue.marker import Marker
from service.running import EXTENSION, Service
from service.store.jobs import claim_job
from service.store.people import add_token, add_user
from tests.service.world.walk import Walk, start


@dataclass
class Class:
    """A service over a bank of one question, which can be corrected."""

    config: Config
    bank: Path
    app: GradeckApp
    walk: Walk
    marker: Marker

    @property
    def service(self) -> Service:
        """The application's service."""
        service: Service = self.app.extensions[EXTENSION]
        return service

    def correct(self, text: str) -> None:
        """The question's file changes, and the service starts again."""
        self.service.close()
        self.marker.close()
        self.bank.write_text(text, encoding="utf-8")
        self.app = create_app(self.config)
        self.walk.client = self.app.test_client()

    def edit(self, text: str) -> None:
        """The question's file changes under the running service."""
        self.bank.write_text(text, encoding="utf-8")

    def grade(self) -> None:
        """Grade what waits."""
        drain(self.service.store, self.marker)

    def regrade(
        self, assignment: dict[str, Any], question: str = "demo/area", **given: object
    ) -> dict[str, Any]:
        """The result of a regrade."""
        path = f"/assignments/{assignment['id']}/regrades"
        asked = self.walk.call("teacher", "POST", path, json={"question": question, **given})
        assert 202 == asked.status_code, asked.text
        job = claim_job(self.service.store)
        assert job is not None
        do_job(self.service.store, self.marker, self.config, job)
        done = self.walk.call("teacher", "GET", asked.headers["Location"][7:]).get_json()
        assert "done" == done["status"], done
        result: dict[str, Any] = done["result"]
        return result

    def answer(self, who: str, variant: dict[str, Any], answer: int) -> None:
        """Hand in an answer."""
        done = self.walk.submit(who, variant, {"area": str(answer)})
        assert 202 == done.status_code, done.text

    def totals(self, assignment: dict[str, Any]) -> dict[str, str]:
        """Everybody's points."""
        path = f"/assignments/{assignment['id']}/gradebook"
        book = self.walk.call("teacher", "GET", path).get_json()
        return {row["login"]: row["total"] for row in book["rows"]}


@contextmanager
def open_school(tmp_path: Path, config: Config, migrated: Path, text: str) -> Iterator[Class]:
    """The service over a bank of this text, with a course of people in every role."""
    shutil.copy(migrated, config.data / migrated.name)
    bank = tmp_path / "bank" / "area.yaml"
    bank.parent.mkdir()
    bank.write_text(text, encoding="utf-8")
    config = config.model_copy(update={"bank": (bank.parent,)})
    app = create_app(config)
    service: Service = app.extensions[EXTENSION]

    def token_for(login: str, *, admin: bool = False) -> dict[str, str]:
        with service.store.write() as connection:
            user_id = add_user(connection, login, login.title(), admin=admin)
            _, token = add_token(connection, user_id, "test", list(Scope), days=1)
        return {"Authorization": f"Bearer {token}"}

    made = Class(config, bank, app, start(app.test_client(), token_for), open_marker(config))
    try:
        yield made
    finally:
        made.service.close()
        made.marker.close()
