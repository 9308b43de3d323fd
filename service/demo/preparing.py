"""The demo: a teacher and a student with known passwords, open practice, on this machine only."""

from service.auth.identity import Scope
from service.auth.secrets_kept import password_hash
from service.bank.bank import open_questions
from service.config import Config
from service.demo.course import add_demo_class
from service.store.engine import Store
from service.store.people import add_token, add_user, find_user

DEMO_PASSWORD = "gradeck-demo"  # noqa: S105 - known on purpose, and only in a demo's data folder
DEMO_FOLDER = "gradeck-demo"
SETTINGS = {"GRADECK_OPEN_PRACTICE": "true", "GRADECK_SECURE_COOKIES": "false"}
LOGINS = ("student", "teacher")
DAYS = 7


def prepare_demo(config: Config) -> str:
    """A token of the demo's student, over a migrated store with the demo's users in it."""
    store = Store(config.store_url())
    with store.write() as connection:
        for login in LOGINS:
            if find_user(connection, login) is None:
                kept = password_hash(DEMO_PASSWORD)
                add_user(
                    connection, login, f"Demo {login}", password=kept, admin=login != "student"
                )
        student = find_user(connection, "student")
        if student is None:
            raise LookupError(LOGINS)
        _, token = add_token(connection, student.id, "demo", [Scope.READ, Scope.SUBMIT], DAYS)
    store.close()
    add_demo_class(config, open_questions(config.bank, config.seed_secret()))
    return token
