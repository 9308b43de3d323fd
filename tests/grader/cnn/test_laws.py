"""Laws of the engine: what two ways to count, or two ways to write one layer, must agree on."""

from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from grader.cnn.network import read_network
from grader.cnn.network_lines import network_worksheet
from grader.cnn.solving import solve
from grader.formula import read
from tests.grader.cnn.drawn import Raw, drawn_layer, drawn_network, fits

SEEDS = st.randoms(use_true_random=False)
SHAPE = {"channels": 6, "height": 11, "width": 9}
FIGURES = ("parameters", "statistics", "multiply_adds")


def solved(*layers: Raw, **network: object) -> dict[str, Any]:
    """The figures of layers on the usual input."""
    named = [{"id": f"l{place}", **layer} for place, layer in enumerate(layers)]
    return solve(read_network({"input": SHAPE, "layers": named, **network}))


def last(*layers: Raw, **network: object) -> dict[str, Any]:
    """The figures of the last of some layers, without its name, operation and memory."""
    figures = solved(*layers, **network)["layers"][-1]
    return {key: value for key, value in figures.items() if key not in {"id", "op", "alive_bytes"}}


@given(SEEDS)
def test_solving_and_the_worksheet_agree(dice: Random) -> None:
    """Every figure of `solve` is in the worksheet, though neither is worked out by the other."""
    raw = drawn_network(dice)
    network = read_network(raw)
    figures = solve(network)
    cells = network_worksheet(network).solve({})

    for layer in figures["layers"]:
        id_ = layer["id"]
        for name, value in layer["output"].items():
            assert value == cells[f"{id_}.{name}"]
        for name in (*FIGURES, "bytes", "alive_bytes"):
            assert layer[name] == cells[f"{id_}.{name}"]
        for axis in layer["receptive_field"] or ():
            assert layer["receptive_field"][axis] == -(-cells[f"{id_}.field.{axis}"] // 1)
            assert layer["start"][axis] == cells[f"{id_}.start.{axis}"] // 1
        for axis in layer["jump"] or ():
            assert Fraction(layer["jump"][axis]) == cells[f"{id_}.jump.{axis}"]
    for name, value in figures["total"].items():
        group, _, rest = name.partition("_")
        peak = name.endswith("peak_bytes")
        cell = f"inference.{name}" if peak else f"{group}.{rest}"
        if group not in {"inference", "training"} and not peak:
            cell = f"total.{name}"
        assert value == cells.get(cell)


@given(SEEDS)
def test_every_printed_line_reads_back_as_its_value(dice: Random) -> None:
    """A line with its numbers put in, as it is printed, read again has the value it prints."""
    sheet = network_worksheet(read_network(drawn_network(dice)))
    cells = sheet.solve()
    for line in sheet.lines:
        step = sheet.step(cells, line)
        assert cells[line.name] == read(step.substituted.partition(" = ")[2]).value({})
        assert cells[line.name] == read(step.formula.partition(" = ")[2]).value(cells)


@given(SEEDS)
def test_columns_add_up(dice: Random) -> None:
    """Each total is the sum of its column, and bytes are values times their size."""
    raw = drawn_network(dice)
    figures = solve(read_network(raw))
    size = {"float32": 4, "float16": 2, "int8": 1}[raw["dtype"]]

    for name in FIGURES:
        assert sum(layer[name] for layer in figures["layers"]) == figures["total"][name]
    assert figures["total"]["parameters"] * size == figures["total"]["parameter_bytes"]
    for layer in figures["layers"]:
        counted = size
        for number in layer["output"].values():
            counted *= number
        assert counted == layer["bytes"]


@given(SEEDS)
def test_the_live_peak_is_at_least_the_pair_peak(dice: Random) -> None:
    """In a chain both maps of a pair are alive at once, and the live peak is the largest moment."""
    raw = drawn_network(dice, branches=False)
    figures = solve(read_network(raw))
    total = figures["total"]

    assert total["live_peak_bytes"] >= total["pair_peak_bytes"]
    assert max(layer["alive_bytes"] for layer in figures["layers"]) == total["live_peak_bytes"]
    assert total["pair_peak_bytes"] + total["parameter_bytes"] == total["inference_bytes"]


@given(SEEDS, st.integers(2, 40))
def test_training_grows_with_the_batch(dice: Random, batch: int) -> None:
    """A batch needs as many times the memory of one instance, the parameters once."""
    raw = drawn_network(dice)
    one = solve(read_network(raw | {"batch": 1}))["total"]
    many = solve(read_network(raw | {"batch": batch}))["total"]

    each = one["training_bytes"] - one["parameter_bytes"]
    assert many["parameter_bytes"] + batch * each == many["training_bytes"]


@given(SEEDS)
def test_twice_the_bytes_a_value_is_twice_the_memory(dice: Random) -> None:
    """The number type scales bytes and nothing else."""
    raw = drawn_network(dice)
    half = solve(read_network(raw | {"dtype": "float32"}))
    full = solve(read_network(raw | {"dtype": "float64"}))

    for name, value in half["total"].items():
        factor = 2 if name.endswith("bytes") and value is not None else 1
        assert (value and factor * value) == full["total"][name]


@given(SEEDS)
def test_valid_is_explicit_zero(dice: Random) -> None:
    """A window without padding is one with a padding of 0, in every figure."""
    layer = drawn_layer(dice, "x")
    assume("kernel" in layer)
    valid, zero = {**layer, "padding": "valid"}, {**layer, "padding": 0}
    assume(fits({"input": SHAPE, "layers": [zero]}))
    if layer["op"] == "transposed_conv":
        # Without padding, frameworks of the `valid` school leave a full stride at the end.
        zero["stride"] = valid["stride"] = 1

    assert last(zero) == last(valid)


@given(SEEDS)
def test_padding_a_layer_is_padding_before_it(dice: Random) -> None:
    """Zeros written by a layer of their own come to the same, and cost no parameters."""
    layer = drawn_layer(dice, "x")
    assume(layer["op"] in {"conv", "depthwise_conv", "separable_conv", "max_pool", "avg_pool"})
    # In ceil mode a window may not begin in the far padding: there a layer of zeros differs.
    plain = {key: value for key, value in layer.items() if key != "ceil"}
    padded = {**plain, "padding": [[1, 2], [0, 1]]}
    assume(fits({"input": SHAPE, "layers": [padded]}))

    zeros = {"op": "zero_pad", "padding": [[1, 2], [0, 1]]}
    assert last(padded) == last(zeros, {**plain, "id": "y", "padding": "valid"})


@pytest.mark.parametrize("bias", [True, False])
def test_a_1x1_convolution_is_a_dense_layer_per_place(*, bias: bool) -> None:
    """It has the dense layer's parameters, and does its work once at every place."""
    conv = last({"op": "conv", "filters": 7, "kernel": 1, "bias": bias})
    dense = last({"op": "dense", "units": 7, "bias": bias}, input={"units": SHAPE["channels"]})

    assert dense["parameters"] == conv["parameters"]
    places = SHAPE["height"] * SHAPE["width"]
    assert dense["multiply_adds"] * places == conv["multiply_adds"]


def test_a_convolution_over_the_whole_map_is_a_dense_layer() -> None:
    """A kernel as large as the map gives one place, and what a dense layer costs."""
    kernel = [SHAPE["height"], SHAPE["width"]]
    conv = last({"op": "conv", "filters": 7, "kernel": kernel})
    dense = last({"op": "dense", "units": 7})

    assert {"channels": 7, "height": 1, "width": 1} == conv["output"]
    for name in ("parameters", "multiply_adds", "bytes", "receptive_field", "start"):
        assert dense[name] == conv[name]


@pytest.mark.parametrize("op", ["conv", "transposed_conv"])
@pytest.mark.parametrize("groups", [2, 3, 6])
def test_groups_are_parallel_convolutions(op: str, groups: int) -> None:
    """g groups cost what g convolutions cost that each read and make a g-th of the maps."""
    layer = {"op": op, "filters": 12, "kernel": [3, 2], "stride": 2, "padding": 1}
    together = last({**layer, "groups": groups})
    part = {**SHAPE, "channels": SHAPE["channels"] // groups}
    alone = last({**layer, "filters": 12 // groups}, input=part)

    for name in ("parameters", "multiply_adds", "bytes"):
        assert groups * alone[name] == together[name]
    assert alone["receptive_field"] == together["receptive_field"]


@pytest.mark.parametrize("multiplier", [1, 2])
def test_a_depthwise_convolution_has_a_group_per_channel(multiplier: int) -> None:
    """Depthwise is grouped to the utmost, in every figure."""
    window = {"kernel": 3, "stride": 2, "padding": "same"}
    grouped = {"op": "conv", "groups": 6, "filters": 6 * multiplier, **window}

    assert last(grouped) == last({"op": "depthwise_conv", "multiplier": multiplier, **window})


def test_a_separable_convolution_is_two() -> None:
    """Depthwise without a bias, then 1×1: the same output, and the figures of both."""
    window = {"kernel": 3, "stride": 2, "padding": "same", "multiplier": 2}
    one = solved({"op": "separable_conv", "filters": 5, **window})
    two = solved(
        {"op": "depthwise_conv", "bias": False, **window},
        {"op": "conv", "filters": 5, "kernel": 1},
    )

    for name in FIGURES:
        assert two["total"][name] == one["total"][name]
    for name in ("output", "receptive_field", "jump", "start"):
        assert two["layers"][-1][name] == one["layers"][-1][name]


def test_a_full_table_of_connections_changes_nothing() -> None:
    """Filters that each list all maps are an ordinary convolution."""
    layer = {"op": "conv", "filters": 4, "kernel": 5}

    assert last(layer) == last({**layer, "connections": [list(range(6))] * 4})


@given(st.integers(1, 99), st.integers(1, 6), st.integers(1, 6), st.integers(1, 5))
def test_strides_of_same_padding_multiply(size: int, first: int, second: int, kernel: int) -> None:
    """With `same`, two strides one after the other divide as their product does."""
    shape = {"channels": 1, "height": size, "width": size}
    pool = {"op": "max_pool", "kernel": kernel, "padding": "same"}
    two = last({**pool, "stride": first}, {**pool, "stride": second}, input=shape)
    one = last({**pool, "stride": first * second}, input=shape)

    assert one["output"] == two["output"]
    assert one["jump"] == two["jump"]


@given(
    st.integers(1, 30), st.integers(1, 7), st.integers(1, 4), st.integers(0, 3), st.integers(1, 3)
)
def test_a_convolution_undoes_a_transposed_one(
    size: int, kernel: int, stride: int, padding: int, dilation: int
) -> None:
    """The convolution with the same window leads back to the size, and does the same work."""
    shape = {"channels": 2, "height": size, "width": size}
    window = {"kernel": kernel, "stride": stride, "padding": padding, "dilation": dilation}
    up, down = {"op": "transposed_conv", **window}, {"op": "conv", **window}
    layers = [{"id": "up", "filters": 3, **up}, {"id": "down", "filters": 2, **down}]
    assume(fits({"input": shape, "layers": layers}))

    found = solve(read_network({"input": shape, "layers": layers}))["layers"]
    assert shape == found[1]["output"]
    assert found[0]["multiply_adds"] == found[1]["multiply_adds"]


def test_two_3x3_convolutions_see_what_one_5x5_sees() -> None:
    """The field, the jump and the start are those of one larger kernel."""
    small = {"op": "conv", "filters": 6, "kernel": 3, "padding": 1}
    two = last(small, small)
    one = last({**small, "kernel": 5, "padding": 2})

    for name in ("output", "receptive_field", "jump", "start"):
        assert one[name] == two[name]
