"""What convolutions of every kind come to: shapes, parameters and multiply-adds."""

from typing import Final

from grader.cnn.layers.fields import Connections, Padding, Pair
from grader.cnn.layers.layer import Axis, Figures, Layer, Maps
from grader.cnn.layers.outputs import made_maps
from grader.cnn.layers.sheets import Sheet, demand
from grader.cnn.layers.windows import extent, slide
from grader.cnn.rules import multiply_adds, parameters, receptive_field, sizes
from grader.cnn.rules.rule import Cell

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


def convolution(sheet: Sheet, layer: Layer, inputs: list[Maps]) -> Figures:
    """Figures of a convolution: with groups, or with a table of connections."""
    (maps,) = inputs
    groups, filters = layer.fields["groups"], layer.fields["filters"]
    table: Connections | None = layer.fields["connections"]
    if groups != 1:
        sheet.demand(layer.id, "groups", GROUPS_OF_CHANNELS, channels=maps.channels, groups=groups)
        sheet.demand(layer.id, "groups", GROUPS_OF_FILTERS, filters=filters, groups=groups)
    if table is not None:
        sheet.demand(layer.id, "connections", TABLE_FILTERS, filters=filters, rows=table.filters)
        sheet.demand(
            layer.id, "connections", TABLE_MAPS, highest=table.highest, channels=maps.channels
        )
    height, width = slide(sheet, layer, maps)
    output = made_maps(sheet, layer.id, filters, height, width)
    given = _weights(layer, maps, output) | {"groups": groups}
    bias = layer.fields["bias"]
    if table is not None:
        given["connections"] = table.pairs
        learned = parameters.CONNECTIONS if bias else parameters.CONNECTIONS_NO_BIAS
        work = multiply_adds.CONNECTIONS
    elif groups != 1:
        learned = parameters.CONV_GROUPS if bias else parameters.CONV_GROUPS_NO_BIAS
        work = multiply_adds.CONV_GROUPS
    else:
        learned = parameters.CONV if bias else parameters.CONV_NO_BIAS
        work = multiply_adds.CONV
    return Figures(
        output,
        sheet.line(layer.id, "parameters", learned, "", **given),
        None,
        sheet.line(layer.id, "multiply_adds", work, "", **given),
    )


def _weights(layer: Layer, maps: Maps, output: Maps) -> dict[str, Cell]:
    """What the rules for parameters and multiply-adds, and wrong ones, count with."""
    kernel: Pair = layer.fields["kernel"]
    return {
        "kernel_height": kernel.height,
        "kernel_width": kernel.width,
        "in_channels": maps.channels,
        "in_height": maps.height.size,
        "in_width": maps.width.size,
        "filters": output.channels,
        "height": output.height.size,
        "width": output.width.size,
        "bias": int(layer.fields["bias"]),
    }


def depthwise(sheet: Sheet, layer: Layer, inputs: list[Maps]) -> Figures:
    """Figures of a depthwise convolution: each filter sees one input channel."""
    (maps,) = inputs
    multiplier: Cell = layer.fields["multiplier"]
    channels = maps.channels
    if multiplier != 1:
        channels = sheet.line(
            layer.id,
            "channels",
            sizes.MULTIPLIED_CHANNELS,
            "",
            channels=channels,
            multiplier=multiplier,
        )
    height, width = slide(sheet, layer, maps)
    output = made_maps(sheet, layer.id, channels, height, width)
    given = _weights(layer, maps, output) | {"multiplier": multiplier}
    bias = layer.fields["bias"]
    learned = parameters.DEPTHWISE if bias else parameters.DEPTHWISE_NO_BIAS
    return Figures(
        output,
        sheet.line(layer.id, "parameters", learned, "", **given),
        None,
        sheet.line(layer.id, "multiply_adds", multiply_adds.DEPTHWISE, "", **given),
    )


def separable(sheet: Sheet, layer: Layer, inputs: list[Maps]) -> Figures:
    """Figures of a depthwise convolution followed by a 1×1 convolution, counted as one layer."""
    (maps,) = inputs
    height, width = slide(sheet, layer, maps)
    output = made_maps(sheet, layer.id, layer.fields["filters"], height, width)
    given = _weights(layer, maps, output) | {"multiplier": layer.fields["multiplier"]}
    bias = layer.fields["bias"]
    learned = parameters.SEPARABLE if bias else parameters.SEPARABLE_NO_BIAS
    return Figures(
        output,
        sheet.line(layer.id, "parameters", learned, "", **given),
        None,
        sheet.line(layer.id, "multiply_adds", multiply_adds.SEPARABLE, "", **given),
    )


