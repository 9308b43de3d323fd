"""What convolutions of every kind come to: shapes, parameters and multiply-adds."""

from collections.abc import Mapping
from typing import Final

from grader.arithmetic import Number
from grader.cnn.layers.fields import AXES, AxisName, Connections, Padding, Pair
from grader.cnn.layers.layer import Axis, Counts, Layer, Maps
from grader.cnn.layers.outputs import output_maps
from grader.cnn.layers.sheets import C, LayerSheet, demand
from grader.cnn.layers.windows import Window, slide, window
from grader.cnn.rules import multiply_adds, parameters, receptive_field, sizes
from grader.worksheet import Rule

GROUPS_OF_CHANNELS: Final = demand(
    "channels % groups == 0",
    "groups that divide the {channels} input channels",
    "{groups} groups",
)
GROUPS_OF_FILTERS: Final = demand(
    "filters % groups == 0", "groups that divide the {filters} filters", "{groups} groups"
)
TABLE_FILTERS: Final = demand(
    "filters == rows", "a row of connections for each of {filters} filters", "{rows} rows"
)
TABLE_MAPS: Final = demand(
    "highest < channels", "input maps from 0, of which there are {channels}", "map {highest}"
)
LEFT_OVER: Final = demand(
    "output >= 1",
    "an output that is not empty",
    "padding that cuts off all of it and leaves size {output}",
    "use less padding",
)
OUTPUT_PADDING: Final = demand(
    "(output_padding < stride) + (output_padding < dilation) >= 1",
    "an output padding below the stride {stride} or the dilation {dilation}",
    "{output_padding}",
)


_STARTS_OF_SAME: Final = {
    "same": receptive_field.START_TRANSPOSED_SAME,
    "same_lower": receptive_field.START_TRANSPOSED_SAME_LOWER,
}


def convolution(sheet: LayerSheet[C], layer: Layer, inputs: list[Maps[C]]) -> Counts[C]:
    """Figures of a convolution: with groups, or with a table of connections."""
    (maps,) = inputs
    _demand_groups(sheet, layer, maps)
    table: Connections | None = layer.fields["connections"]
    filters = sheet.cell(layer.fields["filters"])
    if table is not None:
        sheet.demand("connections", TABLE_FILTERS, filters=filters, rows=table.filters)
        sheet.demand("connections", TABLE_MAPS, highest=table.highest, channels=maps.channels)
    output = output_maps(sheet, filters, *slide(sheet, layer, maps))
    given = _weights(sheet, layer, maps, output) | {"groups": layer.fields["groups"]}
    if table is not None:
        rules = (parameters.CONNECTIONS_NO_BIAS, parameters.CONNECTIONS)
        given["connections"] = table.pairs
        return _learning(sheet, output, rules, multiply_adds.CONNECTIONS, given)
    if layer.fields["groups"] != 1:
        rules = (parameters.CONV_GROUPS_NO_BIAS, parameters.CONV_GROUPS)
        return _learning(sheet, output, rules, multiply_adds.CONV_GROUPS, given)
    rules = (parameters.CONV_NO_BIAS, parameters.CONV)
    return _learning(sheet, output, rules, multiply_adds.CONV, given)


def depthwise(sheet: LayerSheet[C], layer: Layer, inputs: list[Maps[C]]) -> Counts[C]:
    """Figures of a depthwise convolution: each filter sees one input channel."""
    (maps,) = inputs
    multiplier = sheet.cell(layer.fields["multiplier"])
    channels = maps.channels
    if multiplier != 1:
        channels = sheet.line(
            "channels", sizes.MULTIPLIED_CHANNELS, channels=channels, multiplier=multiplier
        )
    output = output_maps(sheet, channels, *slide(sheet, layer, maps))
    given = _weights(sheet, layer, maps, output) | {"multiplier": multiplier}
    rules = (parameters.DEPTHWISE_NO_BIAS, parameters.DEPTHWISE)
    return _learning(sheet, output, rules, multiply_adds.DEPTHWISE, given)


def separable(sheet: LayerSheet[C], layer: Layer, inputs: list[Maps[C]]) -> Counts[C]:
    """Figures of a depthwise convolution followed by a 1×1 convolution, counted as one layer."""
    (maps,) = inputs
    filters = sheet.cell(layer.fields["filters"])
    output = output_maps(sheet, filters, *slide(sheet, layer, maps))
    given = _weights(sheet, layer, maps, output) | {"multiplier": layer.fields["multiplier"]}
    rules = (parameters.SEPARABLE_NO_BIAS, parameters.SEPARABLE)
    return _learning(sheet, output, rules, multiply_adds.SEPARABLE, given)


