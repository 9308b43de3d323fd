"""The pages for people: they carry requests to the same functions as the API, and show."""

from apiflask import APIFlask

from service.pages import homework, practice, progress, question, signing_in, teaching
from service.pages.layout import blueprint
from service.pages.problems import add_problem_pages

MODULES = (homework, practice, progress, question, signing_in, teaching)


def add_pages(app: APIFlask) -> None:
    """Register all pages, and let their errors leave as pages."""
    add_problem_pages()
    app.register_blueprint(blueprint)
