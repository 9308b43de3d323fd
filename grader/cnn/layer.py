"""A layer as it was read, and what it passes on: shapes, figures, and cells of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from grader.cnn.rules import Cell

if TYPE_CHECKING:
    from grader.cnn.operations import Operation

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


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: its operation with the fields' values, and the places of its inputs.

    A place counts the layers from 0; `INPUT` is the network's input.
    """

    id: str
    operation: "Operation"
    fields: Mapping[str, Any]
    sources: tuple[int, ...]
    in_place: bool = False
