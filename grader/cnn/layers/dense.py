"""What layers come to that read the whole input at once: dense, flatten, radial basis functions."""

from grader.cnn.layers.layer import Axis, Figures, Layer, Maps, Output, Sight, Vector
from grader.cnn.layers.outputs import made_vector
from grader.cnn.layers.sheets import Sheet
from grader.cnn.rules import multiply_adds, parameters, receptive_field, sizes
from grader.cnn.rules.rule import Cell


def dense(sheet: Sheet, layer: Layer, inputs: list[Output]) -> Figures:
    """Figures of a dense layer on the flattened input."""
    (source,) = inputs
    units: Cell = layer.fields["units"]
    output = made_vector(sheet, layer.id, units, *_whole_sight(sheet, layer, source))
    bias = layer.fields["bias"]
    given: dict[str, Cell] = {"inputs": source.values, "units": units, "bias": int(bias)}
    if isinstance(source, Maps):
        given |= {
            "in_channels": source.channels,
            "in_height": source.height.size,
            "in_width": source.width.size,
        }
    learned = parameters.DENSE if bias else parameters.DENSE_NO_BIAS
    return Figures(
        output,
        sheet.line(layer.id, "parameters", learned, "", **given),
        None,
        sheet.line(layer.id, "multiply_adds", multiply_adds.DENSE, "", **given),
    )


def radial_basis(sheet: Sheet, layer: Layer, inputs: list[Output]) -> Figures:
    """Figures of radial basis functions with fixed centres: nothing is learned."""
    (source,) = inputs
    sight = _whole_sight(sheet, layer, source)
    return Figures(made_vector(sheet, layer.id, layer.fields["units"], *sight))


def flatten(sheet: Sheet, layer: Layer, inputs: list[Output]) -> Figures:
    """Figures of flattening: a view of the input, in one row."""
    (source,) = inputs
    if isinstance(source, Vector):
        return Figures(source)
    units = sheet.line(
        layer.id,
        "units",
        sizes.FLATTEN,
        "",
        channels=source.channels,
        height=source.height.size,
        width=source.width.size,
    )
    height, width = _whole_sight(sheet, layer, source)
    return Figures(Vector(units, source.bytes, height, width))


def _whole_sight(sheet: Sheet, layer: Layer, source: Output) -> tuple[Sight | None, Sight | None]:
    """What a unit sees that reads every place of the input, per axis."""
    if isinstance(source, Vector):
        return source.height, source.width
    return (
        _whole_axis(sheet, layer, "height", source.height),
        _whole_axis(sheet, layer, "width", source.width),
    )


def _whole_axis(sheet: Sheet, layer: Layer, name: str, axis: Axis) -> Sight:
    field = sheet.line(
        layer.id,
        f"field.{name}",
        receptive_field.FIELD_GLOBAL,
        "",
        field=axis.field,
        size=axis.size,
        jump=axis.jump,
    )
    return Sight(axis.start, field)
