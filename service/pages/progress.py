"""Progress: what was practised, how much of it would be remembered today, what comes when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from service.auth.identity import Scope
from service.bank.questions import ListedQuestion
from service.classroom.practising import Standing, standing, today_of
from service.pages.layout import blueprint, language, page, zone
from service.web.requests import allow, the_identity, the_service


@dataclass(frozen=True, slots=True)
class ProgressLine:
    """A practised question: the chance to have it right today, and when it comes back."""

    id: str
    title: str
    recall: float
    due: str
    reviews: int
    lapses: int


@blueprint.get("/progress")
@allow(Scope.READ, guests=True)
def progress() -> str:
    """A line for each question, and how many of those seen would be right today."""
    service, who = the_service(), the_identity()
    with service.store.read() as connection:
        stands = standing(service, connection, who, today_of(zone(), datetime.now(UTC)))
    listed = service.questions.listed()
    rows = sorted(_rows(stands, listed), key=lambda row: (row.due, row.title))
    shares = [row.recall for row in rows]
    return page(
        "progress.html",
        "progress",
        rows=rows,
        seen=len(rows),
        all=len(listed),
        share=f"{sum(shares) / len(shares):.0%}" if shares else "",
        day=stands.day.isoformat(),
    )


def _rows(stands: Standing, listed: tuple[ListedQuestion, ...]) -> Iterator[ProgressLine]:
    for question in listed:
        state = stands.states.get(question.id)
        share = stands.recall(question.id)
        if state is not None and share is not None:
            yield ProgressLine(
                id=question.id,
                title=question.title[language()],
                recall=share,
                due=state.due.isoformat(),
                reviews=state.reviews,
                lapses=state.lapses,
            )
