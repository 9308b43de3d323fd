"""The job that marks an assignment's answers again, under the corrected question."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from sqlalchemy import Connection

from grader.errors import FaultsError, UnknownNameError
from service.auth.identity import Identity
from service.auth.roles import TEACHER
from service.bank.questions import ListedQuestion
from service.classroom.access import assignment_for
from service.classroom.refusals import Refusal, faulty, not_found
from service.jobs.job import Done, Job
from service.jobs.regrading import Regrade, Way, regrade
from service.running import Service
from service.store.assignments import questions_of
from service.store.audit_log import note
from service.store.exam_marks import exam_answers
from service.store.jobs import add_job
from service.store.versions import keep_version


@dataclass(frozen=True, slots=True)
class RegradeWish:
    """How a question is to be regraded; `content_hash` is the version that a report was about."""

    never_lower: bool = True
    apply: bool = False
    way: Way = "keep"
    content_hash: str = ""


def ask_regrade(
    service: Service, who: Identity, assignment_id: str, question_id: str, wish: RegradeWish
) -> str:
    """The id of a regrade that now waits; the question is taken as its file says now.

    To credit all or to drop, the file is not asked: it may be gone, or broken.
    """
    with service.store.read() as connection:
        assignment = assignment_for(connection, who, assignment_id, TEACHER)
        pinned = {
            row.question_id: row.content_hash for row in questions_of(connection, assignment_id)
        }
    if question_id not in pinned:
        raise not_found("question of this assignment", question_id)
    if assignment.is_exam and wish.way == "drop":
        _check_everybody_has_it(service, assignment_id, question_id)
    reads_file = wish.way in {"keep", "credit"}
    question = _as_the_file_says(service, question_id) if reads_file else None
    version = question.content_hash if question is not None else pinned[question_id]
    if wish.content_hash not in {"", version}:
        detail = "the question's file has changed since the report: ask for the report again"
        raise Refusal("question-changed", detail)
    plan = Regrade(
        assignment_id, question_id, version, wish.never_lower, apply=wish.apply, way=wish.way
    )
    with service.store.write() as connection:
        assignment = assignment_for(connection, who, assignment_id, TEACHER)
        if question is not None:
            keep_version(connection, version, question.id, question.source)
        job_id = add_job(connection, who, "regrade", asdict(plan), assignment.course_id)
        note(connection, who, assignment.course_id, "regrade asked", job_id, **asdict(plan))
    service.work_waits()
    return job_id


def _check_everybody_has_it(service: Service, assignment_id: str, question_id: str) -> None:
    """Refuse to drop what stands on some papers only: the others would keep its points."""
    with service.store.read() as connection:
        answers = exam_answers(connection, assignment_id)
    have = {one.user_id for one in answers if one.question_id == question_id}
    if have != {one.user_id for one in answers}:
        raise Refusal("not-on-all-papers", "only some papers have this question: credit it to all")


def do_regrade(job: Job) -> Done:
    """The changes student by student; a line of the log, in their transaction, if applied."""
    plan = Regrade(**job.params)
    who = job.who()

    def record(connection: Connection, counts: Mapping[str, object]) -> None:
        note(
            connection, who, job.row.course_id, "regrade applied", plan.assignment_id,
            job=job.row.id, question=plan.question_id, content_hash=plan.content_hash,
            way=plan.way, **counts,
        )  # fmt: skip

    cause = f"regrade {job.row.id}"
    made = regrade(job.store, job.mark, plan, cause, progress=job.progress, record=record)
    return made, None


def _as_the_file_says(service: Service, question_id: str) -> ListedQuestion:
    try:
        return service.questions.now(question_id)
    except UnknownNameError as error:
        raise Refusal("question-gone", str(error)) from error
    except FaultsError as error:
        raise faulty(error, "file-broken") from error
