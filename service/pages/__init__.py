"""The pages for people: they carry requests to the same functions as the API, and show."""

from apiflask import APIFlask

from service.pages import (
    account,
    exams,
    homework,
    jobs,
    joining,
    problems,
    progress,
    question,
    regrading,
    releasing,
    signing_in,
    teaching,
    today,
)
from service.pages.layout import blueprint

# Each registers its routes when it is imported.
MODULES = (
    account,
    exams,
    homework,
    jobs,
    joining,
    problems,
    progress,
    question,
    regrading,
    releasing,
    signing_in,
    teaching,
    today,
)


STATIC_SECONDS = 86_400


def add_pages(app: APIFlask) -> None:
    """Register all pages; browsers keep their static files, whose addresses change with them."""
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = STATIC_SECONDS
    app.register_blueprint(blueprint)
