"""What layers come to that bring several inputs together: add, multiply, concat."""

from collections.abc import Sequence
from typing import Final

from grader.cnn.layers.layer import Axis, Counts, Layer, Maps, Output, Sight, Vector
from grader.cnn.layers.outputs import output_maps, output_vector, same_shape
from grader.cnn.layers.sheets import C, Demand, LayerSheet, demand
from grader.cnn.rules import receptive_field, sizes

EQUAL: Final = {
    quantity: demand(
        "first == other",
        f"inputs of equal {quantity}",
        f"{quantity} {{first}} and {{other}}",
    )
    for quantity in ("channels", "height", "width", "units")
}
EQUAL_OR_ONE: Final = {
    quantity: demand(
        "(first == other) + (other == 1) >= 1",
        f"factors of equal {quantity}, or of size 1 after the first",
        f"{quantity} {{first}} and {{other}}",
    )
    for quantity in ("height", "width")
}


def elementwise(sheet: LayerSheet[C], layer: Layer, inputs: list[Output[C]]) -> Counts[C]:
    """Figures of adding or multiplying value by value: all shapes must be equal.

    The later factors of a product may be of size 1×1, and weight whole maps of the first.
    """
    first = inputs[0]
    sizes_as = EQUAL_OR_ONE if layer.operation.name == "multiply" else EQUAL
    for other in inputs[1:]:
        if isinstance(first, Vector) or isinstance(other, Vector):
            _demand(sheet, EQUAL["units"], first.values, other.values)
            continue
        _demand(sheet, EQUAL["channels"], first.channels, other.channels)
        _demand(sheet, sizes_as["height"], first.height.size, other.height.size)
        _demand(sheet, sizes_as["width"], first.width.size, other.width.size)
    if isinstance(first, Vector):
        height, width = _merged_sights(sheet, inputs)
        output = same_shape(sheet, layer, first)
        return Counts(Vector(first.units, output.bytes, height, width))
    tall, wide = _merged_axes(sheet, inputs, first)
    output = same_shape(sheet, layer, first)
    return Counts(Maps(first.channels, tall, wide, first.values, output.bytes))


def concat(sheet: LayerSheet[C], _layer: Layer, inputs: list[Output[C]]) -> Counts[C]:
    """Figures of laying maps one on another, or rows of units end to end."""
    first = inputs[0]
    if isinstance(first, Vector):
        counts = [source.values for source in inputs]
        units = sheet.many("units", sizes.CONCATENATED, counts)
        return Counts(output_vector(sheet, units, *_merged_sights(sheet, inputs)))
    maps = [source for source in inputs if isinstance(source, Maps)]
    for other in maps[1:]:
        _demand(sheet, EQUAL["height"], first.height.size, other.height.size)
        _demand(sheet, EQUAL["width"], first.width.size, other.width.size)
    counts = [source.channels for source in maps]
    channels = sheet.many("channels", sizes.CONCATENATED, counts)
    height, width = _merged_axes(sheet, inputs, first)
    return Counts(output_maps(sheet, channels, height, width))


def _demand(sheet: LayerSheet[C], wanted: Demand, first: C, other: C) -> None:
    if first != other:
        sheet.demand("from", wanted, first=first, other=other)


def _merged_axes(
    sheet: LayerSheet[C], inputs: Sequence[Output[C]], first: Maps[C]
) -> tuple[Axis[C], Axis[C]]:
    maps = [source for source in inputs if isinstance(source, Maps)]
    heights, widths = [each.height for each in maps], [each.width for each in maps]
    height = _merged_axis(sheet, "height", first.height, heights)
    if not sheet.has_names and heights == widths:
        return height, height
    return height, _merged_axis(sheet, "width", first.width, widths)


def _merged_axis(
    sheet: LayerSheet[C], name: str, first: Axis[C], axes: Sequence[Axis[C]]
) -> Axis[C]:
    jumps = list(dict.fromkeys(axis.jump for axis in axes))
    jump = jumps[0]
    if len(jumps) > 1:
        jump = sheet.many(f"jump.{name}", receptive_field.MERGED_JUMP, jumps)
    start, field = _merged_sight(sheet, name, [Sight(axis.start, axis.field) for axis in axes])
    return Axis(first.size, jump, start, field)


def _merged_sight(sheet: LayerSheet[C], name: str, sights: Sequence[Sight[C]]) -> Sight[C]:
    """From the earliest start to the furthest end of what the inputs see."""
    sights = list(dict.fromkeys(sights))
    if len(sights) == 1:
        return sights[0]
    starts = [sight.start for sight in sights]
    start = sheet.many(f"start.{name}", receptive_field.MERGED_START, starts)
    cells = [*starts, *(sight.field for sight in sights)]
    field = sheet.many(f"field.{name}", receptive_field.MERGED_FIELD, cells, start=start)
    return Sight(start, field)


def _merged_sights(
    sheet: LayerSheet[C], inputs: Sequence[Output[C]]
) -> tuple[Sight[C] | None, Sight[C] | None]:
    vectors = [source for source in inputs if isinstance(source, Vector)]
    heights = [vector.height for vector in vectors if vector.height is not None]
    widths = [vector.width for vector in vectors if vector.width is not None]
    if not heights or not widths:
        return None, None
    return (
        _merged_sight(sheet, "height", heights),
        _merged_sight(sheet, "width", widths),
    )
