"""The JSON interface under /api/v1, one module per resource."""

from apiflask import APIBlueprint

from service.api import (
    accounts,
    assignments,
    courses,
    drafts,
    exams,
    grades,
    invites,
    jobs,
    questions,
    settling,
    submissions,
    variants,
)

# In the order in which the description lists them.
RESOURCES = (
    accounts,
    questions,
    variants,
    drafts,
    submissions,
    courses,
    invites,
    assignments,
    exams,
    grades,
    settling,
    jobs,
)


def blueprints() -> list[APIBlueprint]:
    """All resources of the interface."""
    return [resource.blueprint for resource in RESOURCES]
