"""What layers come to that keep the shape: normalization, activation, dropout, identity."""

from typing import Final

from grader.cnn import parameters
from grader.cnn.layer import Figures, Layer, Maps, Output
from grader.cnn.rules import Cell
from grader.cnn.sheets import Sheet, demand

GROUPS: Final = demand(
    "channels % groups == 0", "groups that divide the {channels} channels", "{groups} groups"
)


def _channels(output: Output) -> Cell:
    return output.channels if isinstance(output, Maps) else output.units


def unchanged(_sheet: Sheet, _layer: Layer, inputs: list[Output]) -> Figures:
    """Figures of a layer that keeps the shape and learns nothing."""
    return Figures(inputs[0])


def batch_norm(sheet: Sheet, layer: Layer, inputs: list[Output]) -> Figures:
    """Figures of batch normalization: what it learns, and the running statistics beside it."""
    channels = _channels(inputs[0])
    statistics = sheet.line(
        layer.id, "statistics", parameters.NORM_STATISTICS, "", channels=channels
    )
    if not layer.fields["affine"]:
        return Figures(inputs[0], None, statistics)
    learned = sheet.line(layer.id, "parameters", parameters.NORM, "", channels=channels)
    return Figures(inputs[0], learned, statistics)


def layer_norm(sheet: Sheet, layer: Layer, inputs: list[Output]) -> Figures:
    """Figures of layer normalization, over all values or over the channels at each place."""
    (source,) = inputs
    if not layer.fields["affine"]:
        return Figures(source)
    if layer.fields["over"] == "channels":
        channels = _channels(source)
        return Figures(
            source, sheet.line(layer.id, "parameters", parameters.NORM, "", channels=channels)
        )
    count = source.values
    return Figures(
        source, sheet.line(layer.id, "parameters", parameters.LAYER_NORM, "", count=count)
    )


def group_norm(sheet: Sheet, layer: Layer, inputs: list[Output]) -> Figures:
    """Figures of group normalization; the groups must divide the channels."""
    channels = _channels(inputs[0])
    sheet.demand(layer.id, "groups", GROUPS, channels=channels, groups=layer.fields["groups"])
    if not layer.fields["affine"]:
        return Figures(inputs[0])
    return Figures(
        inputs[0], sheet.line(layer.id, "parameters", parameters.NORM, "", channels=channels)
    )


def prelu(sheet: Sheet, layer: Layer, inputs: list[Output]) -> Figures:
    """Figures of an activation that learns its slopes."""
    rule = parameters.PRELU_SHARED if layer.fields["shared"] else parameters.PRELU
    channels = _channels(inputs[0])
    return Figures(inputs[0], sheet.line(layer.id, "parameters", rule, "", channels=channels))
