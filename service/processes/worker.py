"""The Celery application: `celery -A service.processes.worker worker`, and the same with `beat`.

A message is a hint that there is work and carries nothing: it may be lost, doubled or late.
So there are no results, no retries, no acknowledgements to get right and no times in it, since
two hosts' clocks may differ; what matters here is that a silent Redis is noticed within seconds,
that hints do not pile up without workers, and that nothing but JSON is read.
"""

import logging
from typing import Final

from celery import Celery, signals
from celery.beat import ScheduleEntry, Scheduler

from service.config import Config, read_config
from service.logs import set_up_logs

HINT = "gradeck.grade_waiting"
JOBS = "gradeck.run_jobs"
PRUNE = "gradeck.prune"
PRUNE_SECONDS = 3600
QUEUE = "gradeck"
ENOUGH = 100
SOCKET_SECONDS = 5
# How long Redis may be silent before a connection counts as lost.
PATIENCE: Final = {
    "socket_timeout": SOCKET_SECONDS,
    "socket_connect_timeout": SOCKET_SECONDS,
    "health_check_interval": SOCKET_SECONDS,
    "socket_keepalive": True,
    "retry_on_timeout": False,
}


def make_celery(config: Config) -> Celery:
    """A Celery application on the configured Redis."""
    celery = Celery(
        "gradeck", broker=config.redis_url or "memory://", include=["service.processes.tasks"]
    )
    celery.conf.update(
        accept_content=["json"],
        task_serializer="json",
        result_backend=None,
        task_ignore_result=True,
        task_store_errors_even_if_ignored=False,
        task_acks_late=False,
        task_publish_retry=False,
        task_default_queue=QUEUE,
        task_create_missing_queues=False,
        broker_transport_options=PATIENCE,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_pool_limit=2,
        # An acknowledgement that fails with the connection stays counted as a message in hand, and
        # a worker whose hands are full never looks at the broker again. So nothing is counted: a
        # message is fetched when a process is free.
        worker_prefetch_multiplier=0,
        worker_disable_prefetch=True,
        worker_enable_prefetch_count_reduction=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        worker_consumer="service.processes.ending:PatientConsumer",
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        worker_redirect_stdouts=False,
        worker_max_tasks_per_child=10_000,
        # Marking has its own limits; this one is for a marker that cannot even be started.
        task_time_limit=300,
        beat_schedule={
            name: {"task": name, "schedule": every} for name, every in _rhythm(config).items()
        },
        beat_scheduler="service.processes.worker:Beat",
        timezone="UTC",
    )
    return celery


def _rhythm(config: Config) -> dict[str, float]:
    """How often each task runs by itself, in seconds."""
    return {HINT: config.sweep_seconds, JOBS: config.sweep_seconds, PRUNE: PRUNE_SECONDS}


@signals.setup_logging.connect  # type: ignore[untyped-decorator]  # Celery has no types
def _log_as_we_do(loglevel: int = logging.WARNING, **_: object) -> None:
    """In place of what Celery would set up, in workers and in beat."""
    set_up_logs()
    logging.getLogger().setLevel(loglevel)


class Beat(Scheduler):  # type: ignore[misc]  # Celery has no types
    """Beat's clockwork, which sends nothing while enough hints wait.

    It keeps no file: every entry is due at once after a start, which does no harm.
    """

    def apply_async(self, entry: ScheduleEntry, *given: object, **options: object) -> object:
        """What was sent, or None."""
        if hints_waiting(self.app) < ENOUGH:
            return super().apply_async(entry, *given, **options)
        return None


def hints_waiting(celery: Celery) -> int:
    """How many hints nobody has taken: many where there are no workers."""
    with celery.pool.acquire(block=True) as connection:
        return int(connection.default_channel.queue_declare(QUEUE).message_count)


def send_hint(celery: Celery) -> None:
    """Tell the workers that there is work; nothing is kept of it here."""
    if hints_waiting(celery) < ENOUGH:
        for name in (HINT, JOBS):
            celery.send_task(name, ignore_result=True, retry=False)


def __getattr__(name: str) -> Celery:
    """`service.processes.worker.app`, made when the command asks for it: settings may be wrong."""
    if name in {"app", "celery"}:
        return make_celery(read_config())
    raise AttributeError(name)
