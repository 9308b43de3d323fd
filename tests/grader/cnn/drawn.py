"""Networks drawn at random: every layer that was drawn and doesn't fit is left out again."""

from random import Random
from typing import Any

from grader.cnn.network import read_network
from grader.cnn.solving import solve
from grader.errors import NetworkError

Raw = dict[str, Any]

_KEEPING = ("relu", "batch_norm", "layer_norm", "prelu", "dropout", "lrn", "softmax", "identity")


def drawn_padding(dice: Random, *, same: bool = True) -> object:
    """A padding of any way of writing it, small enough for kernels from 2."""
    sides = [dice.randint(0, 1), dice.randint(0, 1)]
    ways: list[object] = ["valid", 0, 1, sides, [sides, [dice.randint(0, 1), 0]]]
    return dice.choice([*ways, "same", "same_lower"] if same else ways)


def drawn_numbers(dice: Random, most: int) -> object:
    """A number for both axes, or one for each."""
    number = dice.randint(1, most)
    return dice.choice([number, [number, dice.randint(1, most)]])


def drawn_layer(dice: Random, id_: str) -> Raw:
    """A layer of maps of any operation that reads one input."""
    op = dice.choice(
        ["conv", "conv", "depthwise_conv", "separable_conv", "transposed_conv", "max_pool"]
        + ["avg_pool", "subsample", "zero_pad", "upsample", "adaptive_avg_pool", "keeping"]
    )
    layer: Raw = {"id": id_, "op": op}
    if op == "keeping":
        return layer | {"op": dice.choice(_KEEPING)}
    if op in {"zero_pad", "upsample", "adaptive_avg_pool"}:
        if op == "zero_pad":
            return layer | {"padding": dice.choice([1, [0, 2], [[1, 0], [2, 1]]])}
        return layer | {{"upsample": "scale"}.get(op, "output"): drawn_numbers(dice, 3)}
    layer["kernel"] = drawn_numbers(dice, 4)
    if dice.random() < 0.7:
        layer["stride"] = drawn_numbers(dice, 3)
    layer["padding"] = drawn_padding(dice, same=op != "subsample")
    if op == "transposed_conv" and layer["padding"] == "same_lower":
        layer["padding"] = "same"
    if op != "subsample":
        layer["dilation"] = drawn_numbers(dice, 2)
    if op in {"max_pool", "avg_pool"}:
        layer["ceil"] = dice.random() < 0.5
    if op in {"conv", "separable_conv", "transposed_conv"}:
        layer["filters"] = dice.randint(1, 6)
    if op in {"conv", "transposed_conv"}:
        layer["groups"] = dice.choice([1, 1, 2, 3])
    if op in {"depthwise_conv", "separable_conv"}:
        layer["multiplier"] = dice.randint(1, 2)
    if op.endswith("conv"):
        layer["bias"] = dice.random() < 0.5
    return layer


def drawn_network(dice: Random, layers: int = 6, *, branches: bool = True) -> Raw:
    """A network of maps, perhaps with branches, perhaps with a dense end."""
    shape = {name: dice.randint(1, 12) for name in ("channels", "height", "width")}
    network: Raw = {
        "input": shape,
        "dtype": dice.choice(["float32", "float16", "int8"]),
        "batch": dice.randint(1, 9),
        "layers": [{"id": "first", "op": "identity"}],
    }
    for number in range(layers):
        more = [drawn_layer(dice, f"layer{number}")]
        if branches and dice.random() < 0.3:
            more = _branch(dice, number, network["layers"][-1]["id"])
        if dice.random() < 0.3 and more[0]["op"] in _KEEPING:
            more[0]["in_place"] = True
        if fits({**network, "layers": network["layers"] + more}):
            network["layers"] += more
    if dice.random() < 0.5:
        if dice.random() < 0.5:
            network["layers"].append({"id": "flat", "op": "flatten"})
        network["layers"].append({"id": "out", "op": "dense", "units": dice.randint(1, 5)})
    return network


def _branch(dice: Random, number: int, before: str) -> list[Raw]:
    join = dice.choice(["add", "concat", "multiply"])
    filters = dice.randint(1, 4)
    sides: list[Raw] = [
        {
            "id": f"{side}{number}",
            "op": "conv",
            "filters": filters,
            "kernel": dice.choice([1, 3]),
            "padding": "same",
            "from": before,
        }
        for side in ("left", "right")
    ]
    ids = [side["id"] for side in sides]
    return [*sides, {"id": f"{join}{number}", "op": join, "from": ids}]


def fits(network: Raw) -> bool:
    """Whether the engine solves a network."""
    try:
        solve(read_network(network))
    except NetworkError:
        return False
    return True
