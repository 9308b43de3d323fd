"""A window that slides along one axis: how many positions it has, and what they see."""

from typing import Final, Generic, NamedTuple

from grader.cnn.layers.fields import AxisName, Padding, Pair
from grader.cnn.layers.layer import Axis, Layer, Maps
from grader.cnn.layers.sheets import C, LayerSheet, demand
from grader.cnn.rules import receptive_field, sizes
from grader.worksheet import Rule

FITS: Final = demand(
    "output >= 1",
    "an output that is not empty",
    "a kernel that covers {kernel} places on an input of {size}, which gives size {output}",
    "use a smaller kernel, or more padding",
)
_STARTS_OF_SAME: Final = {
    "same": receptive_field.START_SAME,
    "same_lower": receptive_field.START_SAME_LOWER,
}


class Window(NamedTuple, Generic[C]):
    """A layer's window along one axis: `kernel` is how many places it covers."""

    kernel: C
    stride: C
    before: C
    after: C


def slide(sheet: LayerSheet[C], layer: Layer, maps: Maps[C]) -> tuple[Axis[C], Axis[C]]:
    """The height and width after a layer's window has slid over the maps.

    On bare numbers a square window on square maps is worked once for both axes.
    """
    height = _along(sheet, layer, "height", maps.height)
    if not sheet.has_names and maps.height == maps.width and _is_square(layer):
        return height, height
    return height, _along(sheet, layer, "width", maps.width)


def _is_square(layer: Layer) -> bool:
    """Whether the window does along the width what it does along the height."""
    padding: Padding = layer.fields["padding"]
    pairs = (layer.fields["kernel"], layer.fields["stride"], layer.fields.get("dilation", (1, 1)))
    return (
        all(height == width for height, width in pairs)
        and padding.top == padding.left
        and padding.bottom == padding.right
    )


def window(sheet: LayerSheet[C], layer: Layer, axis: AxisName) -> Window[C]:
    """The layer's window along an axis; a dilated kernel covers more than it has weights."""
    padding: Padding = layer.fields["padding"]
    kernel = sheet.cell(layer.fields["kernel"].along(axis))
    dilation: Pair | None = layer.fields.get("dilation")
    if dilation is not None and (gaps := sheet.cell(dilation.along(axis))) != 1:
        kernel = sheet.line(f"extent.{axis}", sizes.EXTENT, kernel=kernel, dilation=gaps)
    before, after = map(sheet.cell, padding.along(axis))
    return Window(kernel, sheet.cell(layer.fields["stride"].along(axis)), before, after)


def _along(sheet: LayerSheet[C], layer: Layer, name: AxisName, axis: Axis[C]) -> Axis[C]:
    along = window(sheet, layer, name)
    sliding = {"size": axis.size, "kernel": along.kernel, "stride": along.stride}
    kind: str = layer.fields["padding"].kind
    if kind in _STARTS_OF_SAME:
        output = sheet.line(name, sizes.SAME, **sliding)
    else:
        even, uneven = _counting(kind, ceil=bool(layer.fields.get("ceil")))
        if along.before == along.after:
            output = sheet.line(name, even, padding=along.before, **sliding)
        else:
            output = sheet.line(name, uneven, before=along.before, after=along.after, **sliding)
        sheet.demand("kernel", FITS, output=output, size=axis.size, kernel=along.kernel)
    earlier = _STARTS_OF_SAME.get(kind)
    return _seen(sheet, name, axis, along, output=output, earlier=earlier)


def _counting(kind: str, *, ceil: bool) -> tuple[Rule, Rule]:
    """The rules that count positions: with the same padding on both sides, and without."""
    if ceil:
        return sizes.POOL_CEIL, sizes.POOL_CEIL_ASYMMETRIC
    return (sizes.VALID if kind == "valid" else sizes.EXPLICIT), sizes.ASYMMETRIC


def _seen(
    sheet: LayerSheet[C],
    name: AxisName,
    axis: Axis[C],
    along: Window[C],
    *,
    output: C,
    earlier: Rule | None,
) -> Axis[C]:
    """The axis with what its places see, each cell that stays the same taken over.

    `earlier` is the rule for how far before the input the first window starts, where the padding
    follows from the sizes.
    """
    size, jump, start, field = axis
    kernel, stride = along.kernel, along.stride
    if earlier is not None and kernel != 1:
        sizes_ = {"output": output, "stride": stride, "kernel": kernel, "size": size}
        start = sheet.line(f"start.{name}", earlier, start=start, jump=jump, **sizes_)
    elif earlier is None and along.before != 0:
        rule = receptive_field.START
        start = sheet.line(f"start.{name}", rule, start=start, padding=along.before, jump=jump)
    if kernel != 1:
        rule = receptive_field.FIELD
        field = sheet.line(f"field.{name}", rule, field=field, kernel=kernel, jump=jump)
    if stride != 1:
        jump = sheet.line(f"jump.{name}", receptive_field.JUMP, jump=jump, stride=stride)
    return Axis(output, jump, start, field)
