"""A layer as it was read, and what it passes on: shapes, figures, and cells of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from grader.cnn.layers.fields import FieldKind
from grader.cnn.rules.rule import Cell
from grader.wording import Text

INPUT = -1


class Axis(NamedTuple):
    """A map's size along one axis, and what its places see of the input there.

    `field` input places, from `start` on for the first place, `jump` further for the next.
    """

    size: Cell
    jump: Cell
    start: Cell
    field: Cell


class Maps(NamedTuple):
    """An output of feature maps; `values` is how many numbers it holds."""

    channels: Cell
    height: Axis
    width: Axis
    values: Cell
    bytes: Cell


class Sight(NamedTuple):
    """What the whole of an output sees along one axis."""

    start: Cell
    field: Cell


class Vector(NamedTuple):
    """An output of units in a row; `height` and `width` tell what they see of an image."""

    units: Cell
    bytes: Cell
    height: Sight | None
    width: Sight | None

    @property
    def values(self) -> Cell:
        """How many values there are."""
        return self.units


Output = Maps | Vector


class Figures(NamedTuple):
    """What a layer comes to; None where it has none of a thing."""

    output: Output
    parameters: Cell | None = None
    statistics: Cell | None = None
    multiply_adds: Cell | None = None


Takes = Literal["maps", "any", "several"]
Gives = Literal["maps", "units", "same"]


@dataclass(frozen=True, slots=True)
class Operation:
    """What a layer may do: the fields it has, and the function that gives its figures.

    takes     one input of maps; one of any shape; several of one kind
    gives     maps, units, or what comes in
    replaces  whether it may write over its input (`in_place: true`)
    is_view   whether its output is its input, seen otherwise
    """

    name: str
    says: Text
    figures: Callable[..., Figures]
    takes: Takes
    gives: Gives
    fields: Mapping[str, FieldKind] = field(default_factory=dict)
    replaces: bool = False
    is_view: bool = False


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: its operation with the fields' values, and the places of its inputs.

    A place counts the layers from 0; `INPUT` is the network's input.
    """

    id: str
    operation: Operation
    fields: Mapping[str, Any]
    sources: tuple[int, ...]
    in_place: bool = False
