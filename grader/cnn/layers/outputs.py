"""An output with its shape: the count of its values and their bytes."""

from grader.cnn.layers.layer import Axis, Layer, Maps, Output, Sight, Vector
from grader.cnn.layers.sheets import Sheet
from grader.cnn.rules import memory, sizes
from grader.cnn.rules.rule import Cell


def made_maps(sheet: Sheet, owner: str, channels: Cell, height: Axis, width: Axis) -> Maps:
    """The maps of this shape, with their count of values and their bytes."""
    shape = {"channels": channels, "height": height.size, "width": width.size}
    count = sheet.line(owner, "count", sizes.COUNT, "", **shape)
    total = sheet.line(
        owner, "bytes", memory.LAYER, "B", count=count, value_bytes=sheet.value_bytes, **shape
    )
    return Maps(channels, height, width, count, total)


def made_vector(
    sheet: Sheet, owner: str, units: Cell, height: Sight | None, width: Sight | None
) -> Vector:
    """So many units, with their bytes."""
    total = sheet.line(
        owner, "bytes", memory.LAYER, "B", count=units, value_bytes=sheet.value_bytes
    )
    return Vector(units, total, height, width)


def same_shape(sheet: Sheet, layer: Layer, source: Output) -> Output:
    """An output shaped like `source`: a map of its own, or the very same one in place."""
    if layer.in_place:
        return source
    total = sheet.line(
        layer.id, "bytes", memory.LAYER, "B", count=source.values, value_bytes=sheet.value_bytes
    )
    if isinstance(source, Vector):
        return Vector(source.units, total, source.height, source.width)
    return Maps(source.channels, source.height, source.width, source.values, total)
