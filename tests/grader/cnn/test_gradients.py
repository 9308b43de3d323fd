"""Receptive fields against PyTorch's gradients: which inputs an output really hangs on.

All weights are 1, so the gradient is not 0 exactly where a place is seen. Where PyTorch isn't
installed the file is skipped; CI installs it.
"""

from random import Random
from typing import Any

import pytest

from grader.cnn.network import read_network
from grader.cnn.solving import solve
from tests.grader.cnn.drawn import Raw, fits

torch = pytest.importorskip("torch", reason="PyTorch (requirements/torch.txt) is not installed")

NETWORKS = 150
# So large that what the middle of the last map sees lies inside every map before it.
SHAPE = {"channels": 1, "height": 260, "width": 240}


def drawn_conv(dice: Random, id_: str, source: str, **fields: object) -> Raw:
    """A convolution that makes one map; its kernel's sides are odd, its padding keeps the size."""
    sides, dilation = [dice.choice([1, 3, 5]), dice.choice([1, 3, 5])], dice.randint(1, 2)
    conv = {"id": id_, "op": "conv", "from": source, "filters": 1, "kernel": sides}
    conv |= {"dilation": dilation, "padding": [(side - 1) * dilation // 2 for side in sides]}
    return conv | {"stride": [dice.randint(1, 2), dice.randint(1, 2)], **fields}


def drawn_layers(dice: Random, number: int, source: str) -> list[Raw]:
    """A convolution, or two ways that part and meet."""
    if dice.random() < 0.5:
        shift = [dice.randint(0, 2), dice.randint(0, 2)]
        return [drawn_conv(dice, f"c{number}", source, padding=shift)]
    stride = [dice.randint(1, 2), dice.randint(1, 2)]
    ways = [drawn_conv(dice, f"{way}{number}", source, stride=stride) for way in "ab"]
    meet = {"id": f"m{number}", "op": dice.choice(["add", "concat"])}
    return [*ways, meet | {"from": [way["id"] for way in ways]}]


def drawn_network(dice: Random) -> Raw:
    """A few of them, one after the other."""
    raw: Raw = {"input": SHAPE, "layers": []}
    for number in range(dice.randint(1, 5)):
        source = raw["layers"][-1]["id"] if raw["layers"] else "input"
        longer = {**raw, "layers": raw["layers"] + drawn_layers(dice, number, source)}
        raw = longer if fits(longer) else raw
    return raw


def computed(raw: Raw, image: Any) -> Any:  # noqa: ANN401 -- tensors; PyTorch may be missing
    """The last map, with weights of 1."""
    maps = {"input": image}
    output = image
    for layer in raw["layers"]:
        if layer["op"] == "add":
            output = sum(maps[name] for name in layer["from"])
        elif layer["op"] == "concat":
            output = torch.cat([maps[name] for name in layer["from"]], dim=1)
        else:
            read = maps[layer["from"]]
            up = layer["op"] == "transposed_conv"
            slide = torch.nn.functional.conv_transpose2d if up else torch.nn.functional.conv2d
            sides = (read.shape[1], 1) if up else (1, read.shape[1])
            weights = torch.ones(*sides, *layer["kernel"], dtype=image.dtype)
            window = {name: layer[name] for name in ("stride", "padding", "dilation")}
            output = slide(read, weights, **window)
        maps[layer["id"]] = output
    return output


def seen(image: Any, output: Any, place: tuple[int, int]) -> list[tuple[int, int]]:  # noqa: ANN401 -- the same
    """The first and the last input place along each axis that an output place hangs on."""
    value = output[0, :, place[0], place[1]].sum()
    (gradient,) = torch.autograd.grad(value, image, retain_graph=True)
    touched = gradient[0, 0].nonzero()
    return [(int(axis.min()), int(axis.max())) for axis in touched.T]


def image() -> Any:  # noqa: ANN401 -- the same
    """An image of ones that gradients reach."""
    sizes = (1, 1, SHAPE["height"], SHAPE["width"])
    return torch.ones(*sizes, dtype=torch.float64, requires_grad=True)


def test_fields_are_what_gradients_reach() -> None:
    """A place in the middle of the last map sees exactly what lies in its field."""
    dice = Random(20265)  # noqa: S311 -- the same networks every time
    for _ in range(NETWORKS):
        raw, start = drawn_network(dice), image()
        output = computed(raw, start)
        last = solve(read_network(raw))["layers"][-1]
        middle = (output.shape[2] // 2, output.shape[3] // 2)
        found = seen(start, output, middle)

        for axis, place, ends in zip(("height", "width"), middle, found, strict=True):
            first = last["start"][axis] + place * last["jump"][axis]
            assert (first, first + last["receptive_field"][axis] - 1) == ends, raw


def test_a_transposed_convolutions_field_is_its_widest_places() -> None:
    """Its places see unlike fields, in turns as many as its stride; the field is the widest."""
    dice = Random(20266)  # noqa: S311 -- the same networks every time
    for _ in range(NETWORKS // 3):
        raw, start = drawn_network(dice), image()
        up = drawn_conv(dice, "up", raw["layers"][-1]["id"], op="transposed_conv", padding=1)
        # With a kernel longer than the stride and without gaps, every place sees something.
        raw["layers"].append(up | {"kernel": [dice.randint(3, 5) for _ in "hw"], "dilation": 1})
        output = computed(raw, start)
        last = solve(read_network(raw))["layers"][-1]
        middle = (output.shape[2] // 2, output.shape[3] // 2)
        turns = [
            seen(start, output, (middle[0] + a, middle[1] + b)) for a in (0, 1) for b in (0, 1)
        ]

        for number, axis in enumerate(("height", "width")):
            widest = max(ends[number][1] - ends[number][0] + 1 for ends in turns)
            assert last["receptive_field"][axis] == widest, raw
