"""Drills in the service: what a newcomer adds, in the files that `architecture.md` names.

Each is done on a copy of the tree, and run there: a real service over a database of its own.
"""

import shutil
from pathlib import Path

import pytest

from tests.source_tree import ROOT
from tests.test_drills import ARCHITECTURE, insert, run

PAGE = '''"""What one handed in: a line for each."""

from service.auth.identity import Scope
from service.pages.layout import blueprint, page
from service.store.reading import list_submissions
from service.web.requests import allow, the_identity, the_service


@blueprint.get("/handed-in")
@allow(Scope.READ)
def handed_in() -> str:
    """One's own submissions, newest first."""
    with the_service().store.read() as connection:
        part = list_submissions(connection, the_identity(), 50)
    return page("handed_in.html", "progress", items=part.items)
'''
TEMPLATE = """{% extends "layout.html" %}
{% block title %}{{ say("homework") }}{% endblock %}
{% block content %}<p id="count">{{ items|length }} / {{ say("homework") }}</p>{% endblock %}
"""
JOB = '''"""The job that counts what one handed in."""

from service.auth.identity import Identity
from service.jobs.job import Done, Job
from service.running import Service
from service.store.jobs import add_job
from service.store.reading import list_submissions


def ask_count(service: Service, who: Identity) -> str:
    """The id of a job that counts one's submissions."""
    with service.store.write() as connection:
        job_id = add_job(connection, who, "count", {})
    service.work_waits()
    return job_id


def do_count(job: Job) -> Done:
    """How many there are; no file."""
    with job.store.read() as connection:
        return {"count": len(list_submissions(connection, job.who(), 50).items)}, None
'''
ROUTE = '''@blueprint.post("/counts")
@allow(Scope.READ)
@blueprint.output(JobShown, status_code=202)
def post_count() -> ApiAnswer:
    """Count what one handed in."""
    return started(ask_count(the_service(), the_identity()))


'''
QUESTION = """\
id: drill/rows
kind: numeric
languages: [en]
title: {en: Rows}
draw: {height: {from: 10, to: 60}, kernel: [3, 5, 7]}
lines: {rows: {formula: height - kernel + 1, says: {en: Rows of the output.}}}
text: {en: "{height} rows, a kernel of {kernel}."}
parts: [{id: rows, ask: {en: How many rows?}, answer: rows}]
"""
# A service in the copy, with one user; `ask` is a request of hers.
SERVICE = """
from pathlib import Path
from service.app import create_app
from service.config import read_config
from service.jobs.doing import do_job
from service.running import EXTENSION
from service.store.jobs import claim_job
from service.store.migrating import migrate
from service.store.people import ALL_SCOPES, add_token, add_user

bank = (Path("bank"),)
config = read_config(data=Path("data"), bank=bank, secure_cookies=False)
app = create_app(config)
service = app.extensions[EXTENSION]
migrate(service.store)
with service.store.write() as connection:
    ann = add_user(connection, "ann", "Ann")
    _, token = add_token(connection, ann, "drill", ALL_SCOPES, days=1)
headers = {"Authorization": f"Bearer {token}"}

def ask(method, path, **more):
    return app.test_client().open(path, method=method, headers={**headers, **more})
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the packages, to be changed."""
    for package in ("grader", "cards", "service"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__py*"))
    (tmp_path / "data").mkdir()
    (tmp_path / "bank").mkdir()
    (tmp_path / "bank" / "one.yaml").write_text(QUESTION, encoding="utf-8")
    return tmp_path


def test_a_page_is_a_view_a_template_and_a_row(house: Path) -> None:
    """A page that shows what is stored is there in both languages, for those signed in alone."""
    pages = house / "service" / "pages"
    (pages / "handed_in.py").write_text(PAGE, encoding="utf-8")
    (pages / "templates" / "handed_in.html").write_text(TEMPLATE, encoding="utf-8")
    insert(pages / "__init__.py", "    homework,\n    jobs,\n    joining", "    handed_in,\n")
    source = (pages / "__init__.py").read_text(encoding="utf-8")
    listed = source.replace("MODULES = (\n", "MODULES = (\n    handed_in,\n")
    (pages / "__init__.py").write_text(listed, encoding="utf-8")
    code = SERVICE + (
        "for language in ('en', 'zh'):\n"
        "    text = ask('GET', '/handed-in', **{'Accept-Language': language}).text\n"
        "    print(text.partition('id=\"count\">')[2].partition('<')[0])\n"
        "print(app.test_client().get('/handed-in').status_code)\n"
    )

    assert ["0 / Homework", "0 / 作业", "303"] == run(house, "-c", code).splitlines()


def test_a_kind_of_job_is_a_file_a_row_and_a_route(house: Path) -> None:
    """A new kind of job is asked for through the API, done by a worker, and shown."""
    service = house / "service"
    (service / "jobs" / "counting.py").write_text(JOB, encoding="utf-8")
    kinds = service / "jobs" / "kinds.py"
    insert(kinds, "from service.jobs.decks", "from service.jobs.counting import do_count\n")
    insert(
        kinds, '    "deck": KindOfJob', '    "count": KindOfJob(Text("Count", "计数"), do_count),\n'
    )
    route = service / "api" / "jobs.py"
    insert(route, "from service.jobs.decks", "from service.jobs.counting import ask_count\n")
    insert(route, '@blueprint.get("/jobs")', ROUTE)
    code = SERVICE + (
        "asked = ask('POST', '/api/v1/counts')\n"
        "do_job(service.store, None, config, claim_job(service.store))\n"
        "done = ask('GET', asked.headers['Location']).get_json()\n"
        "print(asked.status_code, done['kind'], done['status'], done['result'])\n"
    )

    assert "202 count done {'count': 0}\n" == run(house, "-c", code)


def test_a_language_is_a_row_and_words(house: Path) -> None:
    """A row of the table offers a language everywhere; what has no words in it yet falls back."""
    row = '    "fr": Language("Français", "fr"),\n'
    insert(house / "grader" / "wording.py", "}\nLANGUAGES: Final", row)
    words = house / "service" / "pages" / "words.py"
    text = words.read_text(encoding="utf-8")
    text = text.replace('Text("Progress", "进度")', 'Text("Progress", "进度", fr="Progrès")')
    words.write_text(text, encoding="utf-8")
    code = SERVICE + (
        "page = ask('GET', '/', **{'Accept-Language': 'fr'}).text\n"
        "print(*(word in page for word in ('lang=\"fr\"', '>English<', '>中文<', 'Progrès')))\n"
        "print('Homework' in page, 'lang=fr' in ask('GET', '/').text)\n"
        "shapes = ask('GET', '/api/v1/openapi.json').get_json()['components']['schemas']\n"
        "print(*shapes['QuestionShown.Wording']['required'])\n"
        "print(*shapes['DeckWanted']['properties']['lang']['enum'])\n"
    )

    assert ["True True True True", "True True", "en zh fr", "en zh fr both"] == run(
        house, "-c", code
    ).splitlines()


def test_the_page_names_the_files_of_each_drill() -> None:
    """What the drills touch is what the page says."""
    page = ARCHITECTURE.read_text(encoding="utf-8")
    files = (
        *("its template", "`pages/__init__.py`"),
        *("its file in `jobs/`", "`jobs/kinds.py`", "`api/jobs.py`"),
    )
    assert [] == [file for file in files if file not in page]
