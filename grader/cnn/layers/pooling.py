"""What layers come to that reduce or enlarge maps and learn nothing, or hardly anything."""

from grader.cnn.layers.fields import AXES, AxisName, Padding, Pair
from grader.cnn.layers.layer import Axis, Counts, Layer, Maps
from grader.cnn.layers.outputs import output_maps
from grader.cnn.layers.sheets import C, LayerSheet
from grader.cnn.layers.windows import slide
from grader.cnn.rules import parameters, receptive_field, sizes


def pool(sheet: LayerSheet[C], layer: Layer, inputs: list[Maps[C]]) -> Counts[C]:
    """Figures of max or average pooling."""
    (maps,) = inputs
    output = output_maps(sheet, maps.channels, *slide(sheet, layer, maps))
    sheet.line("parameters", parameters.POOL)
    return Counts(output)


def subsample(sheet: LayerSheet[C], layer: Layer, inputs: list[Maps[C]]) -> Counts[C]:
    """Figures of trainable subsampling: windows side by side, a factor and a bias per map."""
    (maps,) = inputs
    output = output_maps(sheet, maps.channels, *slide(sheet, layer, maps))
    return Counts(output, sheet.line("parameters", parameters.SUBSAMPLE, channels=maps.channels))


def global_pool(sheet: LayerSheet[C], _layer: Layer, inputs: list[Maps[C]]) -> Counts[C]:
    """Figures of pooling over whole maps."""
    (maps,) = inputs
    height, width = (_whole(sheet, name, maps.along(name)) for name in AXES)
    output = output_maps(sheet, maps.channels, height, width)
    sheet.line("parameters", parameters.POOL)
    return Counts(output)


def _whole(sheet: LayerSheet[C], name: AxisName, axis: Axis[C]) -> Axis[C]:
    """The axis of one place that sees all of it."""
    given = {"size": axis.size, "jump": axis.jump}
    field = sheet.line(f"field.{name}", receptive_field.FIELD_GLOBAL, field=axis.field, **given)
    jump = sheet.line(f"jump.{name}", receptive_field.JUMP_GLOBAL, **given)
    return Axis(sheet.line(name, sizes.GLOBAL, size=axis.size), jump, axis.start, field)


def adaptive_pool(sheet: LayerSheet[C], layer: Layer, inputs: list[Maps[C]]) -> Counts[C]:
    """Figures of pooling to a given size."""
    (maps,) = inputs
    wanted: Pair = layer.fields["output"]
    height, width = (
        _adapted(sheet, name, maps.along(name), sheet.cell(wanted.along(name))) for name in AXES
    )
    output = output_maps(sheet, maps.channels, height, width)
    sheet.line("parameters", parameters.POOL)
    return Counts(output)


def _adapted(sheet: LayerSheet[C], name: AxisName, axis: Axis[C], output: C) -> Axis[C]:
    given = {"size": axis.size, "jump": axis.jump, "output": output}
    size = sheet.line(name, sizes.ADAPTIVE, output=output)
    field = sheet.line(f"field.{name}", receptive_field.FIELD_ADAPTIVE, field=axis.field, **given)
    jump = sheet.line(f"jump.{name}", receptive_field.JUMP_ADAPTIVE, **given)
    return Axis(size, jump, axis.start, field)


def zero_pad(sheet: LayerSheet[C], layer: Layer, inputs: list[Maps[C]]) -> Counts[C]:
    """Figures of zero padding as a layer of its own."""
    (maps,) = inputs
    padding: Padding = layer.fields["padding"]
    height, width = (_padded(sheet, name, maps.along(name), padding) for name in AXES)
    return Counts(output_maps(sheet, maps.channels, height, width))


def _padded(sheet: LayerSheet[C], name: AxisName, axis: Axis[C], padding: Padding) -> Axis[C]:
    before, after = map(sheet.cell, padding.along(name))
    size = sheet.line(name, sizes.ZERO_PAD, size=axis.size, before=before, after=after)
    seen = {"start": axis.start, "padding": before, "jump": axis.jump}
    start = sheet.line(f"start.{name}", receptive_field.START, **seen)
    return Axis(size, axis.jump, start, axis.field)


def upsample(sheet: LayerSheet[C], layer: Layer, inputs: list[Maps[C]]) -> Counts[C]:
    """Figures of upsampling by repetition or interpolation."""
    (maps,) = inputs
    scale: Pair = layer.fields["scale"]
    height, width = (
        _enlarged(sheet, name, maps.along(name), sheet.cell(scale.along(name))) for name in AXES
    )
    return Counts(output_maps(sheet, maps.channels, height, width))


def _enlarged(sheet: LayerSheet[C], name: AxisName, axis: Axis[C], scale: C) -> Axis[C]:
    size = sheet.line(name, sizes.UPSAMPLE, size=axis.size, scale=scale)
    rule = receptive_field.JUMP_DIVIDED
    jump = sheet.line(f"jump.{name}", rule, jump=axis.jump, stride=scale)
    return Axis(size, jump, axis.start, axis.field)
