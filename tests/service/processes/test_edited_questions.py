"""Questions edited, renamed and retired under dealt variants: answers to those count as before.

The service, the marking process and the worker are real; the marker has never seen the versions
that the variants were dealt from.
"""

from pathlib import Path
from typing import Any

import pytest

from tests.service.world.load import Figure
from tests.service.world.servers import Valkey, running
from tests.service.world.system import Student, System

pytestmark = pytest.mark.servers

QUESTION = """\
id: demo/{name}
title: {{en: Area, zh: 面积}}
kind: numeric
draw:
  width: {{from: 2, to: 40}}
  height: {{from: 2, to: 40}}
require: [width != height]
lines:
  area: width {sign} height
text: {{en: "{{width}} by {{height}}", zh: "{{width}} 乘 {{height}}"}}
parts:
  - {{id: area, ask: {{en: area, zh: 面积}}, answer: area}}
"""
NAMES = ("edited", "renamed", "retired")


def write(bank: Path, name: str, sign: str, file: str = "", more: str = "") -> None:
    """A question's file, as its author writes it."""
    text = QUESTION.format(name=name, sign=sign) + more
    (bank / f"{file or name}.yaml").write_text(text, encoding="utf-8")


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    """A folder with three questions."""
    folder = tmp_path / "bank"
    folder.mkdir()
    for name in NAMES:
        write(folder, name, "*")
    return folder


@pytest.fixture(params=["embedded on SQLite", "embedded on PostgreSQL", "with a worker"])
def system(request: pytest.FixtureRequest, tmp_path: Path, bank: Path) -> System:
    """A service over the folder, not yet started."""
    if request.param == "embedded on SQLite":
        return System(tmp_path, bank=str(bank))
    database: str = request.getfixturevalue("database")
    if request.param == "embedded on PostgreSQL":
        return System(tmp_path, bank=str(bank), database=database)
    valkey: Valkey = request.getfixturevalue("valkey")
    with valkey.client() as client:
        client.flushall()
    return System(tmp_path, bank=str(bank), database=database, redis_url=valkey.url)


def area(variant: dict[str, Any]) -> str:
    """The right answer to a variant of the questions as they were at first."""
    return str(int(variant["numbers"]["width"]) * int(variant["numbers"]["height"]))


def scores(student: Student, variants: dict[str, dict[str, Any]]) -> dict[str, object]:
    """What each first answer, the area, is worth: all are handed in before any is waited for."""
    places = {
        name: student.submit(variant, {"area": area(variant)}).headers["Location"]
        for name, variant in variants.items()
    }
    waiting = {"Prefer": "wait=20"}
    shown = {
        name: student.client.get(place, headers=waiting).json() for name, place in places.items()
    }
    return {name: (one.get("verdict") or one).get("score", one) for name, one in shown.items()}


def test_old_variants_are_graded_after_their_questions_changed(
    system: System, bank: Path, figure: Figure
) -> None:
    """Each is marked as it was dealt, in one batch with a variant of the edited question."""
    with running(*system.processes):
        system.web.wait()
        with system.student() as student:
            variants = {name: student.deal(f"demo/{name}") for name in NAMES}
            for process in system.processes:
                process.stop()
            write(bank, "edited", "+")
            write(bank, "another-name", "+", file="renamed")
            write(bank, "retired", "+", more="retired: true\n")
            for process in system.processes:
                process.start()
            system.web.wait()
            new = student.deal("demo/edited")
            found = scores(student, {**variants, "new": new})
            shown = [
                student.client.get(f"/api/v1/variants/{variant['id']}").json()["numbers"]
                for variant in variants.values()
            ]

    assert {**dict.fromkeys(NAMES, 1), "new": 0} == found
    assert [variant["numbers"] for variant in variants.values()] == shown
    figure("question edited, renamed, retired under a dealt variant", len(variants), None)
