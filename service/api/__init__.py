"""The JSON interface under /api/v1, one module per resource."""

from apiflask import APIBlueprint

from service.api import (
    accounts,
    questions,
    submissions,
    variants,
)


def blueprints() -> list[APIBlueprint]:
    """All resources of the interface."""
    return [module.blueprint for module in (accounts, questions, variants, submissions)]
