"""An output with its shape: the count of its values and their bytes."""

from grader.cnn.layers.layer import Axis, Layer, Maps, Output, Sight, Vector
from grader.cnn.layers.sheets import C, LayerSheet
from grader.cnn.rules import memory, sizes


def output_maps(sheet: LayerSheet[C], channels: C, height: Axis[C], width: Axis[C]) -> Maps[C]:
    """The maps of this shape, with their count of values and their bytes."""
    shape = {"channels": channels, "height": height.size, "width": width.size}
    count = sheet.line("count", sizes.COUNT, **shape)
    total = sheet.line("bytes", memory.LAYER, count=count, value_bytes=sheet.value_bytes, **shape)
    return Maps(channels, height, width, count, total)


def output_vector(
    sheet: LayerSheet[C], units: C, height: Sight[C] | None, width: Sight[C] | None
) -> Vector[C]:
    """So many units, with their bytes."""
    total = sheet.line("bytes", memory.LAYER, count=units, value_bytes=sheet.value_bytes)
    return Vector(units, total, height, width)


def same_shape(sheet: LayerSheet[C], layer: Layer, source: Output[C]) -> Output[C]:
    """An output shaped like `source`: a map of its own, or the very same one in place."""
    if layer.in_place:
        return source
    total = sheet.line("bytes", memory.LAYER, count=source.values, value_bytes=sheet.value_bytes)
    return source._replace(bytes=total)
