"""Health, readiness and Prometheus metrics."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

from apiflask import APIFlask
from flask import Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from grader.errors import GradeckError
from service.auth.identity import Scope
from service.classroom.refusals import Refusal
from service.store.engine import Store
from service.store.moments import SECOND
from service.store.submissions import check_tables, oldest_waiting, waiting_by_status
from service.web.requests import allow, the_service

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25)
SHARED = "PROMETHEUS_MULTIPROC_DIR"


@contextmanager
def counting_together() -> Iterator[None]:
    """Let the processes that are started meanwhile tell the sum of their counts.

    They count in files of a folder that goes at the end; what a process counted stays when it dies.
    """
    with TemporaryDirectory(prefix="gradeck-counts-") as folder:
        os.environ[SHARED] = folder
        # The library chose how to count when it was imported.
        values.ValueClass = values.MultiProcessValue()  # type: ignore[no-untyped-call]  # the library's
        yield


class _Queue(Collector):
    """Waiting submissions by status, and the age of the oldest, asked of the store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def collect(self) -> Iterator[GaugeMetricFamily]:
        count = GaugeMetricFamily(
            "gradeck_queue_submissions", "submissions without a verdict", labels=["status"]
        )
        with self._store.read() as connection:
            counts, oldest = waiting_by_status(connection), oldest_waiting(connection)
        for status in ("waiting", "grading"):
            count.add_metric([status], counts.get(status, 0))
        yield count
        yield GaugeMetricFamily(
            "gradeck_queue_oldest_seconds",
            "age of the oldest submission without a verdict",
            value=oldest / SECOND,
        )


def add_metrics(app: APIFlask) -> None:
    """Count requests by route; serve /healthz, /readyz and /metrics."""
    registry = CollectorRegistry()
    requests = Counter(
        "gradeck_requests", "requests", ["method", "route", "status"], registry=registry
    )
    seconds = Histogram(
        "gradeck_request_seconds", "time to answer", ["route"], buckets=BUCKETS, registry=registry
    )

    @app.after_request
    def _count(response: Response) -> Response:
        route = str(request.url_rule or "none")
        requests.labels(request.method, route, str(response.status_code)).inc()
        seconds.labels(route).observe(time.perf_counter() - g.get("started", time.perf_counter()))
        return response

    @app.get("/healthz")
    @app.doc(hide=True)
    @allow(anonymous=True, limit="")
    def healthz() -> Response:
        """Whether the process answers at all."""
        return Response("ok\n", content_type="text/plain")

    @app.get("/readyz")
    @app.doc(hide=True)
    @allow(anonymous=True, limit="")
    def readyz() -> Response:
        """Whether the store takes requests."""
        try:
            with the_service().store.read() as connection:
                check_tables(connection)
        except GradeckError as error:
            raise Refusal("not-ready", str(error)) from error
        return Response("ok\n", content_type="text/plain")

    @app.get("/metrics")
    @app.doc(hide=True)
    @allow(Scope.ADMIN)
    def metrics() -> Response:
        """The counts of all web processes and the queue's state."""
        counts, queue = registry, CollectorRegistry()
        if SHARED in os.environ:
            counts = CollectorRegistry()
            MultiProcessCollector(counts)  # type: ignore[no-untyped-call]  # the library's
        queue.register(_Queue(the_service().store))
        text = generate_latest(counts) + generate_latest(queue)
        return Response(text, content_type=CONTENT_TYPE_PLAIN_0_0_4)
