"""Random layers and chains against PyTorch on its meta device, and `same` padding against JAX.

Where the comparison's frameworks aren't installed the file is skipped; CI installs them.
"""

import math
from random import Random
from typing import Any

import pytest

from grader.cnn.network import read_network
from grader.cnn.solving import solve
from grader.errors import NetworkError
from tests.grader.cnn.drawn import Raw

torch = pytest.importorskip("torch", reason="PyTorch (requirements/torch.txt) is not installed")
jax = pytest.importorskip("jax", reason="JAX (requirements/compare.txt) is not installed")

LAYERS = 1200
CHAINS = 150
SAME_LAYERS = 150
CHANNELS = 12


def pair(value: int | list[int]) -> tuple[int, int]:
    """A field's numbers for height and width."""
    return (value[0], value[1]) if isinstance(value, list) else (value, value)


def numbers(dice: Random, least: int, most: int) -> int | list[int]:
    """A number for both axes, or one for each."""
    number = dice.randint(least, most)
    return number if dice.random() < 0.5 else [number, dice.randint(least, most)]


def drawn_layer(dice: Random, id_: str) -> Raw:
    """A layer that PyTorch knows too."""
    op = dice.choice(["conv", "conv", "max_pool", "avg_pool", "transposed_conv", "batch_norm"])
    layer: Raw = {"id": id_, "op": op}
    if op == "batch_norm":
        return layer
    layer |= {"kernel": numbers(dice, 1, 5), "stride": numbers(dice, 1, 4)}
    if op in {"max_pool", "avg_pool"}:
        # PyTorch's pools take no more padding than half a kernel, and average pools no dilation.
        layer["padding"] = [dice.randint(0, side // 2) for side in pair(layer["kernel"])]
        layer["ceil"] = dice.random() < 0.5
        return layer | ({"dilation": numbers(dice, 1, 3)} if op == "max_pool" else {})
    groups = dice.choice([1, 1, 2, 3, 4])
    layer |= {
        "filters": groups * dice.randint(1, 6),
        "groups": groups,
        "padding": numbers(dice, 0, 3),
        "dilation": numbers(dice, 1, 3),
        "bias": dice.random() < 0.5,
    }
    if op == "transposed_conv":
        # Real tensors refuse more; those of the meta device don't look.
        most = [
            max(sides) for sides in zip(pair(layer["stride"]), pair(layer["dilation"]), strict=True)
        ]
        layer["output_padding"] = [dice.randrange(sides) for sides in most]
    return layer


def module(layer: Raw, channels: int) -> Any:  # noqa: ANN401 -- PyTorch may be missing
    """PyTorch's layer of the same fields."""
    window: Raw = {
        name: pair(layer[name]) for name in ("stride", "padding", "dilation") if name in layer
    }
    if layer["op"] == "batch_norm":
        return torch.nn.BatchNorm2d(channels)
    if layer["op"] == "max_pool":
        return torch.nn.MaxPool2d(pair(layer["kernel"]), ceil_mode=layer["ceil"], **window)
    if layer["op"] == "avg_pool":
        return torch.nn.AvgPool2d(pair(layer["kernel"]), ceil_mode=layer["ceil"], **window)
    window |= {"groups": layer["groups"], "bias": layer["bias"]}
    if layer["op"] == "transposed_conv":
        window["output_padding"] = pair(layer["output_padding"])
        kind = torch.nn.ConvTranspose2d
    else:
        kind = torch.nn.Conv2d
    return kind(channels, layer["filters"], pair(layer["kernel"]), **window)


def theirs(raw: Raw) -> list[tuple[tuple[int, ...], int]] | None:
    """The shape and the parameters of each layer as PyTorch has them; None where it refuses."""
    shape = raw["input"]
    found = []
    with torch.device("meta"), torch.no_grad():
        maps = torch.empty(2, shape["channels"], shape["height"], shape["width"])
        for layer in raw["layers"]:
            try:
                if layer["op"] == "dense":
                    maps = torch.flatten(maps, 1)
                    made = torch.nn.Linear(maps.shape[1], layer["units"], bias=layer["bias"])
                else:
                    made = module(layer, maps.shape[1])
                maps = made(maps)
            except (RuntimeError, ValueError):
                return None
            if not maps.numel():
                return None  # an empty map is no output here, whatever PyTorch makes of it
            parameters = sum(math.prod(one.shape) for one in made.parameters())
            found.append((tuple(maps.shape[1:]), parameters))
    return found


def ours(raw: Raw) -> list[tuple[tuple[int, ...], int]] | None:
    """The same of the engine."""
    try:
        layers = solve(read_network(raw))["layers"]
    except NetworkError:
        return None
    return [(tuple(layer["output"].values()), layer["parameters"]) for layer in layers]


def drawn_shape(dice: Random) -> Raw:
    """An input that most layers fit."""
    return {"channels": CHANNELS, "height": dice.randint(1, 40), "width": dice.randint(1, 40)}


def test_layers_are_pytorchs() -> None:
    """Of each layer drawn, shape and parameters are PyTorch's; what it refuses, we refuse."""
    dice = Random(20260)  # noqa: S311 -- the same layers every time
    accepted = 0
    for _ in range(LAYERS):
        raw = {"input": drawn_shape(dice), "layers": [drawn_layer(dice, "x")]}
        expected = theirs(raw)
        accepted += expected is not None
        assert expected == ours(raw), raw
    assert accepted > LAYERS // 2


def test_chains_are_pytorchs() -> None:
    """In a chain of layers with a dense end, each has PyTorch's shape and parameters."""
    dice = Random(20261)  # noqa: S311 -- the same chains every time
    for _ in range(CHAINS):
        raw: Raw = {"input": drawn_shape(dice), "layers": []}
        for number in range(dice.randint(2, 6)):
            longer = {**raw, "layers": [*raw["layers"], drawn_layer(dice, f"l{number}")]}
            raw = longer if ours(longer) else raw
        raw["layers"].append({"id": "out", "op": "dense", "units": 7, "bias": dice.random() < 0.5})
        assert theirs(raw) == ours(raw), raw


def jax_same(layer: Raw, shape: Raw) -> tuple[tuple[int, ...], int]:
    """The output's shape, and the first window's start along the height, as JAX has them."""
    kernel, stride = pair(layer["kernel"]), pair(layer["stride"])
    dilation = pair(layer.get("dilation", 1))
    size = (shape["height"], shape["width"])
    padding = {"same": "SAME", "same_lower": "SAME_LOWER"}[layer["padding"]]
    maps = jax.ShapeDtypeStruct((1, shape["channels"], *size), "float32")
    if layer["op"] == "max_pool":
        out = jax.eval_shape(
            lambda x: jax.lax.reduce_window(
                x,
                -jax.numpy.inf,
                jax.lax.max,
                (1, 1, *kernel),
                (1, 1, *stride),
                padding,
                window_dilation=(1, 1, *dilation),
            ),
            maps,
        )
    else:
        weights = jax.ShapeDtypeStruct((layer["filters"], shape["channels"], *kernel), "float32")
        call = jax.lax.conv_general_dilated
        if layer["op"] == "transposed_conv":
            call = jax.lax.conv_transpose
            weights = jax.ShapeDtypeStruct(
                (*kernel, shape["channels"], layer["filters"]), "float32"
            )
            maps = jax.ShapeDtypeStruct((1, *size, shape["channels"]), "float32")
            out = jax.eval_shape(lambda x, w: call(x, w, stride, padding), maps, weights)
            return (out.shape[3], *out.shape[1:3]), 0
        out = jax.eval_shape(
            lambda x, w: call(x, w, stride, padding, rhs_dilation=dilation), maps, weights
        )
    extents = [step * (length - 1) + 1 for step, length in zip(dilation, kernel, strict=True)]
    before = jax.lax.padtype_to_pads(size, extents, stride, padding)[0][0]
    return out.shape[1:], -before


@pytest.mark.parametrize("op", ["conv", "max_pool", "transposed_conv"])
def test_same_padding_is_jaxs(op: str) -> None:
    """With `same` and `same_lower` the shape is JAX's, and the window starts where JAX lets it."""
    dice = Random(20262)  # noqa: S311 -- the same layers every time
    for _ in range(SAME_LAYERS):
        layer: Raw = {"id": "x", "op": op, "padding": dice.choice(["same", "same_lower"])}
        layer |= {"kernel": numbers(dice, 1, 6), "stride": numbers(dice, 1, 4)}
        if op != "transposed_conv":
            layer["dilation"] = numbers(dice, 1, 3)
        else:
            layer["padding"] = "same"
        if op != "max_pool":
            layer["filters"] = dice.randint(1, 5)
        shape = drawn_shape(dice)
        found = solve(read_network({"input": shape, "layers": [layer]}))["layers"][0]
        expected, start = jax_same(layer, shape)

        assert expected == tuple(found["output"].values()), (layer, shape)
        if op != "transposed_conv":
            assert start == found["start"]["height"], (layer, shape)


def test_valid_transposed_convolutions_are_jaxs() -> None:
    """Without padding a transposed convolution leaves a full stride at the end, as JAX's does."""
    dice = Random(20263)  # noqa: S311 -- the same layers every time
    for _ in range(SAME_LAYERS):
        shape, stride, kernel = drawn_shape(dice), dice.randint(1, 5), dice.randint(1, 5)
        layer = {"id": "x", "op": "transposed_conv", "filters": 3, "kernel": kernel}
        raw = {"input": shape, "layers": [{**layer, "stride": stride}]}
        maps = jax.ShapeDtypeStruct((1, shape["height"], shape["width"], CHANNELS), "float32")
        weights = jax.ShapeDtypeStruct((kernel, kernel, CHANNELS, 3), "float32")
        strides = (stride, stride)
        out = jax.eval_shape(
            lambda x, w, s=strides: jax.lax.conv_transpose(x, w, s, "VALID"), maps, weights
        )
        found = solve(read_network(raw))["layers"][0]["output"]

        assert (3, *out.shape[1:3]) == tuple(found.values()), raw
