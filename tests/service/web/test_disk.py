"""What somebody may fill the disk with, who may read it, and what goes when it is over."""

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from service.app import create_app
from service.config import Config, ConfigError
from service.jobs.job import folder_of
from service.processes.tasks import Workbench, in_place, prune_old
from service.queue.drain import DrainCounts
from service.queue.marker import Marker
from service.running import EXTENSION, Service
from service.store.engine import Store
from service.store.migrating import migrate
from service.store.moments import DAY, Now
from service.store.schema import drafts, invites, jobs, sessions, users, variants
from tests.service.world.load import Figure
from tests.service.world.sums import Sums
from tests.service.world.walk import Headers, Walk


@pytest.mark.parametrize(
    ("answers", "status", "says"),
    [
        ({"sum": "１２"}, 200, ""),
        ({f"p{number}": "x" * 2000 for number in range(64)}, 404, "no part 'p0'"),
        ({"sum": "x" * 2001}, 422, "2,000"),
    ],
)
def test_a_draft_holds_the_variants_parts(
    client: FlaskClient,
    service: Service,
    ada: Headers,
    dealt: dict[str, Any],
    answers: dict[str, str],
    status: int,
    says: str,
) -> None:
    """Other parts are refused by their name, and what is kept is as long as what was typed."""
    place = f"/api/v1/variants/{dealt['id']}/draft"
    answer = client.put(place, json={"answers": answers}, headers=ada)
    with service.store.read() as connection:
        kept = connection.execute(select(drafts.c.raw)).scalars().all()

    assert status == answer.status_code
    assert says in answer.text
    assert (['{"sum": "１２"}'] if status == 200 else []) == kept


def test_the_page_keeps_no_more(walk: Walk, service: Service) -> None:
    """A page's form is held to the same: parts, lengths and keys."""
    variant = walk.call("ann", "POST", "/variants", json={"question": "sums/one"}).get_json()
    place, headers = f"/variants/{variant['id']}", walk.people["ann"]
    forms = [
        {"answer.other": "1", "do": "draft"},
        {"answer.sum": "x" * 2001, "do": "draft"},
        {"answer.sum": "1", "key": "k" * 201},
        {"answer.sum": "1", "key": "ключ"},
    ]
    statuses = [walk.client.post(place, data=form, headers=headers).status_code for form in forms]

    assert [404, 422, 400, 400] == statuses
    with service.store.read() as connection:
        assert 0 == connection.execute(select(func.count()).select_from(drafts)).scalar_one()


def small(config: Config, **given: object) -> tuple[FlaskClient, Service]:
    """A client of a service whose users may send one MiB a day, and guests together one too."""
    app = create_app(config.model_copy(update={"quota_mib": 1, "quota_guests_mib": 1}), Sums())
    service: Service = app.extensions[EXTENSION]
    migrate(service.store)
    return app.test_client(), service


def test_guests_by_the_hundred_stay_small(config: Config, figure: Figure) -> None:
    """A thousand guests of an address, each with a variant, fill one MiB at most, then are told."""
    client, service = small(config)
    answers = []
    for _ in range(1100):
        browser = client.application.test_client()
        answers.append(browser.post("/practice/sums/one"))
    grown = (config.data / "gradeck.sqlite").stat().st_size
    service.close()

    assert [303] * 1024 == [answer.status_code for answer in answers[:1024]]
    assert {429} == {answer.status_code for answer in answers[1024:]}
    assert "as much as can be kept in a day" in answers[-1].text
    assert grown < 4 << 20
    figure("guests of one address until their quota is full", 1100, None)


def test_drafts_by_the_hundred_end_at_the_quota(
    config: Config, client: FlaskClient, ada: Headers, dealt: dict[str, Any]
) -> None:
    """One user's day ends with a sentence and the time to come again."""
    config = config.model_copy(update={"quota_mib": 1})
    app = create_app(config, Sums())
    place = f"/api/v1/variants/{dealt['id']}/draft"
    given = {"answers": {"sum": "x" * 2000}}
    browser = app.test_client()
    statuses = []
    while 429 not in statuses:
        answer = browser.put(place, json=given, headers=ada)
        statuses.append(answer.status_code)
    app.extensions[EXTENSION].close()

    assert 512 == len(statuses) - 1  # 2 KiB each
    assert "your account sent as much as is kept in a day" in answer.get_json()["detail"]
    assert int(answer.headers["Retry-After"]) <= 86_400


