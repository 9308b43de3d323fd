"""Teaching: courses, gradebook and item statistics."""

from collections import Counter
from dataclasses import dataclass

from flask import request
from flask.typing import ResponseReturnValue

from cards.figures.statistics import ItemPoint, draw_histogram, draw_scatter
from cards.lms.table import FORMATS
from cards.results.item_statistics import ItemStatistics, item_statistics
from grader.marking.grades import middle, spread
from grader.marking.points import as_decimal
from service.auth.identity import Scope
from service.auth.roles import STAFF, TEACHER
from service.classroom.access import assignment_for
from service.classroom.gradebook import gradebook_of
from service.jobs.exports import MOST_VARIANTS
from service.pages.layout import blueprint, language, moment_text, page
from service.store.assignments import questions_of
from service.store.exams import papers_of
from service.store.grades import first_attempts
from service.store.own_work import set_work, taught_courses
from service.web.files import csv_answer
from service.web.requests import allow, the_identity, the_service


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A question's line on the statistics page; `mistake` is the most frequent, with its count."""

    name: str
    title: str
    item: ItemStatistics | None
    mistake: tuple[str, int] | None

    @property
    def point(self) -> ItemPoint | None:
        """The question on the chart, once there is enough to say."""
        item = self.item
        if item is None or item.discrimination is None:
            return None
        return ItemPoint(self.name, item.facility, item.discrimination)


@blueprint.get("/teaching")
@allow(Scope.TEACH)
def teaching() -> str:
    """The courses that one teaches, with their assignments."""
    service, who = the_service(), the_identity()
    with service.store.read() as connection:
        courses = [
            {
                "id": course.id,
                "title": course.title,
                "assignments": [
                    {
                        "id": row.id,
                        "title": row.title,
                        "due": moment_text(row.due_at),
                        "is_exam": row.is_exam,
                    }
                    for row in set_work(connection, who, course.id)
                ],
            }
            for course in taught_courses(connection, who)
        ]
    return page("teaching.html", "teaching", courses=courses)


@blueprint.get("/teaching/<assignment_id>/statistics")
@allow(Scope.TEACH)
def statistics(assignment_id: str) -> str:
    """How the scores spread, and how each question did at first attempts."""
    service, who = the_service(), the_identity()
    with service.store.read() as connection:
        assignment = assignment_for(connection, the_identity(), assignment_id, TEACHER)
        listed = questions_of(connection, assignment.id)
        book = gradebook_of(connection, who, assignment)
        first = first_attempts(connection, who, assignment.id)
    items = item_statistics(first.shares)
    totals = [one.total for one in book.earned.values()]
    rows = [
        ItemRow(
            f"Q{number}",
            title_of(one.question_id),
            items.get(one.question_id),
            next(iter(first.mistakes.get(one.question_id, Counter[str]()).most_common(1)), None),
        )
        for number, one in enumerate(listed, start=1)
    ]
    dots = [dot for row in rows if (dot := row.point) is not None]
    return page(
        "statistics.html",
        "teaching",
        title=assignment.title,
        assignment_id=assignment.id,
        is_exam=assignment.is_exam,
        rows=rows,
        unusual={dot.name for dot in dots if dot.unusual},
        handed_in=len(book.earned),
        enrolled=len(book.students),
        median=f"{float(middle(totals, book.full)):.0%}" if totals else "",
        histogram=draw_histogram(spread(totals, book.full), language()) if totals else "",
        scatter=draw_scatter(dots, language()) if dots else "",
        questions_to_export=[one.question_id for one in listed],
        formats=[(lms.name, lms.title) for lms in FORMATS.values()],
        most_variants=MOST_VARIANTS,
    )


@blueprint.get("/teaching/<assignment_id>/gradebook")
@allow(Scope.TEACH)
def gradebook(assignment_id: str) -> ResponseReturnValue:
    """Each student's points by question; as CSV with `?as=csv`."""
    service, who = the_service(), the_identity()
    with service.store.read() as connection:
        assignment = assignment_for(connection, the_identity(), assignment_id, STAFF)
        book = gradebook_of(connection, who, assignment)
        papers = papers_of(connection, assignment.id) if assignment.is_exam else []
    states = {paper.user_id: paper.state for paper in papers}
    if request.args.get("as") == "csv":
        return csv_answer(book.as_csv(), "gradebook.csv")
    rows = [
        {
            "name": one.name,
            "login": one.student_id or one.login,
            "section": one.section,
            "points": [
                as_decimal(mine[name]) if name in mine else "–"
                for mine in (book.of(one.user_id).points,)
                for name in book.worth
            ],
            "total": book.total(one.user_id),
            "user": one.user_id,
            "state": states.get(one.user_id),
        }
        for one in book.students
    ]
    return page(
        "gradebook.html",
        "teaching",
        title=assignment.title,
        assignment_id=assignment.id,
        questions=[(title_of(name), as_decimal(worth)) for name, worth in book.worth.items()],
        full=as_decimal(book.full),
        is_exam=assignment.is_exam,
        rows=rows,
    )


def title_of(question_id: str) -> str:
    """The question's title as it is in the bank; its id once it is no longer there."""
    for question in the_service().questions.listed():
        if question.id == question_id:
            return question.title[language()]
    return question_id
