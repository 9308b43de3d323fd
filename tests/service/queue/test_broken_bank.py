"""A bank file that is broken under a running service: grading goes on with what is sound."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.errors import QuestionError
from service.config import Config
from service.processes.serving import prepare
from tests.service.world.rows import statuses
from tests.service.world.school import Class, open_school

QUESTION = """\
id: demo/{name}
title: {{en: Area, zh: 面积}}
kind: numeric
draw:
  width: {{from: 2, to: 40}}
  height: {{from: 2, to: 40}}
require: [width != height]
lines:
  area: width * height
text: {{en: "{{width}} by {{height}}", zh: "{{width}} 乘 {{height}}"}}
parts:
  - {{id: area, ask: {{en: area, zh: 面积}}, answer: area}}
"""


@pytest.fixture
def school(tmp_path: Path, config: Config, migrated: Path) -> Iterator[Class]:
    """The service with a bank of two files, a question each."""
    with open_school(tmp_path, config, migrated, QUESTION.format(name="area")) as made:
        other = made.bank.with_name("other.yaml")
        other.write_text(QUESTION.format(name="other"), encoding="utf-8")
        made.correct(QUESTION.format(name="area"))
        yield made


@pytest.mark.parametrize("broken", ["id: demo/area\nkind: numeric\n", "{", ""])
def test_a_broken_file_stops_no_marking(school: Class, broken: str) -> None:
    """After the marking process began anew: its own variants from their source, others as ever."""
    variants = [
        school.walk.call("ann", "POST", "/variants", json={"question": f"demo/{name}"}).get_json()
        for name in ("area", "other")
    ]
    school.edit(broken)
    school.marker.close()
    scores = []
    for variant in variants:
        right = int(variant["numbers"]["width"]) * int(variant["numbers"]["height"])
        done = school.walk.submit("ann", variant, {"area": str(right)})
        school.grade()
        shown = school.walk.call("ann", "GET", f"/submissions/{done.get_json()['id']}").get_json()
        scores.append(shown["score"] if shown["verdict"] is None else shown["verdict"]["score"])

    assert [1, 1] == scores
    assert {"graded": 2} == statuses(school.service.store)


@pytest.mark.parametrize(
    "figure",
    [
        "{kind: pooling, values: 7}",
        "{kind: pooling, values: []}",
        "{kind: memory, moments: text}",
        "{kind: memory, moments: [text]}",
    ],
)
def test_no_service_starts_on_a_broken_figure(tmp_path: Path, config: Config, figure: str) -> None:
    """It is told at its line before anybody is served; it was a page of 500 once."""
    text = QUESTION.format(name="area") + f"figure: {figure}\n"
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "area.yaml").write_text(text, encoding="utf-8")

    line = text.splitlines().index(f"figure: {figure}") + 1
    with pytest.raises(QuestionError, match=rf"area\.yaml:{line}: figure"):
        prepare(config.model_copy(update={"bank": (tmp_path / "broken",)}))
