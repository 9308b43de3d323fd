"""GET /questions: what can be practised."""

from apiflask import APIBlueprint

from service.api.shapes import AnyObject, Page, Shown, Wording, paged
from service.auth.identity import Scope
from service.bank.questions import ListedQuestion
from service.store.paging import portion_in
from service.web.requests import allow, the_service

blueprint = APIBlueprint("questions", __name__, url_prefix="/api/v1", tag="questions")


class QuestionShown(Shown):
    """A question as it is listed; a variant of it has the text and the parts."""

    id: str
    title: Wording
    kind: str
    level: int
    tags: list[str]
    points: str


class QuestionList(Shown):
    """A page of questions; `next` is the `after` of the next page, null on the last."""

    items: list[QuestionShown]
    next: str | None


@blueprint.get("/questions")
@allow(Scope.READ, guests=True, anonymous=True)
@blueprint.input(Page, location="query")
@blueprint.output(QuestionList)
def list_questions(query_data: Page) -> AnyObject:
    """The questions that can be practised, by id."""
    listed = the_service().questions.listed()
    part = portion_in(listed, lambda one: one.id, limit=query_data.limit, after=query_data.after)
    return paged(part, _shown)


@blueprint.get("/questions/<path:question_id>")
@allow(Scope.READ, guests=True, anonymous=True)
@blueprint.output(QuestionShown)
def get_question(question_id: str) -> AnyObject:
    """One question; a wrong id is answered with the nearest right one."""
    return _shown(the_service().questions.find(question_id))


def _shown(question: ListedQuestion) -> AnyObject:
    return {
        "id": question.id,
        "title": dict(question.title),
        "kind": question.kind,
        "level": question.level,
        "tags": list(question.tags),
        "points": question.points,
    }