def transposed(sheet: LayerSheet[C], layer: Layer, inputs: list[Maps[C]]) -> Counts[C]:
    """Figures of a transposed convolution, whose weights are used at each place of the input."""
    (maps,) = inputs
    _demand_groups(sheet, layer, maps)
    height, width = (_spread(sheet, layer, name, maps.along(name)) for name in AXES)
    output = output_maps(sheet, sheet.cell(layer.fields["filters"]), height, width)
    given = _weights(sheet, layer, maps, output) | {"groups": layer.fields["groups"]}
    if layer.fields["groups"] != 1:
        rules = (parameters.CONV_GROUPS_NO_BIAS, parameters.CONV_GROUPS)
        return _learning(sheet, output, rules, multiply_adds.TRANSPOSED_GROUPS, given)
    rules = (parameters.CONV_NO_BIAS, parameters.CONV)
    return _learning(sheet, output, rules, multiply_adds.TRANSPOSED, given)


def _demand_groups(sheet: LayerSheet[C], layer: Layer, maps: Maps[C]) -> None:
    groups, filters = layer.fields["groups"], layer.fields["filters"]
    if groups != 1:
        sheet.demand("groups", GROUPS_OF_CHANNELS, channels=maps.channels, groups=groups)
        sheet.demand("groups", GROUPS_OF_FILTERS, filters=filters, groups=groups)


def _weights(
    sheet: LayerSheet[C], layer: Layer, maps: Maps[C], output: Maps[C]
) -> dict[str, C | Number]:
    """What the rules for parameters and multiply-adds, and wrong ones, count with."""
    kernel: Pair = layer.fields["kernel"]
    return {
        "kernel_height": sheet.cell(kernel.height),
        "kernel_width": sheet.cell(kernel.width),
        "in_channels": maps.channels,
        "in_height": maps.height.size,
        "in_width": maps.width.size,
        "filters": output.channels,
        "height": output.height.size,
        "width": output.width.size,
        "bias": int(layer.fields["bias"]),
    }


def _learning(
    sheet: LayerSheet[C],
    output: Maps[C],
    learned: tuple[Rule, Rule],
    work: Rule,
    given: Mapping[str, C | Number],
) -> Counts[C]:
    """The counts of a layer with weights; `learned` are its rules without a bias and with one."""
    weights = sheet.line("parameters", learned[1 if given["bias"] else 0], **given)
    return Counts(output, weights, None, sheet.line("multiply_adds", work, **given))


def _spread(sheet: LayerSheet[C], layer: Layer, name: AxisName, axis: Axis[C]) -> Axis[C]:
    """The axis after a transposed convolution, and what its places see."""
    kind: str = layer.fields["padding"].kind
    along = window(sheet, layer, name)
    kernel, stride = along.kernel, along.stride
    output = _spread_size(sheet, layer, name, axis.size, along)
    seen = {"start": axis.start, "jump": axis.jump, "kernel": kernel, "stride": stride}
    if kind in _STARTS_OF_SAME:
        start = sheet.line(f"start.{name}", _STARTS_OF_SAME[kind], **seen)
    else:
        rule = receptive_field.START_TRANSPOSED
        start = sheet.line(f"start.{name}", rule, padding=along.before, **seen)
    rule = receptive_field.FIELD_TRANSPOSED
    field = sheet.line(f"field.{name}", rule, field=axis.field, **seen)
    jump = axis.jump
    if stride != 1:
        rule = receptive_field.JUMP_DIVIDED
        jump = sheet.line(f"jump.{name}", rule, jump=jump, stride=stride)
    return Axis(output, jump, start, field)


def _spread_size(
    sheet: LayerSheet[C], layer: Layer, name: AxisName, size: C, along: Window[C]
) -> C:
    """The size after a transposed convolution, by the rule for its kind of padding."""
    padding: Padding = layer.fields["padding"]
    more: Pair = layer.fields["output_padding"]
    beyond = sheet.cell(more.along(name))
    if beyond != 0:
        gaps = sheet.cell(layer.fields["dilation"].along(name))
        given = {"output_padding": beyond, "stride": along.stride, "dilation": gaps}
        sheet.demand("output_padding", OUTPUT_PADDING, **given)
    given = {"size": size, "kernel": along.kernel, "stride": along.stride}
    if padding.kind in _STARTS_OF_SAME:
        rule = sizes.TRANSPOSED_SAME
    elif padding.kind == "valid" and beyond == 0:
        rule = sizes.TRANSPOSED_VALID
    elif along.before != along.after:
        rule = sizes.TRANSPOSED_ASYMMETRIC
        given |= {"before": along.before, "after": along.after, "output_padding": beyond}
    elif beyond != 0:
        rule = sizes.TRANSPOSED_OUTPUT_PADDING
        given |= {"padding": along.before, "output_padding": beyond}
    else:
        rule = sizes.TRANSPOSED_EXPLICIT
        given |= {"padding": along.before}
    output = sheet.line(name, rule, **given)
    sheet.demand("padding", LEFT_OVER, output=output)
    return output
