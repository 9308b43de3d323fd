"""What layers come to that read the whole input at once: dense, flatten, radial basis functions."""

from grader.arithmetic import Number
from grader.cnn.layers.layer import Axis, Counts, Layer, Maps, Output, Sight, Vector
from grader.cnn.layers.outputs import output_vector
from grader.cnn.layers.sheets import C, LayerSheet
from grader.cnn.rules import multiply_adds, parameters, receptive_field, sizes


def dense(sheet: LayerSheet[C], layer: Layer, inputs: list[Output[C]]) -> Counts[C]:
    """Figures of a dense layer on the flattened input."""
    (source,) = inputs
    units = sheet.cell(layer.fields["units"])
    output = output_vector(sheet, units, *_whole_sight(sheet, source))
    bias = layer.fields["bias"]
    given: dict[str, C | Number] = {"inputs": source.values, "units": units, "bias": int(bias)}
    if isinstance(source, Maps):
        given |= {
            "in_channels": source.channels,
            "in_height": source.height.size,
            "in_width": source.width.size,
        }
    learned = parameters.DENSE if bias else parameters.DENSE_NO_BIAS
    return Counts(
        output,
        sheet.line("parameters", learned, **given),
        None,
        sheet.line("multiply_adds", multiply_adds.DENSE, **given),
    )


def radial_basis(sheet: LayerSheet[C], layer: Layer, inputs: list[Output[C]]) -> Counts[C]:
    """Figures of radial basis functions with fixed centres: nothing is learned."""
    (source,) = inputs
    sight = _whole_sight(sheet, source)
    return Counts(output_vector(sheet, sheet.cell(layer.fields["units"]), *sight))


def flatten(sheet: LayerSheet[C], _layer: Layer, inputs: list[Output[C]]) -> Counts[C]:
    """Figures of flattening: a view of the input, in one row."""
    (source,) = inputs
    if isinstance(source, Vector):
        return Counts(source)
    units = sheet.line(
        "units",
        sizes.FLATTEN,
        channels=source.channels,
        height=source.height.size,
        width=source.width.size,
    )
    height, width = _whole_sight(sheet, source)
    return Counts(Vector(units, source.bytes, height, width))


def _whole_sight(
    sheet: LayerSheet[C], source: Output[C]
) -> tuple[Sight[C] | None, Sight[C] | None]:
    """What a unit sees that reads every place of the input, per axis."""
    if isinstance(source, Vector):
        return source.height, source.width
    return (
        _whole_axis(sheet, "height", source.height),
        _whole_axis(sheet, "width", source.width),
    )


def _whole_axis(sheet: LayerSheet[C], name: str, axis: Axis[C]) -> Sight[C]:
    field = sheet.line(
        f"field.{name}",
        receptive_field.FIELD_GLOBAL,
        field=axis.field,
        size=axis.size,
        jump=axis.jump,
    )
    return Sight(axis.start, field)
