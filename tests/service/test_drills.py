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
RESOURCE = '''"""/receipts: the receipts of what one handed in."""

from apiflask import APIBlueprint

from service.api.shapes import AnyObject, Page, Shown, paged
from service.auth.identity import Scope
from service.classroom.handing_in import receipt
from service.store.reading import list_submissions
from service.web.requests import allow, the_identity, the_service

blueprint = APIBlueprint("receipts", __name__, url_prefix="/api/v1", tag="submissions")


class ReceiptShown(Shown):
    """A submission's receipt."""

    submission: str
    receipt: str


class ReceiptList(Shown):
    """A page of receipts, newest first."""

    items: list[ReceiptShown]
    next: str | None


@blueprint.get("/receipts")
@allow(Scope.READ)
@blueprint.input(Page, location="query")
@blueprint.output(ReceiptList)
def get_receipts(query_data: Page) -> AnyObject:
    """One's receipts, newest first."""
    service = the_service()
    with service.store.read() as connection:
        part = list_submissions(connection, the_identity(), query_data.limit, query_data.after)
    return paged(part, lambda row: {
        "submission": row.id, "receipt": receipt(service.secret, row),
    })
'''
MIGRATION = '''"""A drill's change."""

import sqlalchemy as sa
from alembic import op

from service.store.schema import enrolments, invites

revision = "{after}"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    {change}
'''
ROLES_ANEW = """
    for table in (enrolments, invites):
        rule = op.f(f"ck_{table.name}_role")
        with op.batch_alter_table(table.name, copy_from=table) as batch:
            batch.drop_constraint(rule, type_="check")
            batch.create_check_constraint(
                rule, "role in ('student','assistant','teacher','observer')"
            )
""".strip()
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


def migration(house: Path, change: str) -> None:
    """Add a migration after the newest."""
    folder = house / "service" / "store" / "migrations" / "versions"
    newest = max(file.name[:4] for file in folder.glob("*.py"))
    number = f"{int(newest) + 1:04}"
    text = MIGRATION.format(after=number, before=newest, change=change)
    (folder / f"{number}_drill.py").write_text(text, encoding="utf-8")


def test_a_resource_of_the_api_is_a_module_and_a_row(house: Path) -> None:
    """A resource that shows what is stored is described, paged, and not for nobody."""
    api = house / "service" / "api"
    (api / "receipts.py").write_text(RESOURCE, encoding="utf-8")
    insert(
        api / "__init__.py", "    settling,\n    submissions,\n    variants,\n)", "    receipts,\n"
    )
    insert(api / "__init__.py", "    courses,\n    invites,\n    assignments", "    receipts,\n")
    code = SERVICE + (
        "print(ask('GET', '/api/v1/receipts').get_json())\n"
        "print(ask('GET', '/api/v1/receipts?limit=0').status_code)\n"
        "print(app.test_client().get('/api/v1/receipts').status_code)\n"
        "print('/api/v1/receipts' in ask('GET', '/api/v1/openapi.json').get_json()['paths'])\n"
    )

    assert ["{'items': [], 'next': None}", "422", "401", "True"] == run(
        house, "-c", code
    ).splitlines()


def test_a_role_is_a_row_and_a_migration(house: Path) -> None:
    """A role that sees its whole course and changes nothing in it: named once, kept, invited."""
    roles = house / "service" / "auth" / "roles.py"
    insert(roles, "\n\nTEACHER: Final", '    OBSERVER = "observer"\n')
    text = roles.read_text(encoding="utf-8")
    text = text.replace("SEES_COURSE: Final = (", "SEES_COURSE: Final = (Role.OBSERVER, ")
    roles.write_text(text, encoding="utf-8")
    migration(house, ROLES_ANEW)
    code = SERVICE + (
        "from service.auth.roles import Role\n"
        "from service.store.courses import add_course, enrol\n"
        "with service.store.write() as connection:\n"
        "    bob = add_user(connection, 'bob', 'Bob')\n"
        "    course = add_course(connection, 'C')\n"
        "    enrol(connection, course, ann, Role.OBSERVER)\n"
        "    enrol(connection, course, bob, Role.STUDENT)\n"
        "from service.auth.identity import Identity\n"
        "from service.store.courses import members\n"
        "who = Identity(ann, 'ann', 'Ann', False, False, frozenset())\n"
        "with service.store.read() as connection:\n"
        "    seen = members(connection, who, course, 50).items\n"
        "print(sorted(one.login for one in seen))\n"
        "path = f'/api/v1/courses/{course}'\n"
        "print(ask('GET', path).get_json()['role'])\n"
        "print(ask('DELETE', path + '/invites').status_code)\n"
        "shapes = ask('GET', '/api/v1/openapi.json').get_json()['components']['schemas']\n"
        "print('observer' in shapes['InviteWanted']['properties']['role']['enum'])\n"
    )

    assert ["['ann', 'bob']", "observer", "403", "True"] == run(house, "-c", code).splitlines()


