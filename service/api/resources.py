"""The resources of the interface, in the order in which its description lists them."""

from apiflask import APIBlueprint

from service.api import (
    accounts,
    assignments,
    courses,
    drafts,
    grades,
    invites,
    jobs,
    questions,
    settling,
    submissions,
    variants,
)

RESOURCES = (
    accounts,
    questions,
    variants,
    drafts,
    submissions,
    courses,
    invites,
    assignments,
    grades,
    settling,
    jobs,
)


def blueprints() -> list[APIBlueprint]:
    """All resources of the interface."""
    return [resource.blueprint for resource in RESOURCES]
