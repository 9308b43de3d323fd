"""A layer as it was read, and what it passes on: shapes, counts, and cells of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, NamedTuple

from grader.cnn.layers.fields import AxisName, FieldKind
from grader.cnn.layers.sheets import C
from grader.wording import Text

INPUT = -1


class Axis(NamedTuple, Generic[C]):
    """A map's size along one axis, and what its places see of the input there.

    `field` input places, from `start` on for the first place, `jump` further for the next.
    """

    size: C
    jump: C
    start: C
    field: C


class Maps(NamedTuple, Generic[C]):
    """An output of feature maps; `values` is how many numbers it holds."""

    channels: C
    height: Axis[C]
    width: Axis[C]
    values: C
    bytes: C

    def along(self, axis: AxisName) -> Axis[C]:
        """One of the two axes."""
        return self.height if axis == "height" else self.width


class Sight(NamedTuple, Generic[C]):
    """What the whole of an output sees along one axis."""

    start: C
    field: C


class Vector(NamedTuple, Generic[C]):
    """An output of units in a row; `height` and `width` tell what they see of an image."""

    units: C
    bytes: C
    height: Sight[C] | None
    width: Sight[C] | None

    @property
    def values(self) -> C:
        """How many values there are."""
        return self.units


Output = Maps[C] | Vector[C]


class Counts(NamedTuple, Generic[C]):
    """What a layer comes to; None where it has none of a thing."""

    output: Output[C]
    parameters: C | None = None
    statistics: C | None = None
    multiply_adds: C | None = None


Takes = Literal["maps", "any", "several"]
Gives = Literal["maps", "units", "same"]


@dataclass(frozen=True, slots=True)
class Operation:
    """What a layer may do: the fields it has, and the function that gives its counts.

    takes     one input of maps; one of any shape; several of one kind
    gives     maps, units, or what comes in
    replaces  whether it may write over its input (`in_place: true`)
    is_view   whether its output is its input, seen otherwise
    """

    name: str
    says: Text
    counts: Callable[..., Counts[Any]]
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
