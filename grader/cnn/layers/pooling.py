"""What layers come to that reduce or enlarge maps and learn nothing, or hardly anything."""

from grader.cnn.layers.fields import Padding, Pair
from grader.cnn.layers.layer import Axis, Figures, Layer, Maps
from grader.cnn.layers.outputs import made_maps
from grader.cnn.layers.sheets import Sheet
from grader.cnn.layers.windows import slide
from grader.cnn.rules import parameters, receptive_field, sizes
from grader.cnn.rules.rule import Cell


def pool(sheet: Sheet, layer: Layer, inputs: list[Maps]) -> Figures:
    """Figures of max or average pooling."""
    (maps,) = inputs
    height, width = slide(sheet, layer, maps)
    output = made_maps(sheet, layer.id, maps.channels, height, width)
    sheet.line(layer.id, "parameters", parameters.POOL, "")
    return Figures(output)


def subsample(sheet: Sheet, layer: Layer, inputs: list[Maps]) -> Figures:
    """Figures of trainable subsampling: windows side by side, a factor and a bias per map."""
    (maps,) = inputs
    height, width = slide(sheet, layer, maps)
    output = made_maps(sheet, layer.id, maps.channels, height, width)
    learned = sheet.line(layer.id, "parameters", parameters.SUBSAMPLE, "", channels=maps.channels)
    return Figures(output, learned)


def global_pool(sheet: Sheet, layer: Layer, inputs: list[Maps]) -> Figures:
    """Figures of pooling over whole maps."""
    (maps,) = inputs
    axes = []
    for name, axis in (("height", maps.height), ("width", maps.width)):
        given = {"size": axis.size, "jump": axis.jump}
        field = sheet.line(
            layer.id, f"field.{name}", receptive_field.FIELD_GLOBAL, "", field=axis.field, **given
        )
        jump = sheet.line(layer.id, f"jump.{name}", receptive_field.JUMP_GLOBAL, "", **given)
        size = sheet.line(layer.id, name, sizes.GLOBAL, "", size=axis.size)
        axes.append(Axis(size, jump, axis.start, field))
    output = made_maps(sheet, layer.id, maps.channels, *axes)
    sheet.line(layer.id, "parameters", parameters.POOL, "")
    return Figures(output)


def adaptive_pool(sheet: Sheet, layer: Layer, inputs: list[Maps]) -> Figures:
    """Figures of pooling to a given size."""
    (maps,) = inputs
    wanted: Pair = layer.fields["output"]
    axes = []
    for name, axis, output in (
        ("height", maps.height, wanted[0]),
        ("width", maps.width, wanted[1]),
    ):
        given = {"size": axis.size, "jump": axis.jump, "output": output}
        size = sheet.line(layer.id, name, sizes.ADAPTIVE, "", output=output)
        field = sheet.line(
            layer.id, f"field.{name}", receptive_field.FIELD_ADAPTIVE, "", field=axis.field, **given
        )
        jump = sheet.line(layer.id, f"jump.{name}", receptive_field.JUMP_ADAPTIVE, "", **given)
        axes.append(Axis(size, jump, axis.start, field))
    made = made_maps(sheet, layer.id, maps.channels, *axes)
    sheet.line(layer.id, "parameters", parameters.POOL, "")
    return Figures(made)


def zero_pad(sheet: Sheet, layer: Layer, inputs: list[Maps]) -> Figures:
    """Figures of zero padding as a layer of its own."""
    (maps,) = inputs
    padding: Padding = layer.fields["padding"]
    height = _padded(sheet, layer, "height", maps.height, (padding.top, padding.bottom))
    width = _padded(sheet, layer, "width", maps.width, (padding.left, padding.right))
    return Figures(made_maps(sheet, layer.id, maps.channels, height, width))


def _padded(sheet: Sheet, layer: Layer, name: str, axis: Axis, sides: tuple[Cell, Cell]) -> Axis:
    before, after = sides
    size = sheet.line(
        layer.id, name, sizes.ZERO_PAD, "", size=axis.size, before=before, after=after
    )
    start = sheet.line(
        layer.id,
        f"start.{name}",
        receptive_field.START,
        "",
        start=axis.start,
        padding=before,
        jump=axis.jump,
    )
    return Axis(size, axis.jump, start, axis.field)


def upsample(sheet: Sheet, layer: Layer, inputs: list[Maps]) -> Figures:
    """Figures of upsampling by repetition or interpolation."""
    (maps,) = inputs
    scale: Pair = layer.fields["scale"]
    axes = []
    for name, axis, by in (("height", maps.height, scale[0]), ("width", maps.width, scale[1])):
        size = sheet.line(layer.id, name, sizes.UPSAMPLE, "", size=axis.size, scale=by)
        jump = sheet.line(
            layer.id, f"jump.{name}", receptive_field.JUMP_DIVIDED, "", jump=axis.jump, stride=by
        )
        axes.append(Axis(size, jump, axis.start, axis.field))
    return Figures(made_maps(sheet, layer.id, maps.channels, *axes))
