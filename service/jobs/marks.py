"""The job that marks an exam from a table of results: all that it says is written, or nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from cards.exam.papers.key import named
from cards.exam.results import Answers, read_rows
from cards.exam.sitting import Sitting
from grader.errors import GradeckError
from service.auth.identity import Identity
from service.auth.roles import TEACHER
from service.classroom.exams import KeptExam, exam_for, kept
from service.jobs.job import Done, Job
from service.queue.work import Failed, Marked, Work
from service.running import Service
from service.store.audit_log import note
from service.store.exam_marks import ExamAnswer, exam_answers, forget_answer, write_answer
from service.store.exams import PaperRow, State, lock_exam, set_states, shares_of, sources_of
from service.store.jobs import add_job
from service.store.submissions import raw_text
from service.store.verdicts import VerdictJson

RESULTS = "results.csv"
BATCH = 64


@dataclass(frozen=True, slots=True)
class _Given:
    """What a table says of one question of a paper, where it is not what counts already."""

    paper: PaperRow
    names: Mapping[str, str]
    answer: ExamAnswer
    raw: Mapping[str, str]

    def place(self) -> str:
        """Where it stands in the table."""
        return f"{self.paper.login}, {' '.join(self.names.values())}"


def ask_marks(service: Service, who: Identity, assignment_id: str, results: str) -> str:
    """The id of a job that marks an exam from this table (CSV), typed by a person or scanned."""
    with service.store.write() as connection:
        assignment, _ = exam_for(connection, who, assignment_id, TEACHER)
        params = {"assignment_id": assignment_id, "results": results}
        job_id = add_job(connection, who, "marks", params, assignment.course_id)
        note(connection, who, assignment.course_id, "marks asked", assignment_id, job=job_id)
    service.work_waits()
    return job_id


def do_marks(job: Job) -> Done:
    """How many papers were marked, who was absent, and whose rows or papers were left alone.

    Whoever has no row keeps what there is. Raises QuestionError with every fault of the table;
    then, as when a single answer can't be marked, nothing is written.
    """
    assignment_id = job.params["assignment_id"]
    with job.store.read() as connection:
        have = kept(connection, *exam_for(connection, job.who(), assignment_id, TEACHER))
        before = exam_answers(connection, assignment_id)
        sources = sources_of(
            connection, sorted({v for one in before for v in (one.dealt_hash, one.version_now)})
        )
        shares = shares_of(connection, assignment_id)
    rows = read_rows(job.params["results"].encode(), RESULTS, have.exam)
    there, absent, left = _sorted(have, rows)
    given = list(_given(there, before))
    marked = _verdicts(job, given, [_work(one, sources, shares) for one in given])
    states: dict[str, State] = {paper.id: "marked" for paper, _, _ in there}
    states |= {paper.id: "absent" for paper in absent}
    with job.store.write() as connection:
        lock_exam(connection, assignment_id)
        if exam_answers(connection, assignment_id) != before:
            raise GradeckError("marks or a regrade came in meanwhile; ask again")
        _write(connection, job, marked, [a for a in before if a.user_id in _users(absent)])
        set_states(connection, states)
        counts = {"papers": len(there), "absent": len(absent), "answers": len(given)}
        note(connection, job.who(), job.row.course_id, "marks written", assignment_id, **counts)
    without = [p.name for p in have.papers if p.belongs and not p.state and p.id not in states]
    held = sum(part["outcome"] == "held" for _, v in marked for part in v["parts"])
    return {**counts, "held": held, "left": left, "without": without}, None


def _users(papers: Sequence[PaperRow]) -> frozenset[str]:
    return frozenset(paper.user_id for paper in papers)


def _sorted(
    have: KeptExam, rows: Mapping[str, Answers]
) -> tuple[list[tuple[PaperRow, Sitting, Mapping[str, str]]], list[PaperRow], list[str]]:
    """Papers with their texts, those of absent students, and names of who left the course."""
    there, absent, left = [], [], []
    for paper, sitting in zip(have.papers, have.exam.sittings, strict=True):
        answers = rows.get(sitting.student.id)
        if answers is None:
            continue
        if not paper.belongs:
            left.append(paper.name)
        elif answers.texts is None:
            absent.append(paper)
        else:
            there.append((paper, sitting, answers.texts))
    return there, absent, left


def _given(
    there: Sequence[tuple[PaperRow, Sitting, Mapping[str, str]]], before: Sequence[ExamAnswer]
) -> Iterator[_Given]:
    """What differs from what counts, question by question."""
    known = {(one.user_id, one.question_id): one for one in before}
    for paper, sitting, texts in there:
        for place, names in named(sitting):
            raw = {part: texts[name] for part, name in names.items() if name in texts}
            answer = known[paper.user_id, place.card[0]]
            if answer.raw != raw_text(raw):
                yield _Given(paper, names, answer, raw)


def _work(one: _Given, sources: Mapping[str, str], shares: tuple[str, str]) -> Work:
    answer = one.answer
    carried, mistake = shares
    return Work(
        answer.question_id,
        answer.version_now,
        answer.seed,
        one.raw,
        source=sources[answer.version_now],
        dealt_hash=answer.dealt_hash,
        dealt_source=sources[answer.dealt_hash],
        carried_share=carried,
        mistake_share=mistake,
    )


def _verdicts(
    job: Job, given: Sequence[_Given], works: Sequence[Work]
) -> list[tuple[_Given, VerdictJson]]:
    """Each answer with its verdict; GradeckError with all that have none."""
    marked, failed = [], []
    for start in range(0, len(works), BATCH):
        outcomes = job.mark(works[start : start + BATCH])
        for one, outcome in zip(given[start : start + BATCH], outcomes, strict=True):
            if isinstance(outcome, Marked):
                marked.append((one, outcome.verdict))
            else:
                why = outcome.reason if isinstance(outcome, Failed) else "its version is not kept"
                failed.append(f"{one.place()}: {why}")
        job.progress(min(start + BATCH, len(works)), len(works))
    if failed:
        raise GradeckError("\n".join(["nothing was written; not marked:", *failed]))
    return marked


def _write(
    connection: Connection,
    job: Job,
    marked: Sequence[tuple[_Given, VerdictJson]],
    absent: Sequence[ExamAnswer],
) -> None:
    for one, verdict in marked:
        write_answer(connection, one.answer, one.raw, verdict, f"exam {job.row.id}")
    for answer in absent:
        forget_answer(connection, answer)
