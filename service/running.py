"""The running service: what requests and tasks work with, and its background threads."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from flask import current_app

from service.bank.questions import Questions
from service.config import Config
from service.processes.tasks import Workbench, grade_waiting, in_place, open_marker, run_jobs
from service.processes.worker import make_celery, send_hint
from service.queue.verdict_watch import Bell, VerdictWatch
from service.queue.work import Mark
from service.store.engine import Store
from service.store.group_commit import GroupCommit
from service.store.submissions import NewSubmission, Outcome, receive
from service.web.limits import RateLimits

EXTENSION = "gradeck"


@dataclass(frozen=True)
class Service:
    """Everything a request may need; made once per process."""

    config: Config
    store: Store
    questions: Questions
    limits: RateLimits
    watch: VerdictWatch
    secret: bytes = field(repr=False)
    received: GroupCommit[NewSubmission, Outcome]
    bells: list[Bell] = field(default_factory=list)
    closing: list[Callable[[], None]] = field(default_factory=list)

    def work_waits(self) -> None:
        """Something was stored that the queue should look at soon. Never waits, never fails."""
        for bell in self.bells:
            bell.ring()

    def start(self, mark: Mark | None = None) -> None:
        """Start the background threads; `mark` replaces the marking process (embedded)."""
        self.watch.start()
        for bell in self.background(mark):
            self.bells.append(bell)
            bell.start()

    def background(self, mark: Mark | None) -> list[Bell]:
        """The threads of this process: a relay, or one that calls the tasks in place."""
        config = self.config
        if config.distributed:
            celery = make_celery(config)
            return [Bell("relay", lambda: send_hint(celery), pause=config.hint_seconds)]
        if mark is None:
            marker = open_marker(config)
            self.closing.append(marker.close)
            mark = marker
        bench = Workbench(config, self.store, mark, ended=self.watch.ended)
        bells = [
            Bell(task.name, in_place(bench, task), every=config.sweep_seconds)
            for task in (grade_waiting, run_jobs)
        ]
        bench.stopping = bells[0].stopping.is_set
        return bells

    def stop(self) -> None:
        """End the background threads after what they are doing, and give everything back."""
        for bell in self.bells:
            bell.stopping.set()
        for bell in self.bells:
            bell.stop()
        self.watch.stop()
        for close in self.closing:
            close()
        self.store.close()


def build(config: Config, questions: Questions) -> Service:
    """A service over the configured store; no thread is started."""
    store = Store(config.store_url())
    return Service(
        config=config,
        store=store,
        questions=questions,
        limits=RateLimits(
            config.redis_url,
            default=config.rate_default,
            login=config.rate_login,
            submit=config.rate_submit,
        ),
        watch=VerdictWatch(store, every=0.025 if config.distributed else 1.0),
        secret=config.seed_secret(),
        received=GroupCommit(store, receive),
    )


def the_service() -> Service:
    """The service of the application that handles this request."""
    return cast(Service, current_app.extensions[EXTENSION])
