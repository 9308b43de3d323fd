"""The page of a regrade: what it says in both languages, and that only what was seen is applied."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from werkzeug.test import TestResponse

from service.config import Config
from service.jobs.doing import do_job
from service.store.jobs import claim_job
from service.store.schema import submissions
from tests.service.jobs.test_regrading import MENDED, OTHER, WRONG, area, dealt
from tests.service.world.school import Class, open_school

LANGUAGES = ("en", "zh")


@pytest.fixture
def school(tmp_path: Path, config: Config, migrated: Path) -> Iterator[Class]:
    """The service with the wrong question."""
    with open_school(tmp_path, config, migrated, WRONG) as made:
        yield made


@pytest.fixture
def assignment(school: Class) -> dict[str, Any]:
    """An assignment in which one student answered what is right, and was marked wrong."""
    made = school.walk.assignment(questions=[{"question": "demo/area", "points": "4"}])
    variant = dealt(school, "ann", made)
    school.answer("ann", variant, area(variant))
    school.grade()
    return made


def form(school: Class, assignment: dict[str, Any], language: str, **given: str) -> TestResponse:
    """The answer to a form of the page."""
    headers = {**school.walk.people["teacher"], "Accept-Language": language}
    path = f"/teaching/{assignment['id']}/regrade"
    values = {"question": "demo/area", "do": "preview", "way": "keep", **given}
    return school.walk.client.post(path, data=values, headers=headers)


def shown(school: Class, answer: TestResponse, language: str) -> str:
    """The page of the job that a form started, once it is done; without markup."""
    assert 303 == answer.status_code, answer.text
    job = claim_job(school.service.store)
    assert job is not None
    do_job(school.service.store, school.marker, school.config, job)
    headers = {**school.walk.people["teacher"], "Accept-Language": language}
    return school.walk.client.get(answer.headers["Location"], headers=headers).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unchanged_file_is_told(
    school: Class, assignment: dict[str, Any], language: str
) -> None:
    """A preview of what was not corrected says that, and offers nothing to apply."""
    page = shown(school, form(school, assignment, language), language)

    assert {"en": "says what it said", "zh": "题目文件的内容没有变化"}[language] in page
    assert 'value="apply"' not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_why_something_cant_be_marked_is_told(
    school: Class, assignment: dict[str, Any], language: str
) -> None:
    """The number and the reason stand there, and what becomes of them."""
    school.edit(OTHER)
    page = shown(school, form(school, assignment, language), language)
    credited = shown(school, form(school, assignment, language, way="credit"), language)

    said = {
        "en": ("1 of 1 submissions", "not drawn then: depth", "They keep", "They get full points"),
        "zh": ("1 份提交中有 1 份", "当时没有抽取的数：depth", "保留原来的成绩", "它们得满分"),
    }[language]
    assert all(words in page for words in said[:3])
    assert 'value="apply"' not in page
    assert all(words in credited for words in (*said[:2], said[3], 'value="apply"'))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_previewed_is_applied(
    school: Class, assignment: dict[str, Any], language: str
) -> None:
    """The button applies the very version that the page was about; another one is refused."""
    school.edit(MENDED)
    page = shown(school, form(school, assignment, language), language)
    found = re.search(r'name="content_hash" value="([0-9a-f]{64})"', page)
    assert found is not None
    school.edit(MENDED.replace("width * height", "width * height + 1"))
    wanted = {"do": "apply", "content_hash": found[1]}
    refused = form(school, assignment, language, **wanted)
    school.edit(MENDED)
    applied = shown(school, form(school, assignment, language, **wanted), language)

    assert 409 == refused.status_code
    assert {"en": "preview again", "zh": "请重新预览"}[language] in refused.text
    assert {"en": "Applied: 1 scores", "zh": "已应用：1 个成绩"}[language] in applied
    assert "4" == school.totals(assignment)["ann"]


def test_points_are_shown_as_people_read_them(school: Class, assignment: dict[str, Any]) -> None:
    """A third of a point that becomes the whole one is 0.3 of 1, and no more digits."""
    third = {"score": 1 / 3, "out_of": 1, "parts": []}
    with school.service.store.write() as connection:
        connection.execute(
            update(submissions).values(score=str(third["score"]), verdict=json.dumps(third))
        )
    school.edit(MENDED)
    page = shown(school, form(school, assignment, "en"), "en")

    assert re.search(r"<td[^>]*>0\.3/1</td><td[^>]*>↑ 1/1</td>", page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_broken_file_is_told_on_the_page(
    school: Class, assignment: dict[str, Any], language: str
) -> None:
    """The form comes up again with every fault, its file below the bank, and what was chosen."""
    school.edit(MENDED.replace("width * height", "width * heigth"))
    refused = form(school, assignment, language, way="credit")

    assert 422 == refused.status_code
    assert {"en": "read at the moment", "zh": "目前无法读取"}[language] in refused.text
    assert "area.yaml:" in refused.text
    assert str(school.bank.parent) not in refused.text
    assert re.search(r'value="credit" checked', refused.text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_is_dropped_from_the_page(
    school: Class, assignment: dict[str, Any], language: str
) -> None:
    """The preview says what dropping means; applied, the gradebook counts nothing for it."""
    page = shown(school, form(school, assignment, language, way="drop"), language)
    answer = form(school, assignment, language, way="drop", do="apply")
    applied = shown(school, answer, language)
    path = f"/assignments/{assignment['id']}"
    question = school.walk.call("teacher", "GET", path).get_json()["questions"][0]

    assert {"en": "its points go to 0", "zh": "分值变为 0"}[language] in page
    assert {"en": "counts for nothing.", "zh": "这道题不再计分"}[language] in applied
    assert "0" == question["points"]