@pytest.mark.parametrize("kept", ["", "short"])
def test_half_a_secret_is_refused(config: Config, kept: str) -> None:
    """An empty secret file, left by a full disk say, would give everybody the same numbers."""
    (config.data / "secret").write_text(kept)

    with pytest.raises(ConfigError, match="expected 32 characters or more, got"):
        config.seed_secret()


def test_a_secret_is_there_as_a_whole(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where writing it fails nothing is left of it, and the next start makes one."""

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        config.seed_secret()
    monkeypatch.undo()

    assert [] == [path.name for path in config.data.iterdir() if "secret" in path.name]
    assert 64 == len(config.seed_secret())


def test_the_folder_is_ones_own(tmp_path: Path) -> None:
    """Whatever the umask, nobody else reads the database, its log or the folder."""
    folder = tmp_path / "new"
    before = os.umask(0o022)
    try:
        store = Store(f"sqlite:///{folder / 'gradeck.sqlite'}")
        migrate(store)
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    finally:
        os.umask(before)
    store.close()

    assert 0o700 == stat.S_IMODE(folder.stat().st_mode)
    assert {0o600} == set(modes.values())


def test_what_is_over_goes(
    walk: Walk, service: Service, config: Config, marker: Marker, grade: Callable[[], DrainCounts]
) -> None:
    """Old sessions, links, drafts, files and guests who answered nothing; nobody's work."""
    made = [walk.call("", "POST", "/guests").get_json()["token"] for _ in range(3)]
    guests = [{"Authorization": f"Bearer {token}"} for token in made]
    deal = {"question": "sums/one"}
    dealt = [
        walk.client.post("/api/v1/variants", json=deal, headers=guest).get_json()
        for guest in guests[:2]
    ]
    walk.people["guest"] = guests[0]
    walk.submit("guest", dealt[0])
    own = walk.call("ann", "POST", "/variants", json=deal).get_json()
    walk.call("ann", "PUT", f"/variants/{own['id']}/draft", json={"answers": {"sum": "1"}})
    job = walk.call("teacher", "POST", f"/assignments/{walk.assignment()['id']}/statistics")
    folder_of(config).mkdir()
    (folder_of(config) / "old.csv").write_text("1")
    with service.store.write() as connection:
        old = Now() - 200 * DAY
        for table, column in (
            (users, "created_at"), (drafts, "saved_at"), (invites, "expires_at"),
        ):  # fmt: skip
            connection.execute(update(table).values({column: old}))
        connection.execute(update(jobs).values(file="old.csv", ended_at=old, status="done"))
    in_place(Workbench(config, service.store, marker), prune_old)()
    grade()

    with service.store.read() as connection:
        left = connection.execute(select(users.c.id).where(users.c.guest)).all()
        counts = [
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (sessions, invites, drafts, variants)
        ]
    assert 1 == len(left)
    assert [0, 0, 0, 2] == counts
    assert not list(folder_of(config).iterdir())
    assert 404 == walk.call("teacher", "GET", f"/jobs/{job.get_json()['id']}/file").status_code
    assert 200 == walk.client.get("/api/v1/me", headers=guests[0]).status_code
    assert 401 == walk.client.get("/api/v1/me", headers=guests[1]).status_code


def test_a_question_that_nobody_answers_here_is_told_so(config: Config) -> None:
    """A card's id is refused with a sentence; it was answered 500."""
    app = create_app(config.model_copy(update={"bank": ()}))
    service: Service = app.extensions[EXTENSION]
    migrate(service.store)
    client = app.test_client()
    token = client.post("/api/v1/guests").get_json()["token"]
    known = set(service.questions.bank)  # type: ignore[attr-defined]  # the real bank's
    card = next(iter(sorted(known - {one.id for one in service.questions.listed()})))
    headers = {"Authorization": f"Bearer {token}"}
    answer = client.post("/api/v1/variants", json={"question": card}, headers=headers)
    service.close()

    assert 404 == answer.status_code
    assert "no question that can be answered here" in answer.get_json()["detail"]
