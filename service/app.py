"""The application factory: settings in, a web application out."""

from typing import Any

import structlog
from apiflask import APIFlask
from werkzeug.middleware.proxy_fix import ProxyFix

from service.api import blueprints
from service.api.etags import add_etags
from service.api.openapi import describe
from service.bank.bank import open_questions
from service.bank.questions import Questions
from service.config import Config, read_config
from service.logs import set_up_logs
from service.pages import add_pages
from service.running import EXTENSION, build
from service.web.limits import LIMITS, limits_of
from service.web.logs import add_request_log
from service.web.metrics import add_metrics
from service.web.problems import add_problem_handlers
from service.web.security_headers import add_security_headers
from service.web.strict_json import StrictProvider, StrictRequest

log = structlog.get_logger()
KIB = 1024


class GradeckApp(APIFlask):
    """Flask with strict JSON."""

    request_class = StrictRequest
    json_provider_class = StrictProvider

    def log_exception(self, exc_info: Any, *_: Any, **__: Any) -> None:  # noqa: ANN401 - Flask's
        """Log where an exception came from, and not its text, which may quote an answer."""
        log.error("unhandled", exc_info=exc_info[1])


def create_app(config: Config | None = None, questions: Questions | None = None) -> GradeckApp:
    """The web application; its background threads are started by whoever serves it.

    `questions` replaces the bank, for tests.
    """
    config = config or read_config()
    questions = questions or open_questions(config.bank, config.seed_secret())
    app = GradeckApp(
        "service",
        template_folder="pages/templates",
        static_folder="pages/static",
        title="Gradeck",
        version="1",
        spec_path="/api/v1/openapi.json",
        docs_path=None,
        json_errors=False,
    )
    app.config.update(
        MAX_CONTENT_LENGTH=config.body_kib * KIB,
        MAX_FORM_MEMORY_SIZE=config.body_kib * KIB,
        VALIDATION_ERROR_DESCRIPTION="a value is not as expected",
        AUTO_404_RESPONSE=False,
        AUTO_VALIDATION_ERROR_RESPONSE=False,
        AUTO_OPERATION_ID=True,
    )
    if config.trusted_proxies:
        count = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count)  # type: ignore[method-assign]  # as its manual says
    app.extensions[EXTENSION] = build(config, questions)
    app.extensions[LIMITS] = limits_of(config)
    set_up_logs()
    add_problem_handlers(app)
    add_request_log(app)
    add_metrics(app)
    add_security_headers(app, config)
    add_etags(app)
    describe(app)
    for blueprint in blueprints():
        app.register_blueprint(blueprint)
    add_pages(app)
    return app
