"""A window that slides along one axis: how many positions it has, and what they see."""

from collections.abc import Mapping
from typing import Any, Final

from grader.cnn.layers.fields import Padding
from grader.cnn.layers.layer import Axis, Layer, Maps
from grader.cnn.layers.sheets import Sheet, demand
from grader.cnn.rules import receptive_field, sizes
from grader.cnn.rules.rule import Cell

FITS: Final = demand(
    "output >= 1",
    "an output that is not empty",
    "a kernel that covers {kernel} places on an input of {size}, which gives size {output}",
    "use a smaller kernel, or more padding",
)


def slide(sheet: Sheet, layer: Layer, maps: Maps) -> tuple[Axis, Axis]:
    """The height and width after a layer's window has slid over the maps.

    On bare numbers a square window on square maps is worked once for both axes.
    """
    padding: Padding = layer.fields["padding"]
    height = _along(sheet, layer, 0, maps.height, (padding.top, padding.bottom))
    if not sheet.has_names and maps.height == maps.width and _is_square(layer.fields):
        return height, height
    return height, _along(sheet, layer, 1, maps.width, (padding.left, padding.right))


def _is_square(fields: Mapping[str, Any]) -> bool:
    """Whether the window does along the width what it does along the height."""
    padding: Padding = fields["padding"]
    pairs = (fields["kernel"], fields["stride"], fields.get("dilation", (1, 1)))
    return (
        all(height == width for height, width in pairs)
        and padding.top == padding.left
        and padding.bottom == padding.right
    )


def extent(sheet: Sheet, layer: Layer, place: int) -> Cell:
    """How many places the kernel covers: more than it has weights where it is dilated."""
    kernel: Cell = layer.fields["kernel"][place]
    dilation: Cell = layer.fields["dilation"][place] if "dilation" in layer.fields else 1
    if dilation == 1:
        return kernel
    axis = ("height", "width")[place]
    return sheet.line(
        layer.id, f"extent.{axis}", sizes.EXTENT, "", kernel=kernel, dilation=dilation
    )


def _along(sheet: Sheet, layer: Layer, place: int, axis: Axis, sides: tuple[Cell, Cell]) -> Axis:
    name = ("height", "width")[place]
    kernel = extent(sheet, layer, place)
    stride: Cell = layer.fields["stride"][place]
    kind: str = layer.fields["padding"].kind
    before, after = sides
    size = axis.size
    if kind in {"same", "same_lower"}:
        output = sheet.line(layer.id, name, sizes.SAME, "", size=size, kernel=kernel, stride=stride)
    else:
        if layer.fields.get("ceil"):
            even, uneven = sizes.POOL_CEIL, sizes.POOL_CEIL_ASYMMETRIC
        elif kind == "valid":
            even, uneven = sizes.VALID, sizes.ASYMMETRIC
        else:
            even, uneven = sizes.EXPLICIT, sizes.ASYMMETRIC
        if before == after:
            output = sheet.line(
                layer.id, name, even, "", size=size, kernel=kernel, stride=stride, padding=before
            )
        else:
            output = sheet.line(
                layer.id,
                name,
                uneven,
                "",
                size=size,
                kernel=kernel,
                stride=stride,
                before=before,
                after=after,
            )
        sheet.demand(layer.id, "kernel", FITS, output=output, size=size, kernel=kernel)
    return _seen(sheet, layer, name, axis, (kernel, stride, before, output))


def _seen(
    sheet: Sheet,
    layer: Layer,
    name: str,
    axis: Axis,
    window: tuple[Cell, Cell, Cell, Cell],
) -> Axis:
    """The axis with what its places see, each cell that stays the same taken over."""
    kernel, stride, before, output = window
    kind: str = layer.fields["padding"].kind
    jump, start, field = axis.jump, axis.start, axis.field
    if kind in {"same", "same_lower"}:
        if kernel != 1:
            earlier = (
                receptive_field.START_SAME if kind == "same" else receptive_field.START_SAME_LOWER
            )
            start = sheet.line(
                layer.id,
                f"start.{name}",
                earlier,
                "",
                start=start,
                jump=jump,
                output=output,
                stride=stride,
                kernel=kernel,
                size=axis.size,
            )
    elif before != 0:
        start = sheet.line(
            layer.id,
            f"start.{name}",
            receptive_field.START,
            "",
            start=start,
            padding=before,
            jump=jump,
        )
    if kernel != 1:
        field = sheet.line(
            layer.id,
            f"field.{name}",
            receptive_field.FIELD,
            "",
            field=field,
            kernel=kernel,
            jump=jump,
        )
    if stride != 1:
        jump = sheet.line(
            layer.id, f"jump.{name}", receptive_field.JUMP, "", jump=jump, stride=stride
        )
    return Axis(output, jump, start, field)
