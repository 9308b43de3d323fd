"""The background of a serving process: its threads, started and ended together."""

from collections.abc import Callable
from threading import Thread

from service.processes.bell import Bell
from service.processes.tasks import (
    Workbench,
    grade_waiting,
    in_place,
    open_marker,
    prune_old,
    run_jobs,
)
from service.processes.worker import PRUNE_SECONDS, make_celery, send_hint
from service.queue.work import MarkAll
from service.running import Service


class Background:
    """The threads beside the requests: verdict watch, and a relay or the tasks in place."""

    def __init__(self, service: Service, mark: MarkAll | None = None) -> None:
        """Start them; `mark` replaces the marking process (embedded)."""
        self._service = service
        self._closing: list[Callable[[], None]] = []
        Thread(target=service.watch.run, name="verdict watch", daemon=True).start()
        self._bells = self._hung(mark)
        for bell in self._bells:
            bell.start()
            if bell.name != prune_old.name:  # which no work that waits concerns
                service.work_waits.heard_by(bell.ring)

    def _hung(self, mark: MarkAll | None) -> list[Bell]:
        """The bells of this process: a relay's, or those that call the tasks in place."""
        config = self._service.config
        if config.distributed:
            celery = make_celery(config)
            return [Bell("relay", lambda: send_hint(celery), pause=config.hint_seconds)]
        if mark is None:
            marker = open_marker(config)
            self._closing.append(marker.close)
            mark = marker
        bench = Workbench(config, self._service.store, mark, ended=self._service.watch.ended)
        bells = [
            Bell(task.name, in_place(bench, task), every=config.sweep_seconds)
            for task in (grade_waiting, run_jobs)
        ]
        bench.stopping = bells[0].stopping.is_set
        pruning = Bell(prune_old.name, in_place(bench, prune_old), every=PRUNE_SECONDS)
        return [*bells, pruning]

    def stop(self) -> None:
        """End the threads after what they are doing, and give everything back."""
        for bell in self._bells:
            bell.stopping.set()
        for bell in self._bells:
            bell.stop()
        self._service.watch.stop()
        for close in self._closing:
            close()
        self._service.close()