def transposed(sheet: Sheet, layer: Layer, inputs: list[Maps]) -> Figures:
    """Figures of a transposed convolution, whose weights are used at each place of the input."""
    (maps,) = inputs
    groups, filters = layer.fields["groups"], layer.fields["filters"]
    if groups != 1:
        sheet.demand(layer.id, "groups", GROUPS_OF_CHANNELS, channels=maps.channels, groups=groups)
        sheet.demand(layer.id, "groups", GROUPS_OF_FILTERS, filters=filters, groups=groups)
    padding: Padding = layer.fields["padding"]
    height = _spread(sheet, layer, 0, maps.height, (padding.top, padding.bottom))
    width = _spread(sheet, layer, 1, maps.width, (padding.left, padding.right))
    output = made_maps(sheet, layer.id, filters, height, width)
    given = _weights(layer, maps, output) | {"groups": groups}
    bias = layer.fields["bias"]
    if groups != 1:
        learned = parameters.CONV_GROUPS if bias else parameters.CONV_GROUPS_NO_BIAS
        work = multiply_adds.TRANSPOSED_GROUPS
    else:
        learned = parameters.CONV if bias else parameters.CONV_NO_BIAS
        work = multiply_adds.TRANSPOSED
    return Figures(
        output,
        sheet.line(layer.id, "parameters", learned, "", **given),
        None,
        sheet.line(layer.id, "multiply_adds", work, "", **given),
    )


_STARTS_OF_SAME: Final = {
    "same": receptive_field.START_TRANSPOSED_SAME,
    "same_lower": receptive_field.START_TRANSPOSED_SAME_LOWER,
}


def _spread(sheet: Sheet, layer: Layer, place: int, axis: Axis, sides: tuple[Cell, Cell]) -> Axis:
    """The axis after a transposed convolution, and what its places see."""
    name = ("height", "width")[place]
    kernel = extent(sheet, layer, place)
    stride: Cell = layer.fields["stride"][place]
    more: Cell = layer.fields["output_padding"][place]
    kind: str = layer.fields["padding"].kind
    before, after = sides
    given = {"size": axis.size, "kernel": kernel, "stride": stride}
    if more != 0:
        dilation = layer.fields["dilation"][place]
        sheet.demand(
            layer.id,
            "output_padding",
            OUTPUT_PADDING,
            output_padding=more,
            stride=stride,
            dilation=dilation,
        )
    if kind in _STARTS_OF_SAME:
        rule = sizes.TRANSPOSED_SAME
    elif kind == "valid" and more == 0:
        rule = sizes.TRANSPOSED_VALID
    elif before != after:
        rule = sizes.TRANSPOSED_ASYMMETRIC
        given |= {"before": before, "after": after, "output_padding": more}
    elif more != 0:
        rule = sizes.TRANSPOSED_OUTPUT_PADDING
        given |= {"padding": before, "output_padding": more}
    else:
        rule = sizes.TRANSPOSED_EXPLICIT
        given |= {"padding": before}
    output = sheet.line(layer.id, name, rule, "", **given)
    sheet.demand(layer.id, "padding", LEFT_OVER, output=output)
    seen = {"start": axis.start, "jump": axis.jump, "kernel": kernel, "stride": stride}
    if kind in _STARTS_OF_SAME:
        start = sheet.line(layer.id, f"start.{name}", _STARTS_OF_SAME[kind], "", **seen)
    else:
        start = sheet.line(
            layer.id, f"start.{name}", receptive_field.START_TRANSPOSED, "", padding=before, **seen
        )
    field = sheet.line(
        layer.id, f"field.{name}", receptive_field.FIELD_TRANSPOSED, "", field=axis.field, **seen
    )
    jump = axis.jump
    if stride != 1:
        jump = sheet.line(
            layer.id, f"jump.{name}", receptive_field.JUMP_DIVIDED, "", jump=jump, stride=stride
        )
    return Axis(output, jump, start, field)
