"""/variants: a question with its numbers fixed, as one user has it."""

from apiflask import APIBlueprint
from pydantic import ConfigDict, Field

from service.api.shapes import AnyObject, ApiAnswer, Given, Shown, Wording
from service.auth.identity import Scope
from service.classroom.dealing import deal_practice, shown_variant
from service.web.requests import allow, the_identity, the_service

blueprint = APIBlueprint("variants", __name__, url_prefix="/api/v1", tag="variants")


class VariantWanted(Given):
    """Which question to practise."""

    question: str = Field(min_length=1, max_length=200, examples=["cnn/three-conv-layers"])


class VariantPartShown(Shown):
    """One answer box."""

    model_config = ConfigDict(frozen=True, extra="allow")

    id: str
    ask: Wording


class VariantShown(Shown):
    """A variant as a student may see it."""

    model_config = ConfigDict(frozen=True, extra="allow")

    id: str
    question: str
    assignment: str | None
    number: int
    attempts_used: int
    attempts_allowed: int | None
    text: Wording
    parts: list[VariantPartShown]


@blueprint.post("/variants")
@allow(Scope.SUBMIT, guests=True, limit="submit", keeps=True)
@blueprint.input(VariantWanted)
@blueprint.output(VariantShown, status_code=201)
def deal(json_data: VariantWanted) -> ApiAnswer:
    """A fresh variant to practise; its Location can be answered and read again."""
    service, who = the_service(), the_identity()
    question = service.questions.find(json_data.question)
    variant_id = deal_practice(service, who, question)
    return _shown(variant_id), 201, {"Location": f"/api/v1/variants/{variant_id}"}


@blueprint.get("/variants/<variant_id>")
@allow(Scope.READ, guests=True)
@blueprint.output(VariantShown)
def get_variant(variant_id: str) -> AnyObject:
    """A variant that was dealt: the same numbers as long as it is kept."""
    return _shown(variant_id)


def _shown(variant_id: str) -> AnyObject:
    return dict(shown_variant(the_service(), the_identity(), variant_id))
