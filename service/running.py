"""The running service: what an act works with, made once per process; it holds no thread."""

from dataclasses import dataclass, field
from threading import Semaphore

from service.bank.questions import Questions
from service.config import Config
from service.queue.announcement import Announcement
from service.queue.verdict_watch import VerdictWatch
from service.store.engine import Store
from service.store.group_commit import GroupCommit
from service.store.submissions import HandInResult, NewSubmission, receive

EXTENSION = "gradeck"


@dataclass(frozen=True, slots=True)
class Service:
    """Everything an act may need; `work_waits()` tells the queue that something was stored."""

    config: Config
    store: Store
    questions: Questions
    watch: VerdictWatch
    secret: bytes = field(repr=False)
    received: GroupCommit[NewSubmission, HandInResult]
    # Who waits for a verdict holds a thread: so many may.
    waiters: Semaphore
    work_waits: Announcement = field(default_factory=Announcement)

    def close(self) -> None:
        """Give the store's connections back."""
        self.store.close()


def build(config: Config, questions: Questions) -> Service:
    """A service over the configured store."""
    store = Store(config.store_url())
    return Service(
        config=config,
        store=store,
        questions=questions,
        watch=VerdictWatch(store, every=0.025 if config.distributed else 1.0),
        secret=config.seed_secret(),
        waiters=Semaphore(config.waiters),
        received=GroupCommit(store, receive),
    )
