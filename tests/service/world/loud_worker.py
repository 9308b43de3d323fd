"""The worker, whose pool says what it warns of, which Celery keeps to itself.

celery -A tests.service.world.loud_worker worker …
"""

import logging

from billiard.util import log_to_stderr
from celery import signals

from service.config import read_config
from service.processes.worker import make_celery


@signals.worker_process_init.connect  # type: ignore[untyped-decorator]  # Celery has no types
def _speak_up(**_: object) -> None:
    log_to_stderr(logging.WARNING)


app = make_celery(read_config())
