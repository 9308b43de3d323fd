"""The tasks: grade what waits, run the jobs that wait. The same code with a broker or without.

A task finds its workbench (store, marker, settings) by itself: in a Celery worker it is made
once per process from the environment; the embedded dispatcher lays its own on the table and
calls the task in place.
"""

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from celery import Task, shared_task

from service.config import Config, read_config
from service.jobs.doing import do_job
from service.jobs.job import folder_of
from service.jobs.scans import scans_of
from service.processes.ending import told_to_end
from service.queue.claim import QueueRules
from service.queue.drain import DrainCounts, drain
from service.queue.marker import Marker, MarkerRules
from service.queue.sweep import sweep
from service.queue.work import MarkAll
from service.store.engine import Store
from service.store.jobs import claim_job
from service.store.moments import DAY, SECOND
from service.store.pruning import prune

DRAIN_SECONDS = 4
BATCH_PAUSE_SECONDS = 0.02
JOBS_SECONDS = 3600


@dataclass
class Workbench:
    """What the tasks of a process work with."""

    config: Config
    store: Store
    mark: MarkAll
    ended: Callable[[Sequence[str]], None] = lambda _: None
    stopping: Callable[[], bool] = lambda: False

    @property
    def rules(self) -> QueueRules:
        """The queue's numbers out of the settings."""
        config = self.config
        return QueueRules(config.batch, config.lease_seconds, config.max_claims)


_here: ContextVar[Workbench] = ContextVar("workbench")
_lock = threading.Lock()
_of_process: dict[int, Workbench] = {}


@contextmanager
def at(bench: Workbench) -> Iterator[None]:
    """Tasks called in this block work at this bench."""
    token = _here.set(bench)
    try:
        yield
    finally:
        _here.reset(token)


def in_place(bench: Workbench, task: Task) -> Callable[[], None]:
    """A function that calls the task here and now, at this bench."""

    def call() -> None:
        with at(bench):
            task()

    return call


def the_bench() -> Workbench:
    """The workbench of this block, or else of this process."""
    bench = _here.get(None)
    if bench is not None:
        return bench
    with _lock:
        # By process: connections and the marker must not be shared with a forked child.
        if os.getpid() not in _of_process:
            config = read_config()
            store = Store(config.store_url(), pool_size=4)
            mark = open_marker(config)
            _of_process[os.getpid()] = Workbench(config, store, mark, stopping=told_to_end)
        return _of_process[os.getpid()]


def open_marker(config: Config) -> Marker:
    """The marking process with the settings' limits; it starts with the first work."""
    return Marker(
        MarkerRules(
            opens=config.marker,
            argument=os.pathsep.join(str(path) for path in config.bank),
            seconds=config.mark_seconds,
            memory_mib=config.mark_memory_mib,
        )
    )


# A class's papers take minutes; the lease shows that somebody is still at it.
@shared_task(name="gradeck.run_jobs", ignore_result=True, time_limit=JOBS_SECONDS)  # type: ignore[untyped-decorator]  # the same
def run_jobs() -> int:
    """Do the jobs that wait, one after the other; how many were done."""
    bench = the_bench()
    count = 0
    while not bench.stopping() and (job := claim_job(bench.store)) is not None:
        do_job(bench.store, bench.mark, bench.config, job)
        count += 1
    return count


@shared_task(name="gradeck.prune", ignore_result=True)  # type: ignore[untyped-decorator]  # the same
def prune_old() -> int:
    """Remove what is over and what nobody needs; how many things went."""
    bench = the_bench()
    days = bench.config
    pruned = prune(
        bench.store,
        guest_days=days.guest_days,
        draft_days=days.draft_days,
        file_days=days.file_days,
    )
    # A worker that died, or whose job was taken over, leaves a file that no job names.
    oldest = time.time() - days.file_days * DAY / SECOND
    for folder in scans_of(days).glob("*"):
        if folder.stat().st_mtime < oldest:
            shutil.rmtree(folder, ignore_errors=True)
    left = [path.name for path in folder_of(days).glob("*") if path.stat().st_mtime < oldest]
    for name in {*pruned.files, *left}:
        (folder_of(days) / name).unlink(missing_ok=True)
    return pruned.sessions + pruned.invites + pruned.drafts + pruned.guests + len(pruned.files)


@shared_task(name="gradeck.grade_waiting", ignore_result=True)  # type: ignore[untyped-decorator]  # Celery has no types
def grade_waiting() -> int:
    """Take back lapsed claims, then grade what waits; how many were claimed."""
    bench = the_bench()
    sweep(bench.store, bench.rules)
    done: DrainCounts = drain(
        bench.store,
        bench.mark,
        bench.rules,
        # A worker that is told to end waits for its task: none takes long.
        seconds=DRAIN_SECONDS,
        pause=BATCH_PAUSE_SECONDS,
        stop=bench.stopping,
        ended=bench.ended,
    )
    return done.claimed
