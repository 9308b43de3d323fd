"""What layers come to that keep the shape: normalization, activation, dropout, identity."""

from typing import Final

from grader.cnn.layers.layer import Counts, Layer, Maps, Output
from grader.cnn.layers.outputs import same_shape
from grader.cnn.layers.sheets import C, LayerSheet, demand
from grader.cnn.rules import parameters

GROUPS: Final = demand(
    "channels % groups == 0", "groups that divide the {channels} channels", "{groups} groups"
)


def _channels(output: Output[C]) -> C:
    return output.channels if isinstance(output, Maps) else output.units


def unchanged(sheet: LayerSheet[C], layer: Layer, inputs: list[Output[C]]) -> Counts[C]:
    """Figures of a layer that keeps the shape and learns nothing."""
    return Counts(same_shape(sheet, layer, inputs[0]))


def batch_norm(sheet: LayerSheet[C], layer: Layer, inputs: list[Output[C]]) -> Counts[C]:
    """Figures of batch normalization: what it learns, and the running statistics beside it."""
    output = same_shape(sheet, layer, inputs[0])
    channels = _channels(output)
    statistics = sheet.line("statistics", parameters.NORM_STATISTICS, channels=channels)
    if not layer.fields["affine"]:
        return Counts(output, None, statistics)
    learned = sheet.line("parameters", parameters.NORM, channels=channels)
    return Counts(output, learned, statistics)


def layer_norm(sheet: LayerSheet[C], layer: Layer, inputs: list[Output[C]]) -> Counts[C]:
    """Figures of layer normalization, over all values or over the channels at each place."""
    output = same_shape(sheet, layer, inputs[0])
    if not layer.fields["affine"]:
        return Counts(output)
    rule = parameters.NORM if layer.fields["over"] == "channels" else parameters.LAYER_NORM
    given = {"channels": _channels(output), "count": output.values}
    return Counts(output, sheet.line("parameters", rule, **given))


def group_norm(sheet: LayerSheet[C], layer: Layer, inputs: list[Output[C]]) -> Counts[C]:
    """Figures of group normalization; the groups must divide the channels."""
    channels = _channels(inputs[0])
    sheet.demand("groups", GROUPS, channels=channels, groups=layer.fields["groups"])
    output = same_shape(sheet, layer, inputs[0])
    if not layer.fields["affine"]:
        return Counts(output)
    return Counts(output, sheet.line("parameters", parameters.NORM, channels=channels))


def prelu(sheet: LayerSheet[C], layer: Layer, inputs: list[Output[C]]) -> Counts[C]:
    """Figures of an activation that learns its slopes."""
    output = same_shape(sheet, layer, inputs[0])
    rule = parameters.PRELU_SHARED if layer.fields["shared"] else parameters.PRELU
    learned = sheet.line("parameters", rule, channels=_channels(output))
    return Counts(output, learned)
