"""The job that counts how hard each question of an assignment was."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from cards.results.item_statistics import ItemStatistics
from service.auth.identity import Identity
from service.auth.roles import TEACHER
from service.classroom.access import assignment_for
from service.classroom.gradebook import statistics_of
from service.classroom.spreadsheet import as_csv
from service.jobs.job import Done, Job
from service.running import Service
from service.store.jobs import add_job


def ask_statistics(service: Service, who: Identity, assignment_id: str) -> str:
    """The id of a job that counts an assignment's statistics."""
    with service.store.write() as connection:
        assignment = assignment_for(connection, who, assignment_id, TEACHER)
        params = {"assignment_id": assignment_id}
        job_id = add_job(connection, who, "statistics", params, assignment.course_id)
    service.work_waits()
    return job_id


def do_statistics(job: Job) -> Done:
    """The statistics, and the name of their CSV file."""
    statistics = statistics_of(job.store, job.who(), job.params["assignment_id"])
    path = job.file(".csv")
    path.write_text(statistics_csv(statistics), encoding="utf-8", newline="")
    return statistics, path.name


def statistics_csv(result: Mapping[str, Any]) -> str:
    """The statistics as a CSV file: a line a question."""
    items: Mapping[str, Mapping[str, Any]] = result["items"]
    names = [field.name for field in fields(ItemStatistics)]
    rows = [
        [question, *("" if item[name] is None else f"{item[name]:g}" for name in names)]
        for question, item in items.items()
    ]
    return as_csv(["question", *names], rows)