def test_a_column_of_an_assignment_is_in_six_files(house: Path) -> None:
    """What a teacher writes to an assignment is stored, changed, and read by its students."""
    service = house / "service"
    column = 'Column("advice", Text, nullable=False, default="")'
    insert(service / "store" / "schema.py", '    _moment("opens_at"),', f"    {column},\n")
    migration(
        house,
        'op.add_column("assignments", sa.Column("advice", sa.Text(), nullable=False, '
        'server_default=""))',
    )
    value = service / "store" / "assignments.py"
    insert(value, "    opens_at: int\n    due_at: int\n", "    advice: str\n")
    api = service / "api" / "assignments.py"
    text = api.read_text(encoding="utf-8")
    text = text.replace(
        "    opens_at: MomentText\n", "    advice: str = ''\n    opens_at: MomentText\n"
    )
    text = text.replace(
        "    opens_at: MomentText = left",
        "    advice: str = left_out()\n    opens_at: MomentText = left",
    )
    text = text.replace("    opens_at: str\n", "    advice: str\n    opens_at: str\n")
    text = text.replace('"title": row.title,', '"title": row.title,\n        "advice": row.advice,')
    api.write_text(text, encoding="utf-8")
    page = service / "pages" / "homework.py"
    text = page.read_text(encoding="utf-8")
    text = text.replace("    title: str\n    course", "    title: str\n    advice: str\n    course")
    text = text.replace("title=row.title,\n", "title=row.title,\n        advice=row.advice,\n")
    page.write_text(text, encoding="utf-8")
    template = service / "pages" / "templates" / "assignment.html"
    insert(template, '<ol class="list numbered">', "<p id=advice>{{ line.advice }}</p>\n")
    code = SERVICE + (
        "from service.auth.roles import Role\n"
        "from service.store.courses import add_course, enrol\n"
        "with service.store.write() as connection:\n"
        "    course = add_course(connection, 'C')\n"
        "    enrol(connection, course, ann, Role.TEACHER)\n"
        "given = {'title': 'T', 'questions': [{'question': 'drill/rows'}], 'advice': 'Draw it.',\n"
        "         'opens_at': '2020-01-01T00:00:00Z', 'due_at': '2099-01-01T00:00:00Z'}\n"
        "path = f'/api/v1/courses/{course}/assignments'\n"
        "made = app.test_client().post(path, json=given, headers=headers)\n"
        "print(made.status_code, made.get_json().get('advice'))\n"
        "path = made.headers['Location']\n"
        "new = app.test_client().patch(path, json={'advice': 'Sketch it.'}, headers=headers)\n"
        "print(new.get_json()['advice'])\n"
        "text = ask('GET', '/homework/' + path.rpartition('/')[2]).text\n"
        "print(text.partition('id=advice>')[2].partition('<')[0])\n"
    )

    assert ["201 Draw it.", "Sketch it.", "Sketch it."] == run(house, "-c", code).splitlines()


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
        *("its module in `api/`", "`api/__init__.py`", "`auth/roles.py`", "`store/migrations/`"),
        *("`store/schema.py`", "`store/assignments.py`", "`api/assignments.py`"),
        *("`pages/homework.py`", "`grader/wording.py`"),
    )
    assert [] == [file for file in files if file not in page]
