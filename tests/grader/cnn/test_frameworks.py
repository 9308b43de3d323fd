"""Random layers and networks against PyTorch on its meta device, and `same` padding against JAX.

PyTorch's shapes, parameters, running statistics and multiply-adds are its own: the last are what
its counter of operations sees. Where the frameworks aren't installed the file is skipped; CI
installs them.
"""

import math
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from grader.cnn.network import read_network
from grader.cnn.solving import solve
from grader.errors import NetworkError
from tests.grader.cnn.drawn import Raw

torch = pytest.importorskip("torch", reason="PyTorch (requirements/torch.txt) is not installed")
flop_counter = pytest.importorskip("torch.utils.flop_counter", reason="no PyTorch")
jax = pytest.importorskip("jax", reason="JAX (requirements/compare.txt) is not installed")

Shape = tuple[int, ...]
# Its shape, parameters, running statistics and multiply-adds.
Row = tuple[Shape, int, int, int]

BATCH = 2
LAYERS = 1500
CHAINS = 150
NETWORKS = 300
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
    op = dice.choice([*WINDOWS, *WINDOWS, *OTHERS])
    layer: Raw = {"id": id_, "op": op}
    if op in OTHERS:
        return layer | OTHERS[op](dice)
    layer |= {"kernel": numbers(dice, 1, 5), "stride": numbers(dice, 1, 4)}
    if op in {"max_pool", "avg_pool"}:
        # PyTorch's pools take no more padding than half a kernel, and average pools no dilation.
        layer["padding"] = [dice.randint(0, side // 2) for side in pair(layer["kernel"])]
        layer["ceil"] = dice.random() < 0.5
        return layer | ({"dilation": numbers(dice, 1, 3)} if op == "max_pool" else {})
    layer |= {
        "padding": numbers(dice, 0, 3),
        "dilation": numbers(dice, 1, 3),
        "bias": dice.random() < 0.5,
    }
    if op in {"depthwise_conv", "separable_conv"}:
        layer["multiplier"] = dice.randint(1, 3)
        return layer | ({"filters": dice.randint(1, 6)} if op == "separable_conv" else {})
    layer["groups"] = dice.choice([1, 1, 2, 3, 4])
    layer["filters"] = layer["groups"] * dice.randint(1, 6)
    if op == "transposed_conv":
        # Real tensors refuse more; those of the meta device don't look.
        most = [
            max(sides) for sides in zip(pair(layer["stride"]), pair(layer["dilation"]), strict=True)
        ]
        layer["output_padding"] = [dice.randrange(sides) for sides in most]
    return layer


WINDOWS = ("conv", "depthwise_conv", "separable_conv", "transposed_conv", "max_pool", "avg_pool")
OTHERS: dict[str, Callable[[Random], Raw]] = {
    "batch_norm": lambda dice: {"affine": dice.random() < 0.8},
    "layer_norm": lambda dice: {"affine": dice.random() < 0.8},
    "group_norm": lambda dice: {"groups": dice.randint(1, 4), "affine": dice.random() < 0.8},
    "prelu": lambda dice: {"shared": dice.random() < 0.5},
    "zero_pad": lambda dice: {"padding": [[dice.randint(0, 2) for _ in "ab"] for _ in "hw"]},
    "upsample": lambda dice: {"scale": numbers(dice, 1, 3)},
    "adaptive_avg_pool": lambda dice: {"output": numbers(dice, 1, 5)},
    "global_avg_pool": lambda _: {},
    "global_max_pool": lambda _: {},
}


def window(layer: Raw) -> Raw:
    """The fields of a sliding window, as PyTorch's layers take them."""
    names = ("stride", "padding", "dilation", "output_padding")
    return {name: pair(layer[name]) for name in names if name in layer}


def depthwise(layer: Raw, shape: Shape, *, bias: bool) -> Any:  # noqa: ANN401 -- a module
    """A convolution with a group for each channel."""
    made = shape[0] * layer["multiplier"]
    kernel = pair(layer["kernel"])
    return torch.nn.Conv2d(shape[0], made, kernel, groups=shape[0], bias=bias, **window(layer))


def separable(layer: Raw, shape: Shape) -> Any:  # noqa: ANN401 -- a module
    """A depthwise convolution without bias, and a 1×1 convolution."""
    each = depthwise(layer, shape, bias=False)
    mixing = torch.nn.Conv2d(each.out_channels, layer["filters"], 1, bias=layer["bias"])
    return torch.nn.Sequential(each, mixing)


def grouped(kind: Callable[..., Any], layer: Raw, shape: Shape) -> Any:  # noqa: ANN401 -- a module
    """A convolution, transposed or not, in groups."""
    sizes = (shape[0], layer["filters"], pair(layer["kernel"]))
    return kind(*sizes, groups=layer["groups"], bias=layer["bias"], **window(layer))


def pool(kind: Callable[..., Any], layer: Raw) -> Any:  # noqa: ANN401 -- a module
    """A pooling layer."""
    return kind(pair(layer["kernel"]), ceil_mode=layer["ceil"], **window(layer))


NN = torch.nn
# PyTorch's layer of the same fields, for maps of a shape.
MODULES: dict[str, Callable[[Raw, Shape], Any]] = {
    "conv": lambda layer, shape: grouped(NN.Conv2d, layer, shape),
    "transposed_conv": lambda layer, shape: grouped(NN.ConvTranspose2d, layer, shape),
    "depthwise_conv": lambda layer, shape: depthwise(layer, shape, bias=layer["bias"]),
    "separable_conv": separable,
    "max_pool": lambda layer, _: pool(NN.MaxPool2d, layer),
    "avg_pool": lambda layer, _: pool(NN.AvgPool2d, layer),
    "batch_norm": lambda layer, shape: NN.BatchNorm2d(shape[0], affine=layer["affine"]),
    "layer_norm": lambda layer, shape: NN.LayerNorm(shape, elementwise_affine=layer["affine"]),
    "group_norm": lambda layer, shape: NN.GroupNorm(
        layer["groups"], shape[0], affine=layer["affine"]
    ),
    "prelu": lambda layer, shape: NN.PReLU(1 if layer["shared"] else shape[0]),
    "zero_pad": lambda layer, _: NN.ZeroPad2d((*layer["padding"][1], *layer["padding"][0])),
    "upsample": lambda layer, _: NN.Upsample(scale_factor=pair(layer["scale"])),
    "adaptive_avg_pool": lambda layer, _: NN.AdaptiveAvgPool2d(pair(layer["output"])),
    "global_avg_pool": lambda *_: NN.AdaptiveAvgPool2d(1),
    "global_max_pool": lambda *_: NN.AdaptiveMaxPool2d(1),
    "dense": lambda layer, shape: NN.Sequential(
        NN.Flatten(), NN.Linear(math.prod(shape), layer["units"], bias=layer["bias"])
    ),
}


def merged(layer: Raw, maps: list[Any]) -> Any:  # noqa: ANN401 -- a tensor
    """What PyTorch makes of several maps."""
    if layer["op"] == "concat":
        return torch.cat(maps, dim=1)
    return math.prod(maps[1:], start=maps[0]) if layer["op"] == "multiply" else sum(maps)


def theirs(raw: Raw) -> list[Row] | None:
    """Each layer's shape, parameters, statistics and multiply-adds in PyTorch; None: refused."""
    shape = raw["input"]
    found = []
    with torch.device("meta"), torch.no_grad():
        sizes = (shape["channels"], shape["height"], shape["width"])
        maps = {"input": torch.empty(BATCH, *sizes)}
        before = "input"
        for layer in raw["layers"]:
            read = layer.get("from", before)
            try:
                with flop_counter.FlopCounterMode(display=False) as counter:
                    if isinstance(read, list):
                        made = torch.nn.Identity()
                        output = merged(layer, [maps[name] for name in read])
                    else:
                        made = MODULES[layer["op"]](layer, tuple(maps[read].shape[1:]))
                        output = made(maps[read])
            except (RuntimeError, ValueError):
                return None
            if not output.numel():
                return None  # an empty map is no output here, whatever PyTorch makes of it
            before = layer["id"]
            maps[before] = output
            running = [each for name, each in made.named_buffers() if "running" in name]
            counts = [
                sum(math.prod(x.shape) for x in kept) for kept in (made.parameters(), running)
            ]
            # Its counter has two operations for a multiply-add, of each instance of the batch.
            work = counter.get_total_flops() // (2 * BATCH)
            found.append((tuple(output.shape[1:]), *counts, work))
    return found


def ours(raw: Raw) -> list[Row] | None:
    """The same of the engine."""
    try:
        layers = solve(read_network(raw))["layers"]
    except NetworkError:
        return None
    names = ("parameters", "statistics", "multiply_adds")
    return [(tuple(row["output"].values()), *(row[name] for name in names)) for row in layers]


def drawn_shape(dice: Random) -> Raw:
    """An input that most layers fit."""
    return {"channels": CHANNELS, "height": dice.randint(1, 40), "width": dice.randint(1, 40)}


def drawn_ways(dice: Random, start: str, prefix: str) -> list[Raw]:
    """Ways that part from a layer and meet again: residual, inception, or weights of its maps."""
    kind = dice.choice(["add", "concat", "multiply", "weights"])
    if kind == "weights":
        weights = {"id": f"{prefix}w", "op": "global_avg_pool", "from": start}
        each = {"id": f"{prefix}d", "op": "depthwise_conv", "kernel": 1, "bias": True}
        each |= {"stride": 1, "padding": 0, "dilation": 1, "multiplier": 1}
        return [weights, each, {"id": f"{prefix}m", "op": "multiply", "from": [start, each["id"]]}]
    filters = dice.randint(1, 6)
    ways: list[Raw] = []
    for way in range(dice.randint(2, 4)):
        sides = [dice.choice([1, 3, 5]), dice.choice([1, 3, 5])]
        conv: Raw = {"id": f"{prefix}{way}", "op": "conv", "from": start, "kernel": sides}
        conv |= {"padding": [side // 2 for side in sides], "stride": 1, "dilation": 1}
        conv |= {"groups": 1, "bias": dice.random() < 0.5}
        conv["filters"] = dice.randint(1, 6) if kind == "concat" else filters
        ways.append(conv)
    return [*ways, {"id": f"{prefix}m", "op": kind, "from": [way["id"] for way in ways]}]


def test_layers_are_pytorchs() -> None:
    """Of each layer drawn, every figure is PyTorch's; what it refuses, we refuse."""
    dice = Random(20260)  # noqa: S311 -- the same layers every time
    accepted = 0
    for _ in range(LAYERS):
        raw = {"input": drawn_shape(dice), "layers": [drawn_layer(dice, "x")]}
        expected = theirs(raw)
        accepted += expected is not None
        assert expected == ours(raw), raw
    assert accepted > LAYERS // 2


def test_chains_are_pytorchs() -> None:
    """In a chain of layers with a dense end, each has PyTorch's figures."""
    dice = Random(20261)  # noqa: S311 -- the same chains every time
    for _ in range(CHAINS):
        raw: Raw = {"input": drawn_shape(dice), "layers": []}
        for number in range(dice.randint(2, 6)):
            longer = {**raw, "layers": [*raw["layers"], drawn_layer(dice, f"l{number}")]}
            raw = longer if ours(longer) else raw
        raw["layers"].append({"id": "out", "op": "dense", "units": 7, "bias": dice.random() < 0.5})
        assert theirs(raw) == ours(raw), raw


def test_networks_that_branch_are_pytorchs() -> None:
    """Where ways part and meet again, from any layer before, each layer has PyTorch's figures."""
    dice = Random(20264)  # noqa: S311 -- the same networks every time
    met = 0
    for _ in range(NETWORKS):
        first = {"id": "first", "op": "batch_norm", "affine": True}
        raw: Raw = {"input": drawn_shape(dice), "layers": [first]}
        for number in range(dice.randint(2, 6)):
            start = dice.choice(["input", *(layer["id"] for layer in raw["layers"])])
            more = [{**drawn_layer(dice, f"l{number}"), "from": start}]
            if dice.random() < 0.5:
                more = drawn_ways(dice, start, f"w{number}_")
            longer = {**raw, "layers": raw["layers"] + more}
            raw = longer if ours(longer) else raw
        met += sum(isinstance(layer.get("from"), list) for layer in raw["layers"])
        assert theirs(raw) == ours(raw), raw
    assert met > NETWORKS


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
