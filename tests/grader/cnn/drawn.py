"""Networks drawn at random: every layer that was drawn and doesn't fit is left out again."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any, Final

from grader.cnn.layers.operations import OPERATIONS
from grader.cnn.network import read_network
from grader.cnn.solving import solve
from grader.errors import NetworkError

Raw = dict[str, Any]

_KEEPING: Final = (
    "relu",
    "batch_norm",
    "layer_norm",
    "prelu",
    "dropout",
    "lrn",
    "softmax",
    "identity",
)


def drawn_padding(dice: Random) -> object:
    """A padding of any way of writing it, small enough for kernels from 2."""
    sides = [dice.randint(0, 1), dice.randint(0, 1)]
    ways = ["valid", "same", "same_lower", 0, 1, sides, [sides, [dice.randint(0, 1), 0]]]
    return dice.choice(ways)


def drawn_numbers(dice: Random, most: int) -> object:
    """A number for both axes, or one for each."""
    number = dice.randint(1, most)
    return dice.choice([number, [number, dice.randint(1, most)]])


_SLIDING: Final = (
    *("conv", "conv", "depthwise_conv", "separable_conv", "transposed_conv"),
    *("max_pool", "avg_pool", "subsample"),
)
_OTHERS: Final = ("zero_pad", "upsample", "adaptive_avg_pool", "keeping")
_DRAWN: Final[Mapping[str, Callable[[Random], object]]] = {
    "kernel": lambda dice: drawn_numbers(dice, 4),
    "stride": lambda dice: drawn_numbers(dice, 3),
    "padding": drawn_padding,
    "dilation": lambda dice: drawn_numbers(dice, 2),
    "scale": lambda dice: drawn_numbers(dice, 3),
    "output": lambda dice: drawn_numbers(dice, 3),
    "ceil": lambda dice: dice.random() < 0.5,
    "bias": lambda dice: dice.random() < 0.5,
    "affine": lambda dice: dice.random() < 0.5,
    "filters": lambda dice: dice.randint(1, 6),
    "multiplier": lambda dice: dice.randint(1, 2),
    "groups": lambda dice: dice.choice([1, 1, 2, 3]),
}


def drawn_layer(dice: Random, id_: str) -> Raw:
    """A layer of maps of any operation that reads one input; its stride may be left out."""
    op = dice.choice(_SLIDING + _OTHERS)
    layer: Raw = {"id": id_, "op": op if op != "keeping" else dice.choice(_KEEPING)}
    for name in OPERATIONS[layer["op"]].fields:
        if name in _DRAWN and not (name == "stride" and dice.random() < 0.3):
            layer[name] = _DRAWN[name](dice)
    if op == "zero_pad":
        layer["padding"] = dice.choice([1, [0, 2], [[1, 0], [2, 1]]])
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
